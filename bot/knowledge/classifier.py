"""A linear classifier over what people say: naive Bayes over words and letter groups.

It learns what a plain search cannot: which words tell neighbouring entries apart. It is counted,
not trained, so that a changed entry costs a moment, and ten thousand entries fit in memory.
"""

import numpy as np

from bot.knowledge.index import Floats, Ints, Vector, Vectors

SMOOTHING = 0.05
"""Weight that each label is given for each feature that it does not have (Lidstone)."""


class Classifier:
    """`scores(vector)` gives one log-likelihood a label, less the best (float32, at most 0)."""

    def __init__(self, idf: Floats, vectors: Vectors, labels: Ints, size: int) -> None:
        """Learns from the first vectors, of which `labels` tells whose they are (0 to `size`)."""
        self.idf, self._size = idf, size
        sizes = vectors.sizes[: len(labels)]
        most = int(sizes.sum())
        ids, counts = vectors.ids[:most], vectors.counts[:most].astype(np.float32)
        texts = np.repeat(np.arange(len(labels)), sizes)
        weights = (1 + np.log(counts)) * idf[ids]
        lengths = np.sqrt(np.bincount(texts, weights**2, len(labels)))
        weights = weights / np.maximum(lengths, 1e-9)[texts]
        owners = labels[texts]
        totals = np.bincount(owners, weights, size)
        self._base = np.log(totals + SMOOTHING * len(idf)).astype(np.float32)
        self._count(ids, owners, weights)

    def scores(self, vector: Vector) -> Floats:
        """How likely each label says this, beside the likeliest; all 0 where nothing is known."""
        values = weigh(self.idf, vector)
        spans = [slice(self._starts[n], self._starts[n + 1]) for n in vector.ids]
        if not spans:
            return np.zeros(self._size, np.float32)
        owners = np.concatenate([self._owners[span] for span in spans])
        sizes = [span.stop - span.start for span in spans]
        gains = np.concatenate([self._gains[span] for span in spans]) * np.repeat(values, sizes)
        found = np.bincount(owners, gains, self._size) - values.sum() * self._base
        scores: Floats = (found - found.max()).astype(np.float32)
        return scores

    def _count(self, ids: Ints, owners: Ints, weights: Floats) -> None:
        """Feature -> labels and what each gains by it, as compressed rows."""
        pairs = ids.astype(np.int64) * self._size + owners
        known, which = np.unique(pairs, return_inverse=True)
        sums = np.bincount(which, weights, len(known))
        self._owners = (known % self._size).astype(np.int32)
        self._gains = np.log1p(sums / SMOOTHING).astype(np.float32)
        self._starts = np.zeros(len(self.idf) + 1, np.int64)
        features = (known // self._size).astype(np.int64)
        np.cumsum(np.bincount(features, minlength=len(self.idf)), out=self._starts[1:])


def weigh(idf: Floats, vector: Vector) -> Floats:
    """The weights of a text's features, of unit length together: rare ones weigh more."""
    values = (1 + np.log(vector.counts)) * idf[vector.ids]
    length = float(np.sqrt(values @ values))
    return (values / (length or 1.0)).astype(np.float32)
