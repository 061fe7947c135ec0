"""SQLite's writing connection: short statements in place, and still whole, in order and patient."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db import addresses, inbox, quick_sqlite
from db.engine import Database, sqlite_url

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
async def counting(tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite database with one table of numbers."""
    database = Database(sqlite_url(tmp_path))
    async with database.write() as db:
        await db.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY)"))
    yield database
    await database.close()


async def add(database: Database, number: int) -> None:
    async with database.write() as db:
        await db.execute(text("INSERT INTO number VALUES (:n)"), {"n": number})


async def fail_after_adding(database: Database, number: int) -> None:
    async with database.write() as db:
        await db.execute(text("INSERT INTO number VALUES (:n)"), {"n": number})
        raise ZeroDivisionError


async def count(database: Database) -> int:
    async with database.read() as db:
        return int((await db.execute(text("SELECT count(*) FROM number"))).scalar_one())


async def test_a_claim_names_the_oldest_update_that_waits(database: Database) -> None:
    async with database.write() as db:
        # The chat's own number differs from its updates', or a mix-up of the two would not show.
        await addresses.get_or_add_address(db, 7, "someone else", NOW)
        chat = await addresses.get_or_add_address(db, 7, "anna", NOW)
        values = {"bot_id": 7, "address_id": chat, "payload": {}, "received_at": NOW}
        first, *_ = [await inbox.add_update(db, {**values, "key": f"k{n}"}) for n in range(5)]
    for wanted in (first, first):
        async with database.write() as db:
            claim = await addresses.claim(db, chat, "one", NOW, NOW + timedelta(seconds=9))
        assert claim is not None
        assert claim.oldest_waiting == wanted


async def test_writers_that_are_stopped_leave_nothing_half_done(counting: Database) -> None:
    chance = Random(1)
    tasks = [asyncio.create_task(add(counting, n)) for n in range(200)]
    for task in chance.sample(tasks, 60):
        await asyncio.sleep(0)
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    sure = sum(outcome is None for outcome in ended)
    await add(counting, 1_000)
    # A commit that was under way when its task was stopped may have been done.
    assert sure < await count(counting) <= 201
    assert not [e for e in ended if isinstance(e, Exception)]


async def test_a_failed_statement_takes_the_others_back(counting: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail_after_adding(counting, 1)
    assert await count(counting) == 0


async def test_others_go_on_while_a_writer_waits_for_a_lock(
    counting: Database, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "innom.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(add(counting, 1))
    for _ in range(5):  # the loop turns, and reading works
        assert await count(counting) == 0
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    await writing
    assert await count(counting) == 1


async def test_a_lock_that_stays_is_an_error(
    counting: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_sqlite, "LOCK_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / "innom.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await add(counting, 1)
    other.close()
    await add(counting, 1)
    assert await count(counting) == 1
