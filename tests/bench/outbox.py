"""Reminders a second, from the claim to the record, and against the bare statements of that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from time import perf_counter

from sqlalchemy import select, update

from bot.actions.outbox import BOOKING_REMINDER, PURPOSES, Composed, Message, Say
from bot.channels.delivery import Outcome
from bot.channels.lanes import CallLane, Desk, Taken, WebLane
from bot.channels.notify import Notifier
from bot.channels.web import BOT_ID, WebChannel
from bot.knowledge.entries import Knowledge
from db.addresses import get_or_add_address
from db.delivery import take_message
from db.engine import Database, Db
from db.outbox import DUE, SENDING, SENT, add_messages, count_states, table
from tests.bench.report import Report, middle, ms
from tests.builders import NOW
from tests.posted import a_mind, reminds

COUNT = 500
BOT = 4242
DAY = timedelta(days=1)


async def measure_outbox(report: Report, database: Database, engine: str) -> None:
    """Over a channel that takes everything at once; without Telegram's own limit."""
    calls, _ = await _seconds(database, BOT, lambda desk: _calls(desk, 1))
    _, beside = await _seconds(database, BOT, lambda desk: _calls(desk, 3))
    pages, _ = await _seconds(database, BOT_ID, lambda desk: WebLane(desk, _web(database)))
    bare = await _bare(database)
    rows = [("calls, one by one", calls), ("calls, three at once", beside)]
    rows += [("pages of our own", pages), ("bare SQL", bare)]
    table_rows = [(name, ms(seconds), f"{1 / seconds:.0f}") for name, seconds in rows]
    report.table(f"A reminder on {engine}", ("", "ms", "a second"), table_rows)
    report.figure(f"outbox.per_second.{engine}", 1 / beside)
    report.figure(f"outbox.web_per_second.{engine}", 1 / pages)
    report.figure(f"outbox.ratio_to_sql.{engine}", calls / bare)


def _web(database: Database) -> WebChannel:
    return WebChannel(Notifier(database))


def _calls(desk: Desk, most: int) -> CallLane:
    async def take(db: Db, now: datetime) -> Taken | None:
        message = await take_message(db, BOT, "bench", now, now + DAY)
        return Taken(message) if message else None

    async def send(message: Message, say: Say) -> Outcome:
        return Outcome(SENT)

    return CallLane(desk, take, send, lambda: 60, most)


async def _seconds(
    database: Database, bot: int, make: Callable[[Desk], CallLane | WebLane]
) -> tuple[float, float]:
    """Seconds for one of many, each to a chat of its own: the median, and all of them by number.

    From one being put into words to the next.
    """
    moments: list[float] = []

    async def composer(db: Db, message: Message, now: datetime, knowledge: Knowledge) -> Composed:
        moments.append(perf_counter())
        return await reminds(db, message, now, knowledge)

    await _queue(database, bot)
    composers = dict.fromkeys(PURPOSES, composer)
    lane = make(Desk(database, "bench", lambda: NOW, a_mind(), composers, (0, 0)))
    began = perf_counter()
    await lane.work()
    seconds = perf_counter() - began
    async with database.read() as db:
        if await count_states(db) != {SENT: COUNT}:
            raise RuntimeError("not everything was sent")
    return middle([after - before for before, after in pairwise(moments)]), seconds / COUNT


async def _queue(database: Database, bot: int) -> None:
    async with database.write() as db:
        await db.execute(table.delete())
        for number in range(COUNT):
            address = await get_or_add_address(db, bot, f"chat {number}", NOW)
            row = {"address_id": address, "purpose": BOOKING_REMINDER, "state": DUE, "attempt": 0}
            row |= {"about": f"booking:{number}", "due_at": NOW, "useful_until": NOW + DAY}
            await add_messages(db, [{**row, "fence": 0}])


async def _bare(database: Database) -> float:
    """One claim and one record, each with its commit, for every message."""
    await _queue(database, BOT)
    due = (table.c.state == DUE, table.c.due_at <= NOW)
    oldest = select(table.c.id).where(*due).order_by(table.c.due_at, table.c.id).limit(1)
    seconds = []
    for _ in range(COUNT):
        began = perf_counter()
        async with database.write() as db:
            found = await db.execute(oldest.with_for_update(skip_locked=True))
            mine = table.c.id == found.scalar_one()
            await db.execute(update(table).where(mine).values(state=SENDING))
        async with database.write() as db:
            await db.execute(update(table).where(mine).values(state=SENT))
        seconds.append(perf_counter() - began)
    return middle(seconds)
