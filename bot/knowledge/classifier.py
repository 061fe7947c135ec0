"""A linear classifier over what people say: naive Bayes over words and letter groups.

It learns what a plain search cannot: which words tell neighbouring entries apart. It is counted,
not trained, so that a changed entry costs a moment, and ten thousand entries fit in memory.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from bot.knowledge.features import Bytes, Vector, Vectors
from bot.knowledge.rows import Floats, Ints, Rows, Sizes

SMOOTHING = 0.05
"""Weight that each label is given for each feature that it does not have (Lidstone)."""


class Classifier:
    """`scores(vector)` gives one log-likelihood a label, less the best (float32, at most 0)."""

    def __init__(self, idf: Floats, vectors: Vectors, labels: Ints, size: int) -> None:
        """Learns from the first vectors, of which `labels` (ascending, 0 to `size`) says whose
        they are."""
        self.idf, self._size = idf, size
        sizes = vectors.sizes[: len(labels)]
        ids = vectors.ids[: int(sizes.sum())]
        weights = _weights(idf[ids], vectors.counts[: len(ids)], sizes)
        borders = vectors.starts[np.searchsorted(labels, np.arange(size + 1))]
        counted = [_sums(ids[a:b], weights[a:b]) for a, b in pairwise(borders.tolist())]
        self.gains = _gains(counted, len(idf))
        totals = np.array([sums.sum() for _, sums in counted])
        self._base = np.log(totals + SMOOTHING * len(idf)).astype(np.float32)

    def scores(self, vector: Vector) -> Floats:
        """How likely each label says this, beside the likeliest; all 0 where nothing is known."""
        values = weigh(self.idf, vector)
        if not len(vector.ids):
            return np.zeros(self._size, np.float32)
        found = self.gains.sum(vector.ids, self._size, values) - values.sum() * self._base
        scores: Floats = (found - found.max()).astype(np.float32)
        return scores


def _weights(idf: Floats, counts: Bytes, sizes: Sizes) -> Floats:
    """The weights of the features of many texts, as `weigh` gives them for one."""
    texts = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    weights = (1 + np.log(counts.astype(np.float32))) * idf
    lengths = np.sqrt(np.bincount(texts, weights * weights, len(sizes))).clip(1e-9)
    weights /= lengths.astype(np.float32)[texts]
    return weights


def _sums(ids: Ints, weights: Floats) -> tuple[Ints, Floats]:
    """Of one label: its features, ascending, and the weight of each in all of its texts."""
    features, which = np.unique(ids, return_inverse=True)
    return features, np.bincount(which, weights, len(features)).astype(np.float32)


def _gains(counted: Sequence[tuple[Ints, Floats]], features: int) -> Rows:
    """Feature -> labels and what each gains by it."""
    sizes = [len(ids) for ids, _ in counted]
    labels = np.repeat(np.arange(len(counted), dtype=np.int32), sizes)
    ids, sums = (np.concatenate(part) for part in zip(*counted, strict=True))
    order = np.argsort(ids, kind="stable")
    return Rows.of(ids, labels[order], np.log1p(sums[order] / SMOOTHING), features)


def weigh(idf: Floats, vector: Vector) -> Floats:
    """The weights of a text's features, of unit length together: rare ones weigh more."""
    values = (1 + np.log(vector.counts)) * idf[vector.ids]
    length = float(np.sqrt(values @ values))
    return (values / (length or 1.0)).astype(np.float32)
