"""An inverted index over words and letter groups, in numpy, scored by BM25."""

from collections.abc import Iterable, Sequence

import numpy as np

from bot.knowledge.features import Reading, Vector, Vectors, size, vector
from bot.knowledge.rows import Floats, Rows

K1 = 1.2
B = 0.6


class Index:
    """Documents by feature: `scores` gives the BM25 score of each document (float32)."""

    def __init__(self, read: Reading) -> None:
        self.words, self.vocabulary = read.words, read.vocabulary
        self._size = len(read.vectors)
        self.idf = _idf(read.vectors, len(self.vocabulary.ids))
        self.rarest = float(self.idf.max(initial=0.0))
        self.postings = _postings(read.vectors, self.idf)

    def vector(self, said: Iterable[str]) -> Vector:
        """A query as features that the index knows."""
        return vector(said, self.vocabulary.look_up)

    def scores(self, query: Vector) -> Floats:
        """One BM25 score a document, in the order in which the texts were given."""
        return self.postings.sum(query.ids, self._size)

    def weight(self, said: Iterable[str]) -> float:
        """The weight of all features of these words; an unknown one weighs like the rarest."""
        total = 0.0
        for word in set(said):
            ids = self.vocabulary.look_up(word)
            total += float(self.idf[ids].sum()) + self.rarest * (size(word) - len(ids))
        return total

    def unknown_share(self, said: Sequence[str]) -> float:
        """The share of words that no document holds as whole words."""
        return sum(word not in self.vocabulary.words for word in said) / max(len(said), 1)


def _idf(vectors: Vectors, known: int) -> Floats:
    documents, total = np.bincount(vectors.ids, minlength=known), len(vectors)
    return np.log1p((total - documents + 0.5) / (documents + 0.5)).astype(np.float32)


def _postings(vectors: Vectors, idf: Floats) -> Rows:
    """Feature -> documents and weights."""
    ids, sizes = vectors.ids, vectors.sizes
    docs = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    counts = vectors.counts.astype(np.float32)
    lengths = np.bincount(docs, counts, len(sizes)).astype(np.float32)
    long = (lengths / max(float(lengths.mean()), 1e-9))[docs] if len(sizes) else lengths
    weights = idf[ids] * counts * (K1 + 1) / (counts + K1 * (1 - B + B * long))
    order = np.argsort(ids, kind="stable")
    return Rows.of(ids, docs[order], weights[order].astype(np.float32), len(idf))
