"""Left-to-right pieces in right-to-left lines: numbers to ring, names, titles in Latin letters.

Without marks "116 123" in an Arabic line shows as "123 116", and a line that begins with a Latin
name runs the wrong way. Unicode's isolates work in Telegram, in browsers and in terminals alike
(Unicode Standard Annex 9, sections 2.4 and 2.6); what a person writes is cleaned of them.
"""

import re

ISOLATE, END, RIGHT_TO_LEFT = "\u2066", "\u2069", "\u200f"

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_LTR = "A-Za-z\u00c0-\u024f\u0370-\u052f"
_HAS_RTL = re.compile(f"[{_RTL}]")
_TAGS = re.compile(r"(<[^>]*>|&#?\w+;)")
# From a letter or digit to the last one that no right-to-left letter comes before; single figures
# and plain numbers need no mark.
_PIECE = re.compile(
    rf"[+(]?[{_LTR}\d](?:[{_LTR}\d .,:/'’@+()–-]*[{_LTR}\d)])?",
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def isolate(html: str) -> str:
    """Marks the left-to-right pieces of each line that has right-to-left letters; tags stay."""
    return "\n".join(_line(line) if _HAS_RTL.search(line) else line for line in html.split("\n"))


def _line(line: str) -> str:
    marked = "".join(
        part if part.startswith(("<", "&")) else _PIECE.sub(_marked, part)
        for part in _TAGS.split(line)
    )
    return f"{RIGHT_TO_LEFT}{marked}" if _runs_wrong(line) else marked


def _marked(piece: re.Match[str]) -> str:
    before, text, after = _brackets_apart(piece[0])
    marked = text if _NUMBER.fullmatch(text) else f"{ISOLATE}{text}{END}"
    return f"{before}{marked}{after}"


def _brackets_apart(text: str) -> tuple[str, str, str]:
    """What belongs together, without a bracket whose other half stands outside."""
    more = text.count("(") - text.count(")")
    before = "(" if more > 0 and text.startswith("(") else ""
    after = ")" if more < 0 and text.endswith(")") else ""
    return before, text[len(before) : len(text) - len(after)], after


def _runs_wrong(line: str) -> bool:
    """Whether a line that is mostly right-to-left begins with a left-to-right letter."""
    text = _TAGS.sub("", line)
    letters = re.findall(f"[{_RTL}{_LTR}]", text)
    rtl = sum(bool(_HAS_RTL.match(letter)) for letter in letters)
    return not _HAS_RTL.match(letters[0]) and rtl * 2 >= len(letters)
