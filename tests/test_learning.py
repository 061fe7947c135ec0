"""New texts are read beside the running program: words alone serve meanwhile."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.actions import mind as minds
from bot.actions.learning import Learner
from bot.actions.mind import Mind
from bot.app import running
from bot.knowledge.corpus import documents
from bot.knowledge.edited import apply
from bot.knowledge.embeddings import KEPT
from bot.knowledge.entries import Knowledge
from bot.knowledge.packs import load
from bot.knowledge.understanding import Understander
from bot.settings import Settings
from db.engine import Database
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, ROLES
from tests.conftest import Clock
from tests.embedded import ChanceModel, a_library
from tests.office import Office
from tests.site import PATIENCE
from tests.small_pack import write_pack
from tests.talk import Talk
from tests.test_publishing import QUESTION, publish, short

SLUG = "strikkekafe"
KNITTING = "strikke sammen med andre"
NEW = {"utterances": {"en": [QUESTION]}}


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    """Two entries of a pack that nothing was read of."""
    return load(("liten",), (write_pack(tmp_path).parent,))


@pytest.fixture
def model() -> ChanceModel:
    return ChanceModel()


@pytest.fixture
def mind(knowledge: Knowledge, model: ChanceModel, tmp_path: Path) -> Mind:
    """A mind at its first start: the index has words alone."""
    return Mind.of(knowledge, library=a_library(model, tmp_path / KEPT))


@pytest.fixture
async def learner(database: Database, mind: Mind) -> AsyncIterator[Learner]:
    made = Learner(database, mind)
    yield made
    await made.close()


def new_texts(mind: Mind) -> list[str]:
    assert mind.library
    return mind.library.missing(text for _, text in documents(mind.knowledge))


async def until(comes: Callable[[], Any]) -> None:
    """Waits until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not comes():
            await asyncio.sleep(0.01)


# --- the first start


async def test_words_alone_serve_until_all_is_read(
    learner: Learner, mind: Mind, model: ChanceModel
) -> None:
    total = len(new_texts(mind))
    model.only(3)
    await learner.tick()
    await until(lambda: mind.reading == (3, total))
    assert not mind.compares
    assert mind.understand(KNITTING, "nb").slug == SLUG
    model.allow()
    await learner.caught_up()
    assert mind.compares
    assert mind.reading is None
    assert not mind.is_behind
    assert new_texts(mind) == []
    before = len(model.texts)
    await learner.tick()
    await learner.caught_up()
    assert len(model.texts) == before, "nothing is read twice"


async def test_what_is_published_does_not_wait_for_the_first_reading(
    learner: Learner, mind: Mind, database: Database, model: ChanceModel
) -> None:
    model.only(3)
    await learner.tick()
    await until(lambda: mind.reading and mind.reading[0] == 3)
    await publish(database, mind, NEW, SLUG)
    await learner.tick()  # the words are known; the reading has to let the index be built
    model.allow(1)
    await until(lambda: mind.understand(QUESTION, "en").slug == SLUG)
    assert not mind.compares
    model.allow()
    await learner.caught_up()
    assert mind.compares
    assert not mind.is_behind


async def test_later_texts_are_read_before_they_are_in_use(
    learner: Learner, mind: Mind, database: Database, model: ChanceModel
) -> None:
    await learner.tick()
    await learner.caught_up()
    first = mind.understander
    await publish(database, mind, NEW, SLUG)
    await learner.tick()
    await learner.caught_up()
    assert mind.compares
    assert mind.understander is not first
    assert model.texts.count(QUESTION) == 1


async def test_the_running_program_reads_by_itself(
    database_url: str, knowledge: Knowledge, model: ChanceModel, tmp_path: Path
) -> None:
    mind = Mind(knowledge, None, library=a_library(model, tmp_path / KEPT))
    settings = Settings(database_url=database_url, data_dir=tmp_path)
    async with running(settings, mind) as app:
        await app.turns.ready.wait()
        assert mind.understand(KNITTING, "nb").slug == SLUG
        await until(lambda: mind.compares)
    assert (tmp_path / KEPT).exists()


# --- stopping


async def test_reading_ends_with_the_program_and_goes_on_with_the_next(
    database: Database, mind: Mind, model: ChanceModel, tmp_path: Path
) -> None:
    total = len(new_texts(mind))
    model.only(3)
    learner = Learner(database, mind)
    await learner.tick()
    await until(lambda: len(model.texts) == 4)
    await learner.close()
    model.allow()  # the text that was being read
    await until(lambda: mind.reading is None)
    assert len(model.texts) == 4
    again = ChanceModel()
    mind = Mind.of(mind.base, library=a_library(again, tmp_path / KEPT))
    learner = Learner(database, mind)
    await learner.tick()
    await learner.caught_up()
    await learner.close()
    assert len(again.texts) == total - 4
    assert mind.compares


