"""Booking: decide first (`why_not_book`), then act under the slot's lock (`book_slot`)."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.actions.outbox import APPOINTMENT_REMINDER, BOOKING_REMINDER, cancel_about
from bot.actions.quiet_hours import Quiet
from bot.actions.reminder_plan import QUIET, remind_of_booking
from bot.knowledge.redaction import redact
from db import addresses, outbox
from db import booking as stored
from db.booking import Booking, Held, Places, Slot
from db.engine import Db

MAX_PARTY = 6
MOST_SPECIAL = 2  # places of one special kind in a party; more is a matter for a call
MAX_NAME = 40
LATELY = timedelta(days=1)
# Without letters and digits that look or sound alike when somebody reads it aloud.
CODE_LETTERS = "ABCDEFGHJKMNPQRTUVWXY346789"
CODE_LENGTH = 8
_HALF = rf"[{CODE_LETTERS}]{{{CODE_LENGTH // 2}}}"
_WRITTEN = re.compile(rf"{_HALF}[ \-\u2010-\u2013]?{_HALF}")
# "Gate 3467", "4676 Evje" and "after3pm" have the letters of a code, too.
_SPOKEN = re.compile(r"[A-Z]{4} ?\d{4}|\d{4} ?[A-Z]{4}|[A-Z]{5}\d[AP]M")


class Reason(StrEnum):
    """Why something cannot be booked; the words for people are chosen where it is said."""

    GONE = "gone"
    SAMPLE = "sample"
    PAST = "past"
    NOT_OPEN = "not-open"
    CLOSED = "closed"
    PARTY = "party"
    COMPANION_ALONE = "companion-alone"
    TWICE = "twice"
    TOO_MANY = "too-many"
    TOO_OFTEN = "too-often"
    TOO_LARGE_A_SHARE = "share"
    FULL = "full"
    NO_WHEELCHAIR = "no-wheelchair"
    NO_COMPANION = "no-companion"


class Refused(Exception):
    """The booking was not made; `reason` says why, and nothing was stored."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may hold: bookings to come, bookings made in a day, part of one slot."""

    to_come: int
    a_day: int
    share: float


KNOWN = Limits(to_come=8, a_day=20, share=1.0)
# A new browser tab is a new visitor, so one tab gets half of a class at most.
ANONYMOUS = Limits(to_come=4, a_day=10, share=0.5)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants which places in which slot."""

    address_id: int
    slot_id: int
    party: Places
    first_name: str
    anonymous: bool
    phone: str | None = None
    remind: bool = True  # whether anything can be sent there later


def why_not_book(
    slot: Slot | None,
    taken: Places,
    party: Places,
    now: datetime,
    *,
    held: Held | None = None,
    limits: Limits = KNOWN,
    samples: bool = True,
) -> Reason | None:
    """The first reason against a booking, or None. Touches nothing."""
    if slot is None or slot.cancelled_at:
        return Reason.GONE
    return (
        _why_not_now(slot, now, samples)
        or _why_not_this_party(party)
        or _why_not_this_address(held or Held(), limits)
        or _why_not_so_many(slot, taken, party, limits)
    )


def _why_not_now(slot: Slot, now: datetime, samples: bool) -> Reason | None:
    if slot.sample and not samples:
        return Reason.SAMPLE
    if now >= slot.starts_at:
        return Reason.PAST
    if now < slot.opens_at:
        return Reason.NOT_OPEN
    return Reason.CLOSED if now >= slot.closes_at else None


def _why_not_this_party(party: Places) -> Reason | None:
    if min(party.ordinary, party.wheelchair, party.companion) < 0:
        return Reason.PARTY
    if not 1 <= party.total <= MAX_PARTY:
        return Reason.PARTY
    if party.companion > party.ordinary + party.wheelchair:
        return Reason.COMPANION_ALONE
    return None


def _why_not_this_address(held: Held, limits: Limits) -> Reason | None:
    if held.this_slot:
        return Reason.TWICE
    if held.to_come >= limits.to_come:
        return Reason.TOO_MANY
    return Reason.TOO_OFTEN if held.made_lately >= limits.a_day else None


def _why_not_so_many(slot: Slot, taken: Places, party: Places, limits: Limits) -> Reason | None:
    left = slot.capacity - taken
    if party.ordinary > left.ordinary:
        return Reason.FULL
    if party.wheelchair > left.wheelchair:
        return Reason.NO_WHEELCHAIR
    if party.companion > left.companion:
        return Reason.NO_COMPANION
    return Reason.TOO_LARGE_A_SHARE if _size(party) > most_for(slot, limits) else None


def most_for(slot: Slot, limits: Limits) -> int:
    """How many places one address may take in a slot; companions do not count."""
    return max(1, int(_size(slot.capacity) * limits.share))


@dataclass(frozen=True, slots=True)
class Room:
    """What an address could book in a slot now: the parties that fit, or why none does."""

    slot: Slot | None
    fitting: tuple[Places, ...] = ()
    reason: Reason | None = None


async def find_room(
    db: Db, address_id: int, slot_id: int, now: datetime, *, limits: Limits, samples: bool
) -> Room:
    """What fits now, the plain parties first. Nothing is held by asking."""
    slot = await stored.find_slot(db, slot_id)
    if slot is None:
        return Room(None, reason=Reason.GONE)
    taken = await stored.count_taken(db, slot_id)
    held = await stored.count_held(db, address_id, slot_id, now, now - LATELY)
    reasons = {
        party: why_not_book(slot, taken, party, now, held=held, limits=limits, samples=samples)
        for party in _PARTIES
    }
    fitting = tuple(party for party, reason in reasons.items() if reason is None)
    return Room(slot, fitting, None if fitting else reasons[_PARTIES[0]])


def _size(places: Places) -> int:
    return places.ordinary + places.wheelchair


_PARTIES = tuple(
    Places(count - wheelchair - companion, wheelchair, companion)
    for count in range(1, MAX_PARTY + 1)
    for wheelchair in range(MOST_SPECIAL + 1)
    for companion in range(MOST_SPECIAL + 1)
)


async def book_slot(
    db: Db, wish: Wish, now: datetime, *, samples: bool, quiet: Quiet = QUIET
) -> tuple[Booking, Slot]:
    """Books under the slot's lock, counted anew there, and queues the reminder.

    Raises Refused. The caller commits.
    """
    slot = await stored.lock_slot(db, wish.slot_id)
    taken = await stored.count_taken(db, wish.slot_id)
    held = await stored.count_held(db, wish.address_id, wish.slot_id, now, now - LATELY)
    limits = ANONYMOUS if wish.anonymous else KNOWN
    reason = why_not_book(slot, taken, wish.party, now, held=held, limits=limits, samples=samples)
    if reason or slot is None:
        raise Refused(reason or Reason.GONE)
    values: dict[str, Any] = {
        "slot_id": wish.slot_id,
        "address_id": wish.address_id,
        "ordinary": wish.party.ordinary,
        "wheelchair": wish.party.wheelchair,
        "companion": wish.party.companion,
        "first_name": wish.first_name[:MAX_NAME],
        "phone": wish.phone,
        "code": new_code(),
        "created_at": now,
    }
    booking_id = await stored.add_booking(db, values)
    booking = Booking(id=booking_id, state=stored.ACTIVE, **values)
    if wish.remind:
        await remind_of_booking(db, booking, slot, wish.address_id, now, quiet)
    return booking, slot


async def cancel_booking(
    db: Db, address_id: int, booking_id: int, now: datetime, *, by: str = "person"
) -> tuple[Booking, Slot] | None:
    """Cancels an address's own booking; None where it has none such that is to come."""
    found = await stored.find_booking(db, address_id, booking_id)
    if found is None or found[1].starts_at <= now:
        return None
    if not await stored.end_booking(db, address_id, booking_id, now, by, "asked"):
        return None
    await cancel_about(db, f"booking:{booking_id}", now)
    return found


