"""How the third ear learns: `python -m bot.knowledge.third_ear_learning tests/data`.

From what people in danger say, against what looks alike, what leads to entries and actions (its
shipped embeddings) and ordinary questions. One set of sentences at a time is left out, and judged
by a network that has not seen it. The threshold is set, and the figures are stored, where the
second ear has not learned either: it counts with the network. Needs the embedder, and some eleven
minutes on one processor.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from bot.knowledge import embedder, third_ear
from bot.knowledge.danger import NEEDS, find_danger, raise_alarm
from bot.knowledge.embedder import SIZE, Floats
from bot.knowledge.embeddings import Library, built_in
from bot.knowledge.second_ear_learning import LEARNED, harmless, ordinary
from bot.knowledge.third_ear import HIDDEN, RULE, SCALE, Network, by_words, centred

FALSE_ALARMS = 0.01  # of ordinary messages that were left out; they are answered all the same
LOOKALIKES = 0.02  # of what looks alike
FOLDS = 5
SEEN = ""  # the fold of what is never left out
APART = "apart"  # questions from which nothing is learned but the threshold
_SETS = ("blind", "kept-apart")
_NONE = len(NEEDS)
_ROUNDS, _BATCH, _RATE, _DECAY = 15, 256, 3e-3, 2e-5
_DANGER_COUNTS, _LOOKALIKE_COUNTS = 4.0, 3.0
_LONG = 4  # words; shorter ones are much the same as texts and as questions

Ask = Callable[[str], Floats]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a set; `kind` is a need, lookalike or ordinary."""

    group: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Examples:
    """Centred embeddings, one a row, with the number of the need (or none) and what each counts."""

    points: Floats
    needs: Ints
    counts: Floats

    def __add__(self, other: "Examples") -> "Examples":
        return Examples(
            np.concatenate([self.points, other.points]),
            np.concatenate([self.needs, other.needs]),
            np.concatenate([self.counts, other.counts]),
        )

    def take(self, rows: npt.NDArray[np.bool_]) -> "Examples":
        """Those of some rows."""
        return Examples(self.points[rows], self.needs[rows], self.counts[rows])


def learn(folder: Path, library: Library, ask: Ask) -> dict[str, Any]:
    """The model as JSON with its figures; `ask` embeds a question."""
    lines, middle = list(read(folder)), library.middle.question
    asked = _examples(lines, centred(np.stack([ask(line.text) for line in lines]), middle))
    known = _known(library, ask)
    folds = np.array([_fold(n, line) for n, line in enumerate(lines)])
    taught = folds != APART
    odds = np.full(len(lines), np.nan, np.float32)
    for fold in sorted(set(folds) - {SEEN}):
        out = folds == fold
        odds[out] = train(asked.take(~out & taught) + known).hear(asked.points[out])[0]
    judged = zip(lines, odds.tolist(), strict=True)
    unseen = [(line, own + by_words(line.text)) for line, own in judged if _is_unseen(line)]
    threshold = _threshold(unseen)
    network = train(asked.take(taught) + known)
    figures = {"left_out": _figures(unseen, threshold)}
    return figures | third_ear.packed(network, middle, threshold)


def read(folder: Path) -> Iterator[Line]:
    """The sentences of `danger/*.yaml` and the questions beside that tell of no danger."""
    for file in sorted((folder / "danger").glob("*.yaml")):
        yield from _sentences(file.stem, yaml.safe_load(file.read_text("utf-8")))
    for name in (*LEARNED, APART):
        yield from (Line(name, kind, text) for kind, text in harmless(folder, name))


def _sentences(name: str, content: dict[str, Any]) -> Iterator[Line]:
    if name.startswith("silent"):
        kind = "ordinary" if name == "silent-questions" else "lookalike"
        content = {kind: content}
    for key, languages in {**content.get("found", {}), **content}.items():
        if key != "found":
            for text in (text for texts in languages.values() for text in texts):
                yield Line(name, key.split(" / ")[0], text)


