"""The outbox: queued with its cause, cancelled with it, and listed where it did not arrive."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.actions.outbox import (
    APPOINTMENT_REMINDER,
    BOOKING_REMINDER,
    cancel_about,
    list_for_staff,
    oldest_due,
    queue_for_chat,
)
from db import delivery, outbox
from db.addresses import get_or_add_address
from db.engine import Database
from tests.conftest import Clock

DAY = timedelta(days=1)


async def queued(
    database: Database, now: datetime, about: str = "booking:12", chat: str = "9", **changes: Any
) -> int:
    """A reminder that is due now and useful for a day."""
    values: dict[str, Any] = {"purpose": BOOKING_REMINDER, "due_at": now, "useful_until": now + DAY}
    async with database.write() as db:
        address = await get_or_add_address(db, 7, chat, now)
        return await queue_for_chat(db, address_id=address, about=about, **{**values, **changes})


async def states(database: Database) -> dict[str, str]:
    """The state of each message, by what it is about."""
    columns = (outbox.table.c.about, outbox.table.c.state)
    async with database.read() as db:
        rows = await db.execute(select(*columns).order_by(outbox.table.c.id))
        return {str(row.about): str(row.state) for row in rows}


async def put(database: Database, message: int, **values: Any) -> None:
    """Changes a row as a delivery would have."""
    async with database.write() as db:
        which = outbox.table.c.id == message
        await db.execute(outbox.table.update().where(which).values(**values))


async def test_cancelling_reaches_a_thing_and_its_parts_and_no_other(
    database: Database, clock: Clock
) -> None:
    for about in ("booking:12", "booking:12:day", "booking:123", "booking:1", "booking_12:x"):
        await queued(database, clock(), about)
    async with database.write() as db:
        assert await cancel_about(db, "booking:12", clock()) == 2
    gone = {about for about, state in (await states(database)).items() if state == "cancelled"}
    assert gone == {"booking:12", "booking:12:day"}


async def test_cancelling_can_be_for_some_purposes(database: Database, clock: Clock) -> None:
    await queued(database, clock(), "booking:1:a")
    await queued(database, clock(), "booking:1:b", purpose=APPOINTMENT_REMINDER)
    async with database.write() as db:
        assert await cancel_about(db, "booking:1", clock(), [APPOINTMENT_REMINDER]) == 1
    assert await states(database) == {"booking:1:a": "due", "booking:1:b": "cancelled"}


@pytest.mark.parametrize(
    ("before", "after"),
    [("uncertain", "cancelled"), ("sending", "sending"), ("sent", "sent"), ("failed", "failed")],
)
async def test_cancelling_leaves_what_is_being_sent_or_has_ended(
    database: Database, clock: Clock, before: str, after: str
) -> None:
    message = await queued(database, clock())
    await put(database, message, state=before)
    async with database.write() as db:
        await cancel_about(db, "booking:12", clock())
    assert await states(database) == {"booking:12": after}


async def test_a_purpose_that_nobody_composes_is_a_mistake(
    database: Database, clock: Clock
) -> None:
    with pytest.raises(ValueError, match="purpose"):
        await queued(database, clock(), purpose="advertisement")


async def test_staff_see_what_did_not_arrive_for_a_month(database: Database, clock: Clock) -> None:
    for state in ("due", "sending", "sent", "uncertain", "failed", "cancelled", "expired"):
        await put(database, await queued(database, clock(), f"booking:{state}"), state=state)
    async with database.read() as db:
        listed = await list_for_staff(db, clock() + 29 * DAY)
        assert {trouble.state for trouble in listed} == {"uncertain", "failed", "expired"}
        assert {trouble.about for trouble in listed} == {f"booking:{t.state}" for t in listed}
        assert await list_for_staff(db, clock() + 31 * DAY) == []


async def test_the_age_of_what_waits_longest_is_known(database: Database, clock: Clock) -> None:
    async with database.read() as db:
        assert await oldest_due(db, clock()) is None
    await queued(database, clock() + DAY, "booking:1")
    await queued(database, clock() - timedelta(minutes=3), "booking:2")
    async with database.read() as db:
        assert await oldest_due(db, clock()) == timedelta(minutes=3)


async def test_what_each_tick_asks_looks_at_open_messages_alone(
    database: Database, clock: Clock
) -> None:
    """SQLite uses the index of open messages only where a query repeats its very words."""
    if not database.is_sqlite:
        return
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    async with database.write() as db:
        event.listen(database.writer.sync_engine, "before_cursor_execute", note)
        await delivery.take_reply(db, 7, "me", clock(), clock())
        await delivery.take_message(db, 7, "me", clock(), clock())
        await delivery.take_mail(db, "me", clock(), clock())
        await delivery.doubt_lost(db, clock(), clock())
        await delivery.expire(db, clock())
        await outbox.find_oldest_due(db, clock())
        event.remove(database.writer.sync_engine, "before_cursor_execute", note)
        for statement, parameters in asked:
            plan = await db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(step.detail) for step in plan]
            assert "SEARCH outbox USING INDEX ix_outbox_open (due_at<?)" in steps, statement
