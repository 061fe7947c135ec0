"""People in a follow-up: Anna, who takes part, and Bruno, her case worker."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.actions import follow_up
from bot.actions.mind import Mind
from bot.actions.reach import Reach
from bot.actions.reminders import make_composers
from bot.channels.lanes import Desk
from bot.channels.notify import Notifier
from bot.channels.post import Postman
from bot.channels.web import WebChannel
from db import appointments, outbox
from db.addresses import find_address
from db.engine import Database, Db
from db.follow_up import Appointment, Enrolment, find_enrolment
from db.staff import accounts
from tests.builders import NOW
from tests.conftest import Clock
from tests.talk import Person, Talk

OSLO = "Europe/Oslo"
WHEN = "2026-11-25T10:00"  # two days on, on a Wednesday


async def add_staff(db: Db, email: str = "bruno@example.org") -> int:
    values = {"email": email, "name": "Bruno", "roles": ["case-worker"], "created_at": NOW}
    defaults = {"is_active": True, "version": 1, "failures": 0, "totp_step": 0}
    added = accounts.insert().values(**values, **defaults).returning(accounts.c.id)
    return int((await db.execute(added)).scalar_one())


@dataclass
class Office:
    """What staff do, by the actions that their pages call."""

    database: Database
    clock: Clock
    staff: int = 0
    programme: int = 0
    enrolment: int = 0
    invitation: follow_up.Invitation | None = field(default=None)

    async def open(self) -> "Office":
        async with self.database.write() as db:
            self.staff = await add_staff(db)
            self.programme = await follow_up.make_programme(
                db, "Veien videre", day=True, hour=True, now=self.clock()
            )
        return self

    async def enrol(self, name: str = "Anna") -> follow_up.Invitation:
        async with self.database.write() as db:
            self.enrolment, self.invitation = await follow_up.enrol(
                db, self.programme, self.staff, name, self.clock()
            )
        return self.invitation

    async def does(self, action: Any, *args: Any) -> Any:
        async with self.database.write() as db:
            return await action(db, *args, self.clock())

    async def appoint(self, said: str = WHEN, place: str = "Rådhusgata 1") -> int:
        wall = follow_up.read_wall(said, OSLO)
        async with self.database.write() as db:
            made = await follow_up.make_appointment(
                db, self.enrolment, wall, 30, place, self.clock(), (21, 8), OSLO
            )
        assert made.id
        return made.id

    async def cases(self) -> list[follow_up.Case]:
        async with self.database.read() as db:
            return await follow_up.list_cases(db, self.staff, self.clock())

    async def case(self) -> follow_up.Case:
        return next(case for case in await self.cases() if case.enrolment_id == self.enrolment)

    async def found(self) -> Enrolment:
        async with self.database.read() as db:
            enrolment = await find_enrolment(db, self.enrolment)
        assert enrolment
        return enrolment

    async def appointment(self, number: int) -> Appointment:
        async with self.database.read() as db:
            found = await appointments.find_appointment(db, number)
        assert found
        return found[0]


def postman_of(talk: Talk, clock: Clock, mind: Mind, quiet: tuple[int, int] = (21, 8)) -> Postman:
    """A postman for the web chat with the real words."""
    composers = make_composers("https://chat.example.org")
    desk = Desk(talk.database, "one", clock, mind, composers, quiet)
    return Postman(desk, WebChannel(Notifier(talk.database)))


def with_reach(mind: Mind, **changes: Any) -> Mind:
    """The same mind where other ways to people are set up."""
    reach = replace(Reach(), **changes)
    return Mind(mind.knowledge, mind.understander, mind.samples, reach=reach)


async def joins(person: Person, invitation: follow_up.Invitation) -> str:
    """Opens the link and presses the button."""
    await person.press(f"fu:look:{invitation.link_token}")
    return await person.presses("fu:join")


async def taking_part(office: Office, person: Person) -> None:
    """Enrolled, joined and confirmed."""
    await joins(person, await office.enrol())
    await office.does(follow_up.confirm, office.enrolment)


async def messages(database: Database, state: str = "due") -> dict[str, datetime]:
    """What stands in the outbox in a state, in order: about, and when it is due."""
    query = outbox.table.select().where(outbox.table.c.state == state).order_by(outbox.table.c.id)
    async with database.read() as db:
        return {row.about: row.due_at for row in await db.execute(query)}


async def address_of(person: Person) -> int:
    async with person.talk.database.read() as db:
        found = await find_address(db, 7, person.visitor.external)
    assert found is not None
    return found
