"""The questions of one message, where it holds more than one. The words are `parts.yaml`.

A message is cut at the ends of sentences and lines, and at "and" or a comma where a question
begins anew: "mat og prat for eldre" is one, "hvor er det, og hva koster det" are two. What tells
and does not ask goes with the question after it, or with the one before.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.knowledge.text import words

MOST_WORDS = 4  # of a phrase
LOOK_AHEAD = 8  # words that tell whether a question begins
LONGEST = 1500  # letters of a message that is cut
_FILE = Path(__file__).with_suffix(".yaml")
_SENTENCE_END = re.compile(r"(?<=[.?!;؟…])\s+|\s*\n\s*")
_LISTED = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*])\s+|\s\d{1,2}\)\s+", re.MULTILINE)
_PAUSE = (",", "،", "-", "–", ":")

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tongue:
    """The phrases of languages that are mixed in one message; others' "and" is another word."""

    between: frozenset[Phrase]
    before: frozenset[Phrase]
    joined: frozenset[Phrase]
    opens: frozenset[Phrase]
    refers: frozenset[Phrase]


def clauses_in(text: str) -> list[str]:
    """The pieces of a message that may each ask or tell something, as they were written.

    A very long message is one piece: it is a story, and not worth the time.
    """
    if len(text) > LONGEST:
        return [text]
    sentences = _SENTENCE_END.split(_LISTED.sub("\n", text))
    return [clause for sentence in sentences for clause in _cut(sentence.split())]


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
    said = words(clause)
    return clause.rstrip().endswith(("?", "؟")) or any(_opens(said, each) for each in _tongues())


def refers_back(question: str) -> bool:
    """Whether it asks about what was named before it, as "who runs it" does."""
    last = tuple(words(question)[-1:])
    return any(last in tongue.refers for tongue in _tongues())


def _cut(said: Sequence[str]) -> Iterator[str]:
    """The clauses of one sentence."""
    start, folded = 0, [words(word) for word in said]
    for place in range(1, len(said)):
        ahead = [word for one in folded[place : place + LOOK_AHEAD] for word in one]
        paused = said[place - 1].endswith(_PAUSE)
        if any(_begins(ahead, tongue, paused=paused) for tongue in _tongues()):
            yield " ".join(said[start:place])
            start = place
    if said:
        yield " ".join(said[start:])


def _begins(rest: Sequence[str], tongue: Tongue, *, paused: bool) -> bool:
    """Whether a new question begins here: with "and" or after a pause, and as questions do."""
    if _starts(rest, tongue.joined):
        return True
    if begun := _starts(rest, tongue.between):
        return _opens(rest[begun:], tongue)
    return paused and _opens(rest, tongue)


def _opens(said: Sequence[str], tongue: Tongue) -> bool:
    """Whether words begin as a question or a wish does, after what may stand before it."""
    rest = list(said)
    while begun := _starts(rest, tongue.before):
        rest = rest[begun:]
    return bool(_starts(rest, tongue.opens) or _starts(said, tongue.joined))


def _starts(said: Sequence[str], phrases: frozenset[Phrase]) -> int:
    """The length in words of the longest phrase that words start with, 0 where none does."""
    longest = min(MOST_WORDS, len(said))
    return next((n for n in range(longest, 0, -1) if tuple(said[:n]) in phrases), 0)


@cache
def _tongues() -> tuple[Tongue, ...]:
    with _FILE.open(encoding="utf-8") as file:
        read = yaml.safe_load(file)
    return tuple(
        Tongue(
            between=_folded(phrases["and"]),
            before=_folded(phrases["before"]),
            joined=_folded(phrases["joined"]),
            opens=_folded(phrase for line in phrases["opens"] for phrase in line),
            refers=_folded(phrases["refers"]),
        )
        for phrases in read.values()
    )


def _folded(phrases: Iterable[str]) -> frozenset[Phrase]:
    return frozenset(tuple(words(phrase)) for phrase in phrases)
