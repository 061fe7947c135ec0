"""An inverted index over words and letter groups, in numpy, scored by BM25.

Letter groups of 3 to 5 inside padded words find inflections, compounds and slips of the keyboard
that whole words miss; whole words keep short ones apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from sys import intern

import numpy as np
import numpy.typing as npt

from bot.knowledge.text import words

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

GRAMS = (3, 4, 5)
K1 = 1.2
B = 0.6
MOST_COUNTED = 255  # of one feature in one text


def tokens(text: str) -> list[str]:
    """The words; of a text without any (an emoji, question marks) the signs."""
    return words(text) or [sign for sign in text if not sign.isspace()]


def features(word: str) -> list[str]:
    """The word itself and its padded letter groups: "bil" gives "=bil", " bi", "bil", ..."""
    padded = f" {word} "
    starts = ((n, start) for n in GRAMS for start in range(len(padded) - n + 1))
    return [f"={word}", *(padded[start : start + n] for n, start in starts)]


def _size(word: str) -> int:
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


def holds(known: Ints, wanted: Ints) -> npt.NDArray[np.bool_]:
    """Which of `wanted` are in `known`, both ascending (many times quicker than `np.isin`)."""
    if not len(known):
        return np.zeros(len(wanted), np.bool_)
    places = np.searchsorted(known, wanted).clip(max=len(known) - 1)
    found: npt.NDArray[np.bool_] = known[places] == wanted
    return found


class Vectors:
    """Many vectors in three arrays: a hundred thousand small objects would take far more room."""

    def __init__(self, vectors: Iterable[Vector]) -> None:
        every = [(each.ids, each.counts.clip(max=MOST_COUNTED)) for each in vectors]
        self.sizes = np.array([len(ids) for ids, _ in every], np.int64)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)])
        self.ids = np.concatenate([np.zeros(0, np.int32), *(ids for ids, _ in every)])
        counts = [counts.astype(np.uint8) for _, counts in every]
        self.counts = np.concatenate([np.zeros(0, np.uint8), *counts])

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, n: int) -> Vector:
        span = slice(self.starts[n], self.starts[n + 1])
        return Vector(self.ids[span], self.counts[span].astype(np.float32))


class Index:
    """Documents by feature: `scores` gives the BM25 score of each document (float32)."""

    def __init__(self, texts: Sequence[str], before: "Index | None" = None) -> None:
        """What an index `before` has cut into words is not cut again: that is half of the work."""
        known = before.words if before else {}
        self.words: dict[str, tuple[str, ...]] = {
            text: known.get(text) or _words(text) for text in texts
        }
        self.vocabulary = Vocabulary()
        self.vectors = Vectors(vector(self.words[text], self.vocabulary.learn) for text in texts)
        self.idf = self._idf()
        self.rarest = float(self.idf.max(initial=0.0))
        self._postings()

    def vector(self, said: Iterable[str]) -> Vector:
        """A query as features that the index knows."""
        return vector(said, self.vocabulary.look_up)

    def scores(self, query: Vector) -> Floats:
        """One BM25 score a document, in the order in which the texts were given."""
        if not len(query.ids):
            return np.zeros(len(self.vectors), np.float32)
        spans = [slice(self.starts[n], self.starts[n + 1]) for n in query.ids]
        docs = np.concatenate([self.docs[span] for span in spans])
        weights = np.concatenate([self.weights[span] for span in spans])
        return np.bincount(docs, weights, len(self.vectors)).astype(np.float32)

    def weight(self, said: Iterable[str]) -> float:
        """The weight of all features of these words; an unknown one weighs like the rarest."""
        total = 0.0
        for word in set(said):
            ids = self.vocabulary.look_up(word)
            total += float(self.idf[ids].sum()) + self.rarest * (_size(word) - len(ids))
        return total

    def unknown_share(self, said: Sequence[str]) -> float:
        """The share of words that no document holds as whole words."""
        return sum(word not in self.vocabulary.words for word in said) / max(len(said), 1)

    def _idf(self) -> Floats:
        documents = np.bincount(self.vectors.ids, minlength=len(self.vocabulary.ids))
        total = len(self.vectors)
        return np.log1p((total - documents + 0.5) / (documents + 0.5)).astype(np.float32)

    def _postings(self) -> None:
        """Feature -> documents and weights, as compressed rows (`starts` are their borders)."""
        ids, sizes = self.vectors.ids, self.vectors.sizes
        docs = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        counts = self.vectors.counts.astype(np.float32)
        lengths = np.bincount(docs, counts, len(sizes)).astype(np.float32)
        long = (lengths / max(float(lengths.mean()), 1e-9))[docs] if len(sizes) else lengths
        weights = self.idf[ids] * counts * (K1 + 1) / (counts + K1 * (1 - B + B * long))
        order = np.argsort(ids, kind="stable")
        self.docs, self.weights = docs[order], weights[order].astype(np.float32)
        self.starts = np.zeros(len(self.idf) + 1, np.int64)
        np.cumsum(np.bincount(ids, minlength=len(self.idf)), out=self.starts[1:])


def _words(text: str) -> tuple[str, ...]:
    """The words, each kept once however many texts have it."""
    return tuple(map(intern, tokens(text)))