# --- failing


async def test_a_failure_leaves_words_alone_and_is_not_tried_again_and_again(
    learner: Learner,
    mind: Mind,
    database: Database,
    model: ChanceModel,
    caplog: pytest.LogCaptureFixture,
) -> None:
    model.fails = True
    for _ in range(3):
        await learner.tick()
        await learner.caught_up()
    assert len(model.texts) == 1
    assert (mind.compares, mind.is_behind, mind.reading) == (False, False, None)
    assert mind.understand(KNITTING, "nb").slug == SLUG
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    model.fails = False
    await publish(database, mind, NEW, SLUG)
    await learner.tick()
    await learner.caught_up()
    assert mind.compares, "the next change tries again"


async def test_how_much_there_is_to_read_is_logged_once(
    learner: Learner, mind: Mind, caplog: pytest.LogCaptureFixture
) -> None:
    total = len(new_texts(mind))
    with caplog.at_level(logging.INFO, "bot.actions.learning"):
        for _ in range(3):
            await learner.tick()
            await learner.caught_up()
    said = [record.getMessage() for record in caplog.records]
    assert said == [f"reading the meaning of {total} texts", "the meaning of all texts is read"]


# --- the console


@pytest.mark.parametrize("role", ROLES)
async def test_editors_see_how_far_the_reading_is(
    database: Database, mind: Mind, clock: Clock, role: str
) -> None:
    async with Office(database, mind, clock).sign_in(role) as browser:
        assert "The meaning of" not in await browser.open("/staff")
        mind.reading = (40, 60)
        said = "The meaning of 40 of 60 texts has been read." in await browser.open("/staff")
        assert said is (role in (ADMIN, EDITOR))
    assert {HOST, CASE_WORKER} < set(ROLES)


# --- an index that is out of date when it is ready


def changing(mind: Mind, edits: dict[str, Any], number: int) -> Callable[..., Understander]:
    """Builds an index, and while it does, something else is published."""

    def build(*arguments: Any) -> Understander:
        built = Understander(*arguments)
        mind.learn(number, edits)
        return built

    return build


def test_what_is_hidden_and_shown_at_once_is_never_lost(
    mind: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = mind.understander
    mind.learn(1, {SLUG: {"hidden": True}})
    with monkeypatch.context() as patch:
        patch.setattr(minds, "Understander", changing(mind, {}, 2))
        mind.build()
    assert mind.understander is shown, "it was built without the entry"
    assert mind.is_behind
    mind.build()
    assert mind.understander is shown
    assert not mind.is_behind


def test_an_index_that_is_nearer_to_what_holds_serves_until_the_next(
    mind: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {SLUG: {**NEW, **short("More words.", title="Knitting")}}
    mind.learn(1, {SLUG: NEW})
    with monkeypatch.context() as patch:
        patch.setattr(minds, "Understander", changing(mind, both, 2))
        mind.build()
    assert mind.understand(QUESTION, "en").slug == SLUG
    assert mind.is_behind
    mind.build()
    assert not mind.is_behind
    assert mind.knowledge.hash == apply(mind.base, both).hash


# --- threads


@pytest.mark.parametrize("compares", [True, False])
async def test_only_comparing_meanings_goes_to_a_thread(
    learner: Learner, mind: Mind, compares: bool
) -> None:
    if compares:
        await learner.tick()
        await learner.caught_up()
    here = threading.get_ident()
    assert (await mind.think(threading.get_ident) != here) is compares


async def test_help_waits_for_no_comparison_of_meanings(
    learner: Learner, mind: Mind, database: Database, model: ChanceModel, clock: Clock
) -> None:
    await learner.tick()
    await learner.caught_up()
    model.only(0)
    talk = Talk(database, mind, clock)
    anna, bruno = talk.person("en"), talk.person("en")
    await anna.visitor.take({"t": "say", "text": "where can I knit", "id": "anna-0001"})
    await until(lambda: model.questions)
    await bruno.visitor.take({"t": "say", "text": "I want to kill myself", "id": "bruno-0001"})
    async with asyncio.timeout(PATIENCE):
        while "113" not in await bruno.hears():
            await asyncio.sleep(0.01)
    assert [event["kind"] for event in await anna.events(0)] == ["in"], "still being compared"
    assert not model.starved, "help did not come first"
    model.allow()
    await talk.turns.idle()
    assert len(await anna.events(0)) == 2
    await talk.turns.close()
