"""Codes and links that somebody writes in the middle of something else."""

import pytest

from tests.booked import book
from tests.builders import add_slot, all_bookings
from tests.conftest import Clock
from tests.followed import Office
from tests.talk import Person, Talk


@pytest.fixture
async def office(talk: Talk, clock: Clock) -> Office:
    talk.turns.pace.burst = 10_000
    return await Office(talk.database, clock).open()


async def test_words_are_no_code_where_one_is_asked_for(talk: Talk) -> None:
    anna = talk.person("nb")
    for asks in ("fu:code", "bk:code"):
        await anna.press(asks, 5)
        heard = await anna.says("hva betyr")
        assert "koden" not in heard.replace("Skriv koden", ""), heard


# A step, how it is opened, and the end of its question.
STEPS = {
    "slot": (["do:book-activity"], "which time do you want?"),
    "party": (["bk:s:1"], "How many are you, with yourself?"),
    "name": (["bk:s:1", "bk:n:1:1"], "It is deleted 30 days after."),
    "confirm": (["bk:s:1", "bk:n:1:1", "Anna"], "Name: Anna"),
    "call": (["cb:new"], "What is your first name? You may use another name."),
    "phone": (["cb:new", "Anna"], "Which phone number can staff call?"),
    "wanted": (["cb:new", "Anna", "912 34 567"], "When does it suit you?"),
}


async def in_step(talk: Talk, step: str) -> tuple[Person, str]:
    """Somebody in the middle of something; returns what is asked there."""
    await add_slot(talk.database)
    opened, asked = STEPS[step]
    anna = talk.person("en")
    for n, done in enumerate(opened):
        await (anna.press(done, n) if ":" in done else anna.says(done))
    return anna, asked


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("way", ["code", "link"])
async def test_an_invitation_is_heard_in_every_step(
    talk: Talk, office: Office, step: str, way: str
) -> None:
    invitation = await office.enrol()
    anna, asked = await in_step(talk, step)
    link = f"https://chat.example.org/#join={invitation.link_token}"
    heard = await anna.says(link if way == "link" else invitation.code.lower())
    assert "invites you" in heard
    assert "did not understand" not in heard
    assert asked in heard, "what was open goes on"
    heard = await anna.presses("fu:join")
    assert "You have joined." in heard
    assert asked in heard


@pytest.mark.parametrize("step", STEPS)
async def test_a_wrong_code_leaves_the_open_step_as_it_is(
    talk: Talk, office: Office, step: str
) -> None:
    invitation = await office.enrol()
    anna, asked = await in_step(talk, step)
    for _ in range(5):
        heard = await anna.says("ABCD-3467")
        assert "That code opens nothing here." in heard
        assert asked in heard
    heard = await anna.says(invitation.code)
    assert "too many wrong codes" in heard
    assert asked in heard


async def test_a_bookings_code_is_heard_in_the_step_of_another(talk: Talk) -> None:
    slot, other = await add_slot(talk.database), await add_slot(talk.database)
    anna, later = talk.person("en"), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    await later.press(f"bk:s:{other}")
    heard = await later.says(made.code or "")
    assert "My bookings" in heard
    assert "How many are you, with yourself?" in heard


@pytest.mark.parametrize("said", ["{code}", "{link}", "my code is {code}.", "{link} thanks, now"])
async def test_staff_read_no_code_on_the_list_of_calls(
    talk: Talk, office: Office, said: str
) -> None:
    invitation = await office.enrol()
    anna, asked = await in_step(talk, "wanted")
    code = f"{invitation.code[:4]}-{invitation.code[4:]}"
    link = f"https://chat.example.org/#join={invitation.link_token}"
    assert asked in await anna.says(said.format(code=code, link=link))


async def test_when_it_suits_may_look_like_a_code(talk: Talk) -> None:
    anna, _ = await in_step(talk, "wanted")
    assert "after 3pm" in await anna.says("after 3pm")
