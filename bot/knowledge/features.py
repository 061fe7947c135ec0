"""Texts as features: their words, and the letter groups of 3 to 5 inside padded words.

Letter groups find inflections, compounds and slips of the keyboard that whole words miss; whole
words keep short ones apart.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from sys import intern

import numpy as np
import numpy.typing as npt

from bot.knowledge.rows import Floats, Ints, Sizes
from bot.knowledge.text import words

Bytes = npt.NDArray[np.uint8]
Words = Mapping[str, tuple[str, ...]]

GRAMS = (3, 4, 5)
MOST_COUNTED = 255  # of one feature in one text
BLOCK = 1000  # texts whose small arrays are held at once


def tokens(text: str) -> list[str]:
    """The words; of a text without any (an emoji, question marks) the signs."""
    return words(text) or [sign for sign in text if not sign.isspace()]


def features(word: str) -> list[str]:
    """The word itself and its padded letter groups: "bil" gives "=bil", " bi", "bil", ..."""
    padded = f" {word} "
    starts = ((n, start) for n in GRAMS for start in range(len(padded) - n + 1))
    return [f"={word}", *(padded[start : start + n] for n, start in starts)]


def size(word: str) -> int:
    """How many features a word has."""
    return 1 + sum(max(len(word) + 3 - n, 0) for n in GRAMS)


class Vocabulary:
    """Numbers for features; grows while the index is built, then only looks up."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.words: dict[str, Ints] = {}

    def learn(self, word: str) -> Ints:
        """The feature numbers of a word of the index."""
        if word not in self.words:
            ids = [self.ids.setdefault(feature, len(self.ids)) for feature in features(word)]
            self.words[word] = np.array(ids, np.int32)
        return self.words[word]

    def look_up(self, word: str) -> Ints:
        """The feature numbers that the index knows of any word."""
        known = self.words.get(word)
        if known is not None:
            return known
        found = (self.ids.get(feature) for feature in features(word))
        return np.array([number for number in found if number is not None], np.int32)


@dataclass(frozen=True, slots=True)
class Vector:
    """A text as feature numbers (ascending) and how often each occurs."""

    ids: Ints
    counts: Floats


def vector(said: Iterable[str], look: Callable[[str], Ints]) -> Vector:
    """The feature counts of some words."""
    parts = [look(word) for word in said]
    if not parts:
        return Vector(np.zeros(0, np.int32), np.zeros(0, np.float32))
    ids, counts = np.unique(np.concatenate(parts), return_counts=True)
    return Vector(ids, counts.astype(np.float32))


class Vectors:
    """Many vectors in three arrays: a hundred thousand small objects would take far more room."""

    def __init__(self, vectors: Iterable[Vector]) -> None:
        rest = iter(vectors)
        blocks = [_joined(block) for block in iter(lambda: list(islice(rest, BLOCK)), [])]
        ids, counts, sizes = zip(_joined([]), *blocks, strict=True)
        self.ids, self.counts, self.sizes = map(np.concatenate, (ids, counts, sizes))
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)])

    def __len__(self) -> int:
        return len(self.sizes)


def _joined(vectors: Sequence[Vector]) -> tuple[Ints, Bytes, Sizes]:
    """(ids, counts, sizes), each in one array. By blocks, so that small arrays are soon let go."""
    ids = np.concatenate([np.zeros(0, np.int32), *(each.ids for each in vectors)])
    counts = np.concatenate([np.zeros(0, np.float32), *(each.counts for each in vectors)])
    sizes = np.array([len(each.ids) for each in vectors], np.int64)
    return ids, counts.clip(max=MOST_COUNTED).astype(np.uint8), sizes


class Reading:
    """Texts that were read: the words of each, and all as vectors over one vocabulary.

    The vectors are for whoever learns from them; they are not kept longer than that.
    """

    def __init__(self, texts: Sequence[str], known: Words) -> None:
        """What was cut into words before (`known`) is not cut again: that is half of the work."""
        self.words = {text: known.get(text) or _words(text) for text in texts}
        self.vocabulary = Vocabulary()
        self.vectors = Vectors(vector(self.words[text], self.vocabulary.learn) for text in texts)


def _words(text: str) -> tuple[str, ...]:
    """The words, each kept once however many texts have it."""
    return tuple(map(intern, tokens(text)))
