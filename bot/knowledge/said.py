"""Short answers to a question: yes or no, a number, a day, a name. The words are `said.yaml`."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.text import clean, fold, words

MOST_WORDS = 6  # a longer text says more than its number
MOST_WORDS_OF_A_CHOICE = 2  # a longer text with a number speaks of something
MAX_NAME = 40
_FILE = Path(__file__).with_suffix(".yaml")
_NUMBER = re.compile(r"(?<![\w.,:/])[-+]?\d+(?:[.,:/]\d+)*(?!\w)")
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]{1,2}[^\W\d_]+){0,2}\.?")
_INTRODUCED = re.compile(
    r"^(?:(?:jeg|eg|jag|i|my|navnet|namnet|name)\s+(?:heter|heiter|am|name is|er|är|is)"
    r"|мене (?:звати|звуть)|моє ім.?я|nazywam się|mam na imię|jestem|اسمي|أنا|انا"
    r"|magacay[gw]u(?: waa)?|magaceygu(?: waa)?|waxaan ahay)\s+",
    re.IGNORECASE,
)


def is_yes(text: str, lang: str) -> bool:
    """Whether the whole text is a yes."""
    return _whole(text, lang, "yes")


def is_no(text: str, lang: str) -> bool:
    """Whether the whole text is a no."""
    return _whole(text, lang, "no")


def is_stop(text: str, lang: str) -> bool:
    """Whether the whole text asks to leave what is going on."""
    return _whole(text, lang, "stop")


def wants_silence(text: str) -> bool:
    """Whether the whole text asks not to be written to, in any language."""
    return " ".join(words(text)) in _in_any("silence")


def cries_for_help(text: str) -> bool:
    """Whether the whole text asks for help and does not say with what, in any language."""
    return " ".join(words(text)) in _in_any("help")


def is_lost(text: str) -> bool:
    """Whether the whole text says that an answer was not understood, or too long; any language."""
    return " ".join(words(text)) in _in_any("lost")


def is_unsure(text: str) -> bool:
    """Whether the whole text is "I do not know" what to choose or to ask, in any language."""
    return " ".join(words(text)) in _in_any("unsure")


def number_in(text: str, lang: str) -> int | None:
    """The one number that a short text says, in digits or words; it may be far too large."""
    if "?" in text or len(words(text)) > MOST_WORDS:
        return None
    if figures := _NUMBER.findall(fold(text)):
        whole = len(figures) == 1 and figures[0].lstrip("+-").isdigit() and len(figures[0]) < 12
        return int(figures[0]) if whole else None
    if _whole(text, lang, "alone"):
        return 1
    spoken = _spoken_numbers(words(text), lang)
    return spoken.pop() if len(spoken) == 1 else None


def choice_in(text: str, lang: str, count: int | None = None) -> int | None:
    """Which of a list's lines a short text chooses: "2", "nummer to", "den andre"; from 1 on.

    "The last one" needs to know how many lines there are.
    """
    if takes_both(text):
        return None
    spoken = (_place(text, one, count) for one in (lang, *_said()))
    place = next((place for place in spoken if place), None)
    return place or (number_in(text, lang) if len(words(text)) <= MOST_WORDS_OF_A_CHOICE else None)


def takes_both(text: str) -> bool:
    """Whether a text takes both lines of a list, in any language."""
    return any(_pointed(text, lang) in _folded(_of(lang)["both"]) for lang in _said())


def day_in(text: str, today: date) -> date | None:
    """The day that a text names, in any language: today, tomorrow, or the next such weekday."""
    said = f" {' '.join(words(text))} "
    for found in _said().values():
        for ahead, key in enumerate(("today", "tomorrow")):
            if any(f" {phrase} " in said for phrase in _folded(found[key])):
                return today + timedelta(days=ahead)
    for found in _said().values():
        for weekday, forms in enumerate(found["weekdays"]):
            names = _folded([forms] if isinstance(forms, str) else forms)
            if any(_is_day(word, name) for word in words(text) for name in names):
                return today + timedelta(days=(weekday - today.weekday()) % 7)
    return None


def names(text: str, lang: str, what: str) -> bool:
    """Whether a text speaks of `what` (wheelchair, companion, nothing)."""
    said = f" {' '.join(words(text))} "
    return any(f" {phrase}" in said for phrase in _folded(_of(lang)[what]))


def first_name_in(text: str) -> str | None:
    """A name of one to three words as it was written, or None where this is no name."""
    name = _INTRODUCED.sub("", clean(text)).strip(" .")
    return name if len(name) <= MAX_NAME and _NAME.fullmatch(name) else None


def _place(text: str, lang: str, count: int | None) -> int | None:
    """The line that words of one language point to: "the first one", not "the first bus"."""
    pointed, found = _pointed(text, lang), _of(lang)
    if count and pointed in _folded(found["last"]):
        return count
    named = (n for n, forms in enumerate(found["ordinals"], 1) if pointed in _folded(forms))
    return next(named, None)


def _pointed(text: str, lang: str) -> str:
    """A short text without what may stand beside the one of a list that it names."""
    said, beside = words(text), _folded(_of(lang)["pointers"])
    return " ".join(word for word in said[: MOST_WORDS + 1] if word not in beside)


def _whole(text: str, lang: str, key: str) -> bool:
    return " ".join(words(text)) in _folded(_of(lang)[key])


def _spoken_numbers(said: list[str], lang: str) -> set[int]:
    found = _of(lang)
    spoken = {
        number: set(said) & set(_folded(names)) for number, names in enumerate(found["numbers"], 1)
    }
    numbers = {number for number, heard in spoken.items() if heard}
    if len(numbers) > 1 and spoken[1] <= set(_folded(found["weak"])):
        numbers.discard(1)  # "en familie på fire" is four
    return numbers


def _is_day(word: str, name: str) -> bool:
    return word.startswith(name) and len(word) - len(name) <= 3


def _folded(phrases: Iterable[str]) -> list[str]:
    return [" ".join(words(phrase)) for phrase in phrases]


def _of(lang: str) -> dict[str, Any]:
    return _said().get(lang) or _said()["en"]


@cache
def _in_any(key: str) -> frozenset[str]:
    return frozenset(phrase for found in _said().values() for phrase in _folded(found[key]))


@cache
def _said() -> dict[str, dict[str, Any]]:
    with _FILE.open(encoding="utf-8") as file:
        found: dict[str, dict[str, Any]] = yaml.safe_load(file)
    return found
