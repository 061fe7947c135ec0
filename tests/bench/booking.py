"""Bookings: none too many in a race, and what they cost against the bare transaction."""

import asyncio
from time import perf_counter

from sqlalchemy import func, insert, select

from bot.actions.booking import Wish, book_slot
from db.booking import ACTIVE, bookings, slots
from db.engine import Database
from tests.bench.report import Report, middle, ms
from tests.builders import NOW, add_slot, all_bookings
from tests.race import PLACES, book_with_lock, book_without_lock, some_wishes

RACES = 20
ROUNDS = 10


async def measure_booking(report: Report, database: Database, engine: str) -> None:
    """Races with the lock and without it, then bookings one after the other."""
    over, control = 0, 0
    for _ in range(RACES):
        over += await _overbooked(database, with_lock=True)
        control += await _overbooked(database, with_lock=False)
    report.figure(f"race.overbooked.{engine}", over)
    report.figure(f"race.control_overbooked.{engine}", control)
    ours, bare = await _seconds(database)
    head = ("", "ms", "a second")
    rows = [(name, ms(s), f"{1 / s:.0f}") for name, s in (("booking", ours), ("bare SQL", bare))]
    report.table(f"A booking on {engine}", head, rows)
    where = "" if engine == "sqlite" else f"{engine}."
    report.figure(f"booking.{where}ratio_to_sql", ours / bare)


async def _overbooked(database: Database, *, with_lock: bool) -> int:
    slot = await add_slot(database, ordinary=PLACES)
    wishes = await some_wishes(database, slot)
    all_looked = asyncio.Barrier(len(wishes))
    books = (
        book_with_lock(database, wish)
        if with_lock
        else book_without_lock(database, wish, all_looked)
        for wish in wishes
    )
    await asyncio.gather(*books)
    made = await all_bookings(database, slot_id=slot)
    if with_lock and len(made) < PLACES:
        raise RuntimeError("a place was left")
    return max(0, len(made) - PLACES)


async def _seconds(database: Database) -> tuple[float, float]:
    """Median seconds of a booking, and of its statements alone, each with its commit."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        slot = await add_slot(database, ordinary=1_000)
        for wish in await some_wishes(database, slot):
            began = perf_counter()
            async with database.write() as db:
                await book_slot(db, wish, NOW, samples=False)
            between = perf_counter()
            await _bare(database, wish)
            ours.append(between - began)
            bare.append(perf_counter() - between)
    return middle(ours), middle(bare)


async def _bare(database: Database, wish: Wish) -> None:
    async with database.write() as db:
        locked = select(slots.c.ordinary).where(slots.c.id == wish.slot_id).with_for_update()
        capacity = (await db.execute(locked)).scalar_one()
        taken = select(func.coalesce(func.sum(bookings.c.ordinary), 0))
        here = (bookings.c.slot_id == wish.slot_id, bookings.c.state == ACTIVE)
        if (await db.execute(taken.where(*here))).scalar_one() < capacity:
            values = {"slot_id": wish.slot_id, "address_id": wish.address_id, "state": ACTIVE}
            values |= {"ordinary": 1, "wheelchair": 0, "companion": 0, "created_at": NOW}
            await db.execute(insert(bookings).values(**values))
