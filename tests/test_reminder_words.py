"""Words after a reminder where something else is going on: what they are about is told apart."""

from datetime import timedelta

import pytest

from bot.actions import follow_up
from bot.actions.mind import Mind
from bot.channels.post import Postman
from db import outbox
from db.appointments import list_reminders
from tests.booked import book
from tests.builders import NOW, add_slot
from tests.conftest import Clock
from tests.followed import Office, joins, postman_of, taking_part
from tests.posted import deliver
from tests.talk import Person, Talk

CANNOT = "I have noted that you cannot come."


@pytest.fixture
async def office(talk: Talk, clock: Clock) -> Office:
    return await Office(talk.database, clock).open()


@pytest.fixture
def postman(talk: Talk, clock: Clock, norway: Mind) -> Postman:
    return postman_of(talk, clock, norway)


async def after(postman: Postman, clock: Clock, person: Person, **step: float) -> str:
    """What is heard when the time has passed."""
    clock.move(**step)
    await deliver(postman)
    clock.move(seconds=20)
    return await person.hears()


@pytest.mark.parametrize("said", ["cannot come", "yes", "where?"])
async def test_words_after_a_bookings_reminder_tell_no_case_worker(
    talk: Talk, office: Office, postman: Postman, clock: Clock, said: str
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    made = await office.appoint()
    begins = NOW + timedelta(days=2, hours=1)
    slot = await add_slot(talk.database, starts_at=begins, ends_at=begins + timedelta(hours=1))
    await book(anna, slot)
    assert "your appointment" in await after(postman, clock, anna, days=1)
    assert "what you booked" in await after(postman, clock, anna, hours=1)
    assert "Knitting night" in await anna.says(said)
    assert "Cancel this booking" in anna.labels()
    assert (await office.appointment(made)).answer is None
    clock.move(minutes=1)
    assert CANNOT in await anna.says("cannot come"), "after other words it is the appointment's"


@pytest.mark.parametrize("said", ["cannot come", "no"])
@pytest.mark.parametrize("step", ["booking", "call-back"])
async def test_words_in_a_step_answer_a_reminder_that_came_after_its_question(
    talk: Talk, office: Office, postman: Postman, clock: Clock, step: str, said: str
) -> None:
    anna, slot = talk.person("en"), await add_slot(talk.database)
    await taking_part(office, anna)
    made = await office.appoint()
    clock.move(hours=23, minutes=50)
    asked = await (anna.press(f"bk:s:{slot}") if step == "booking" else begin_call(anna))
    assert "appointment tomorrow" in await after(postman, clock, anna, minutes=10)
    heard = await anna.says(said)
    assert CANNOT in heard
    assert asked.splitlines()[-1] in heard, "the step goes on"
    assert (await office.appointment(made)).answer == "cannot"


async def test_words_in_a_step_that_asked_later_are_the_steps(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    made = await office.appoint()
    await after(postman, clock, anna, days=1)
    await begin_call(anna)
    await anna.says("call me")
    assert (await office.appointment(made)).answer is None


async def begin_call(person: Person) -> str:
    """As far as the question when it suits."""
    await person.press("cb:new", 60)
    await person.says("Anna")
    return await person.says("912 34 567")


async def test_of_a_reminder_that_was_queued_anew_the_new_one_counts(
    talk: Talk, office: Office, clock: Clock
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    made = await office.appoint()
    await anna.press("fu:leave")
    clock.move(minutes=1)
    await anna.press("fu:back")
    async with talk.database.write() as db:  # as a database may order rows that were written anew
        about = outbox.table.c.about == f"appointment:{made}:day"
        again = (about, outbox.table.c.state == "cancelled")
        await db.execute(outbox.table.update().where(*again).values(outcome="again"))
        found = await list_reminders(db, [made])
    states = [state for about, state, _ in found if about.endswith(":day")]
    assert states == ["cancelled", "due"]


async def test_what_a_wrong_person_was_told_does_not_count(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    wrong, anna = talk.person("en"), talk.person("en")
    await taking_part(office, wrong)
    made = await office.appoint()
    assert "tomorrow" in await after(postman, clock, wrong, days=1)
    assert (await office.case()).delivery == "sent"
    await office.does(follow_up.unlink, office.enrolment)
    await joins(anna, await office.does(follow_up.invite_again, office.enrolment))
    await office.does(follow_up.confirm, office.enrolment)
    assert (await office.case()).delivery is None
    await anna.says("cannot come")
    assert (await office.appointment(made)).answer is None, "nobody has asked"
