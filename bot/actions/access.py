"""The one door to cases: a case worker reaches their own, and any other is not there."""

from bot.actions.errors import NotFound
from db.appointments import find_appointment
from db.engine import Db
from db.follow_up import Appointment, Enrolment, find_enrolment

MOST = 2**63  # the databases know no larger numbers


async def case_for(db: Db, staff_id: int, enrolment_id: int) -> Enrolment:
    """A case worker's own case. Raises NotFound for another's as for none."""
    found = None
    if 0 < enrolment_id < MOST:
        found = await find_enrolment(db, enrolment_id, staff_id)
    if found is None:
        raise NotFound
    return found


async def appointment_for(
    db: Db, staff_id: int, appointment_id: int
) -> tuple[Appointment, Enrolment]:
    """An appointment of a case worker's own case. Raises NotFound for another's as for none."""
    found = await find_appointment(db, appointment_id) if 0 < appointment_id < MOST else None
    if found is None or found[1].staff_id != staff_id:
        raise NotFound
    return found
