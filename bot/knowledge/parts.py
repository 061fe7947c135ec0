"""The questions of one message, where it holds more than one. The words are `parts.yaml`.

A message is cut at the ends of sentences, and at "and" or a comma where a question begins anew:
"mat og prat for eldre" is one, "hvor er det, og hva koster det" are two. What tells and does not
ask goes with the question after it, or with the one before.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml

from bot.knowledge.text import words

MOST_WORDS = 4  # of a phrase
_FILE = Path(__file__).with_suffix(".yaml")
_SENTENCE_END = re.compile(r"(?<=[.?!;؟…])\s+")
_PAUSE = (",", "،", "-", "–", ":")

Phrase = tuple[str, ...]


def clauses_in(text: str) -> list[str]:
    """The pieces of a message that may each ask or tell something, as they were written."""
    return [clause for sentence in _SENTENCE_END.split(text) for clause in _cut(sentence.split())]


def questions_in(text: str) -> list[str]:
    """The questions and wishes of a message, each with what was told before it."""
    found: list[str] = []
    told: list[str] = []
    for clause in clauses_in(text):
        told.append(clause)
        if is_question(clause):
            found.append(" ".join(told))
            told = []
    if found and told:
        found[-1] = " ".join([found[-1], *told])
    return found


def is_question(clause: str) -> bool:
    """Whether a piece of a message asks or wishes something."""
    return clause.rstrip().endswith(("?", "؟")) or _opens(words(clause))


def _cut(said: Sequence[str]) -> Iterator[str]:
    """The clauses of one sentence."""
    start = 0
    for place in range(1, len(said)):
        if _begins(said, place):
            yield " ".join(said[start:place])
            start = place
    if said:
        yield " ".join(said[start:])


def _begins(said: Sequence[str], place: int) -> bool:
    """Whether a new question begins at a word: after "and" or a pause, and as questions do."""
    rest = [folded for word in said[place : place + 8] for folded in words(word)]
    if _starts(rest, _phrases("joined")):
        return True
    if begun := _starts(rest, _phrases("and")):
        return _opens(rest[begun:])
    return said[place - 1].endswith(_PAUSE) and _opens(rest)


def _opens(said: Sequence[str]) -> bool:
    """Whether words begin as a question or a wish does, after what may stand before it."""
    rest = list(said)
    while begun := _starts(rest, _phrases("before")):
        rest = rest[begun:]
    return bool(_starts(rest, _phrases("opens")) or _starts(said, _phrases("joined")))


def _starts(said: Sequence[str], phrases: frozenset[Phrase]) -> int:
    """The length in words of the longest phrase that words start with, 0 where none does."""
    longest = min(MOST_WORDS, len(said))
    return next((n for n in range(longest, 0, -1) if tuple(said[:n]) in phrases), 0)


@cache
def _phrases(name: str) -> frozenset[Phrase]:
    with _FILE.open(encoding="utf-8") as file:
        read = yaml.safe_load(file)[name]
    listed = [one for line in read for one in (line if isinstance(line, list) else [line])]
    return frozenset(tuple(words(phrase)) for phrase in listed)
