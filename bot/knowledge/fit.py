"""Learns the calibration from questions: `python -m bot.knowledge.fit --questions FILE`.

The file is in the format of `bot.knowledge.questions`. Writes `calibration.json`, with the figures
of a cross-validation in which every question is judged by what was learned without it.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.knowledge.calibration import FILE, Calibration, Model
from bot.knowledge.evidence import Evidence
from bot.knowledge.matching import MAX_CHOICES, Match, Matcher, decide
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS, Question, read_questions
from bot.knowledge.text import clean

Matrix = npt.NDArray[np.float64]

RIDGE = 3.0  # keeps weights small: there are hundreds of questions, not thousands
STEPS = 30  # of Newton's method; it stands still after about ten
FOLDS = 10
SEED = 7
# Stricter than what is promised (a tenth each): the questions of tomorrow are other questions.
MOST_STRAY = 0.04
MOST_WRONG = 0.045
# A list of choices that does not help costs a third of what one that helps is worth.
WORTH_OFFERING = 0.25
KEPT_GOLD = 0.99


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its evidence."""

    question: Question
    evidence: Evidence

    @property
    def own(self) -> bool:
        """Whether we have something for it."""
        return self.question.kind != "smalltalk" and bool(self.question.gold)

    @property
    def right(self) -> bool:
        """Whether the first candidate is right."""
        first = self.evidence.first
        if self.question.kind == "smalltalk":
            return first.kind == "smalltalk"
        return first.kind != "smalltalk" and first.slug in self.question.gold

    @property
    def among(self) -> bool:
        """Whether one of the choices is right."""
        offered = {label.slug for label, _ in self.evidence.offers[:MAX_CHOICES]}
        return self.own and bool(offered & set(self.question.gold))


def main() -> None:
    """Reads the questions, learns, writes the calibration and prints its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=FILE)
    options = parser.parse_args()
    cases = list(read_cases(options.questions))
    figures = cross_validate(cases)
    stored = as_json(learn(cases), figures)
    options.to.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))


def read_cases(path: Path) -> Iterator[Case]:
    """The questions that reach the matching (danger is answered before it)."""
    questions = [one for one in read_questions(path) if one.kind != "crisis"]
    for deployment, packs in DEPLOYMENTS.items():
        matcher = Matcher(load(packs))
        for question in questions:
            if question.deployment == deployment:
                yield Case(question, matcher.evidence(clean(question.text)))


def learn(cases: Sequence[Case]) -> Calibration:
    """Both models and the thresholds. Thresholds come from scores of an inner cross-validation."""
    first, among = _model(cases, "right"), _model(cases, "among")
    scores = np.zeros(len(cases))
    for held in _folds(len(cases)):
        model = _model([case for n, case in enumerate(cases) if n not in held], "right")
        for n in held:
            scores[n] = model.probability(cases[n].evidence.features())
    answer = _answer_threshold(cases, scores)
    return Calibration(first, among, answer, WORTH_OFFERING, _least_share(cases))


def cross_validate(cases: Sequence[Case]) -> dict[str, Any]:
    """Shares of right, wrong and offered by kind, each case decided without having been seen."""
    matches: dict[int, Match] = {}
    for held in _folds(len(cases)):
        calibration = learn([case for n, case in enumerate(cases) if n not in held])
        matches |= {n: decide(cases[n].evidence, calibration) for n in held}
    groups: dict[str, list[tuple[bool, bool, bool]]] = {}
    for n, case in enumerate(cases):
        match, gold = matches[n], case.question.gold
        sure = match.outcome in ("answer", "action")
        right = match.first.slug in gold if sure else False
        small = match.outcome == "smalltalk" and case.question.kind == "smalltalk"
        offered = match.outcome == "choose" and bool(set(match.choices) & set(gold))
        counts = (right or small, sure and not right, right or offered)
        groups.setdefault(case.question.kind, []).append(counts)
    names = ("right", "wrong", "offered")
    return {
        kind: {"n": len(rows)}
        | dict(zip(names, np.mean(rows, axis=0).round(3).tolist(), strict=True))
        for kind, rows in sorted(groups.items())
    }


def as_json(calibration: Calibration, figures: dict[str, Any]) -> dict[str, Any]:
    """What `calibration.from_json` reads, with the figures beside it."""
    values = asdict(calibration)
    models = {name: _rounded(values.pop(name)) for name in ("first", "among")}
    thresholds = {name: round(value, 4) for name, value in values.items()}
    return {"models": models, "thresholds": thresholds, "cross_validation": figures}


def _rounded(model: dict[str, Any]) -> dict[str, Any]:
    return {name: np.round(value, 5).tolist() for name, value in model.items()}


def _folds(size: int) -> list[set[int]]:
    order = np.random.default_rng(SEED).permutation(size)
    return [set(order[n::FOLDS].tolist()) for n in range(FOLDS)]


def _model(cases: Sequence[Case], wanted: str) -> Model:
    """Logistic regression with a ridge, by Newton's method."""
    x = np.array([case.evidence.features() for case in cases])
    y = np.array([float(getattr(case, wanted)) for case in cases])
    centre, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    design = np.column_stack([(x - centre) / scale, np.ones(len(x))])
    ridge = np.diag([RIDGE] * x.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-design @ weights))
        curve = (design * (p * (1 - p))[:, None]).T @ design + ridge
        weights += np.linalg.solve(curve, design.T @ (y - p) - ridge @ weights)
    *parts, bias = weights.tolist()
    return Model(centre.tolist(), scale.tolist(), parts, bias)


def _answer_threshold(cases: Sequence[Case], scores: Matrix) -> float:
    """The lowest threshold that keeps stray and wrong answers rare."""
    own = np.array([case.question.kind in ("entry", "action") for case in cases])
    stray = np.array([case.question.kind == "oos" for case in cases])
    right = np.array([case.right for case in cases])
    for threshold in np.arange(0.2, 0.96, 0.01):
        sure = scores >= threshold
        if sure[stray].mean() <= MOST_STRAY and (sure & ~right)[own].mean() <= MOST_WRONG:
            return float(threshold)
    return 0.96


def _least_share(cases: Sequence[Case]) -> float:
    """How unlikely a choice may be, next to the first, so that almost no right one is left out."""
    shares = [
        share / case.evidence.offers[0][1]
        for case in cases
        for label, share in case.evidence.offers[:MAX_CHOICES]
        if case.own and label.slug in case.question.gold
    ]
    return float(np.quantile(shares, 1 - KEPT_GOLD))


if __name__ == "__main__":
    main()
