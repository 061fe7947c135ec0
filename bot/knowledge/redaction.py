"""National id numbers and account numbers leave every text before it is stored, logged or matched.

Norwegian ids (also D, H and synthetic numbers) and accounts have 11 digits; Swedish ids 10 or 12,
Swedish accounts a clearing number and 7-10 digits more. Check digits are not asked for: a mistyped
number gives a person away as well. Phone numbers stay.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MARK = "[•••]"
"""What stands where a number stood; the same in all languages."""

_GAP = r"[\s.\-‐‑‒–—/·_\xad\u200b-\u200f\u2060\ufeff]"
_RUN = re.compile(rf"\d(?:{_GAP}{{0,4}}\d|\+(?=\d{{4}}(?!\d))\d|,\s?(?=\d{{6}})\d)*")
_GROUP = re.compile(r"\d+")
_DIGITS = {ord(chr(zero + n)): str(n) for zero in (0x0660, 0x06F0, 0xFF10) for n in range(10)}
# 00 and a country; a Swede born in 2000 has a month, so 0 or 1, after 00. 11 digits are an account.
_PHONE_START = re.compile(r"\+|00[2-9](?!\d{8}(?!\d))")
_INTERNATIONAL = re.compile(r"(?<![a-z])[a-z]{2}\d{2}(?:\s?\d){11,28}(?!\d)", re.IGNORECASE)
_CLEARED = re.compile(r"(?<!\d)[1-9]\d{3}-\d,?\s?(?:\d[\s-]?){6,9}\d(?!\d)")
_NAMED = re.compile(
    r"(?:f[øöo]dselsn|personn|\bfnr|\bpnr|\bp\.?nr|d-?nummer|\bkonto|clearing|\biban|samordning"
    r"|id-?n(?:umme)?r|особист|персональн|pesel|identit|هويه|هوية|الشخصي|aqoonsi)[^\d]{0,25}$",
    re.IGNORECASE,
)
_ID_GROUPS = {
    (2, 2, 2, 5),
    (2, 2, 2, 3, 2),
    (6, 3, 2),
    (3, 3, 5),
    (3, 3, 3, 2),
    (4, 4, 3),
    (1,) * 11,
}
_SURE_GROUPS = {(11,), (6, 5), (4, 2, 5)}
_SWEDISH_GROUPS = {
    (6, 4),
    (2, 2, 2, 4),
    (1,) * 10,
    (8, 4),
    (4, 2, 2, 4),
    (2, 6, 4),
    (12,),
    (1,) * 12,
}
_LONGEST = 24
_AROUND = " \t\n\r.-+\u00a0"


@dataclass(frozen=True, slots=True)
class _Run:
    """Digits with nothing but separators between: its groups, where they stand, whether named."""

    groups: Sequence[str]
    spans: Sequence[tuple[int, int]]
    named: bool


def redact(text: str) -> str:
    """The text with `MARK` for every id number and account number; phones, dates, prices stay."""
    for start, end in reversed(_secrets(text)):
        text = text[:start] + MARK + text[end:]
    return text


def redact_split(previous: str, current: str) -> tuple[str, str] | None:
    """Both messages rewritten, when one number was written over the two of them; else None."""
    previous, current = previous.rstrip(_AROUND), current.lstrip(_AROUND)
    for between in ("\n", ""):
        border = len(previous)
        for start, end in _secrets(previous + between + current):
            if start < border and end > border + len(between):
                return previous[:start] + MARK, MARK + current[end - border - len(between) :]
    return None


def may_go_on(text: str) -> bool:
    """Whether a message may be the second half of a number: it begins with a digit, or "-9876"."""
    return text.lstrip(_AROUND)[:1].isdigit()


def may_be_begun(text: str) -> bool:
    """Whether a message may be the first half of a number: it ends in a digit, or "811218-"."""
    return text.rstrip(_AROUND)[-1:].isdigit()


def _secrets(text: str) -> list[tuple[int, int]]:
    """Where the numbers stand, in order and apart."""
    plain = text.translate(_DIGITS)
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_found(plain)):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
        elif end > spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
    return spans


def _found(plain: str) -> Iterator[tuple[int, int]]:
    for pattern in (_INTERNATIONAL, _CLEARED):
        yield from (found.span() for found in pattern.finditer(plain))
    for found in _RUN.finditer(plain):
        if len(found[0]) >= 10:
            yield from _secrets_in(_run(plain, found))


def _run(plain: str, found: re.Match[str]) -> _Run:
    groups = list(_GROUP.finditer(plain, *found.span()))
    if _PHONE_START.match(plain, max(found.start() - 1, 0)) or _PHONE_START.match(found[0]):
        groups = groups[_phone_groups([group[0] for group in groups]) :]
    named = bool(_NAMED.search(plain, max(found.start() - 60, 0), found.start()))
    return _Run([group[0] for group in groups], [group.span() for group in groups], named)


def _phone_groups(groups: Sequence[str]) -> int:
    """How many groups the international phone number at the start takes."""
    code = "".join(groups).removeprefix("00")[:2]
    limit = {"47": 10, "46": 11}.get(code, 15) + (2 if groups[0].startswith("00") else 0)
    taken, count = 0, 0
    while count < len(groups) and taken + len(groups[count]) <= limit:
        taken += len(groups[count])
        count += 1
    return max(count, 1)


def _secrets_in(run: _Run) -> Iterator[tuple[int, int]]:
    first = 0
    while first < len(run.groups):
        last = next((n for n in _ends(run, first) if _is_secret(run, first, n)), None)
        if last is None:
            first += 1
        else:
            yield run.spans[first][0], run.spans[last - 1][1]
            first = last


def _ends(run: _Run, first: int) -> list[int]:
    """Where a number that begins at a group can end, the longest first."""
    ends, digits = [], 0
    for last in range(first, len(run.groups)):
        digits += len(run.groups[last])
        if digits > _LONGEST and last > first:
            break
        if digits >= 10:
            ends.append(last + 1)
    return ends[::-1]


def _is_secret(run: _Run, first: int, last: int) -> bool:
    groups = run.groups[first:last]
    digits = "".join(groups)
    sizes = tuple(len(group) for group in groups)
    whole = (first, last) == (0, len(run.groups))
    return (
        _is_long(digits, sizes)
        or _is_norwegian(digits, sizes, whole)
        or _is_swedish(digits, sizes)
        or (whole and _is_swedish_account(digits, sizes))
        or (whole and run.named and 10 <= len(digits) <= 16)
    )


def _is_long(digits: str, sizes: tuple[int, ...]) -> bool:
    """Cards and international account numbers: nothing else has so many digits."""
    is_card = len(digits) >= 15 and set(sizes[:-1]) == {4} and sizes[-1] <= 4
    return is_card or (len(sizes) == 1 and len(digits) >= 12)


def _is_norwegian(digits: str, sizes: tuple[int, ...], whole: bool) -> bool:
    if len(digits) != 11:
        return False
    if sizes in _SURE_GROUPS:
        return True
    return (whole or sizes in _ID_GROUPS) and _is_norwegian_date(digits)


def _is_norwegian_date(digits: str) -> bool:
    """DDMM with the additions of D (day), H and synthetic numbers (month)."""
    day, month = int(digits[:2]), int(digits[2:4])
    return (
        day % 40 in range(1, 32)
        and day < 72
        and any(month - added in range(1, 13) for added in (0, 40, 65, 80))
    )


def _is_swedish(digits: str, sizes: tuple[int, ...]) -> bool:
    if sizes == (10,):
        return _is_swedish_date(digits) and (not _is_mobile(digits) or _passes_luhn(digits))
    if sizes not in _SWEDISH_GROUPS:
        return False
    short = digits[2:] if len(digits) == 12 else digits
    return _is_swedish_date(short) and (len(digits) == 10 or digits[:2] in ("18", "19", "20"))


def _is_swedish_date(digits: str) -> bool:
    """YYMMDD, where a coordination number has added 60 to the day."""
    return int(digits[2:4]) in range(1, 13) and int(digits[4:6]) % 60 in range(1, 32)


def _is_mobile(digits: str) -> bool:
    return digits[0] == "0"


def _passes_luhn(digits: str) -> bool:
    doubled = (int(d) * (2 - n % 2) for n, d in enumerate(digits))
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def _is_swedish_account(digits: str, sizes: tuple[int, ...]) -> bool:
    """A clearing number of four digits (and one), then 7 to 10; a town and a phone not."""
    if sizes[0] not in (4, 5) or len(sizes) < 2 or digits[0] == "0":
        return False
    rest = len(digits) - sizes[0] - (sizes[1] == 1)
    return 7 <= rest <= 10 and rest != 8 and 11 <= len(digits) <= 15
