"""Follow-ups that ended or came to nothing, and messages that were cancelled, go by their age."""

import asyncio
from datetime import timedelta

import pytest

from bot.actions import follow_up, my_data, outbox, privacy
from db import delivery
from db import outbox as stored
from db.addresses import get_or_add_address
from db.engine import Database
from db.follow_up import appointments
from db.my_data import Whose
from tests.builders import NOW
from tests.conftest import Clock
from tests.followed import OSLO, WHEN, Office, address_of, joins, messages, taking_part
from tests.talk import Talk

DAYS = privacy.FOLLOW_UP_DAYS


@pytest.fixture
async def office(talk: Talk, clock: Clock) -> Office:
    return await Office(talk.database, clock).open()


async def forget(database: Database, clock: Clock, kind: str = "follow-up") -> int:
    async with database.write() as db:
        return (await privacy.forget_old(db, clock()))[kind]


@pytest.mark.parametrize("state", ["invited", "joined", "left", "ended"])
async def test_a_name_goes_with_a_follow_up_that_is_over(
    talk: Talk, office: Office, clock: Clock, state: str
) -> None:
    anna = talk.person("en")
    invitation = await office.enrol("Anna")
    if state == "joined":
        await joins(anna, invitation)
    elif state == "left":
        await joins(anna, invitation)
        await office.does(follow_up.confirm, office.enrolment)
        await anna.presses("fu:leave")
    elif state == "ended":
        await office.does(follow_up.end_enrolment, office.enrolment)
    clock.move(days=DAYS, hours=-1)
    assert await forget(talk.database, clock) == 0
    clock.move(days=8)  # an invitation is good for a week
    assert await forget(talk.database, clock) == 1
    found = await office.found()
    assert (found.first_name, found.address_id, found.state) == (None, None, "ended")
    assert found.ended_at
    assert await forget(talk.database, clock) == 0, "once"


@pytest.mark.parametrize("why", ["confirmed", "appointment", "new invitation"])
async def test_a_follow_up_that_goes_on_is_kept(
    talk: Talk, office: Office, clock: Clock, why: str
) -> None:
    if why == "confirmed":
        await taking_part(office, talk.person("en"))
    else:
        await office.enrol("Anna")
    clock.move(days=DAYS + 8)
    if why == "appointment":
        await office.appoint("2027-06-01T10:00")
    elif why == "new invitation":
        await office.does(follow_up.invite_again, office.enrolment)
    assert await forget(talk.database, clock) == 0
    assert (await office.found()).first_name == "Anna"


async def test_a_cancelled_reminder_goes_though_its_time_is_far_away(
    database: Database, clock: Clock
) -> None:
    async with database.write() as db:
        address = await get_or_add_address(db, 7, "anna", NOW)
        when = {"due_at": NOW + timedelta(days=600), "useful_until": NOW + timedelta(days=601)}
        for number in (1, 2):
            about = f"appointment:{number}"
            purpose = outbox.APPOINTMENT_REMINDER
            await outbox.queue_for_chat(
                db, address_id=address, purpose=purpose, about=about, **when
            )
        await outbox.cancel_about(db, "appointment:1", NOW)
    clock.move(days=29)
    assert await forget(database, clock, "outbox") == 0
    clock.move(days=2)
    assert await forget(database, clock, "outbox") == 1


async def test_a_reply_that_is_given_up_keeps_no_words(database: Database, clock: Clock) -> None:
    async with database.write() as db:
        address = await get_or_add_address(db, 7, "anna", NOW)
        row = {"address_id": address, "purpose": stored.REPLY, "state": stored.SENDING, "fence": 1}
        row |= {"method": {"text": "a secret"}, "attempt": delivery.MOST_INTERRUPTED}
        row |= {"due_at": NOW, "useful_until": NOW + timedelta(minutes=15), "lease_until": NOW}
        await stored.add_messages(db, [row])
        clock.move(minutes=5)
        assert await delivery.doubt_lost(db, clock(), clock()) == 1
        [kept] = await db.execute(stored.table.select())
    assert (kept.state, kept.method) == (stored.FAILED, None)


async def test_an_appointment_that_is_made_while_the_person_is_erased_goes_too(
    talk: Talk, office: Office, clock: Clock
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    whose = Whose(await address_of(anna), 0, clock())
    wall = follow_up.read_wall(WHEN, OSLO)

    async def erase() -> None:
        async with talk.database.write() as db:
            await my_data.erase(db, whose)

    async with talk.database.write() as db:
        await follow_up.make_appointment(
            db, office.enrolment, wall, 30, None, clock(), (21, 8), OSLO
        )
        erasing = asyncio.create_task(erase())
        await asyncio.sleep(0.2)
    await erasing
    async with talk.database.read() as db:
        assert (await db.execute(appointments.select())).all() == []
    assert await messages(talk.database) == {}
