"""What people write back to a reminder. The words are `replies.yaml`."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.text import words

_FILE = Path(__file__).with_suffix(".yaml")
_SIGNS = {"👍": "coming", "✅": "coming", "👌": "coming", "👎": "cannot"}
MOST_WORDS = 10  # a longer text says more than an answer
_TONES = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]+$")  # of a thumb's skin
_BREAKS = re.compile(r"[,.;:!?]+|\b(?:og|men|och|and|but)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """coming, cannot or call-me. A `plain` one, such as yes, needs its question just before it."""

    answer: str
    plain: bool = False


def reply_in(text: str) -> Reply | None:
    """The answer that a whole text gives, or None where it says anything else."""
    if sign := _SIGNS.get(_TONES.sub("", text.strip())):
        return Reply(sign, plain=True)
    said = tuple(words(text))
    if not 0 < len(said) <= MOST_WORDS:
        return None
    found = _found(said) or _of_parts(text)
    asks = "?" in text and found != Reply("call-me")  # only that may be put as a question
    return None if asks else found


def hint_in(text: str) -> str | None:
    """What a text right after a reminder may be, where it is no answer: "asks" or "unsure"."""
    said = tuple(words(text))
    if not 0 < len(said) <= MOST_WORDS:
        return None
    if _without_around(said) & _phrases("asks"):
        return "asks"
    short = _without_around(said)
    begun = (rest[:n] for rest in short for n in range(1, len(rest) + 1))
    unsure = short & _phrases("unsure") or any(part in _phrases("begins") for part in begun)
    return "unsure" if unsure else None


def wish_in(text: str) -> str | None:
    """ "off" or "on": what a whole text wants of the reminders."""
    short = _without_around(tuple(words(text)[: MOST_WORDS + 1]))
    return next((wish for wish in ("off", "on") if short & _phrases(wish)), None)


def _of_parts(text: str) -> Reply | None:
    """The answer of a text whose parts are answers; a wish to be called counts before others."""
    parts = [part for part in (tuple(words(one)) for one in _BREAKS.split(text)) if part]
    replies = [_found(part) for part in parts if part not in _around()]
    answers = {reply.answer if reply else None for reply in replies}
    if None in answers:
        return None
    answer = "call-me" if "call-me" in answers else answers.pop() if len(answers) == 1 else None
    plain = all(reply.plain for reply in replies if reply)
    return Reply(answer, plain) if answer else None


def _found(said: tuple[str, ...]) -> Reply | None:
    """The answer, also where polite words stand before and after it."""
    if reply := _replies().get(said):
        return reply
    found = {_replies().get(short) for short in _without_around(said)} - {None}
    return found.pop() if len(found) == 1 else None  # "ja nei" is none


def _without_around(said: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The text, and what is left of it without the polite words before and after it."""
    left, waiting = {said}, [said]
    while waiting:
        now = waiting.pop()
        cut = {now[len(more) :] for more in _around() if now[: len(more)] == more}
        cut |= {now[: -len(more)] for more in _around() if now[-len(more) :] == more}
        waiting += [short for short in cut if short and short not in left]
        left |= {short for short in cut if short}
    return left


@cache
def _replies() -> dict[tuple[str, ...], Reply]:
    read = _read()
    plain = {
        tuple(words(said)): Reply(answer, plain=True)
        for answer, phrases in read["plain"].items()
        for said in phrases
    }
    whole = {
        tuple(words(said)): Reply(answer)
        for answer in ("coming", "cannot", "call-me")
        for said in read[answer]
    }
    return plain | whole


@cache
def _around() -> frozenset[tuple[str, ...]]:
    return _phrases("around")


@cache
def _phrases(name: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(said)) for said in _read()[name])


@cache
def _read() -> dict[str, Any]:
    with _FILE.open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found
