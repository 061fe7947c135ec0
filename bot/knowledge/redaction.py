"""National id numbers and account numbers leave every text before it is stored, logged or matched.

Norwegian ids (also D, H and synthetic numbers) and accounts have 11 digits; Swedish ids 10 or 12,
Swedish accounts a clearing number and 7-10 digits more; `number_shapes` has their rules. A giro
number has the shape of a phone number and goes where its name stands before it, and so do the last
four or five digits of an id. Phone numbers, dates, times and prices stay.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.knowledge.number_shapes import is_secret

MARK = "[•••]"
"""What stands where a number stood; the same in all languages."""

_GAP = r"[\s.\-‐‑‒–—/·_\xad\u200b-\u200f\u2060\ufeff]"
_RUN = re.compile(rf"\d(?:{_GAP}{{0,4}}\d|\+(?=\d{{4}}(?!\d))\d|,\s?(?=\d{{6}})\d)*")
_GROUP = re.compile(r"\d+")
_DIGITS = {ord(chr(zero + n)): str(n) for zero in (0x0660, 0x06F0, 0xFF10) for n in range(10)}
# O for 0 and l for 1, Latin or Cyrillic, among digits; a letter that stands alone is a word.
_TYPED = re.compile(rf"(?<![^\W\d_])[\doOоОlIІ](?:(?:{_GAP}{{0,4}}|,\s?)[\doOоОlIІ])*(?![^\W\d_])")
_LETTER = re.compile(r"(?:(?<=[\doOоОlIІ])|(?<=\d-))[oOоОlIІ]|[oOоОlIІ](?=[\doOоОlIІ])")
_LETTERS = {ord(sign): "0" if sign in "oOоО" else "1" for sign in "oOоОlIІ"}
_FEWEST_DIGITS = 4  # among so many digits a letter is taken for one
# 00 and a country; a Swede born in 2000 has a month, so 0 or 1, after 00. 11 digits are an account.
_PHONE_START = re.compile(r"\+|00[2-9](?!\d{8}(?!\d))")
_YEAR = r"(?:19|20)\d\d"
_DAY = rf"(?:\d{{1,2}}([./-])\d{{1,2}}\1{_YEAR}|{_YEAR}-\d\d-\d\d)"
_LAST_FIVE = r"\d{3}\s?\d\d(?!\d)"
_LAST = rf"[\s-]{{0,3}}(?:\d{{4}}(?!\d)|{_LAST_FIVE})"
# A date with its year, or before another date, is no part of a number unless four or five digits
# follow (but a time may follow a day of these years); nor is a phone number before another one.
_ORDINARY = re.compile(
    rf"(?<!\d)(?<!\d[./-])(?:{_DAY}(?!\d)(?!{_LAST})"
    r"|20(?:2[4-9]|3\d)-\d\d-\d\d(?=\s[012]\d[0-5]\d(?!\d))"
    r"|\d{1,2}([./-])\d{1,2}\2\d\d(?=\s+\d{1,4}[./-]\d{1,2}[./-]\d)"
    r"|(?<!\d\s)(?:[2-9]\d(?: \d\d){3}|[49]\d\d \d\d \d{3})(?=\s*[/\n]\s*\d))"
)
_GIRO = r"(?:bank|plus|post)giro\w*|\b[bp]g(?![^\W\d_])"
_PHONE_WORD = r"ring|tel|tlf|mob|phone"
_BORN = re.compile(rf"(?<!\d){_DAY}[\s-]{{1,3}}{_LAST_FIVE}")
_PATTERNS = (
    re.compile(  # an international account number
        r"(?<![a-z])(?:(?:no|se)[\doil]{2}|[a-z]{2}\d{2})(?:[\s.-]?\d){11,28}(?!\d)", re.IGNORECASE
    ),
    re.compile(r"(?<!\d)[1-9]\d{3}-\d,?\s?(?:\d[\s-]?){6,9}\d(?!\d)"),  # clearing, account
    re.compile(r"(?<!\d)[1-9]\d{3},\s?(?!\d(?:[\s-]?\d){7}(?!\d))(?:\d[\s-]?){6,9}\d(?!\d)"),
)
_NAMED_PATTERNS = (
    re.compile(
        rf"(?:{_GIRO})(?:(?!{_PHONE_WORD})[^\d\n]){{0,25}}"
        r"(\d{3,4}-\d{4}|\d(?:\s?\d){1,6}-\d|\d{5,8})(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:siste (?:fem|5)|sista (?:fyra|4)|(?:fyra|4) sista|last (?:four|five|4|5))"
        r"(?: (?:si\w+|tall\w*|digits))?[\s:.=]*(?:er|är|is|are)?[\s:.=]*([\dOol]{4,5})(?!\w)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:personn(?:umme)?r|\bpnr)[\s:.=]*(?:er|är|is)?[\s:.=]*([\dOol]{5})(?!\w)", re.IGNORECASE
    ),
)
_NAMED = re.compile(
    r"(?:f[øöo]dselsn|personn|\bfnr|\bpnr|\bp\.?nr|d-?nummer|\bkonto|clearing|\biban|samordning"
    r"|id-?n(?:umme)?r|особист|персональн|pesel|identit|هويه|هوية|الشخصي|aqoonsi)[^\d]{0,25}$",
    re.IGNORECASE,
)
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
    plain = _TYPED.sub(_as_digits, text.translate(_DIGITS))
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_found(plain)):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
        elif end > spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
    return spans


def _as_digits(typed: re.Match[str]) -> str:
    """Letters that were typed for digits, as digits; as long as it was."""
    if sum(sign.isdigit() for sign in typed[0]) < _FEWEST_DIGITS:
        return typed[0]
    return _LETTER.sub(lambda letter: letter[0].translate(_LETTERS), typed[0])


def _found(plain: str) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in _BORN.finditer(plain))
    for pattern in _NAMED_PATTERNS:
        yield from (found.span(1) for found in pattern.finditer(plain))
    rest = _ORDINARY.sub(lambda ordinary: "x" * len(ordinary[0]), plain)
    for pattern in _PATTERNS:
        yield from (found.span() for found in pattern.finditer(rest))
    for found in _RUN.finditer(rest):
        if len(found[0]) >= 10:
            yield from _secrets_in(_run(rest, found))


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
    whole = (first, last) == (0, len(run.groups))
    return is_secret(run.groups[first:last], whole, run.named)
