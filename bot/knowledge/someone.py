"""For whom somebody asks, where it is not for themselves. The words are `someone.yaml`."""

from functools import cache
from pathlib import Path

import yaml

from bot.knowledge.text import words

GROUPS = ("parent", "grandparent", "child", "partner", "sibling", "friend", "someone")
MOST_WORDS = 4  # of a phrase
_FILE = Path(__file__).with_suffix(".yaml")
_NOT = "not"

Phrase = tuple[str, ...]


def someone_in(text: str) -> str | None:
    """The group of the first other person in a text, such as parent; None where there is none.

    The longest phrase at a place counts: "a friend of mine", "mor til en venn".
    """
    said = words(text)
    place = 0
    while place < len(said):
        length, group = _at(said, place)
        if group and group != _NOT:
            return group
        place += max(length, 1)
    return None


def _at(said: list[str], place: int) -> tuple[int, str | None]:
    """The longest phrase that begins at a place: its length and group."""
    known = _phrases()
    for length in range(min(MOST_WORDS, len(said) - place), 0, -1):
        if group := known.get(tuple(said[place : place + length])):
            return length, group
    return 0, None


@cache
def _phrases() -> dict[Phrase, str]:
    with _FILE.open(encoding="utf-8") as file:
        read = yaml.safe_load(file)
    found = {
        tuple(words(phrase)): group for group in GROUPS for line in read[group] for phrase in line
    }
    return found | {tuple(words(phrase)): _NOT for phrase in read[_NOT]}
