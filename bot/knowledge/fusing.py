"""Learns what each signal weighs: conditional logit (McFadden 1974), by gradient descent.

Each task (a deployment's questions, or a set from elsewhere) counts alike, however large it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.knowledge.calibration import Fusion

Matrix = npt.NDArray[np.float64]

STEPS = 300
RATE = 0.3
RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a task: `values` has a row a label and a column a signal; `gold` holds the
    rows that are right; `few` is how few texts the task's labels have, 0 to 1."""

    task: str
    values: npt.NDArray[np.float32]
    gold: tuple[int, ...]
    few: float


def fuse(asked: Sequence[Asked]) -> Fusion:
    """The weights under which what is right is likeliest, over all tasks."""
    known = [one for one in asked if one.gold]
    names = sorted({one.task for one in known})
    tasks = [_Task([one for one in known if one.task == name]) for name in names]
    size = tasks[0].values.shape[2]
    weights, mean, square = (np.zeros(size) for _ in range(3))
    for step in range(1, STEPS + 1):  # Adam (Kingma and Ba 2015)
        slope = sum((task.slope(weights) for task in tasks), RIDGE * weights) / len(tasks)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    rich, poor = np.split(weights.round(3), 2)
    return Fusion(rich.tolist(), poor.tolist())


class _Task:
    """A task's questions as one array: question x label x (signals, and they times `few`)."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        values = np.stack([one.values for one in asked]).astype(np.float64)
        self.values = np.concatenate([values, values * asked[0].few], axis=2)
        self.right = np.zeros(values.shape[:2])
        for row, one in zip(self.right, asked, strict=True):
            row[list(one.gold)] = 1

    def slope(self, weights: Matrix) -> Matrix:
        """The slope of the mean log-likelihood's negative."""
        totals = self.values @ weights
        shares = np.exp(totals - totals.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        right = shares * self.right
        right /= right.sum(axis=1, keepdims=True) + 1e-12
        slope: Matrix = np.tensordot(shares - right, self.values, axes=2) / len(shares)
        return slope
