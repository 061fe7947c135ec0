"""Figures over queries: shares of right firsts, and whether a difference may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Result:
    """`right`: of each query that has an answer, whether the first entry is one; `sure` and
    `unsure`: the score of the first entry where there is an answer, and where there is none."""

    right: Bools
    sure: Reals
    unsure: Reals

    @property
    def top1(self) -> float:
        """The share of first entries that are right, of queries that have an answer."""
        return float(self.right.mean())

    @property
    def auroc(self) -> float:
        """How often a query with an answer scores above one without; ties count half."""
        others = np.sort(self.unsure)
        below = np.searchsorted(others, self.sure, "left")
        up_to = np.searchsorted(others, self.sure, "right")
        return float((below + up_to).mean() / 2 / max(len(others), 1))


def judge(scores: Reals, columns: Sequence[str], gold: Sequence[frozenset[str]]) -> Result:
    """Scores of shape (queries, entries) against what is right; no gold: nothing is.

    A query for which all entries score alike has found nothing.
    """
    firsts = scores.argmax(axis=1)
    found = scores.max(axis=1) > scores.min(axis=1)
    right = [bool(f) and columns[n] in g for f, n, g in zip(found, firsts, gold, strict=True)]
    inside = np.array([bool(one) for one in gold])
    top = scores.max(axis=1)
    return Result(np.array(right)[inside], top[inside], top[~inside])


def mcnemar(one: Bools, other: Bools) -> float:
    """How likely chance alone tells two that differ at least so much (exact, two-sided)."""
    better, worse = int((one & ~other).sum()), int((other & ~one).sum())
    total = better + worse
    tail = sum(comb(total, n) for n in range(min(better, worse) + 1))
    return float(min(1.0, 2 * tail / 2**total))
