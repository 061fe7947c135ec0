"""When reminders are due, and queueing them: plain functions of instants, zone and quiet hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions.outbox import (
    APPOINTMENT_REMINDER,
    BOOKING_REMINDER,
    cancel_about,
    queue_for_chat,
)
from bot.actions.quiet_hours import Quiet, is_quiet, last_loud_before, next_loud
from bot.actions.wall_time import day_before, local_instant
from db.booking import Booking, Slot
from db.engine import Db
from db.follow_up import Appointment

QUIET: Quiet = (21, 8)  # unless the deployment sets other hours
HOUR = timedelta(hours=1)
LATE_FOR_BOOKINGS = timedelta(hours=2)
LEAST_AHEAD = timedelta(minutes=10)  # in less time nobody gets ready and there
DAY, SOON = "day", "hour"  # the part of `about` that says which reminder it is


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder to be queued; `detail` is DAY or SOON."""

    detail: str
    due_at: datetime
    useful_until: datetime


def plan_appointment(
    starts_at: datetime, zone: str, wanted: Iterable[str], now: datetime, quiet: Quiet = QUIET
) -> list[Planned]:
    """The reminders of an appointment that are still to come.

    The same wall-clock time the day before, and an elapsed hour before. What would fall into the
    quiet hours moves to the evening before, or where that is over to their end; two at one time
    are one.
    """
    soon, early = starts_at - HOUR, day_before(starts_at, zone)
    planned = []
    if DAY in wanted:
        planned.append(Planned(DAY, _still_loud(early, starts_at, zone, now, quiet), soon))
    if SOON in wanted:
        planned.append(Planned(SOON, _still_loud(soon, starts_at, zone, now, quiet), starts_at))
    if len({each.due_at for each in planned}) == 1:
        planned = planned[-1:]
    return [each for each in planned if now < each.due_at < each.useful_until]


def plan_booking(
    starts_at: datetime, zone: str, now: datetime, quiet: Quiet = QUIET
) -> Planned | None:
    """The one reminder of a booking: the day before, else two hours before, else none."""
    late = _loud(starts_at - LATE_FOR_BOOKINGS, starts_at, zone, quiet)
    early = _loud(day_before(starts_at, zone), starts_at, zone, quiet)
    planned = [Planned(DAY, early, starts_at), Planned(SOON, late, starts_at)]
    return next((each for each in planned if each.due_at > now), None)


async def remind_of_appointment(
    db: Db, appointment: Appointment, address_id: int, wanted: Iterable[str], now: datetime,
    quiet: Quiet = QUIET,
) -> None:  # fmt: skip
    """Queues an appointment's reminders anew; the old ones are withdrawn."""
    about = f"appointment:{appointment.id}"
    await cancel_about(db, about, now, (APPOINTMENT_REMINDER,))
    for each in plan_appointment(appointment.starts_at, appointment.zone, wanted, now, quiet):
        await _queue(db, APPOINTMENT_REMINDER, about, each, address_id)


async def remind_of_booking(
    db: Db, booking: Booking, slot: Slot, address_id: int, now: datetime, quiet: Quiet = QUIET
) -> Planned | None:
    """Queues a booking's reminder; returns it, or None where it is too close."""
    planned = plan_booking(slot.starts_at, slot.zone, now, quiet)
    if planned:
        await _queue(db, BOOKING_REMINDER, f"booking:{booking.id}", planned, address_id)
    return planned


async def _queue(db: Db, purpose: str, about: str, planned: Planned, address_id: int) -> None:
    await queue_for_chat(
        db,
        address_id=address_id,
        purpose=purpose,
        about=f"{about}:{planned.detail}",
        due_at=planned.due_at,
        useful_until=planned.useful_until,
    )


def _loud(due: datetime, starts_at: datetime, zone: str, quiet: Quiet) -> datetime:
    return evening_before(starts_at, zone, quiet) if is_quiet(due, zone, quiet) else due


def _still_loud(
    due: datetime, starts_at: datetime, zone: str, now: datetime, quiet: Quiet
) -> datetime:
    """As `_loud`; where that evening is over, the end of the quiet hours, if it is early enough."""
    loud, morning = _loud(due, starts_at, zone, quiet), next_loud(due, zone, quiet)
    return morning if loud <= now and morning + LEAST_AHEAD <= starts_at else loud


def evening_before(starts_at: datetime, zone: str, quiet: Quiet) -> datetime:
    """An hour before the quiet hours begin, or before midnight, on the day before."""
    day = starts_at.astimezone(ZoneInfo(zone)).date()
    last = last_loud_before(local_instant(day, time(), zone), zone, quiet)
    minute = timedelta(minutes=1)
    earlier = last - HOUR if last.minute == 0 else last + minute - HOUR
    return last if is_quiet(earlier, zone, quiet) else earlier
