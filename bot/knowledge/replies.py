"""What people write back to a reminder. The words are `replies.yaml`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.text import words

_FILE = Path(__file__).with_suffix(".yaml")
_SIGNS = {"👍": "coming", "✅": "coming", "👌": "coming", "👎": "cannot"}
MOST_WORDS = 10  # a longer text says more than an answer


@dataclass(frozen=True, slots=True)
class Reply:
    """coming, cannot or call-me. A `plain` one, such as yes, needs its question just before it."""

    answer: str
    plain: bool = False


def reply_in(text: str) -> Reply | None:
    """The answer that a whole text gives, or None where it says anything else."""
    if sign := _SIGNS.get(text.strip().rstrip("\ufe0f")):
        return Reply(sign, plain=True)
    said = words(text)
    if "?" in text and not _asks_for_a_call(said):
        return None
    return _found(tuple(said)) if 0 < len(said) <= MOST_WORDS else None


def _asks_for_a_call(said: list[str]) -> bool:
    found = _found(tuple(said))
    return found is not None and found.answer == "call-me"


def _found(said: tuple[str, ...]) -> Reply | None:
    """The answer, also where polite words stand before and after it."""
    if reply := _replies().get(said):
        return reply
    for more in _around():
        if len(more) < len(said):
            if said[: len(more)] == more and (reply := _found(said[len(more) :])):
                return reply
            if said[-len(more) :] == more and (reply := _found(said[: -len(more)])):
                return reply
    return None


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
def _around() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words(said)) for said in _read()["around"])


@cache
def _read() -> dict[str, Any]:
    with _FILE.open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found
