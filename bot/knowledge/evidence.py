"""What is known about one message before deciding: the ranked meanings and how sure they look."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge.corpus import Label

FLOOR = 1e-6  # keeps logarithms finite


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near the texts of one meaning are: shares of the message's weight, 0 to about 1.

    `best` by one text, `union` by all texts of the meaning together, `ratio` of the meaning's BM25
    score to the best of all meanings, `strength` of the best score to a perfect match.
    """

    best: float
    union: float
    ratio: float
    strength: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """`offers` are entries and actions with their shares, best first; the shares of all meanings
    sum to 1. `smalltalk` and `outside` are the likeliest of their kind, with the kind's share;
    `matter` is the share of that likeliest outside meaning alone; `meaning` is what embeddings say
    of the first (nearest text, local regression, and the best of all), empty without them."""

    offers: Sequence[tuple[Label, float]]
    smalltalk: tuple[Label, float]
    outside: tuple[Label, float]
    matter: float
    near: Nearness
    meaning: tuple[float, ...]
    words: int
    unknown: float

    @property
    def first(self) -> Label:
        """The likeliest meaning that we can answer."""
        return max(self.offers[0], self.smalltalk, key=lambda pair: pair[1])[0]

    def features(self) -> list[float]:
        """Scale-free signs of being right, for the calibrated model."""
        shares = [share for _, share in self.offers]
        small, out = self.smalltalk[1], self.outside[1]
        top = max(shares[0], small)
        rival = max(shares[1], min(shares[0], small))
        return [
            _logit(top),
            math.log((top + FLOOR) / (rival + FLOOR)),
            math.log((top + FLOOR) / (out + FLOOR)),
            _logit(sum(shares[:4])),
            _logit(small),
            float(small > shares[0]),
            float(self.first.kind == "action"),
            self.near.best,
            self.near.union,
            self.near.ratio,
            self.near.strength,
            math.log1p(self.words),
            self.unknown,
            *self.meaning,
        ]


def _logit(share: float) -> float:
    share = min(max(share, FLOOR), 1 - FLOOR)
    return math.log(share / (1 - share))
