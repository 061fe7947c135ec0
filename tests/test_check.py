"""The command line's questions: one, a batch, and a file with known answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge import check
from bot.knowledge.check import Asked, check_report, row
from bot.knowledge.entries import Knowledge
from bot.knowledge.questions import DEPLOYMENTS, BadQuestions, read_questions
from bot.knowledge.understanding import Understander
from tests.knowing import PATHS, understander

QUESTIONS = Path(__file__).parent / "data" / "questions-dev.jsonl"
NO = DEPLOYMENTS["no"]
FIELDS = ["outcome", "slug", "choices", "need", "signpost", "score", "lang", "ms"]


@pytest.fixture(autouse=True)
def built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building takes seconds; the same index serves all tests."""
    monkeypatch.setattr(check, "_understander", built)


def built(knowledge: Knowledge, data: Path | None = None) -> Understander:
    return understander("no" if "norge" in knowledge.packs else "se")


@pytest.fixture(scope="module", params=PATHS)
def asked(request: pytest.FixtureRequest) -> list[Asked]:
    """The measuring questions, asked without their language."""
    path = request.param
    if path == "meanings" and not understander("no").compares:
        pytest.skip("meanings are not compared on this machine")
    questions = read_questions(QUESTIONS)
    found = [understander(q.deployment or "", path).understand(q.text) for q in questions]
    return [Asked(*pair, told=False) for pair in zip(questions, found, strict=True)]


def batch(*lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in check.ask_batch(lines, NO)]


def test_a_batch_keeps_order_and_ids() -> None:
    found = batch('{"id": "b", "text": "seniorsenter"}', "", '{"id": 7, "text": "hei"}')
    assert [line["id"] for line in found] == ["b", 7]
    assert [line["outcome"] for line in found] == ["answer", "smalltalk"]
    assert list(found[0]) == ["id", *FIELDS]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: not JSON"),
        ("[1]", "line 2: expected an object with a `text`"),
        ('{"id": 1}', "line 2: expected an object with a `text`"),
        ('{"text": 3}', "line 2: expected an object with a `text`"),
        ("[" * 100_000, "line 2: not JSON"),
    ],
)
def test_a_bad_line_is_named(line: str, message: str) -> None:
    with pytest.raises(BadQuestions, match=message):
        batch('{"text": "hei"}', line)


@pytest.mark.parametrize(
    "line",
    ['{"text": "x", "kind": "gossip"}', '{"text": "x", "kind": "oos", "gold": "y"}'],
)
def test_a_question_without_a_known_kind_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(BadQuestions, match="line 1"):
        check_report(path)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("seniorsenter", {"slug": "seniorsentre"}),
        ("meld meg på lunsjen", {"slug": "book-activity"}),
        ("hei", {"slug": None, "choices": []}),
        ("jeg må fornye passet mitt", {"slug": None, "signpost": "police"}),
        ("jeg vil ta livet mitt", {"need": "suicide", "slug": None}),
    ],
)
def test_a_row_holds_what_its_outcome_says(text: str, filled: dict[str, Any]) -> None:
    found = row(understander("no").understand(text))
    assert {key: found[key] for key in filled} == filled


def test_one_question_reads_well_or_is_json() -> None:
    lines = check.ask("seniorsenter", NO).splitlines()
    assert lines[0].startswith("answer seniorsentre")
    assert lines[1] == "Seniorsentre"
    assert list(json.loads(check.ask("seniorsenter", NO, as_json=True))) == FIELDS
    assert json.loads(check.ask("seniorsenter", NO, lang="pl", as_json=True))["lang"] == "pl"


def test_the_report_has_both_ways_and_the_misses(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    questions = [
        {"text": "seniorsenter", "kind": "entry", "gold": ["seniorsentre"], "lang": "nb"},
        {"text": "seniorsenter", "kind": "entry", "gold": ["kor"], "deployment": "no"},
        {"text": "hur är vädret", "kind": "oos", "deployment": "se"},
    ]
    path.write_text("\n".join(map(json.dumps, questions)), "utf-8")
    report = check_report(path, misses=True)
    assert "== with the language given: 3 questions" in report
    assert "== without: 3 questions" in report
    assert "wanted kor; answer seniorsentre" in report
    assert "milliseconds" in report


def share(asked: list[Asked], kind: str, of: str) -> float:
    """The share of the questions of a kind that are right, wrong or offered."""
    some = [one for one in asked if one.question.kind == kind]
    return sum(bool(getattr(one, of)) for one in some) / len(some)


@pytest.mark.parametrize(
    ("kind", "of", "least"),
    [
        ("entry", "right", 0.90),
        ("entry", "offered", 0.93),
        ("action", "right", 0.86),
        ("smalltalk", "right", 0.90),
        ("oos", "right", 0.95),
        ("lookalike", "right", 0.97),
        ("crisis", "right", 0.97),
    ],
)
def test_the_measuring_questions_are_understood(
    asked: list[Asked], kind: str, of: str, least: float
) -> None:
    assert share(asked, kind, of) >= least


@pytest.mark.parametrize(("kind", "most"), [("entry", 0.06), ("action", 0.06), ("oos", 0.05)])
def test_wrong_answers_are_rare(asked: list[Asked], kind: str, most: float) -> None:
    assert share(asked, kind, "wrong") <= most
