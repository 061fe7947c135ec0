"""How long the parts of an entry may be, and what may stand in none of them.

The same rules hold for the files of a pack and for what staff write in the console.
"""

import re

MAX_TITLE = 100
MAX_NAME = 200
MAX_SHORT = 600  # what fits on the first screen of a small phone
MAX_PART = 2000
MAX_UTTERANCE = 300
MAX_FACT = 100
MAX_FACTS = 8
MAX_ANSWER = 3000  # short answer, facts and next step together; Telegram takes 4096 with the rest

LONG, HTML, SIGNS, HEADING = "long", "html", "signs", "heading"

_HTML = re.compile(r"<[A-Za-z/!]")
# Controls but for tab and newline, and what turns the direction of a text so that it misleads.
_SIGNS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def flaw(text: str, limit: int) -> str | None:
    """What is wrong with a text: HTML, SIGNS or LONG; None where it may stand."""
    if _HTML.search(text):
        return HTML
    if _SIGNS.search(text):
        return SIGNS
    return LONG if len(text) > limit else None


def part_flaw(text: str, limit: int) -> str | None:
    """As `flaw`, for a text of several lines: none may look like a heading of the file."""
    if any(line.startswith("#") for line in text.split("\n")):
        return HEADING
    return flaw(text, limit)
