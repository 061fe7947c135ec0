"""Follow-up as staff make it: programmes, enrolments, invitations, appointments, cases."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.actions import access, follow_up, invitations
from bot.actions.appointments import follow_clock_rules
from bot.actions.errors import NotFound, Refused
from bot.actions.reminder_plan import QUIET
from db import outbox
from db.addresses import get_or_add_address
from db.appointments import change_appointment, find_appointment
from db.engine import Database, Db
from db.follow_up import Enrolment, appointments, find_enrolment
from tests.builders import NOW
from tests.followed import add_staff

OSLO = "Europe/Oslo"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def enrolled(db: Db) -> tuple[int, follow_up.Invitation]:
    staff = await add_staff(db)
    programme = await follow_up.make_programme(db, "Oppfølging", day=True, hour=True, now=NOW)
    return await follow_up.enrol(db, programme, staff, "Anna", NOW)


async def confirmed(db: Db, external: str = "anna") -> Enrolment:
    enrolment, invitation = await enrolled(db)
    address = await get_or_add_address(db, 7, external, NOW)
    await invitations.join(db, invitations.hash_of(invitation.link_token), address, NOW)
    await follow_up.confirm(db, enrolment, NOW)
    found = await find_enrolment(db, enrolment)
    assert found
    return found


async def appoint(db: Db, enrolment: int, said: str = "2026-11-25T10:00", **changes: Any) -> int:
    wall = follow_up.read_wall(said, OSLO)
    values = {"minutes": 30, "place": "Rådhuset", "now": NOW, "quiet": QUIET, "zone": OSLO}
    made = await follow_up.make_appointment(db, enrolment, wall, **{**values, **changes})
    assert made.id
    return made.id


async def queued(db: Db, state: str = "due") -> dict[str, datetime]:
    rows = await db.execute(outbox.table.select().where(outbox.table.c.state == state))
    return {row.about: row.due_at for row in rows}


async def test_an_appointment_queues_its_reminders(database: Database) -> None:
    async with database.write() as db:
        enrolment = await confirmed(db)
        made = await appoint(db, enrolment.id or 0)
        assert await queued(db) == {
            f"appointment:{made}:day": utc("2026-11-24 09:00"),
            f"appointment:{made}:hour": utc("2026-11-25 08:00"),
        }
        await follow_up.cancel_appointment(db, made, NOW)
        assert await queued(db) == {}
        with pytest.raises(Refused):
            await follow_up.cancel_appointment(db, made, NOW)


async def test_reminders_wait_for_who_is_confirmed(database: Database) -> None:
    async with database.write() as db:
        enrolment, invitation = await enrolled(db)
        made = await appoint(db, enrolment)
        assert await queued(db) == {}
        address = await get_or_add_address(db, 7, "anna", NOW)
        await invitations.join(db, invitations.hash_of(invitation.link_token), address, NOW)
        assert await queued(db) == {}
        await follow_up.confirm(db, enrolment, NOW)
        assert set(await queued(db)) == {f"appointment:{made}:day", f"appointment:{made}:hour"}
        await follow_up.unlink(db, enrolment, NOW)
        assert await queued(db) == {}


async def test_answers_of_who_was_wrong_are_never_the_right_ones(database: Database) -> None:
    async with database.write() as db:
        enrolment = (await confirmed(db)).id or 0  # the right one, who answered and changes phones
        made = [await appoint(db, enrolment, f"2026-11-{day}T10:00") for day in (24, 26, 28)]
        await change_appointment(db, made[0], {"answer": "coming", "answered_at": NOW})
        await follow_up.unlink(db, enrolment, later := NOW + timedelta(days=2))
        kept = await find_appointment(db, made[0])
        assert kept
        assert kept[0].answer is None, "given since somebody joined, and that one was wrong"
        invitation = await follow_up.invite_again(db, enrolment, later)
        address = await get_or_add_address(db, 7, "wrong", later)
        await invitations.join(db, invitations.hash_of(invitation.link_token), address, later)
        await follow_up.confirm(db, enrolment, later)
        said = {"answer": "call-me", "answered_at": later}
        for each in made[1:]:
            await change_appointment(db, each, said)
        over = later + timedelta(days=4)  # one is over, one is to come
        await follow_up.unlink(db, enrolment, over)
        found = [await find_appointment(db, each) for each in made]
        assert [each[0].answer for each in found if each] == [None, None, None]
        staff = found[0][1].staff_id if found[0] else 0
        assert await follow_up.list_answers(db, staff, over) == []


async def test_answers_from_before_a_wrong_person_joined_stay(database: Database) -> None:
    async with database.write() as db:
        enrolment, invitation = await enrolled(db)
        made = await appoint(db, enrolment, "2026-11-24T10:00")
        await change_appointment(db, made, {"answer": "coming", "answered_at": NOW})
        later = NOW + timedelta(days=2)
        address = await get_or_add_address(db, 7, "wrong", later)
        await invitations.join(db, invitations.hash_of(invitation.link_token), address, later)
        await follow_up.unlink(db, enrolment, later)
        found = await find_appointment(db, made)
    assert found
    assert found[0].answer == "coming"


async def test_an_invitation_opens_once(database: Database) -> None:
    async with database.write() as db:
        _, invitation = await enrolled(db)
        link, code = (
            invitations.hash_of(invitation.link_token),
            invitations.hash_of_code(invitation.code.lower()),
        )
        assert code
        address = await get_or_add_address(db, 7, "anna", NOW)
        assert await invitations.find_invited(db, link, NOW), "looking consumes nothing"
        late = NOW + timedelta(days=7)
        assert await invitations.join(db, link, address, late) is None
        joined = await invitations.join(db, code, address, NOW)
        assert joined
        assert joined.state == "joined"
        assert joined.check_number
        assert len(joined.check_number) == 2
        for again in (link, code):
            assert await invitations.join(db, again, address, NOW) is None
            assert await invitations.find_invited(db, again, NOW) is None


async def test_a_new_invitation_kills_the_old_one(database: Database) -> None:
    async with database.write() as db:
        enrolment, old = await enrolled(db)
        new = await follow_up.invite_again(db, enrolment, NOW)
        for secret, opens in ((old.link_token, False), (new.link_token, True), (new.code, True)):
            found = await invitations.find_invited(db, invitations.hash_of(secret), NOW)
            assert (found is not None) == opens


async def test_another_case_is_not_found(database: Database) -> None:
    async with database.write() as db:
        enrolment = await confirmed(db)
        carla = await add_staff(db, "carla@example.org")
        made = await appoint(db, enrolment.id or 0)
        assert (await access.case_for(db, enrolment.staff_id, enrolment.id or 0)).id == enrolment.id
        for staff, number in ((carla, enrolment.id or 0), (enrolment.staff_id, 999), (1, 10**30)):
            with pytest.raises(NotFound):
                await access.case_for(db, staff, number)
        with pytest.raises(NotFound):
            await follow_up.mark_seen(db, made, carla, NOW)
        assert await follow_up.list_cases(db, carla, NOW) == []
        [case] = await follow_up.list_cases(db, enrolment.staff_id, NOW)
        assert (case.first_name, case.channel, case.waits) == ("Anna", "web", ())
        assert case.appointment
        assert case.appointment.id == made


@pytest.mark.parametrize(
    ("said", "changes", "reason"),
    [
        ("2026-11-23T10:00", {}, "past"),
        ("2026-11-23T09:59", {}, "past"),
        ("2029-11-23T10:00", {}, "far"),
        ("2026-11-25T10:00", {"minutes": 0}, "minutes"),
        ("2026-11-25T10:00", {"minutes": 481}, "minutes"),
        ("2026-11-25T10:00", {"place": "x" * 121}, "place"),
        ("2026-11-26T10:00", {}, "twice"),
    ],
)
async def test_an_appointment_that_is_refused(
    database: Database, said: str, changes: dict[str, Any], reason: str
) -> None:
    async with database.write() as db:
        enrolment = await confirmed(db)
        await appoint(db, enrolment.id or 0, "2026-11-26T10:00")
        with pytest.raises(Refused) as refusal:
            await appoint(db, enrolment.id or 0, said, **changes)
        assert refusal.value.reason == reason


async def test_an_ended_follow_up_is_over(database: Database) -> None:
    async with database.write() as db:
        enrolment = await confirmed(db)
        await appoint(db, enrolment.id or 0)
        await follow_up.end_enrolment(db, enrolment.id or 0, NOW)
        assert await queued(db) == {}
        with pytest.raises(Refused):
            await appoint(db, enrolment.id or 0)
        for step in (follow_up.invite_again, follow_up.confirm, follow_up.unlink):
            with pytest.raises(Refused):
                await step(db, enrolment.id or 0, NOW)
        with pytest.raises(NotFound):
            await follow_up.end_enrolment(db, 999, NOW)


async def test_an_appointment_follows_the_clock_on_the_wall(database: Database) -> None:
    async with database.write() as db:
        enrolment = await confirmed(db)
        made = await appoint(db, enrolment.id or 0)
        before = await queued(db)
        assert await follow_clock_rules(db, NOW) == 0
        # as if it had been made when Norway had another time
        await change_appointment(db, made, {"starts_at": utc("2026-11-25 08:00")})
        assert await follow_clock_rules(db, NOW) == 1
        row = (await db.execute(appointments.select())).one()
        assert row.starts_at == utc("2026-11-25 09:00")
        assert await queued(db) == before


async def test_two_presses_at_once_make_one_appointment(database: Database) -> None:
    async with database.write() as db:
        enrolment = await confirmed(db)

    async def press() -> str:
        async with database.write() as db:
            try:
                await appoint(db, enrolment.id or 0)
            except Refused as refusal:
                return refusal.reason
            return "made"

    assert sorted(await asyncio.gather(*(press() for _ in range(5)))) == ["made", *["twice"] * 4]
