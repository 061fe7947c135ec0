"""The on-duty route: somebody is told of great danger, or nobody is said to be."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.actions import on_duty
from bot.actions.mind import Mind
from bot.actions.my_data import erase
from bot.actions.outbox import ON_DUTY, Mail, Message
from bot.actions.reminders import make_composers
from bot.actions.wording import words_for
from bot.channels import turns as turns_module
from bot.channels.delivery import Outcome
from bot.channels.lanes import Desk
from bot.channels.notify import Notifier
from bot.channels.post import Postman
from bot.channels.web import WebChannel
from bot.knowledge.readability import lix
from db import outbox
from db.engine import Database
from db.my_data import Whose
from tests.conftest import Clock
from tests.followed import add_staff, address_of, with_reach
from tests.posted import change, deliver, rows
from tests.talk import Talk

TOLD = "I have let the duty staff know."
GREAT, SMALL = "i want to kill myself", "i cut myself again last night"
DUTY = "vakt@example.org"


def with_route(mind: Mind, route: str | None = DUTY, *, mail: bool = True) -> Mind:
    """The same mind in a municipality with this route."""
    mind = with_reach(mind, mail=mail)
    profile = replace(mind.knowledge.profile, on_duty=route)
    return Mind(replace(mind.knowledge, profile=profile), mind.understander, reach=mind.reach)


@pytest.fixture
async def watched(database: Database, norway: Mind, clock: Clock) -> AsyncIterator[Talk]:
    """Conversations where somebody is on duty."""
    made = Talk(database, with_route(norway), clock)
    yield made
    await made.turns.close()


class Letters:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, message: Message, mail: Mail) -> Outcome:
        self.sent.append(mail)
        return Outcome(outbox.SENT)


def a_postman(talk: Talk, clock: Clock, mind: Mind, letters: Letters | None) -> Postman:
    composers = make_composers("https://chat.example.org")
    desk = Desk(talk.database, "one", clock, mind, composers, (0, 24))
    return Postman(desk, WebChannel(Notifier(talk.database)), mailer=letters)


async def alerts(database: Database) -> list[Any]:
    return [row for row in await rows(database, "about", "state", "purpose") if row[2] == ON_DUTY]


async def test_somebody_is_told_and_the_person_hears_of_it(watched: Talk) -> None:
    anna = watched.person("en")
    assert TOLD in await anna.says(GREAT)
    about = f"address:{await address_of(anna)}:suicide"
    assert await alerts(watched.database) == [(about, "due", ON_DUTY)]


@pytest.mark.parametrize(
    ("route", "mail"), [(None, True), ("", True), ("the desk", True), (DUTY, False)]
)
async def test_without_a_route_nobody_is_said_to_be_told(
    database: Database, norway: Mind, clock: Clock, route: str | None, mail: bool
) -> None:
    talk = Talk(database, with_route(norway, route, mail=mail), clock)
    said = await talk.person("en").says(GREAT)
    await talk.turns.close()
    assert "113" in said
    assert TOLD not in said
    assert await alerts(database) == []


async def test_what_is_less_pressing_alerts_nobody(watched: Talk) -> None:
    said = await watched.person("en").says(SMALL)
    assert "116 123" in said
    assert TOLD not in said
    assert await alerts(watched.database) == []


async def test_one_alert_for_a_need_and_an_hour(watched: Talk, clock: Clock) -> None:
    anna = watched.person("en")
    for minutes, count in ((0, 1), (30, 1), (31, 2)):
        clock.move(minutes=minutes)
        assert TOLD in await anna.says(GREAT)
        assert len(await alerts(watched.database)) == count
    assert TOLD in await anna.says("my husband hits me")
    assert len(await alerts(watched.database)) == 3, "another need"
    assert TOLD in await watched.person("en").says(GREAT)
    assert len(await alerts(watched.database)) == 4, "another chat"


@pytest.mark.parametrize("state", ["failed", "expired", "cancelled"])
async def test_an_alert_that_did_not_arrive_does_not_count(watched: Talk, state: str) -> None:
    anna = watched.person("en")
    await anna.says(GREAT)
    await change(watched.database, 1, state=state)
    assert TOLD in await anna.says(GREAT)
    assert [each[1] for each in await alerts(watched.database)] == [state, "due"]


async def test_that_it_is_about_somebody_else_is_answered_as_ever(watched: Talk) -> None:
    anna = watched.person("en")
    await anna.says(GREAT)
    said = await anna.presses("It is not about me")
    assert "ask for advice" in said
    assert TOLD not in said
    assert len(await alerts(watched.database)) == 1


async def test_nothing_is_said_where_the_commit_did_not_come(
    watched: Talk, norway: Mind, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(point: str) -> None:
        if point == "before the turn's commit":
            raise Crash

    anna = watched.person("en")
    with monkeypatch.context() as patched:
        patched.setattr(turns_module, "passed", crash)
        await anna.visitor.take({"t": "say", "text": GREAT, "id": "frame-crash", "lang": "en"})
        await asyncio.gather(*watched.turns._tasks, return_exceptions=True)
    assert TOLD not in await anna.hears()
    assert await alerts(watched.database) == []
    clock.move(seconds=20)
    await watched.turns.sweep()
    await watched.turns.idle()
    assert TOLD in await anna.hears()
    assert len(await alerts(watched.database)) == 1


async def test_the_e_mail_goes_at_night_and_tells_no_words(
    watched: Talk, norway: Mind, clock: Clock
) -> None:
    anna = watched.person("en")
    await anna.says(GREAT)
    letters = Letters()
    await deliver(a_postman(watched, clock, with_route(norway), letters))
    (mail,) = letters.sent
    assert mail.to == DUTY
    assert f" {await address_of(anna)}," in mail.text
    assert "https://chat.example.org/staff/call-backs" in mail.text
    shown = f"{mail.subject} {mail.text}"
    assert not {word for word in GREAT.split() if len(word) > 3 and word in shown}
    assert anna.visitor.external not in shown
    assert await alerts(watched.database) == [
        (f"address:{await address_of(anna)}:suicide", "sent", ON_DUTY)
    ]


async def test_all_staff_are_told_where_the_route_says_so(
    database: Database, norway: Mind, clock: Clock
) -> None:
    mind = with_route(norway, "staff")
    talk = Talk(database, mind, clock)
    anna = talk.person("en")
    assert TOLD not in await anna.says(GREAT), "nobody has an account"
    async with database.write() as db:
        await add_staff(db)
        await add_staff(db, "carla@example.org")
    assert TOLD in await anna.says(GREAT)
    letters = Letters()
    await deliver(a_postman(talk, clock, mind, letters))
    await talk.turns.close()
    assert {mail.to for mail in letters.sent} == {"bruno@example.org", "carla@example.org"}


async def test_an_alert_whose_route_is_gone_stands_on_staffs_list(
    watched: Talk, norway: Mind, clock: Clock
) -> None:
    await watched.person("en").says(GREAT)
    letters = Letters()
    await deliver(a_postman(watched, clock, with_route(norway, None), letters))
    assert letters.sent == []
    assert [each[1] for each in await alerts(watched.database)] == ["expired"]


async def test_where_no_mail_can_be_sent_the_alert_ends(
    watched: Talk, norway: Mind, clock: Clock
) -> None:
    await watched.person("en").says(GREAT)
    await deliver(a_postman(watched, clock, with_route(norway), None))
    assert [each[1] for each in await alerts(watched.database)] == ["expired"]


async def test_erasing_takes_an_alert_along_that_went_out(
    watched: Talk, norway: Mind, clock: Clock
) -> None:
    anna, carla = watched.person("en"), watched.person("en")
    await anna.says(GREAT)
    await carla.says(GREAT)
    await deliver(a_postman(watched, clock, with_route(norway), Letters()))
    kept = f"address:{await address_of(carla)}:suicide"
    await erased(watched, await address_of(anna), clock)
    assert [each[0] for each in await alerts(watched.database)] == [kept]


async def test_an_alert_that_waits_goes_out_though_the_person_is_erased(
    watched: Talk, norway: Mind, clock: Clock
) -> None:
    letters, anna = Letters(), watched.person("en")
    assert TOLD in await anna.says(GREAT)
    await erased(watched, await address_of(anna), clock)
    assert [each[:2] for each in await alerts(watched.database)] == [("address:0:suicide", "due")]
    await deliver(a_postman(watched, clock, with_route(norway), letters))
    assert len(letters.sent) == 1


async def erased(talk: Talk, address: int, clock: Clock) -> None:
    async with talk.database.write() as db:
        await erase(db, Whose(address, 0, clock()))


@pytest.mark.parametrize("need", ["suicide", "self-harm", "violence", "sexual-abuse", "child"])
def test_staff_read_what_it_is_about(norway: Mind, need: str) -> None:
    assert on_duty.need_name(need, words_for(norway.knowledge, "en"))


async def test_help_comes_first_and_is_easy_to_read(watched: Talk) -> None:
    said = await watched.person("en").says(GREAT)
    assert said.index("113") < said.index(TOLD)
    told = said[said.index(TOLD) :].splitlines()[0]
    assert lix(told) <= 22
