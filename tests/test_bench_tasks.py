"""The bench's own arithmetic: a figure is worth no more than how it is counted."""

import json
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import OSA

from bot.knowledge.calibration import Fusion
from tests.bench.external import run
from tests.bench.external_tables import OURS, show_results
from tests.bench.figures import Result, judge, mcnemar
from tests.bench.ours import make_matcher, weigh
from tests.bench.report import Report
from tests.bench.rivals import entries_of, joined, rivals
from tests.bench.tasks import Query, Task, read_tasks, with_typos
from tests.bench.variations import VARIATIONS, WHOLE

TEXTS = (
    ("bus", "how do I get to town by bus"),
    ("bus", "the timetable of the line along the coast"),
    ("swim", "swimming lessons for children at the pool"),
    ("book", "where can I borrow a novel"),
)
QUERIES = (
    Query("swimming lessons for my children", frozenset({"swim"})),
    Query("timetable of the coast line", frozenset({"bus"})),
    Query("borrow a novel please", frozenset({"book"})),
    Query("zzyzx qqq", frozenset()),
)
TASK = Task("small", "en", TEXTS, QUERIES)
ENTRIES = ["bus", "swim", "book"]


@pytest.mark.parametrize(
    ("better", "worse", "chance"),
    [(0, 0, 1.0), (5, 5, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (8, 1, 0.0390625), (1, 8, 0.0390625)],
)
def test_mcnemar_is_the_exact_binomial_test(better: int, worse: int, chance: float) -> None:
    one = np.array([True] * better + [False] * worse + [True] * 7)
    other = np.array([False] * better + [True] * worse + [True] * 7)
    assert mcnemar(one, other) == pytest.approx(chance)


@pytest.mark.parametrize(
    ("sure", "unsure", "auroc"),
    [([3, 4], [1, 2], 1.0), ([1, 2], [3, 4], 0.0), ([1, 1], [1, 1], 0.5), ([2, 0], [1], 0.5)],
)
def test_auroc_counts_pairs(sure: list[float], unsure: list[float], auroc: float) -> None:
    result = Result(np.array([True]), np.array(sure), np.array(unsure))
    assert result.auroc == auroc


def test_only_queries_with_an_answer_count_and_a_tie_of_all_is_no_hit() -> None:
    scores = np.array([[0.1, 0.9], [0.5, 0.5], [0.7, 0.2], [0.3, 0.4]])
    gold = [frozenset({"b"}), frozenset({"a"}), frozenset({"b"}), frozenset[str]()]
    result = judge(scores, ["a", "b"], gold)
    assert result.right.tolist() == [True, False, False]
    assert result.unsure.tolist() == [0.4]


def test_typos_are_one_or_two_slips_and_always_the_same() -> None:
    queries = [Query(f"{query.text} number {n}", query.gold) for query in QUERIES for n in range(9)]
    slipped = with_typos(queries, "en")
    distances = {
        OSA.distance(one.text, other.text) for one, other in zip(queries, slipped, strict=True)
    }
    assert distances <= {0, 1, 2}  # 0: two slips that undo each other, or a double swapped
    assert {1, 2} <= distances
    assert slipped == with_typos(queries, "en")
    assert [one.gold for one in slipped] == [one.gold for one in queries]


def test_tasks_are_read_from_the_folder_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INNOM_EXTERNAL", str(tmp_path))
    assert read_tasks() == []
    entry = {"id": "bus", "language": "nb", "questions": ["hvor går bussen"], "answer": ""}
    query = {"text": "når går bussen", "gold": ["bus"], "group": ""}
    values = {"name": "one", "entries": [entry], "queries": [query]}
    (tmp_path / "one.json").write_text(json.dumps(values), encoding="utf-8")
    expected = (Query("når går bussen", frozenset({"bus"})),)
    assert read_tasks() == [Task("one", "nb", (("bus", "hvor går bussen"),), expected)]


def test_every_rival_scores_every_entry_and_most_find_what_is_plain() -> None:
    assert entries_of(TASK) == ENTRIES
    assert len(joined(TASK)) == len(ENTRIES)
    for name, rival in rivals(None).items():
        scores = rival(TASK, [query.text for query in QUERIES])
        assert scores.shape == (len(QUERIES), len(ENTRIES)), name
        result = judge(scores, ENTRIES, [query.gold for query in QUERIES])
        assert result.top1 == 1 or name == "rapidfuzz, WRatio", name


def test_our_matcher_is_measured_like_the_rivals(capsys: pytest.CaptureFixture[str]) -> None:
    one = run(TASK, None)
    assert [bool(asked.gold) for asked in one.heard] == [True, True, True, False]
    ours = weigh(one.heard, Fusion([1.0, 1.0], [0.0, 0.0]))
    assert ours.top1 == 1
    report = Report()
    show_results(report, {"small": one.results | {OURS["lexical"]: ours}})
    assert report.figures["matcher.lexical.top1.small"] == 1
    assert report.figures["matcher.lexical.significantly_worse"] == 0
    assert "rapidfuzz" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["spelling repair", "whole words", "letter groups"])
def test_a_variation_changes_what_is_heard_and_leaves_no_trace(name: str) -> None:
    def heard() -> list[float]:
        matcher = make_matcher(TASK, None)
        values: list[float] = matcher.signals("swiming lessonss for borrow").values.ravel().tolist()
        return values

    before = heard()
    with VARIATIONS[name]():
        assert heard() != before
    assert heard() == before
    with VARIATIONS[WHOLE]():
        assert heard() == before
