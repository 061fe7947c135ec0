"""Hosting: slots made, closed and cancelled by staff. Decides first, then acts under the lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.actions import outbox
from bot.actions.errors import Conflict, NotFound, Refused
from bot.actions.slot_plan import KINDS, Plan, Why, slot_rows, why_not_make, why_not_places
from bot.actions.wall_time import YEARS, local_instant
from db import booking as booked
from db import hosting as stored
from db.booking import Booking, Places, Slot
from db.engine import Db


class Because(StrEnum):
    """Why a host cancels; only this is stored, and no word of one's own."""

    ILL = "host-ill"
    PLACE = "no-place"
    FEW = "too-few"
    WEATHER = "weather"
    OTHER = "other"


async def make_slots(db: Db, plan: Plan, zone: str, now: datetime) -> list[int]:
    """Makes the slots of a plan, once for its key; returns their ids. Raises Refused(Why)."""
    if why := why_not_make(plan, zone, now):
        raise Refused(why)
    rows = slot_rows(plan, zone, now)
    await booked.add_slots(db, rows)
    return await stored.list_ids(db, [row["code"] for row in rows])


@dataclass(frozen=True, slots=True)
class Coming:
    """A slot with who comes, in the order in which they booked.

    `called_off` are bookings that a host cancelled, with how the message about it fared (None: no
    message).
    """

    slot: Slot
    taken: Places
    bookings: Sequence[Booking]
    called_off: Sequence[tuple[Booking, str | None]] = ()

    @property
    def left(self) -> Places:
        """The free places."""
        return self.slot.capacity - self.taken


async def list_to_come(
    db: Db, now: datetime, *, kind: str | None = None, day: date | None = None, zone: str
) -> list[tuple[Slot, Places]]:
    """Slots that are not over, with what is taken; `day` is the municipality's."""
    span = None
    if day and day.year not in YEARS:
        return []  # as far as no clock goes: nothing can be there
    if day:
        ends = local_instant(day + timedelta(days=1), time(), zone)
        span = (local_instant(day, time(), zone), ends)
    return await stored.list_to_come(db, now, kind=kind if kind in KINDS else None, day=span)


async def who_comes(db: Db, slot_id: int) -> Coming:
    """One slot with its active bookings. Raises NotFound."""
    slot = await booked.find_slot(db, slot_id)
    if slot is None:
        raise NotFound
    taken = await booked.count_taken(db, slot_id)
    off = await stored.list_called_off(db, slot_id)
    fared = await stored.list_states(db, [_about_cancelling(each.id) for each in off])
    called_off = [(each, fared.get(_about_cancelling(each.id))) for each in off]
    return Coming(slot, taken, await stored.list_booked(db, slot_id), called_off)


def _about_cancelling(booking_id: int | None) -> str:
    return f"booking:{booking_id}:cancelled"


async def change_capacity(
    db: Db, slot_id: int, wanted: Places, seen: Places, now: datetime
) -> None:
    """Gives a slot other places; `seen` are those that the host saw.

    Raises NotFound, Conflict (somebody else changed them), Refused(Why).
    """
    slot = await lock_open(db, slot_id, now)
    if slot.capacity != seen:
        raise Conflict
    taken = await booked.count_taken(db, slot_id)
    if why := why_not_places(wanted) or _why_not_so_few(wanted, taken):
        raise Refused(why)
    places = {"ordinary": wanted.ordinary, "wheelchair": wanted.wheelchair}
    await stored.change_slot(db, slot_id, **places, companion=wanted.companion)


def _why_not_so_few(wanted: Places, taken: Places) -> Why | None:
    left = wanted - taken
    return Why.TAKEN if min(left.ordinary, left.wheelchair, left.companion) < 0 else None


async def close_booking(db: Db, slot_id: int, now: datetime) -> None:
    """Nobody books the slot any more; who has booked, comes. Raises NotFound, Refused(Why)."""
    await lock_open(db, slot_id, now)
    await stored.change_slot(db, slot_id, closes_at=now)


async def open_booking(db: Db, slot_id: int, now: datetime) -> None:
    """Booking is open at once, and until the slot begins. Raises NotFound, Refused(Why)."""
    slot = await lock_open(db, slot_id, now)
    opens = min(slot.opens_at, now)
    await stored.change_slot(db, slot_id, opens_at=opens, closes_at=slot.starts_at)


@dataclass(frozen=True, slots=True)
class Ended:
    """How many bookings were cancelled, and to how many of their chats a message is queued."""

    bookings: int
    messages: int


async def cancel_slot(db: Db, slot_id: int, because: str, now: datetime) -> Ended:
    """Cancels a slot with all its bookings and their reminders, and writes to everybody.

    Raises NotFound, Refused(Why).
    """
    slot = await lock_open(db, slot_id, now)
    reason = _reason(because)
    ended = await stored.end_bookings(db, slot_id, now, by="host", reason=reason)
    await stored.change_slot(db, slot_id, cancelled_at=now, closes_at=min(slot.closes_at, now))
    return await _write_to(db, slot, ended, now)


async def cancel_for(db: Db, slot_id: int, booking_id: int, because: str, now: datetime) -> Ended:
    """Cancels one booking of a slot, and writes to the person. Raises NotFound, Refused(Why)."""
    slot = await lock_open(db, slot_id, now)
    reason = _reason(because)
    ended = await stored.end_bookings(
        db, slot_id, now, by="host", reason=reason, booking_id=booking_id
    )
    if not ended:
        raise NotFound
    return await _write_to(db, slot, ended, now)


def _reason(because: str) -> str:
    if because not in list(Because):
        raise Refused(Why.REASON)
    return Because(because).value


async def lock_open(db: Db, slot_id: int, now: datetime) -> Slot:
    """A slot to come that nobody else changes now. Raises NotFound, Refused (cancelled, past)."""
    slot = await booked.lock_slot(db, slot_id)
    if slot is None:
        raise NotFound
    if slot.cancelled_at:
        raise Refused(Why.CANCELLED)
    if slot.starts_at <= now:
        raise Refused(Why.PAST)
    return slot


async def _write_to(
    db: Db, slot: Slot, ended: Sequence[tuple[int, int | None]], now: datetime
) -> Ended:
    """Takes the reminders back and queues the message; who erased themselves gets none."""
    for booking_id, _ in ended:
        await outbox.cancel_about(db, f"booking:{booking_id}", now)
    known = [(booking, address) for booking, address in ended if address is not None]
    for booking_id, address_id in known:
        await outbox.queue_for_chat(
            db,
            address_id=address_id,
            purpose=outbox.SLOT_CANCELLED,
            about=_about_cancelling(booking_id),
            due_at=now,
            useful_until=slot.starts_at,
        )
    return Ended(len(ended), len(known))
