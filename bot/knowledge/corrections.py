""" "No, I meant ...": somebody takes back what was understood. The words are `corrections.yaml`."""

import re
from functools import cache
from pathlib import Path

import yaml

from bot.knowledge.text import words

_FILE = Path(__file__).with_suffix(".yaml")
_NO, _MEANT, _NOT_THAT, _NOT_ME = "no", "meant", "not_that", "not_me"

Phrase = tuple[str, ...]


def corrected(text: str) -> str | None:
    """What is meant instead, "" where only the last answer is refused, None for no correction."""
    said = words(text)
    begun = _longest(said, _NO)
    rest = said[begun:]
    if begun and not rest:
        return None  # a bare "no" answers something
    if tuple(rest) in _phrases(_NOT_THAT) or tuple(said) in _phrases(_NOT_THAT) - _phrases(_NO):
        return ""
    meant = _longest(rest, _MEANT)
    return _after(text, begun + meant) if meant else None


def is_not_me(text: str) -> bool:
    """Whether a message begins as "it is not about me" does, with or without a "no" before it."""
    said = words(text)
    return bool(_longest(said, _NOT_ME) or _longest(said[_longest(said, _NO) :], _NOT_ME))


def _after(text: str, count: int) -> str:
    """The text as it was written, without its first words."""
    for place in re.finditer(r"\S+", text):
        if len(words(text[: place.end()])) > count:
            return text[place.start() :]
    return ""


def _longest(said: list[str], name: str) -> int:
    """How many words of the beginning are a phrase of that name; 0 for none."""
    lengths = range(min(len(said), 8), 0, -1)
    return next((n for n in lengths if tuple(said[:n]) in _phrases(name)), 0)


@cache
def _phrases(name: str) -> frozenset[Phrase]:
    with _FILE.open(encoding="utf-8") as file:
        read = yaml.safe_load(file)[name]
    listed = [one for line in read for one in (line if isinstance(line, list) else [line])]
    return frozenset(tuple(words(phrase)) for phrase in listed)
