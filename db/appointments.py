"""Appointments of a follow-up: made, answered, seen; the tables are in `db.follow_up`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from db import outbox
from db.engine import Db
from db.follow_up import CONFIRMED, PLANNED, Appointment, Enrolment, appointments, enrolments
from db.staff import accounts

Found = tuple[Appointment, Enrolment]


async def add_appointment(db: Db, values: dict[str, Any]) -> int:
    """Stores a planned appointment; returns its id."""
    added = insert(appointments).values(state=PLANNED, **values).returning(appointments.c.id)
    return int((await db.execute(added)).scalar_one())


async def find_appointment(db: Db, appointment_id: int) -> Found | None:
    """An appointment with its enrolment."""
    return await _find_one(db, appointments.c.id == appointment_id)


async def find_own(db: Db, address_id: int, appointment_id: int, now: datetime) -> Found | None:
    """A planned appointment to come of this chat; any other is not found."""
    return await _find_one(db, appointments.c.id == appointment_id, *_of_chat(address_id, now))


async def list_own(db: Db, address_id: int, now: datetime) -> list[Found]:
    """The appointments to come of a chat that a case worker has confirmed, soonest first."""
    return await _list(db, *_of_chat(address_id, now))


async def list_planned(db: Db, enrolment_id: int, now: datetime) -> list[Appointment]:
    """The appointments to come of an enrolment, soonest first."""
    which = (appointments.c.enrolment_id == enrolment_id, *_to_come(now))
    return [appointment for appointment, _ in await _list(db, *which)]


async def list_all_planned(db: Db, since: datetime) -> list[Appointment]:
    """Everybody's appointments that begin after `since`."""
    return [appointment for appointment, _ in await _list(db, *_to_come(since))]


async def list_of_staff(db: Db, staff_id: int, since: datetime) -> list[Found]:
    """A case worker's appointments that begin after `since`, soonest first."""
    return await _list(db, enrolments.c.staff_id == staff_id, appointments.c.starts_at > since)


async def change_appointment(
    db: Db, appointment_id: int, values: dict[str, Any], *which: ColumnElement[bool]
) -> bool:
    """Writes values where the appointment is still planned; False where it is not."""
    planned = (appointments.c.id == appointment_id, appointments.c.state == PLANNED, *which)
    return (await db.execute(update(appointments).where(*planned).values(**values))).rowcount == 1


async def forget_answers(db: Db, enrolment_id: int, since: datetime, now: datetime) -> None:
    """Takes back the answers since somebody joined, to what is over as well, and all to what is to
    come: another person gave them. What was answered before that is the right person's.
    """
    theirs = or_(appointments.c.answered_at >= since, and_(*_to_come(now)))
    which = (appointments.c.enrolment_id == enrolment_id, theirs)
    nothing = {"answer": None, "answered_at": None, "seen_at": None}
    await db.execute(update(appointments).where(*which).values(**nothing))


async def list_reminders(db: Db, appointment_ids: Sequence[int]) -> list[tuple[str, str, datetime]]:
    """(about, state, when it ended or is due) of the reminders of these appointments, oldest first.

    One that was withdrawn and queued anew stands there twice. One that went to a chat which was
    unlinked since reminded somebody else, and is left out.
    """
    sent = outbox.table
    at = func.coalesce(sent.c.ended_at, sent.c.due_at)
    name = literal("appointment:") + cast(appointments.c.id, String)
    of_it = sent.c.about.in_([name + ":day", name + ":hour"])
    query = (
        select(sent.c.about, sent.c.state, at)
        .select_from(appointments.join(enrolments))
        .join(sent, and_(of_it, sent.c.address_id == enrolments.c.address_id))
        .where(appointments.c.id.in_(appointment_ids))
    )
    rows = await db.execute(query.order_by(sent.c.id))
    return [(row[0], row[1], row[2]) for row in rows]


async def find_last_look(db: Db, appointment_id: int) -> datetime | None:
    """When the case worker of an appointment last looked at their list."""
    join = appointments.join(enrolments).join(accounts, enrolments.c.staff_id == accounts.c.id)
    query = select(accounts.c.looked_at).select_from(join)
    at: datetime | None = (
        await db.execute(query.where(appointments.c.id == appointment_id))
    ).scalar()
    return at


def _to_come(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return appointments.c.state == PLANNED, appointments.c.starts_at > now


def _of_chat(address_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    mine = (enrolments.c.address_id == address_id, enrolments.c.state == CONFIRMED)
    return (*mine, *_to_come(now))


async def _find_one(db: Db, *which: ColumnElement[bool]) -> Found | None:
    found = await _list(db, *which)
    return found[0] if found else None


async def _list(db: Db, *which: ColumnElement[bool]) -> list[Found]:
    rows = await db.execute(_BOTH.where(*which).order_by(appointments.c.starts_at))
    return [_appointment_and_enrolment(row) for row in rows]


def _appointment_and_enrolment(row: Any) -> Found:
    count = len(appointments.c)
    appointment = dict(zip(appointments.c.keys(), row[:count], strict=True))
    enrolment = dict(zip(enrolments.c.keys(), row[count:], strict=True))
    return Appointment(**appointment), Enrolment(**enrolment)


_BOTH: Select[Any] = select(appointments, enrolments).join_from(appointments, enrolments)
