"""The running program follows what is published: at its start, and while it runs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions.mind import Mind
from bot.app import App, running
from bot.knowledge.packs import load
from bot.settings import Settings
from db.engine import Database
from tests.site import PATIENCE
from tests.small_pack import write_pack
from tests.test_publishing import QUESTION, publish, short

SLUG = "strikkekafe"


@pytest.fixture
def mind(tmp_path: Path) -> Mind:
    """A mind of two entries: its index is built in no time."""
    return Mind.of(load(("liten",), (write_pack(tmp_path).parent,)))


@pytest.fixture
async def app(database_url: str, mind: Mind, tmp_path: Path) -> AsyncIterator[App]:
    async with running(Settings(database_url=database_url, data_dir=tmp_path), mind) as made:
        yield made


async def answers(mind: Mind, words: str) -> None:
    """Waits until the entry's answer is these words."""
    async with asyncio.timeout(PATIENCE):
        while mind.knowledge.entries[SLUG].text("en", "nb").short != words:
            await asyncio.sleep(0.02)


async def test_a_running_program_follows_another_one(app: App) -> None:
    other = Mind(app.mind.base, app.mind.understander)
    await publish(app.database, other, short("New words."), SLUG)
    await answers(app.mind, "New words.")
    await publish(app.database, other, {"utterances": {"en": [QUESTION]}}, SLUG)
    async with asyncio.timeout(PATIENCE):
        while app.mind.understand(QUESTION, "en").slug != SLUG:
            await asyncio.sleep(0.05)


async def test_a_program_starts_with_what_is_published(
    database: Database, database_url: str, mind: Mind, tmp_path: Path
) -> None:
    content = {**short("New words."), "utterances": {"en": [QUESTION]}}
    await publish(database, mind, content, SLUG)
    fresh = Mind(mind.base, None)
    settings = Settings(database_url=database_url, data_dir=tmp_path)
    async with running(settings, fresh) as app:
        assert app.mind.knowledge.entries[SLUG].text("en", "nb").short == "New words."
        await app.turns.ready.wait()
        assert fresh.understand(QUESTION, "en").slug == SLUG
        assert not fresh.is_behind
