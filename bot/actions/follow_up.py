"""Follow-up: programmes, enrolments and appointments, as staff make, see and end them."""

from datetime import datetime, timedelta
from typing import Any

from bot.actions.access import appointment_for
from bot.actions.cases import Answered as Answered
from bot.actions.cases import Case as Case
from bot.actions.cases import list_answers as list_answers
from bot.actions.cases import list_cases as list_cases
from bot.actions.errors import NotFound, Refused
from bot.actions.invitations import Invitation as Invitation
from bot.actions.invitations import invited
from bot.actions.outbox import (
    APPOINTMENT_CHANGED,
    APPOINTMENT_REMINDER,
    cancel_about,
    queue_for_chat,
)
from bot.actions.quiet_hours import Quiet
from bot.actions.reminder_plan import DAY, QUIET, SOON, remind_of_appointment
from bot.actions.wall_time import Wall as Wall
from bot.actions.wall_time import read_wall as read_wall
from bot.knowledge.redaction import redact
from bot.knowledge.said import first_name_in
from bot.knowledge.text import clean
from db import appointments as made
from db import follow_up as stored
from db.engine import Db
from db.follow_up import (
    ACTIVE,
    CANCELLED,
    CONFIRMED,
    ENDED,
    INVITED,
    JOINED,
    LEFT,
    PLANNED,
    Appointment,
    Enrolment,
    Programme,
)
from db.outbox import MAY_HAVE_ARRIVED

MOST_MINUTES = 8 * 60
MAX_NAME, MAX_PLACE = 120, 120
FARTHEST = timedelta(days=2 * 366)


async def make_programme(db: Db, name: str, *, day: bool, hour: bool, now: datetime) -> int:
    """A programme with its reminders, the day before and an hour before. Raises Refused."""
    name = clean(name)
    if not 0 < len(name) <= MAX_NAME:
        raise Refused("name")
    if any(name == known.name for known in await stored.list_programmes(db)):
        raise Refused("taken")
    return await stored.add_programme(db, name, {DAY: day, SOON: hour}, now)


async def list_programmes(db: Db) -> list[Programme]:
    """The active programmes by name."""
    return await stored.list_programmes(db)


async def enrol(
    db: Db, programme_id: int, staff_id: int, first_name: str, now: datetime
) -> tuple[int, Invitation]:
    """Enrols somebody; the invitation is shown once. Raises NotFound, Refused("name")."""
    programme = await stored.find_programme(db, programme_id)
    if programme is None or not programme.is_active:
        raise NotFound
    name = first_name_in(redact(first_name))
    if name is None:
        raise Refused("name")
    invitation, values = invited(now)
    who = {"programme_id": programme_id, "staff_id": staff_id, "first_name": name}
    return await stored.add_enrolment(db, {**who, **values, "created_at": now}), invitation


async def invite_again(db: Db, enrolment_id: int, now: datetime) -> Invitation:
    """A new link and code; the old ones die. Raises NotFound, Refused (joined, ended)."""
    invitation, values = invited(now)
    await _change(db, enrolment_id, (INVITED,), values)
    return invitation


async def confirm(db: Db, enrolment_id: int, now: datetime, quiet: Quiet = QUIET) -> None:
    """Who joined is the right one: from now on reminders go out. Raises NotFound, Refused."""
    await _change(db, enrolment_id, (JOINED,), {"state": CONFIRMED, "confirmed_at": now})
    await plan_reminders(db, enrolment_id, now, quiet)


async def unlink(db: Db, enrolment_id: int, now: datetime) -> None:
    """A wrong person joined: their chat, its answers and its reminders go, a new invitation can be
    made. Raises NotFound, Refused.
    """
    nobody = {**invited(now)[1], "link_hash": None, "code_hash": None, "code_expires_at": None}
    await _change(db, enrolment_id, (JOINED, CONFIRMED, LEFT), nobody)
    await withdraw_reminders(db, enrolment_id, now)
    await made.forget_answers(db, enrolment_id, now)


async def end_enrolment(db: Db, enrolment_id: int, now: datetime) -> None:
    """Ends a follow-up, its invitation and its appointments to come. Raises NotFound, Refused."""
    for appointment in await made.list_planned(db, enrolment_id, now):
        await cancel_appointment(db, appointment.id or 0, now)
    gone = {"link_hash": None, "code_hash": None, "code_expires_at": None}
    ended = {"state": ENDED, "ended_at": now, **gone}
    await _change(db, enrolment_id, (*ACTIVE, LEFT), ended)


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
    enrolment = await stored.find_enrolment(db, enrolment_id)
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


async def _is_known(db: Db, appointment: Appointment) -> bool:
    """Whether the person was told of it, or may have been."""
    reminders = await made.list_reminders(db, [appointment.id or 0])
    return appointment.answer is not None or any(
        state in MAY_HAVE_ARRIVED for _, state, _ in reminders
    )


async def _change(
    db: Db, enrolment_id: int, states: tuple[str, ...], values: dict[str, Any]
) -> None:
    if await stored.change_enrolment(db, enrolment_id, states, values):
        return
    enrolment = await stored.find_enrolment(db, enrolment_id)
    if enrolment is None:
        raise NotFound
    raise Refused(enrolment.state)  # invited, joined, confirmed, left or ended: not what it takes
