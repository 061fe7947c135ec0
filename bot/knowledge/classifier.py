"""A linear classifier over what people say: softmax regression, learned when the index is built.

It learns what a plain search cannot: which words tell neighbouring entries apart.
"""

from collections.abc import Sequence

import numpy as np

from bot.knowledge.index import Floats, Ints, Vector

ROUNDS = 4
RATE = 5.0
SLOWDOWN = 20_000  # steps after which the learning rate is halved
TOLERANCE = 0.01  # smaller errors are left: with many labels nearly all of them are small
HEAVIEST = 5.0  # more makes the steps of a small label too long
MAX_WEIGHTS = 1 << 25  # 128 MB of float32; with many labels features share rows instead
SEED = 20_261_121


class Classifier:
    """`scores(vector)` gives one log-odds-like score a label (float32)."""

    def __init__(self, idf: Floats, vectors: Sequence[Vector], labels: Ints, size: int) -> None:
        self.idf = idf
        self.rows = max(1, min(len(idf), MAX_WEIGHTS // max(size, 1)))
        self.weights = np.zeros((self.rows, size), np.float32)
        self._learn([self._prepare(vector) for vector in vectors], labels)

    def probabilities(self, vector: Vector) -> Floats:
        """One probability a label; all alike for a text without a known feature."""
        rows, values = self._prepare(vector)
        return _softmax(values @ self.weights[rows])

    def _prepare(self, vector: Vector) -> tuple[Ints, Floats]:
        values = (1 + np.log(vector.counts)) * self.idf[vector.ids]
        length = float(np.sqrt(values @ values))
        return vector.ids % self.rows, (values / (length or 1.0)).astype(np.float32)

    def _learn(self, examples: Sequence[tuple[Ints, Floats]], labels: Ints) -> None:
        """Plain stochastic gradient descent: one example, one small step."""
        order = np.random.default_rng(SEED)
        pace = RATE * _weights(labels)
        steps = (i for _ in range(ROUNDS) for i in order.permutation(len(examples)))
        for step, i in enumerate(steps):
            rows, values = examples[i]
            error = _softmax(values @ self.weights[rows])
            error[labels[i]] -= 1
            off = np.flatnonzero(np.abs(error) > TOLERANCE)
            change = values[:, None] * (error[off] * (pace[labels[i]] / (1 + step / SLOWDOWN)))
            self.weights[rows[:, None], off] -= change


def _weights(labels: Ints) -> Floats:
    """A weight a label, so that an entry with three utterances is heard beside one with ninety."""
    sizes = np.bincount(labels).clip(1)
    weights: Floats = np.sqrt(np.median(sizes) / sizes).clip(max=HEAVIEST).astype(np.float32)
    return weights


def _softmax(scores: Floats) -> Floats:
    powers: Floats = np.exp(scores - scores.max())
    powers /= powers.sum()
    return powers
