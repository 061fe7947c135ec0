"""Follow-up: programmes, enrolments and appointments, as staff make, see and end them."""

from datetime import datetime
from typing import Any

from bot.actions.appointments import cancel_appointment as cancel_appointment
from bot.actions.appointments import make_appointment as make_appointment
from bot.actions.appointments import mark_seen as mark_seen
from bot.actions.appointments import plan_reminders, withdraw_reminders
from bot.actions.cases import Answered as Answered
from bot.actions.cases import Case as Case
from bot.actions.cases import list_answers as list_answers
from bot.actions.cases import list_cases as list_cases
from bot.actions.errors import NotFound, Refused
from bot.actions.invitations import Invitation as Invitation
from bot.actions.invitations import hash_of, invited
from bot.actions.quiet_hours import Quiet
from bot.actions.reminder_plan import DAY, QUIET, SOON
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
    CONFIRMED,
    ENDED,
    INVITED,
    JOINED,
    LEFT,
    Programme,
)

MAX_NAME = 120


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
    db: Db,
    programme_id: int,
    staff_id: int,
    first_name: str,
    now: datetime,
    *,
    token: str | None = None,
) -> tuple[int, Invitation]:
    """Enrols somebody; the invitation is shown once. Raises NotFound, Refused("name", "again").

    A form brings the link's `token` along, so that one that is sent twice enrols once.
    """
    programme = await stored.find_programme(db, programme_id)
    if programme is None or not programme.is_active:
        raise NotFound
    name = first_name_in(redact(first_name))
    if name is None:
        raise Refused("name")
    if token and await stored.find_invited(db, hash_of(token), now):
        raise Refused("again")
    invitation, values = invited(now, token)
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
    enrolment = await stored.lock_enrolment(db, enrolment_id)
    nobody = {**invited(now)[1], "link_hash": None, "code_hash": None, "code_expires_at": None}
    await _change(db, enrolment_id, (JOINED, CONFIRMED, LEFT), nobody)
    await withdraw_reminders(db, enrolment_id, now)
    joined_at = enrolment.joined_at if enrolment else None
    await made.forget_answers(db, enrolment_id, joined_at or now, now)


async def end_enrolment(db: Db, enrolment_id: int, now: datetime) -> None:
    """Ends a follow-up, its invitation and its appointments to come. Raises NotFound, Refused."""
    await stored.lock_enrolment(db, enrolment_id)  # first, as answering does: or both would wait
    for appointment in await made.list_planned(db, enrolment_id, now):
        await cancel_appointment(db, appointment.id or 0, now)
    gone = {"link_hash": None, "code_hash": None, "code_expires_at": None}
    ended = {"state": ENDED, "ended_at": now, **gone}
    await _change(db, enrolment_id, (*ACTIVE, LEFT), ended)


async def _change(
    db: Db, enrolment_id: int, states: tuple[str, ...], values: dict[str, Any]
) -> None:
    if await stored.change_enrolment(db, enrolment_id, states, values):
        return
    enrolment = await stored.find_enrolment(db, enrolment_id)
    if enrolment is None:
        raise NotFound
    raise Refused(enrolment.state)  # invited, joined, confirmed, left or ended: not what it takes