def train(examples: Examples, seed: int = 0) -> Network:
    """A network by Adam, seeded: the same each time."""
    chance = np.random.default_rng(seed)
    kinds = len(NEEDS) + 1
    parts = [
        chance.normal(0, SIZE**-0.5, (SIZE, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        chance.normal(0, HIDDEN**-0.5, (HIDDEN, kinds)).astype(np.float32),
        np.zeros(kinds, np.float32),
    ]
    network, step = Network(*parts), _Adam(parts)
    for done in range(_ROUNDS):
        order = chance.permutation(len(examples.points))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            step(_slopes(network, examples, rows), _RATE * (1 - done / _ROUNDS))
    return network


class _Adam:
    """Adam's steps, which change the parts in place."""

    def __init__(self, parts: Sequence[Floats]) -> None:
        self._parts, self._times = parts, 0
        self._mean = [np.zeros_like(part) for part in parts]
        self._square = [np.zeros_like(part) for part in parts]

    def __call__(self, slopes: Sequence[Floats], rate: float) -> None:
        self._times += 1
        for part, mean, square, slope in zip(
            self._parts, self._mean, self._square, slopes, strict=True
        ):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope * slope - square)
            size = np.sqrt(square / (1 - 0.999**self._times)) + 1e-8
            part -= rate * mean / (1 - 0.9**self._times) / size


def _slopes(network: Network, examples: Examples, rows: Ints) -> list[Floats]:
    """Of the cross entropy, with the weights held small."""
    points = examples.points[rows]
    hidden, values = network.values(points)
    shares = np.exp(values - values.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(rows)), examples.needs[rows]] -= 1
    error = shares * (examples.counts[rows, None] / len(rows))
    inner = (error @ network.outer.T) * (1 - hidden * hidden)
    return [
        SCALE * points.T @ inner + _DECAY * network.inner,
        inner.sum(axis=0),
        hidden.T @ error + _DECAY * network.outer,
        error.sum(axis=0),
    ]


def _examples(lines: Sequence[Line], points: Floats) -> Examples:
    needs = [NEEDS.index(line.kind) if line.kind in NEEDS else _NONE for line in lines]
    counts = [
        _DANGER_COUNTS if need != _NONE else _LOOKALIKE_COUNTS if line.kind == "lookalike" else 1
        for need, line in zip(needs, lines, strict=True)
    ]
    return Examples(points, np.array(needs, np.int64), np.array(counts, np.float32))


def _known(library: Library, ask: Ask) -> Examples:
    """What leads to entries, actions and small talk: as texts, and what is longer as questions."""
    said = sorted(ordinary())
    rows = library.of(said)
    texts = centred(rows[rows.any(axis=1)], library.middle.text)
    questions = np.stack([ask(text) for text in said if len(text.split()) >= _LONG])
    points = np.concatenate([texts, centred(questions, library.middle.question)])
    return Examples(points, np.full(len(points), _NONE, np.int64), np.ones(len(points), np.float32))


def _fold(n: int, line: Line) -> str:
    """A set is left out whole; of the questions every fifth; what is apart is always out."""
    if line.group.startswith(_SETS) or line.group == APART:
        return line.group
    questions = line.group in (*LEARNED, "silent-questions")
    return f"questions {n % FOLDS}" if questions else SEEN


def _is_unseen(line: Line) -> bool:
    """Whether neither the network of its fold nor the second ear has learned from it."""
    return line.group.startswith("kept-apart") or line.group == APART


def _threshold(unseen: Sequence[tuple[Line, float]]) -> float:
    """So high that few of the harmless messages alarm."""
    shares = {"ordinary": FALSE_ALARMS, "lookalike": LOOKALIKES}
    return max(
        _top([odds for line, odds in unseen if line.kind == kind], share)
        for kind, share in shares.items()
    )


def _top(odds: list[float], share: float) -> float:
    return float(sorted(odds, reverse=True)[int(len(odds) * share)])


def _figures(unseen: Sequence[tuple[Line, float]], threshold: float) -> dict[str, list[int]]:
    """By kind [raised, of all]: dangers by this ear alone; of the rest what no other ear raises."""
    raised: dict[str, list[bool]] = {}
    for line, odds in unseen:
        alarmed = bool(odds >= threshold) and raise_alarm(line.text, NEEDS[0], RULE) is not None
        if line.kind in NEEDS:
            raised.setdefault("danger", []).append(alarmed)
        else:
            raised.setdefault(line.kind, []).append(alarmed and find_danger(line.text) is None)
    return {kind: [sum(found), len(found)] for kind, found in sorted(raised.items())}


def main() -> None:
    """Writes the model that the sentences of a folder give."""
    library = built_in()
    if library is None:
        raise SystemExit(f"the package {embedder.NAME} is missing")
    data = learn(Path(sys.argv[1]), library, library.embedder.question)
    third_ear.FILE.write_text(json.dumps(data) + "\n", "utf-8")
    print(data["left_out"], data["threshold"])


if __name__ == "__main__":
    main()
