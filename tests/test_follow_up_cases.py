"""What a case worker's list says of each case, and in which order."""

from typing import Any

import pytest

from bot.actions import follow_up
from bot.channels.post import Postman
from db import outbox
from tests.conftest import Clock
from tests.followed import Office, joins, postman_of, taking_part
from tests.posted import deliver
from tests.talk import Talk


@pytest.fixture
async def office(talk: Talk, clock: Clock) -> Office:
    return await Office(talk.database, clock).open()


@pytest.fixture
def postman(talk: Talk, clock: Clock, norway: Any) -> Postman:
    return postman_of(talk, clock, norway)


@pytest.mark.parametrize(
    ("answer", "waits"),
    [("cannot", ("cannot",)), ("call-me", ("call-me",)), ("coming", ("new-answer",))],
)
async def test_an_answer_waits_until_it_is_seen(
    talk: Talk, office: Office, clock: Clock, answer: str, waits: tuple[str, ...]
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    made = await office.appoint()
    await anna.press(f"fu:a:{made}:{answer}")
    assert (await office.case()).waits == waits
    [answered] = await office.does(follow_up.list_answers, office.staff)
    assert (answered.first_name, answered.is_new) == ("Anna", True)
    await office.does(follow_up.mark_seen, made, office.staff)
    assert (await office.case()).waits == ()
    [answered] = await office.does(follow_up.list_answers, office.staff)
    assert not answered.is_new
    clock.move(minutes=1)
    await anna.press(f"fu:a:{made}:{'coming' if answer == 'cannot' else 'cannot'}", 5)
    assert (await office.case()).waits != (), "another answer is new again"


@pytest.mark.parametrize(
    ("answer", "waits"), [("cannot", ("cannot",)), ("call-me", ("call-me",)), ("coming", ())]
)
async def test_who_wants_a_call_waits_for_it_when_the_time_is_over(
    talk: Talk, office: Office, clock: Clock, answer: str, waits: tuple[str, ...]
) -> None:
    """An answer of the last minute is seen by nobody before."""
    anna = talk.person("en")
    await taking_part(office, anna)
    made = await office.appoint()
    await anna.press(f"fu:a:{made}:{answer}")
    clock.move(days=3)
    assert ((await office.case()).waits, (await office.case()).appointment) == (waits, None)
    await office.does(follow_up.mark_seen, made, office.staff)
    assert (await office.case()).waits == ()


async def test_what_was_answered_before_the_end_waits_no_more(
    talk: Talk, office: Office, clock: Clock
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    await anna.press(f"fu:a:{await office.appoint()}:call-me")
    clock.move(days=3)
    await office.does(follow_up.end_enrolment, office.enrolment)
    assert (await office.case()).waits == ()


async def test_no_answer_close_to_the_time_waits(talk: Talk, office: Office, clock: Clock) -> None:
    await taking_part(office, talk.person("en"))
    await office.appoint()
    assert (await office.case()).waits == ()
    clock.move(days=1, minutes=1)
    assert (await office.case()).waits == ("no-answer",)
    clock.move(days=1)
    case = await office.case()
    assert (case.appointment, case.waits) == (None, ()), "it is over"


async def test_silence_is_shown(talk: Talk, office: Office) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    await office.appoint()
    assert "Your contact can see that reminders are off." in await anna.says("stop")
    assert (await office.case()).waits == ("silent",)
    await anna.presses("fu:on")
    assert (await office.case()).waits == ()


@pytest.mark.parametrize(
    ("states", "delivery", "waits"),
    [
        ({"day": "sent"}, "sent", ()),
        ({"day": "uncertain"}, "uncertain", ("not-delivered",)),
        ({"day": "failed"}, "failed", ("not-delivered",)),
        ({"day": "expired"}, "expired", ("not-delivered",)),
        ({"day": "failed", "hour": "sent"}, "sent", ()),
        ({}, None, ()),
    ],
)
async def test_a_reminder_that_may_not_have_arrived_waits(
    talk: Talk,
    office: Office,
    states: dict[str, str],
    delivery: str | None,
    waits: tuple[str, ...],
) -> None:
    await taking_part(office, talk.person("en"))
    made = await office.appoint()
    async with talk.database.write() as db:
        for detail, state in states.items():
            which = outbox.table.c.about == f"appointment:{made}:{detail}"
            await db.execute(outbox.table.update().where(which).values(state=state))
    case = await office.case()
    assert (case.delivery, case.waits) == (delivery, waits)


async def test_what_waits_comes_first(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    await office.enrol("Invited")
    await taking_part(office, talk.person("en"))
    calm = office.enrolment
    await office.appoint()
    cannot = talk.person("en")
    await taking_part(office, cannot)
    pressing = office.enrolment
    await cannot.press(f"fu:a:{await office.appoint()}:cannot")
    await joins(talk.person("en"), await office.enrol("Joined"))
    joined = office.enrolment
    await office.enrol("Ended")
    await office.does(follow_up.end_enrolment, office.enrolment)
    names = {calm: "calm", pressing: "pressing", joined: "joined"}
    order = [names.get(case.enrolment_id, case.first_name) for case in await office.cases()]
    assert order == ["pressing", "joined", "calm", "Invited", "Ended"]
    clock.move(days=1)
    await deliver(postman)
    clock.move(seconds=2)
    assert (await office.cases())[0].delivery is None, "who cannot come was not reminded"
