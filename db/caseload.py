"""Who has which cases, as numbers alone: nothing here tells who is followed up."""

from sqlalchemy import ColumnElement, select, update

from db.engine import Db
from db.follow_up import ACTIVE, LEFT, enrolments

OPEN = (*ACTIVE, LEFT)  # who has left can come back, and then needs a case worker


async def list_open(db: Db, staff_id: int) -> list[int]:
    """The numbers of a case worker's cases that have not ended."""
    query = select(enrolments.c.id).where(*_open_of(staff_id)).order_by(enrolments.c.id)
    return [int(number) for number in (await db.execute(query)).scalars()]


async def give(db: Db, staff_id: int, successor_id: int, enrolment_id: int | None) -> list[int]:
    """Gives one open case of a case worker, or all, to another; returns their numbers."""
    which = [*_open_of(staff_id)]
    if enrolment_id is not None:
        which.append(enrolments.c.id == enrolment_id)
    given = update(enrolments).where(*which).values(staff_id=successor_id)
    found = (await db.execute(given.returning(enrolments.c.id))).scalars()
    return sorted(int(number) for number in found)


def _open_of(staff_id: int) -> tuple[ColumnElement[bool], ...]:
    return enrolments.c.staff_id == staff_id, enrolments.c.state.in_(OPEN)
