"""How sure a match is: two small logistic models over scale-free features, with their thresholds.

Everything here is learned from questions by `python -m bot.knowledge.fit` and stored in
`calibration.json` together with the figures it gave: once for the lexical path alone, once with
embeddings.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "calibration.json"
LEXICAL, FULL = "lexical", "full"


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression: features are centred and scaled, then weighed."""

    centre: Sequence[float]
    scale: Sequence[float]
    weights: Sequence[float]
    bias: float

    def probability(self, features: Sequence[float]) -> float:
        """How likely the thing asked for is, from 0 to 1."""
        parts = zip(features, self.centre, self.scale, self.weights, strict=True)
        total = self.bias + sum((x - c) / s * w for x, c, s, w in parts)
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, total))))


@dataclass(frozen=True, slots=True)
class Fusion:
    """What each signal of a label weighs: `rich` where labels have many texts, plus `poor` times
    how few they have (0: a hundred a label, 1: one). Conditional logit (McFadden 1974)."""

    rich: Sequence[float]
    poor: Sequence[float]

    def weights(self, few: float) -> list[float]:
        """The weights of the signals, in their order."""
        return [rich + few * poor for rich, poor in zip(self.rich, self.poor, strict=True)]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`fusion` ranks; `first`: is the first candidate right; `among`: is one of the choices right.

    A first candidate at or above `answer` is answered, small talk from `talk` on: a kind word to
    who asked for something costs less than a wrong answer. Otherwise choices at or above `choose`
    are offered, each of which has at least `least_share` of the first one's share.
    """

    fusion: Fusion
    first: Model
    among: Model
    answer: float
    talk: float
    choose: float
    least_share: float


def from_json(values: Mapping[str, Any]) -> Calibration:
    """The calibration as `fit` wrote it."""
    models = values["models"]
    return Calibration(
        Fusion(**values["fusion"]),
        Model(**models["first"]),
        Model(**models["among"]),
        **values["thresholds"],
    )


@cache
def shipped(path: str = LEXICAL) -> Calibration:
    """The calibration that comes with the project, for the lexical path or the full one."""
    return from_json(json.loads(FILE.read_text("utf-8"))[path])
