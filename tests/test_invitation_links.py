"""An invitation's links: into the web chat, and into Telegram where the bot's name is known."""

import re
from pathlib import Path

import pytest

from bot.actions import follow_up
from bot.actions.mind import Mind
from bot.actions.reach import Reach
from bot.commands.context import Context
from bot.commands.registry import run
from bot.control import DONE
from bot.settings import Settings
from db.engine import Database
from db.staff import CASE_WORKER
from tests.builders import NOW
from tests.conftest import Clock
from tests.office import Office

KNOWN = Reach(telegram=True, telegram_name="innom_bot")
UNKNOWN = Reach(telegram=True)
OFF = Reach(telegram_name="innom_bot")
LINK = re.compile(r"https://t\.me/innom_bot\?start=([A-Za-z]{24})\b")


async def programme(database: Database) -> int:
    async with database.write() as db:
        return await follow_up.make_programme(db, "Step by step", day=True, hour=True, now=NOW)


@pytest.mark.parametrize("reach", [KNOWN, UNKNOWN, OFF], ids=["known", "unknown", "off"])
async def test_the_page_shows_the_link_into_telegram_beside_the_other(
    database: Database, norway: Mind, clock: Clock, reach: Reach
) -> None:
    mind = Mind(norway.knowledge, norway.understander, reach=reach)
    plan = await programme(database)
    async with Office(database, mind, clock).sign_in(CASE_WORKER) as bruno:
        fields = {"name": "Anna", "programme": str(plan)}
        page = await bruno.send("/staff/cases/new", fields)
    web = re.search(r"/#join=([A-Za-z]{24})\b", page)
    assert web
    found = LINK.search(page)
    assert (found and found[1]) == (web[1] if reach == KNOWN else None)
    assert ("Send only one of the two." in page) == (reach == KNOWN)
    assert ("opens the bot and writes the code" in page) == (reach == UNKNOWN)


@pytest.mark.parametrize("reach", [KNOWN, UNKNOWN, OFF], ids=["known", "unknown", "off"])
async def test_the_command_shows_it_once_too(
    database: Database, norway: Mind, tmp_path: Path, clock: Clock, reach: Reach
) -> None:
    settings = Settings(data_dir=tmp_path)
    context = Context(database, settings, lambda: norway.knowledge, clock, lambda: reach)
    plan = await programme(database)
    worker = {"email": "bruno@example.org", "name": "Bruno", "role": [CASE_WORKER]}
    assert (await run(context, "staff add", worker)).code == DONE
    asked = {"programme": str(plan), "first_name": "Anna", "case_worker": "bruno@example.org"}
    answer = await run(context, "follow-up enrol", asked)
    assert answer.code == DONE
    assert bool(LINK.search("\n".join(answer.once))) == (reach == KNOWN)
    assert not LINK.search("\n".join(answer.out)), "only where nobody else reads it"
