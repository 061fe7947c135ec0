"""What each ingredient of the matcher gives: first entries right with all but one of them."""

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from random import Random
from statistics import fmean

import numpy as np

from bot.knowledge.calibration import FULL, LEXICAL, Fusion, shipped
from bot.knowledge.embeddings import Library
from bot.knowledge.fit import Case
from bot.knowledge.fusing import Asked, fuse
from bot.knowledge.matching import Matcher, Signals
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS, Question, read_questions
from bot.knowledge.text import clean
from tests.bench.ours import QUESTIONS, hear, make_library, make_matcher, weigh
from tests.bench.report import Report
from tests.bench.tasks import Task, read_tasks
from tests.bench.variations import SIGNALS, VARIATIONS, WHOLE

QUERIES = 400  # of each task of others
SEED = 1
_WORDS = re.compile(r"\W+")
WIDTH = {LEXICAL: 2, FULL: 4}  # signals

Shares = dict[str, float]  # by set of questions, and "mean" of those of others


@dataclass(frozen=True, slots=True)
class Said:
    """One of the project's own questions, with what a matcher makes of it."""

    source: str
    question: Question
    matcher: Matcher
    found: Signals

    def right(self, path: str, fusion: Fusion) -> bool:
        """Whether the first of what is found is right."""
        matcher, found = self.matcher, self.found
        if path == LEXICAL:
            matcher = copy(matcher)
            matcher.meaning = None
            found = replace(found, values=found.values[:, : WIDTH[LEXICAL]])
        weighed = matcher.weigh(found, replace(shipped(path), fusion=fusion))
        return Case(self.question, weighed).right

    @property
    def asked(self) -> Asked:
        """As a fusion learns from it."""
        labels = self.matcher.labels
        gold = (n for n, label in enumerate(labels) if label.slug in self.question.gold)
        return Asked(
            self.question.deployment or "", self.found.values, tuple(gold), self.matcher.few
        )


@dataclass(slots=True)
class Heard:
    """All questions, heard by one variation of the matcher."""

    own: list[Said]
    tasks: dict[str, list[Asked]]

    def shares(self, path: str, fusion: Fusion) -> Shares:
        """How many first entries are right, with the weights of a fusion."""
        found: Shares = {}
        for source in sorted({one.source for one in self.own}):
            of_source = [one for one in self.own if one.source == source]
            found[source] = fmean(one.right(path, fusion) for one in of_source)
        others = {name: weigh(asked, fusion).top1 for name, asked in self.tasks.items()}
        mean = {"mean": fmean(others.values())} if others else {}
        return found | others | mean

    def asked(self, path: str) -> list[Asked]:
        """Everything that a fusion may learn from, each deployment and each task alike."""
        asked = [one.asked for one in self.own]
        asked += [one for some in self.tasks.values() for one in some]
        return [replace(one, values=one.values[:, : WIDTH[path]]) for one in asked]


def measure_ablation(report: Report) -> None:
    """Every variation with the shipped weights; without each signal also with new ones."""
    library, tasks = make_library(), read_tasks()
    paths = (LEXICAL, FULL) if library else (LEXICAL,)
    rows: dict[str, dict[str, Shares]] = {path: {} for path in paths}
    for name, variation in VARIATIONS.items():
        with variation():
            heard = Heard(list(hear_own(library)), hear_tasks(tasks, library))
        for path in paths:
            rows[path][name] = heard.shares(path, shipped(path).fusion)
            if name == WHOLE:
                rows[path] |= without_signals(heard, path)
    for path in paths:
        show(report, path, rows[path])


def hear_own(library: Library | None) -> Iterator[Said]:
    """The questions about entries and actions of each file of questions."""
    for deployment, packs in DEPLOYMENTS.items():
        matcher = Matcher(load(packs), library)
        for path in sorted(QUESTIONS.glob("questions-*.jsonl")):
            for one in read_questions(path):
                if one.deployment == deployment and one.kind in ("entry", "action"):
                    yield Said(path.stem, one, matcher, matcher.signals(clean(one.text)))


def hear_tasks(tasks: Sequence[Task], library: Library | None) -> dict[str, list[Asked]]:
    """Some queries of each task of others that have an answer."""
    heard = {}
    for task in tasks:
        some = Random(SEED).sample(task.inside, min(QUERIES, len(task.inside)))
        heard[task.name] = hear(task.name, make_matcher(task, library), some)
    return heard


def without_signals(heard: Heard, path: str) -> dict[str, Shares]:
    """Each signal weighed 0, and the same with the others' weights learned anew."""
    fusion, asked = shipped(path).fusion, heard.asked(path)
    found = {"everything, weights new": heard.shares(path, fuse(asked))}
    for n, name in enumerate(SIGNALS[: WIDTH[path]]):
        found[name] = heard.shares(path, Fusion(zeroed(fusion.rich, n), zeroed(fusion.poor, n)))
        kept = np.array([column != n for column in range(WIDTH[path])])
        fewer = [replace(one, values=one.values * kept) for one in asked]
        found[f"{name}, weights new"] = heard.shares(path, fuse(fewer))
    return found


def zeroed(weights: Sequence[float], n: int) -> list[float]:
    """The weights with one of them 0."""
    return [0.0 if column == n else weight for column, weight in enumerate(weights)]


def show(report: Report, path: str, rows: dict[str, Shares]) -> None:
    """The whole in shares, each variation as points more or less."""
    whole = rows[WHOLE]
    lines: list[Sequence[object]] = [(WHOLE, *(f"{share:.3f}" for share in whole.values()))]
    for name, shares in rows.items():
        if name != WHOLE:
            points = {where: 100 * (share - whole[where]) for where, share in shares.items()}
            lines.append((f"- {name}", *(f"{point:+.1f}" for point in points.values())))
            for where, point in points.items():
                report.figure(f"ablation.{path}.{_WORDS.sub('_', name)}.{where}", point)
    title = f"First entry right without one ingredient, {path} (points to everything)"
    report.table(title, ("", *whole), lines)
