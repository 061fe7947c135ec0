"""Appointments of a follow-up, as staff make, cancel and see them, with their reminders."""

from datetime import datetime, timedelta
from typing import Any

from bot.actions.access import appointment_for
from bot.actions.errors import NotFound, Refused
from bot.actions.outbox import (
    APPOINTMENT_CHANGED,
    APPOINTMENT_REMINDER,
    cancel_about,
    queue_for_chat,
)
from bot.actions.quiet_hours import Quiet
from bot.actions.reminder_plan import QUIET, remind_of_appointment
from bot.actions.wall_time import Wall, read_wall
from bot.knowledge.redaction import redact
from bot.knowledge.text import clean
from db import addresses
from db import appointments as made
from db import follow_up as stored
from db.engine import Db
from db.follow_up import CANCELLED, CONFIRMED, ENDED, PLANNED, Appointment, Enrolment
from db.outbox import MAY_HAVE_ARRIVED

MOST_MINUTES = 8 * 60
MAX_PLACE = 120
FARTHEST = timedelta(days=2 * 366)


async def make_appointment(
    db: Db,
    enrolment_id: int,
    wall: Wall,
    minutes: int,
    place: str | None,
    now: datetime,
    quiet: Quiet,
    zone: str,
) -> Appointment:
    """Makes an appointment and queues its reminders, in the same transaction.

    Raises NotFound, Refused (ended, past, far, minutes, place, twice).
    """
    enrolment = await stored.lock_enrolment(db, enrolment_id)  # two presses make one appointment
    if enrolment is None:
        raise NotFound
    place = redact(clean(place or "")) or None
    planned = await made.list_planned(db, enrolment_id, now)
    if reason := why_not_appoint(enrolment, planned, wall, minutes, place, now):
        raise Refused(reason)
    values: dict[str, Any] = {"enrolment_id": enrolment_id, "wall": wall.text, "zone": zone}
    values |= {"starts_at": wall.instant, "minutes": minutes, "place": place, "created_at": now}
    appointment_id = await made.add_appointment(db, values)
    await plan_reminders(db, enrolment_id, now, quiet, only=appointment_id)
    return Appointment(id=appointment_id, state=PLANNED, **values)


def why_not_appoint(
    enrolment: Enrolment,
    planned: list[Appointment],
    wall: Wall,
    minutes: int,
    place: str | None,
    now: datetime,
) -> str | None:
    """The first reason against an appointment, or None. Touches nothing."""
    if enrolment.state == ENDED:
        return "ended"
    if wall.instant <= now:
        return "past"
    if wall.instant > now + FARTHEST:
        return "far"
    if not 1 <= minutes <= MOST_MINUTES:
        return "minutes"
    if place and len(place) > MAX_PLACE:
        return "place"
    return "twice" if any(each.starts_at == wall.instant for each in planned) else None


async def cancel_appointment(db: Db, appointment_id: int, now: datetime) -> None:
    """Cancels an appointment to come and its reminders, and says so where it was spoken of.

    Raises NotFound, Refused("past") where it is over or cancelled already.
    """
    found = await made.find_appointment(db, appointment_id)
    if found is None:
        raise NotFound
    appointment, enrolment = found
    values = {"state": CANCELLED, "cancelled_at": now}
    if appointment.starts_at <= now or not await made.change_appointment(
        db, appointment_id, values
    ):
        raise Refused("past")
    about = f"appointment:{appointment_id}"
    await cancel_about(db, about, now)
    if enrolment.address_id and enrolment.state == CONFIRMED and await _is_known(db, appointment):
        await queue_for_chat(
            db,
            address_id=enrolment.address_id,
            purpose=APPOINTMENT_CHANGED,
            about=f"{about}:cancelled",
            due_at=now,
            useful_until=appointment.starts_at,
        )


async def mark_seen(db: Db, appointment_id: int, staff_id: int, now: datetime) -> None:
    """The case worker has seen the answer. Raises NotFound for another's case."""
    await appointment_for(db, staff_id, appointment_id)
    await made.change_appointment(db, appointment_id, {"seen_at": now})
    await cancel_about(db, f"appointment:{appointment_id}:answer", now)


async def plan_reminders(
    db: Db, enrolment_id: int, now: datetime, quiet: Quiet = QUIET, only: int | None = None
) -> None:
    """Queues the reminders of what is to come, where a confirmed person can get them."""
    enrolment = await stored.find_enrolment(db, enrolment_id)
    if enrolment is None or enrolment.state != CONFIRMED or enrolment.address_id is None:
        return
    if not await addresses.is_reachable(db, enrolment.address_id):
        return
    programme = await stored.find_programme(db, enrolment.programme_id)
    wanted = [name for name, yes in (programme.plan if programme else {}).items() if yes]
    for appointment in await made.list_planned(db, enrolment_id, now):
        if only in (None, appointment.id):
            await remind_of_appointment(db, appointment, enrolment.address_id, wanted, now, quiet)


async def withdraw_reminders(db: Db, enrolment_id: int, now: datetime) -> None:
    """Cancels everything that is still to be sent to a person about an enrolment."""
    to_the_person = (APPOINTMENT_REMINDER, APPOINTMENT_CHANGED)
    for appointment in await made.list_planned(db, enrolment_id, now):
        await cancel_about(db, f"appointment:{appointment.id}", now, to_the_person)


async def follow_clock_rules(db: Db, now: datetime, quiet: Quiet = QUIET) -> int:
    """Moves appointments whose zone has other rules than when they were made; returns how many.

    What was meant is the time on the wall; the instant follows, and so do the reminders.
    """
    moved = 0
    for appointment in await made.list_all_planned(db, now - timedelta(days=1)):
        instant = read_wall(appointment.wall, appointment.zone).instant
        if instant != appointment.starts_at:
            number = appointment.id or 0
            await made.change_appointment(db, number, {"starts_at": instant})
            await plan_reminders(db, appointment.enrolment_id, now, quiet, only=number)
            moved += 1
    return moved


async def _is_known(db: Db, appointment: Appointment) -> bool:
    """Whether the person was told of it, or may have been."""
    reminders = await made.list_reminders(db, [appointment.id or 0])
    return appointment.answer is not None or any(
        state in MAY_HAVE_ARRIVED for _, state, _ in reminders
    )
