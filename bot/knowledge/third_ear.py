"""A third ear for danger, by meaning: where no rule and no second ear hears any.

It can only raise an alarm, and only where this machine has the embedder. It is a small network
over the embedding of a question: one hidden layer, and a value for each need and for none. What
the second ear almost heard counts with it: words and meaning err at different messages. The model
is data, `danger/third-ear.json`, with the figures that it gave on sets it had not seen;
`python -m bot.knowledge.third_ear_learning tests/data` makes it.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.knowledge.danger import NEEDS, Danger, raise_alarm
from bot.knowledge.embedder import SIZE, Floats
from bot.knowledge.phrases import tokens
from bot.knowledge.second_ear import loudness

HIDDEN = 48
LOUDNESS = 6.0  # log odds that a message is given which the second ear just hears
SCALE = 6.0  # of unit vectors, so that the hidden layer bends
RULE = "third-ear"
FILE = Path(__file__).parent / "danger" / "third-ear.json"


@dataclass(frozen=True, slots=True)
class Network:
    """Weights: (SIZE, HIDDEN), (HIDDEN,), (HIDDEN, needs and none), (needs and none,)."""

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats

    def values(self, points: Floats) -> tuple[Floats, Floats]:
        """Of centred unit vectors, one a row: (hidden layer, value of each need and of none)."""
        hidden: Floats = np.tanh(SCALE * points @ self.inner + self.inner_bias)
        return hidden, hidden @ self.outer + self.outer_bias

    def hear(self, points: Floats) -> tuple[Floats, list[str]]:
        """Of each row: the log odds of danger, and the need that it most likely is."""
        _, values = self.values(points)
        needs, none = values[:, :-1], values[:, -1]
        odds: Floats = np.logaddexp.reduce(needs, axis=1) - none
        return odds, [NEEDS[n] for n in needs.argmax(axis=1)]


def hear(text: str, asked: Floats) -> Danger | None:
    """The danger that a message tells of, by its embedding as a question (SIZE numbers), or None.

    For messages in which `find_danger` finds none; what an exception there explains stays silent.
    """
    network, middle, threshold = _ear()
    odds, needs = network.hear(centred(asked[None], middle))
    heard = float(odds[0]) + by_words(text) >= threshold
    return raise_alarm(text, needs[0], RULE) if heard else None


def by_words(text: str) -> float:
    """What the sound of the words adds to the log odds."""
    return LOUDNESS * loudness(tokens(text))


def centred(points: Floats, middle: Floats) -> Floats:
    """Unit vectors from the middle of all: the model's points lie in one narrow cone."""
    away = points - middle
    found: Floats = away / np.linalg.norm(away, axis=1, keepdims=True).clip(1e-6)
    return found


@lru_cache(maxsize=1)
def _ear() -> tuple[Network, Floats, float]:
    return unpacked(json.loads(FILE.read_text("utf-8")))


def packed(network: Network, middle: Floats, threshold: float) -> dict[str, Any]:
    """As it is stored: numbers of 16 bits in base64."""
    parts = np.concatenate([part.ravel() for part in _parts(network, middle)])
    numbers = base64.b64encode(parts.astype("<f2").tobytes()).decode()
    return {"threshold": round(threshold, 3), "numbers": numbers}


def unpacked(data: Mapping[str, Any]) -> tuple[Network, Floats, float]:
    """What `packed` stored: (network, middle, threshold)."""
    numbers = np.frombuffer(base64.b64decode(data["numbers"]), "<f2").astype(np.float32)
    kinds = len(NEEDS) + 1
    shapes = ((SIZE, HIDDEN), (HIDDEN,), (HIDDEN, kinds), (kinds,), (SIZE,))
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    parts = np.split(numbers, ends[:-1])
    *weights, middle = (part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
    return Network(*weights), middle, float(data["threshold"])


def _parts(network: Network, middle: Floats) -> tuple[Floats, ...]:
    return network.inner, network.inner_bias, network.outer, network.outer_bias, middle
