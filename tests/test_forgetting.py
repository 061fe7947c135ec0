"""What goes by its age: a row of each kind, a day before and a day after its time."""

from datetime import timedelta
from typing import Any

import pytest

from bot.actions import privacy
from db import follow_up, staff
from db.addresses import get_or_add_address
from db.engine import Database
from tests.builders import NOW
from tests.conftest import Clock
from tests.followed import add_staff


@pytest.mark.parametrize(
    ("kind", "days"),
    [("wrong codes", 1), ("sessions", 1), ("links", 30), ("log", 730)],
)
async def test_a_row_goes_by_its_age(
    database: Database, clock: Clock, kind: str, days: int
) -> None:
    async with database.write() as db:
        await add_row(db, kind)
        early = await privacy.forget_old(db, NOW + timedelta(days=days, hours=-1))
        late = await privacy.forget_old(db, NOW + timedelta(days=days, hours=1))
    assert (early[kind], late[kind]) == (0, 1)


async def add_row(db: Any, kind: str) -> None:
    worker = await add_staff(db)
    if kind == "wrong codes":
        await follow_up.add_try(db, await get_or_add_address(db, 7, "anna", NOW), NOW)
    elif kind == "links":
        await staff.add_link(db, worker, "x" * 64, NOW)
    elif kind == "log":
        await db.execute(staff.audit.insert().values(at=NOW, action="x", outcome="done"))
    else:
        row = {"token_hash": "x" * 64, "staff_id": worker, "version": 1, "csrf": "y"}
        row |= {"second_factor": False, "created_at": NOW, "seen_at": NOW}
        await db.execute(staff.sessions.insert().values(**row))
