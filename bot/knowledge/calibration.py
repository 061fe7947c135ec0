"""How sure a match is: a logistic model over scale-free features, with its thresholds.

Everything here is learned from questions by `python -m bot.knowledge.fit` and stored in
`calibration.json` together with the figures it gave.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "calibration.json"


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
class Calibration:
    """`first`: is the first candidate right; `among`: is one of the choices right.

    A first candidate at or above `answer` is answered; otherwise choices at or above `choose` are
    offered, each of which has at least `least_share` of the first one's share.
    """

    first: Model
    among: Model
    answer: float
    choose: float
    least_share: float


def from_json(values: Mapping[str, Any]) -> Calibration:
    """The calibration as `fit` wrote it."""
    models = values["models"]
    return Calibration(Model(**models["first"]), Model(**models["among"]), **values["thresholds"])


@cache
def shipped() -> Calibration:
    """The calibration that comes with the project."""
    return from_json(json.loads(FILE.read_text("utf-8")))
