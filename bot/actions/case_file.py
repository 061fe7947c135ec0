"""One case as its case worker sees it: where it stands, appointments with reminders, who looked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.access import case_for
from bot.actions.cases import ANSWERS_SINCE, Case, list_cases
from bot.actions.errors import Conflict
from bot.actions.follow_up import confirm
from bot.actions.quiet_hours import Quiet
from bot.actions.reminder_plan import DAY, SOON, plan_appointment
from db import appointments as made
from db import follow_up as stored
from db.engine import Db
from db.follow_up import PLANNED, Appointment, Enrolment
from db.outbox import CANCELLED
from db.staff import Event, list_events

MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder of an appointment: `state` is that of its message, None where there is none yet.

    One that came too late to be planned is CANCELLED. `at` is when it goes out, or when it was done
    with.
    """

    detail: str
    state: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Dated:
    """An appointment with its reminders; `to_come` while it can still be cancelled."""

    appointment: Appointment
    reminders: tuple[Reminder, ...]
    to_come: bool


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its appointments, and who saw or changed what in it, newest first."""

    case: Case
    enrolment: Enrolment
    dated: tuple[Dated, ...]
    events: tuple[Event, ...]


async def open_case(
    db: Db, staff_id: int, enrolment_id: int, now: datetime, quiet: Quiet
) -> CaseFile:
    """A case worker's own case. Raises NotFound for another's as for none."""
    enrolment = await case_for(db, staff_id, enrolment_id)
    cases = await list_cases(db, staff_id, now)
    programme = await stored.find_programme(db, enrolment.programme_id)
    wanted = [name for name, yes in (programme.plan if programme else {}).items() if yes]
    events = await list_events(db, about=f"enrolment:{enrolment_id}", limit=MOST_EVENTS)
    return CaseFile(
        case=next(case for case in cases if case.enrolment_id == enrolment_id),
        enrolment=enrolment,
        dated=tuple(await _list_dated(db, staff_id, enrolment_id, wanted, now, quiet)),
        events=tuple(events),
    )


async def confirm_joined(
    db: Db, enrolment_id: int, seen_number: str, now: datetime, quiet: Quiet
) -> None:
    """Confirms whoever joined with the number that the case worker saw, and nobody after.

    Raises Conflict where somebody else has joined since, and what `confirm` raises.
    """
    enrolment = await stored.lock_enrolment(db, enrolment_id)
    if enrolment and enrolment.check_number and enrolment.check_number != seen_number:
        raise Conflict
    await confirm(db, enrolment_id, now, quiet)


async def _list_dated(
    db: Db, staff_id: int, enrolment_id: int, wanted: Sequence[str], now: datetime, quiet: Quiet
) -> list[Dated]:
    found = await made.list_of_staff(db, staff_id, now - ANSWERS_SINCE)
    mine = [appointment for appointment, case in found if case.id == enrolment_id]
    known = {
        about: (state, ended)
        for about, state, ended in await made.list_reminders(db, [each.id or 0 for each in mine])
    }
    return [_dated(each, wanted, known, now, quiet) for each in mine]


def _dated(
    appointment: Appointment,
    wanted: Sequence[str],
    known: Mapping[str, tuple[str, datetime | None]],
    now: datetime,
    quiet: Quiet,
) -> Dated:
    before = appointment.created_at - timedelta(seconds=1)
    at, zone = appointment.starts_at, appointment.zone
    plans = [plan_appointment(at, zone, wanted, since, quiet) for since in (before, now)]
    # Of one that has moved to the morning, the morning counts.
    due = {each.detail: each.due_at for planned in plans for each in planned}
    reminders = tuple(_reminders(appointment, wanted, due, known, now))
    to_come = appointment.state == PLANNED and appointment.starts_at > now
    return Dated(appointment, reminders, to_come)


def _reminders(
    appointment: Appointment,
    wanted: Sequence[str],
    due: Mapping[str, datetime],
    known: Mapping[str, tuple[str, datetime | None]],
    now: datetime,
) -> Iterator[Reminder]:
    for detail in (DAY, SOON):
        state, ended = known.get(f"appointment:{appointment.id}:{detail}", (None, None))
        at = ended or due.get(detail)
        too_late = detail == wanted[-1] if wanted and not due else at is not None and at <= now
        if state or at or too_late:
            yield Reminder(detail, state or (CANCELLED if too_late else None), at)
