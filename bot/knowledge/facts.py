"""Facts of an entry, such as a phone number or opening hours: their kinds and what they may say."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.knowledge.entries import Fact, Text
from bot.knowledge.limits import MAX_FACT, flaw

KINDS = ("phone", "hours", "price", "address", "email", "web", "other")
SPOKEN = ("hours", "price", "address", "other")  # kinds with words, which differ by language
EMPTY, UNKNOWN = "empty", "unknown"
LABEL = 80  # characters around a value: "Opening hours: ... (was valid until ...)"

_PHONE = re.compile(r"\+?[0-9](?:[ \u00a0()/.-]{0,2}[0-9]){2,14}")
_EMAIL = re.compile(r"[^@\s<>,;:\"()]{1,64}@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+")


def fact_flaw(kind: str, value: str) -> str | None:
    """What is wrong with one value of a fact, as a word of this module or of `limits`."""
    if kind not in KINDS:
        return UNKNOWN
    if not value:
        return EMPTY
    checks = {"phone": _is_phone, "email": _is_email, "web": _is_web}
    if kind in checks and not checks[kind](value):
        return kind
    return flaw(value, MAX_FACT)


def link_of(kind: str, value: str) -> str | None:
    """Where a fact leads: a tel:, mailto: or http(s) address; None where it leads nowhere."""
    if fact_flaw(kind, value):
        return None
    links = {"phone": f"tel:{_digits(value)}", "email": f"mailto:{value}", "web": value}
    return links.get(kind)


def as_data(fact: Fact) -> dict[str, object]:
    """A fact as plain data, for a file or a database."""
    return {
        "kind": fact.kind,
        "values": dict(fact.values),
        "owner": fact.owner,
        "checked": fact.checked and fact.checked.isoformat(),
        "valid_until": fact.valid_until and fact.valid_until.isoformat(),
    }


def answer_length(text: Text, facts: Iterable[Fact]) -> int:
    """Characters of what one message says of an entry; a fact's label and age count as well."""
    longest = sum(max(map(len, fact.values.values()), default=0) + LABEL for fact in facts)
    return len(text.short) + len(text.next) + longest


def _digits(value: str) -> str:
    return "".join(sign for sign in value if sign.isdigit() or sign == "+")


def _is_phone(value: str) -> bool:
    return _PHONE.fullmatch(value) is not None


def _is_email(value: str) -> bool:
    return _EMAIL.fullmatch(value) is not None


def _is_web(value: str) -> bool:
    """An address that shows where it leads: no user name before the host, and a host with a dot."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = value.isprintable() and not any(sign.isspace() or sign in "<>\"'" for sign in value)
    safe = parts.scheme in ("http", "https") and "@" not in parts.netloc
    return plain and safe and "." in host.strip(".")
