"""Rows for tests: sensible values, and what a test wants otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any

from db.booking import Booking, Slot, add_slots, bookings, slots
from db.engine import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # where the tests' clock begins, a Monday


def slot_values(**changes: Any) -> dict[str, Any]:
    """An activity two days on, with five ordinary places."""
    starts = changes.pop("starts_at", NOW + timedelta(days=2))
    values = {
        "code": None,
        "kind": "activity",
        "entry": None,
        "titles": {"nb": "Strikkekveld", "sv": "Stickkväll", "en": "Knitting night"},
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "zone": "Europe/Oslo",
        "ordinary": 5,
        "wheelchair": 0,
        "companion": 0,
        "opens_at": starts - timedelta(days=30),
        "closes_at": starts - timedelta(hours=2),
        "sample": False,
    }
    return {**values, **changes}


def make_slot(**changes: Any) -> Slot:
    """A slot that stands in no database."""
    return Slot(id=1, **slot_values(**changes))


async def add_slot(database: Database, **changes: Any) -> int:
    """Stores a slot; returns its id."""
    async with database.write() as db:
        await add_slots(db, [slot_values(**changes)])
        last = slots.select().order_by(slots.c.id.desc()).limit(1)
        return int((await db.execute(last)).one().id)


async def all_bookings(database: Database, **wanted: Any) -> list[Booking]:
    """The stored bookings with these values, in the order in which they were made."""
    query = bookings.select().order_by(bookings.c.id)
    for name, value in wanted.items():
        query = query.where(bookings.c[name] == value)
    async with database.read() as db:
        return [Booking(**row._mapping) for row in await db.execute(query)]
