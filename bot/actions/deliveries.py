"""Messages that did not arrive for certain, each with what staff may know of its cause."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions import outbox
from bot.actions.outbox import Trouble
from db import appointments as made
from db.engine import Db
from db.hosting import slots_of

LOOK_BACK = timedelta(days=2 * outbox.LISTED_DAYS)  # a reminder is due before its appointment


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in trouble. `case` and `first_name` are those of an own case alone."""

    trouble: Trouble
    slot: int | None = None
    case: int | None = None
    first_name: str | None = None


async def list_deliveries(db: Db, staff_id: int, now: datetime) -> list[Delivery]:
    """What is uncertain, failed or missed, own cases first, then newest first."""
    found = await outbox.list_for_staff(db, now)
    mine = {
        appointment.id: enrolment
        for appointment, enrolment in await made.list_of_staff(db, staff_id, now - LOOK_BACK)
    }
    slots = await slots_of(db, [_number(each) for each in found if _kind(each) == "booking"])
    listed = []
    for each in found:
        enrolment = mine.get(_number(each)) if _kind(each) == "appointment" else None
        case, name = (enrolment.id, enrolment.first_name) if enrolment else (None, None)
        slot = slots.get(_number(each)) if _kind(each) == "booking" else None
        listed.append(Delivery(each, slot, case, name))
    return sorted(listed, key=lambda each: each.case is None)


def _kind(trouble: Trouble) -> str:
    return (trouble.about or "").partition(":")[0]


def _number(trouble: Trouble) -> int:
    """The number in `about`: 7 of appointment:7:day; 0 where there is none."""
    number = (trouble.about or "").partition(":")[2].partition(":")[0]
    return int(number) if number.isdigit() else 0