async def drop_reminder(db: Db, address_id: int, booking_id: int, now: datetime) -> bool:
    """Withdraws the reminder of an address's own booking; False where it has none such."""
    if await stored.find_booking(db, address_id, booking_id) is None:
        return False
    await cancel_about(db, f"booking:{booking_id}", now, (BOOKING_REMINDER,))
    return True


async def find_reminded(db: Db, address_id: int) -> int | None:
    """The booking that this chat was reminded of last, where nothing was said since."""
    reminders = (BOOKING_REMINDER, APPOINTMENT_REMINDER)
    last = await outbox.find_latest(db, address_id, reminders)
    if last is None or last.purpose != BOOKING_REMINDER:
        return None
    said_at = (await addresses.get_chat(db, address_id)).seen_at
    return int(last.about.split(":")[1]) if last.at >= said_at else None


async def list_bookings(db: Db, address_id: int, now: datetime) -> list[tuple[Booking, Slot]]:
    """What an address has booked and what is not over, soonest first."""
    return await stored.list_bookings(db, address_id, now)


async def open_by_code(
    db: Db,
    address_id: int,
    said: str,
    now: datetime,
    quiet: Quiet = QUIET,
    *,
    remind: bool = True,
) -> bool:
    """Brings a booking that was made in another chat to this one, by its recovery code.

    Its reminder comes along, where anything can be sent to this chat later.
    """
    code = "".join(letter for letter in said.upper() if letter.isalnum())
    if not code_like(said) or not await stored.move_booking(db, code, address_id, now):
        return False
    for booking, slot in await stored.list_bookings(db, address_id, now):
        if booking.code == code:
            await cancel_about(db, f"booking:{booking.id}", now, (BOOKING_REMINDER,))
            if remind:
                await remind_of_booking(db, booking, slot, address_id, now, quiet)
    return True


def code_like(said: str) -> bool:
    """Whether a text can be a code where one was asked for; blanks and hyphens do not count.

    Words alone, such as "hva betyr", are none: a code has a digit.
    """
    code = re.sub(r"[\s\-\u2010-\u2013]", "", said.upper())
    return len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) and not code.isalpha()


def is_written_code(said: str) -> bool:
    """Whether a text is a code beyond doubt: as it is shown, in one or in two halves."""
    text = said.strip().upper()
    mixed = re.search(r"[A-Z]", text) and re.search(r"\d", text)
    return bool(mixed and _WRITTEN.fullmatch(text) and not _SPOKEN.fullmatch(text))


def new_code() -> str:
    """A code for reading aloud: about 38 bits, with a digit and a letter, so that it is no word."""
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if is_written_code(code) and _is_left_whole(code):
            return code


def _is_left_whole(code: str) -> bool:
    """Whether a code can be typed: some, such as BG74-9EY6, look like account numbers and are
    hidden."""
    ways = (code, f"{code[:4]}-{code[4:]}", f"{code[:4]} {code[4:]}")
    return all(redact(way) == way for said in ways for way in (said, said.lower()))
