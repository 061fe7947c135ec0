"""A second ear for danger, where no rule hears any: a linear model over letters and words.

It can only raise an alarm, never silence one. The model is data, `danger/second-ear.json`, made
from what people in danger and others say: `python -m bot.knowledge.second_ear tests/data`.
"""

import base64
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from bot.knowledge.concepts import concept_features

_FILE = Path(__file__).parent / "danger" / "second-ear.json"
_GRAMS = (3, 4, 5)
_MOST_WORDS = 80


@dataclass(frozen=True, slots=True)
class Ear:
    """Weights by hashed feature: for danger at all, and for each need; bytes are signed."""

    threshold: float
    danger: memoryview
    needs: dict[str, memoryview]


def hear(words: Sequence[str]) -> str | None:
    """The need that the folded words of a message most likely tell of, or None."""
    hashes, ear = features(words), _ear()
    if _loudness(ear, hashes) < 1:
        return None
    return max(ear.needs, key=lambda need: _score(ear.needs[need], hashes))


def loudness(words: Sequence[str]) -> float:
    """How much folded words sound of danger: 1 and more alarms by itself; 0 or less is silence."""
    return _loudness(_ear(), features(words))


def _loudness(ear: Ear, hashes: Sequence[int]) -> float:
    return _score(ear.danger, hashes) / ear.threshold if hashes else 0.0


def features(words: Sequence[str]) -> list[int]:
    """Hashes of the letter grams, the words, and the pairs of words near each other."""
    words = words[:_MOST_WORDS]
    return [crc32(feature.encode()) for feature in dict.fromkeys(_features(words))]


def _features(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        padded = f"<{word[:30]}>"
        for size in _GRAMS:
            yield from (padded[at : at + size] for at in range(len(padded) - size + 1))
        yield f"={word}"
    yield from (f"{one} {other}" for one, other in pairwise(words))
    yield from (f"{one}_{other}" for one, other in zip(words, words[2:], strict=False))
    yield from concept_features(words)


def _score(weights: memoryview, hashes: Sequence[int]) -> float:
    """Mean weight, with long messages damped less than a plain mean would."""
    size = len(weights)
    return sum(weights[one % size] for one in hashes) / math.sqrt(len(hashes) + 1)


@lru_cache(maxsize=1)
def _ear() -> Ear:
    data = json.loads(_FILE.read_text("utf-8"))
    needs = {need: _weights(packed) for need, packed in data["needs"].items()}
    return Ear(data["threshold"], _weights(data["danger"]), needs)


def _weights(packed: str) -> memoryview:
    return memoryview(base64.b64decode(packed)).cast("b")


if __name__ == "__main__":
    from bot.knowledge.second_ear_learning import learn

    _FILE.write_text(json.dumps(learn(Path(sys.argv[1]))) + "\n", "utf-8")
