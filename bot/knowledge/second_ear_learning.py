"""How the second ear learns: logistic regression by stochastic gradient (AdaGrad), seeded.

The threshold is set on questions that the model did not see: one in five folds at a time is kept
out, and at most `FALSE_ALARMS` of all ordinary questions may be raised.
"""

import base64
import json
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from bot.knowledge import intents, packs
from bot.knowledge.phrases import tokens
from bot.knowledge.second_ear import features

SIZE = 2**18
NEED_SIZE = 2**15
FALSE_ALARMS = 0.002  # of what is kept out; beside all that is learned it is ten times less
FOLDS = 5
LEARNED = ("dev", "more")  # questions; those of "apart" show what an unseen message meets
_ROUNDS = 12
_RATE = 0.3
_DANGER_COUNTS = 6.0  # one missed danger costs as much as six false alarms
_LOOKALIKES_COUNT = 4
# Entries for people who have lived through danger: their questions lie too near to be ordinary.
_NEAR = {"smso", "krisesenteret", "skyddat-boende", "kirkens-sos"}

Vector = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]
Labelled = list[tuple[Vector, float]]


def learn(folder: Path) -> dict[str, Any]:
    """The model as JSON, from `danger/*.yaml` of a folder (`_said`, `_lookalikes`), from its
    questions that tell of no danger, and from the packs.

    Files called `kept-apart*` are not learned from: they show what an unseen message meets.
    """
    said = _said(folder / "danger")
    asked = {text for kind, text in harmless(folder, *LEARNED) if kind == "ordinary"}
    plain = [_vector(text, SIZE) for text in sorted(ordinary() | asked)]
    lookalikes = [_vector(text, SIZE) for text in _lookalikes(folder / "danger")]
    lookalikes *= _LOOKALIKES_COUNT
    dangers = [(_vector(text, SIZE), 1.0) for _, text in said]
    others = [(vector, 0.0) for vector in plain + lookalikes]
    weights, scale = _packed(_train(dangers + others, SIZE, _DANGER_COUNTS))
    return {
        "threshold": round(_threshold(dangers, plain, lookalikes) * scale, 3),
        "danger": weights,
        "needs": _needs(said),
    }


def _threshold(dangers: Labelled, ordinary: list[Vector], lookalikes: list[Vector]) -> float:
    scores: list[float] = []
    for fold in range(FOLDS):
        seen = [vector for n, vector in enumerate(ordinary) if n % FOLDS != fold]
        rest = [(vector, 0.0) for vector in seen + lookalikes]
        weights = _train(dangers + rest, SIZE, _DANGER_COUNTS)
        scores += [_score(weights, vector) for vector in ordinary[fold::FOLDS]]
    return sorted(scores, reverse=True)[int(len(scores) * FALSE_ALARMS)]


def _needs(said: Sequence[tuple[str, str]]) -> dict[str, str]:
    """One model a need against the other needs, all on one scale."""
    vectors = [(need, _vector(text, NEED_SIZE)) for need, text in said]
    models = {
        need: _train([(v, float(own == need)) for own, v in vectors], NEED_SIZE, 2.0)
        for need in sorted({need for need, _ in said})
    }
    top = max(float(np.abs(weights).max()) for weights in models.values())
    return {need: _packed(weights, top)[0] for need, weights in models.items()}


def _train(examples: Labelled, size: int, danger_counts: float) -> Weights:
    # No bias: a message that holds no known feature must not score at all.
    weights, seen = np.zeros(size), np.full(size, 1e-2)
    order, chance = list(examples), random.Random(0)  # noqa: S311  the same model each time
    for _ in range(_ROUNDS):
        chance.shuffle(order)
        for vector, label in order:
            error = _sigmoid(_score(weights, vector) - 2.0) - label
            step = error * (danger_counts if label else 1.0) / math.sqrt(len(vector) + 1)
            seen[vector] += step * step
            weights[vector] -= _RATE * step / np.sqrt(seen[vector])
    return weights


def _score(weights: Weights, vector: Vector) -> float:
    return float(weights[vector].sum()) / math.sqrt(len(vector) + 1)


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def _packed(weights: Weights, top: float | None = None) -> tuple[str, float]:
    """Signed bytes in base64, and what a weight was multiplied by."""
    scale = 127 / (top or float(np.abs(weights).max()))
    whole = np.rint(weights * scale).astype(np.int8)
    return base64.b64encode(whole.tobytes()).decode(), scale


def _vector(text: str, size: int) -> Vector:
    return np.array([one % size for one in features(tokens(text))], dtype=np.int64)


def _said(folder: Path) -> list[tuple[str, str]]:
    return [
        (needs.split(" / ")[0], text)
        for content in _contents(folder, "found*", "explicit*", "blind*", "told*")
        for needs, languages in content.get("found", content).items()
        if needs != "lookalike"
        for texts in languages.values()
        for text in texts
    ]


def _lookalikes(folder: Path) -> Iterable[str]:
    for content in _contents(folder, "silent*", "blind*", "told*"):
        for said in (content.get("lookalike", content), content.get("ordinary", {})):
            for texts in said.values():
                yield from texts


def _contents(folder: Path, *names: str) -> Iterable[dict[str, Any]]:
    for name in names:
        for file in sorted(folder.glob(f"{name}.yaml")):
            yield yaml.safe_load(file.read_text("utf-8"))


def harmless(folder: Path, *names: str) -> Iterator[tuple[str, str]]:
    """(ordinary or lookalike, text) of the questions in `questions-NAME.jsonl` without danger."""
    for name in names:
        rows = (folder / f"questions-{name}.jsonl").read_text("utf-8").splitlines()
        for row in map(json.loads, rows):
            if row["kind"] != "crisis":
                yield "lookalike" if row["kind"] == "lookalike" else "ordinary", row["text"]


def ordinary() -> set[str]:
    """What people say to be led to an entry, an action, small talk or somebody else."""
    found: set[str] = set()
    for names in (("norge", "sandnes"), ("sverige", "vasby")):
        for slug, entry in packs.load(names).entries.items():
            if slug not in _NEAR:
                found.update(text for texts in entry.utterances.values() for text in texts)
    for kind in intents.FILES:
        for by_language in intents.utterances(kind).values():
            found.update(text for texts in by_language.values() for text in texts)
    return found
