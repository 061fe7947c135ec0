"""What hosts ask of slots and bookings: who comes, and how both end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from db.booking import ACTIVE, CANCELLED, Booking, Places, Slot, bookings, list_with_taken, slots
from db.engine import Db
from db.outbox import table as messages


async def list_ids(db: Db, codes: Sequence[str]) -> list[int]:
    """The ids of the slots with these codes, soonest first."""
    query = select(slots.c.id).where(slots.c.code.in_(codes))
    return [int(i) for i in (await db.execute(query.order_by(slots.c.starts_at))).scalars()]


async def list_to_come(
    db: Db,
    now: datetime,
    *,
    kind: str | None = None,
    day: tuple[datetime, datetime] | None = None,
) -> list[tuple[Slot, Places]]:
    """Slots that are not over, soonest first, with what is taken; cancelled ones as well.

    `day` is a time from which and a time before which they begin.
    """
    which = [slots.c.ends_at > now]
    if kind:
        which.append(slots.c.kind == kind)
    if day:
        which += [slots.c.starts_at >= day[0], slots.c.starts_at < day[1]]
    return await list_with_taken(db, *which)


async def change_slot(db: Db, slot_id: int, **values: Any) -> None:
    """Writes what is new about a slot. The caller holds its lock."""
    await db.execute(update(slots).where(slots.c.id == slot_id).values(**values))


async def list_booked(db: Db, slot_id: int) -> list[Booking]:
    """The active bookings of a slot, in the order in which they were made."""
    here = (bookings.c.slot_id == slot_id, bookings.c.state == ACTIVE)
    rows = await db.execute(select(bookings).where(*here).order_by(bookings.c.id))
    return [Booking(**row._mapping) for row in rows]


async def end_bookings(
    db: Db,
    slot_id: int,
    now: datetime,
    *,
    by: str,
    reason: str,
    booking_id: int | None = None,
) -> list[tuple[int, int | None]]:
    """Cancels the active bookings of a slot, or one of them; returns (booking, address) of each."""
    here = [bookings.c.slot_id == slot_id, bookings.c.state == ACTIVE]
    if booking_id is not None:
        here.append(bookings.c.id == booking_id)
    values = {"state": CANCELLED, "cancelled_at": now, "cancelled_by": by, "reason": reason}
    ended = update(bookings).where(*here).values(**values)
    rows = await db.execute(ended.returning(bookings.c.id, bookings.c.address_id))
    return [(int(booking), address) for booking, address in rows]


async def list_called_off(db: Db, slot_id: int) -> list[Booking]:
    """The bookings of a slot that a host cancelled and whose person is still known."""
    here = (bookings.c.slot_id == slot_id, bookings.c.cancelled_by == "host")
    known = select(bookings).where(*here, bookings.c.first_name.is_not(None))
    rows = await db.execute(known.order_by(bookings.c.id))
    return [Booking(**row._mapping) for row in rows]


async def list_states(db: Db, abouts: Sequence[str]) -> dict[str, str]:
    """How the messages about these things fared."""
    query = select(messages.c.about, messages.c.state).where(messages.c.about.in_(abouts))
    return {str(about): str(state) for about, state in await db.execute(query)}


async def slots_of(db: Db, booking_ids: Sequence[int]) -> dict[int, int]:
    """The slot of each of these bookings."""
    query = select(bookings.c.id, bookings.c.slot_id).where(bookings.c.id.in_(booking_ids))
    return {int(booking): int(slot) for booking, slot in await db.execute(query)}
