"""The tables and their queries, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from db import addresses, delivery, history, inbox, outbox, schema
from db.base import Instant
from db.engine import Database, async_url
from tests.conftest import Clock


async def add_chat(database: Database, clock: Clock, external: str = "anna") -> int:
    async with database.write() as db:
        return await addresses.get_or_add_address(db, 7, external, clock())


async def add_update(database: Database, clock: Clock, chat: int, key: str) -> int | None:
    values = {"bot_id": 7, "key": key, "address_id": chat, "payload": {"text": key}}
    async with database.write() as db:
        return await inbox.add_update(db, {**values, "received_at": clock()})


async def test_an_address_is_made_once(database: Database, clock: Clock) -> None:
    assert await add_chat(database, clock) == await add_chat(database, clock)
    assert await add_chat(database, clock, "bruno") != await add_chat(database, clock)


async def test_a_repeated_key_is_stored_once(database: Database, clock: Clock) -> None:
    chat = await add_chat(database, clock)
    first = await add_update(database, clock, chat, "k1")
    assert first is not None
    assert await add_update(database, clock, chat, "k1") is None
    async with database.read() as db:
        assert [row.id for row in await inbox.list_waiting(db, chat)] == [first]


async def test_a_claimed_chat_is_nobody_elses_until_its_lease_ends(
    database: Database, clock: Clock
) -> None:
    chat = await add_chat(database, clock)
    until = clock() + timedelta(seconds=15)
    async with database.write() as db:
        first = await addresses.claim(db, chat, "one", clock(), until)
        assert first is not None
        assert await addresses.claim(db, chat, "two", clock(), until) is None
        clock.move(seconds=16)
        second = await addresses.claim(db, chat, "two", clock(), clock() + timedelta(seconds=15))
    assert second is not None
    assert second.fence > first.fence


async def test_a_stale_fence_cannot_finish(database: Database, clock: Clock) -> None:
    chat = await add_chat(database, clock)
    async with database.write() as db:
        held = await addresses.claim(db, chat, "one", clock(), clock())
        clock.move(seconds=1)
        await addresses.claim(db, chat, "two", clock(), clock() + timedelta(seconds=9))
        assert held is not None
        ended = await addresses.finish_turn(
            db, held, handled=0, count=1, now=clock(), until=clock()
        )
    assert ended is None


@pytest.mark.parametrize(("others", "goes_on"), [(0, False), (1, True)])
async def test_the_lease_goes_on_while_updates_wait(
    database: Database, clock: Clock, others: int, goes_on: bool
) -> None:
    chat = await add_chat(database, clock)
    handled = await add_update(database, clock, chat, "now")
    for number in range(others):
        await add_update(database, clock, chat, f"later-{number}")
    async with database.write() as db:
        held = await addresses.claim(db, chat, "one", clock(), clock() + timedelta(seconds=9))
        assert held is not None
        assert handled is not None
        ended = await addresses.finish_turn(
            db, held, handled=handled, count=2, now=clock(), until=clock()
        )
    assert ended == (2, goes_on)


async def test_handled_updates_lose_their_words_and_keep_their_key(
    database: Database, clock: Clock
) -> None:
    chat = await add_chat(database, clock)
    update = await add_update(database, clock, chat, "k1")
    assert update is not None
    async with database.write() as db:
        await inbox.end_update(db, update, inbox.HANDLED, clock())
    assert await add_update(database, clock, chat, "k1") is None
    async with database.read() as db:
        rows = list(await db.execute(inbox.table.select()))
    assert [row.payload for row in rows] == [None]


async def test_old_keys_and_texts_are_forgotten(database: Database, clock: Clock) -> None:
    chat = await add_chat(database, clock)
    update = await add_update(database, clock, chat, "k1")
    assert update is not None
    event = {"address_id": chat, "no": 1, "message": 1, "kind": "in", "body": {}, "at": clock()}
    async with database.write() as db:
        await inbox.end_update(db, update, inbox.HANDLED, clock())
        await history.add_events(db, [event])
        assert await inbox.forget_updates(db, clock()) == 0
        assert await history.forget_history(db, clock() + timedelta(days=1)) == 1
        assert await inbox.forget_updates(db, clock() + timedelta(days=1)) == 1


async def test_a_send_that_was_cut_is_uncertain_then_resent_once(
    database: Database, clock: Clock
) -> None:
    chat = await add_chat(database, clock)
    row = {
        "address_id": chat,
        "purpose": "reply",
        "method": {"name": "sendMessage", "parameters": {}},
        "state": outbox.SENDING,
        "attempt": 1,
        "due_at": clock(),
        "useful_until": clock() + timedelta(minutes=15),
        "lease_owner": "dead",
        "lease_until": clock() + timedelta(seconds=30),
    }
    async with database.write() as db:
        [message] = await outbox.add_messages(db, [row])
        assert await delivery.take_reply(db, 7, "me", clock(), clock()) is None
        clock.move(seconds=31)
        assert await delivery.doubt_lost(db, clock(), clock() + timedelta(seconds=60)) == 1
        assert await delivery.take_reply(db, 7, "me", clock(), clock()) is None
        clock.move(seconds=61)
        until = clock() + timedelta(seconds=30)
        again = await delivery.take_reply(db, 7, "me", clock(), until)
        assert again
        assert (again.id, again.attempt) == (message, 2)
        stale = replace(again, fence=again.fence - 1)
        assert not await delivery.end_sending(db, stale, outbox.SENT, None, clock())
        assert await outbox.count_states(db) == {"sending": 1}
        assert await delivery.end_sending(db, again, outbox.SENT, None, clock())
        assert await outbox.count_states(db) == {"sent": 1}


async def test_what_is_of_no_use_any_more_is_not_sent(database: Database, clock: Clock) -> None:
    chat = await add_chat(database, clock)
    row = {"address_id": chat, "purpose": "reply", "method": {}, "state": outbox.DUE}
    row |= {"attempt": 0, "due_at": clock(), "useful_until": clock() + timedelta(minutes=15)}
    async with database.write() as db:
        await outbox.add_messages(db, [row])
        clock.move(minutes=16)
        assert await delivery.expire(db, clock()) == 1
        assert await delivery.take_reply(db, 7, "me", clock(), clock()) is None


async def test_migrations_go_up_and_down_and_leave_no_difference(database: Database) -> None:
    def down_and_up(connection: Connection) -> list[object]:
        command.downgrade(schema.config(connection), "base")
        command.upgrade(schema.config(connection), "head")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))

    async with database.writer.begin() as db:
        assert await db.run_sync(down_and_up) == []


def test_every_column_says_whether_it_tells_about_a_person() -> None:
    for table in schema.METADATA.tables.values():
        for column in table.columns:
            assert column.info.get("privacy") in ("none", "personal", "special"), column


def test_a_naive_instant_is_refused() -> None:
    from datetime import datetime

    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type] # noqa: DTZ001


@pytest.mark.parametrize("url", ["", "mysql://x", "innom.db", "postgresql:/x"])
def test_another_engine_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must begin"):
        async_url(url)
