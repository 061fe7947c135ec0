"""Learns the calibration from questions: `python -m bot.knowledge.fit --questions FILE ...`.

The files are in the format of `bot.knowledge.questions`. `--external FOLDER` names sets from
elsewhere (JSON with `entries` and `queries`), from which the fusion learns what holds in general.
Writes `calibration.json`, for the lexical path and the full one, with the figures of a
cross-validation in which every question is judged by what was learned without it.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.knowledge import embeddings
from bot.knowledge.calibration import FILE, FULL, LEXICAL, Calibration, Fusion, Model
from bot.knowledge.corpus import Label
from bot.knowledge.embeddings import Library
from bot.knowledge.evidence import Evidence
from bot.knowledge.fusing import Asked, fuse
from bot.knowledge.matching import MAX_CHOICES, Match, Matcher, Signals, decide
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS, Question, read_questions
from bot.knowledge.text import clean

Matrix = npt.NDArray[np.float64]

RIDGE = 3.0  # keeps weights small: there are hundreds of questions, not thousands
STEPS = 30  # of Newton's method; it stands still after about ten
FOLDS = 10
SEED = 7
# Stricter than what is promised: the questions of tomorrow are other questions.
MOST_STRAY = 0.04
MOST_WRONG = 0.045
MOST_PUT_OFF = 0.002  # with small talk, of all who ask for something
# A list of choices that does not help costs a third of what one that helps is worth.
WORTH_OFFERING = 0.25
KEPT_GOLD = 0.99
OWN_KIND = {"oos": "outside", "smalltalk": "smalltalk"}


@dataclass(frozen=True, slots=True)
class Heard:
    """A question with the signals of all labels, and which of these are right."""

    question: Question
    asked: Asked
    weigh: Callable[[Calibration], Evidence]


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
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--external", type=Path)
    parser.add_argument("--to", type=Path, default=FILE)
    options = parser.parse_args()
    questions = [one for path in options.questions for one in read_questions(path)]
    stored = json.loads(options.to.read_text("utf-8")) if options.to.is_file() else {}
    for path, library in ((LEXICAL, None), (FULL, embeddings.built_in())):
        if path == FULL and library is None:
            continue  # what was learned where there was an embedder stays
        heard = list(hear(questions, library))
        elsewhere = list(hear_elsewhere(options.external, library)) if options.external else []
        figures = cross_validate(heard, elsewhere)
        stored[path] = as_json(learn(heard, elsewhere), figures)
        print(path, json.dumps(figures, indent=1))
    options.to.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def hear(questions: Sequence[Question], library: Library | None) -> Iterator[Heard]:
    """The signals of the questions that reach the matching (danger is answered before it)."""
    for deployment, packs in DEPLOYMENTS.items():
        matcher = Matcher(load(packs), library)
        for question in questions:
            if question.deployment == deployment and question.kind != "crisis":
                yield _heard(question, matcher)


def _heard(question: Question, matcher: Matcher) -> Heard:
    found = matcher.signals(clean(question.text))
    gold = tuple(n for n, label in enumerate(matcher.labels) if _is_right(label, question))
    asked = Asked(question.deployment or "", found.values, gold, matcher.few)
    return Heard(question, asked, partial(_weigh, matcher, found))


def _weigh(matcher: Matcher, found: Signals, calibration: Calibration) -> Evidence:
    return matcher.weigh(found, calibration)


def _is_right(label: Label, question: Question) -> bool:
    if question.kind in OWN_KIND:
        return label.kind == OWN_KIND[question.kind]
    return label.kind in ("entry", "action") and label.slug in question.gold


def hear_elsewhere(folder: Path, library: Library | None, most: int = 500) -> Iterator[Asked]:
    """The signals of up to `most` questions of each set in a folder of sets."""
    for path in sorted(folder.glob("**/*.json")):
        task = json.loads(path.read_text("utf-8"))
        known = [
            (Label("entry", entry["id"]), text)
            for entry in task["entries"]
            for text in (*entry["questions"], entry["answer"])
            if text
        ]
        if library:
            library.learn(text for _, text in known)
        matcher = Matcher.of(known, library=library)
        queries = [query for query in task["queries"] if query["gold"]]
        order = np.random.default_rng(SEED).permutation(len(queries))[:most]
        for query in (queries[n] for n in order):
            values = matcher.signals(clean(query["text"])).values
            gold = tuple(n for n, label in enumerate(matcher.labels) if label.slug in query["gold"])
            yield Asked(task["name"], values, gold, matcher.few)


def learn(heard: Sequence[Heard], elsewhere: Sequence[Asked] = ()) -> Calibration:
    """The fusion, both models and the thresholds.

    Thresholds come from scores of an inner cross-validation.
    """
    fusion = fuse([*(one.asked for one in heard), *elsewhere])
    cases = _cases(heard, fusion)
    first, among = _model(cases, "right"), _model(cases, "among")
    scores = np.zeros(len(cases))
    for held in _folds(len(cases)):
        model = _model([case for n, case in enumerate(cases) if n not in held], "right")
        for n in held:
            scores[n] = model.probability(cases[n].evidence.features())
    answer = _answer_threshold(cases, scores)
    talk = min(_talk_threshold(cases, scores), answer)
    return Calibration(fusion, first, among, answer, talk, WORTH_OFFERING, _least_share(cases))


def _cases(heard: Sequence[Heard], fusion: Fusion) -> list[Case]:
    ranking = Calibration(fusion, *(Model((), (), (), 0.0),) * 2, 0.0, 0.0, 0.0, 0.0)
    return [Case(one.question, one.weigh(ranking)) for one in heard]


def cross_validate(heard: Sequence[Heard], elsewhere: Sequence[Asked] = ()) -> dict[str, Any]:
    """Shares of right, wrong and offered by kind, each question decided without being known."""
    matches: dict[int, Match] = {}
    for held in _folds(len(heard)):
        rest = [one for n, one in enumerate(heard) if n not in held]
        calibration = learn(rest, elsewhere)
        matches |= {n: decide(heard[n].weigh(calibration), calibration) for n in held}
    return tally([(one.question, matches[n]) for n, one in enumerate(heard)])


def tally(decided: Sequence[tuple[Question, Match]]) -> dict[str, Any]:
    """How many there are of each kind, and their shares of right, wrong and offered."""
    groups: dict[str, list[tuple[bool, bool, bool]]] = {}
    for question, match in decided:
        groups.setdefault(question.kind, []).append(_counts(question, match))
    names = ("right", "wrong", "offered")
    return {
        kind: {"n": len(rows)}
        | dict(zip(names, np.mean(rows, axis=0).round(3).tolist(), strict=True))
        for kind, rows in sorted(groups.items())
    }


def _counts(question: Question, match: Match) -> tuple[bool, bool, bool]:
    """Whether it is right, wrong, and right or offered, as `check` counts."""
    sure = match.outcome in ("answer", "action")
    wrong = sure and match.first.slug not in question.gold
    offered = match.outcome == "choose" and bool(set(match.choices) & set(question.gold))
    if question.kind == "smalltalk":
        right = match.outcome == "smalltalk"
    elif question.kind == "oos":
        right = match.outcome in ("unknown", "choose")
    else:
        right = sure and not wrong
    return right, wrong, right or offered


def as_json(calibration: Calibration, figures: dict[str, Any]) -> dict[str, Any]:
    """What `calibration.from_json` reads, with the figures beside it."""
    values = asdict(calibration)
    fusion = values.pop("fusion")
    models = {name: _rounded(values.pop(name)) for name in ("first", "among")}
    thresholds = {name: round(value, 4) for name, value in values.items()}
    return {
        "fusion": fusion,
        "models": models,
        "thresholds": thresholds,
        "cross_validation": figures,
    }


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
        if _share(sure[stray]) <= MOST_STRAY and _share((sure & ~right)[own]) <= MOST_WRONG:
            return float(threshold)
    return 0.96


def _share(these: npt.NDArray[np.bool_]) -> float:
    """How many of them hold; 0 of none, for a file may lack a kind of question."""
    return float(these.mean()) if len(these) else 0.0


def _talk_threshold(cases: Sequence[Case], scores: Matrix) -> float:
    """The lowest threshold at which few who ask for something get small talk."""
    stray = [
        case.evidence.first.kind == "smalltalk" and case.question.kind != "smalltalk"
        for case in cases
    ]
    for threshold in np.arange(0.05, 0.96, 0.01):
        if _share(np.array(stray) & (scores >= threshold)) <= MOST_PUT_OFF:
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
