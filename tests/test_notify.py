"""Who waits for a chat's news is woken, from this process and from others."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from bot.channels import notify
from bot.channels.notify import Notifier
from db.engine import Database

CHAT, OTHER = "a" * 64, "b" * 64
LISTENING = text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND query LIKE 'LISTEN%' AND state = 'idle'"  # before that it may not hear yet
)


@pytest.fixture
async def listener(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Notifier]:
    """A process that listens, where there can be others."""
    monkeypatch.setattr(notify, "RECONNECT_SECONDS", 0.05)
    monkeypatch.setattr(notify, "PROBE_SECONDS", 3600)  # `listeners` looks at the last query
    made = Notifier(database)
    made.start()
    if not database.is_sqlite:
        await listeners(database, 1)
    yield made
    await made.close()


async def listeners(database: Database, count: int) -> list[int]:
    """Waits until so many connections listen; returns their processes' numbers."""
    async with asyncio.timeout(60):
        while True:
            async with database.read() as db:
                found = list((await db.execute(LISTENING)).scalars())
            if len(found) == count:
                return found
            await asyncio.sleep(0.05)


async def stands(notifier: Notifier) -> None:
    """Waits until others can wake those who watch: then they need not look by themselves."""
    async with asyncio.timeout(20):
        while notifier.patience < notify.SAFETY_SECONDS:
            await asyncio.sleep(0.01)


async def cut(database: Database) -> int:
    """Ends the connection that listens; returns its process's number."""
    [lost] = await listeners(database, 1)
    async with database.write() as db:
        await db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": lost})
    return lost


async def tell(database: Database, chat: str) -> None:
    """What another process does when it commits an answer."""
    async with database.write() as db:
        await Notifier(database).tell_others(db, chat)


async def test_a_watcher_hears_of_its_own_chat_alone(database: Database) -> None:
    notifier = Notifier(database)
    with notifier.watch(CHAT) as mine, notifier.watch(OTHER) as other:
        notifier.wake(CHAT)
        assert (mine.is_set(), other.is_set()) == (True, False)
    notifier.wake(CHAT)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_news_of_another_process_wakes_and_a_lost_line_is_taken_up_again(
    database: Database, listener: Notifier
) -> None:
    with listener.watch(CHAT) as woken:
        await tell(database, CHAT)
        await asyncio.wait_for(woken.wait(), 20)
        woken.clear()
        lost = await cut(database)
        while await listeners(database, 1) == [lost]:
            await asyncio.sleep(0.05)
        await tell(database, CHAT)
        await asyncio.wait_for(woken.wait(), 20)


async def test_a_watcher_looks_seldom_where_it_is_woken(
    database: Database, listener: Notifier
) -> None:
    await stands(listener)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_watchers_look_each_second_while_the_line_is_lost(
    database: Database, listener: Notifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "RECONNECT_SECONDS", 3600)
    with listener.watch(CHAT) as woken:
        await stands(listener)
        woken.clear()
        await cut(database)
        await asyncio.wait_for(woken.wait(), 20)  # or it would wait on, and nobody wakes it
        assert listener.patience == notify.LOST_SECONDS


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_line_that_ends_unnoticed_is_found_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: Any, **__: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(notify, "PROBE_SECONDS", 0.05)
    monkeypatch.setattr(notify, "RECONNECT_SECONDS", 3600)
    notifier = Notifier(database)
    with notifier.watch(CHAT) as woken:
        notifier.start()
        await stands(notifier)
        woken.clear()
        monkeypatch.setattr(asyncpg.Connection, "fetchval", silent)
        await asyncio.wait_for(woken.wait(), 20)
        assert notifier.patience == notify.LOST_SECONDS
    await notifier.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("fault", [OSError, asyncpg.InterfaceError, asyncpg.PostgresError])
async def test_a_failure_to_listen_is_tried_again_and_leaves_no_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    notifier, connect = Notifier(database), asyncpg.connect
    failures = [fault("away")]

    async def failing(*address: str, **of_the_pool: Any) -> asyncpg.Connection:
        if address and failures:
            raise failures.pop()
        return await connect(*address, **of_the_pool)

    monkeypatch.setattr(notify, "RECONNECT_SECONDS", 0.05)
    monkeypatch.setattr(notify, "PROBE_SECONDS", 3600)  # `listeners` looks at the last query
    monkeypatch.setattr(asyncpg, "connect", failing)
    notifier.start()
    await listeners(database, 1)
    await notifier.close()
    await listeners(database, 0)
