"""Follow-up in the chat: joining, reminders, answers, leaving and coming back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.actions import follow_up
from bot.actions.mind import Mind
from bot.channels.post import Postman
from db import outbox
from db.follow_up import code_tries
from tests.conftest import Clock
from tests.followed import Office, address_of, joins, messages, postman_of, taking_part, with_reach
from tests.posted import deliver
from tests.talk import Person, Talk, words

GONE = "That button no longer works. Choose anew, or write what you need."
UNUSABLE = "I cannot open that invitation."
NOT_THERE = "I find no such appointment of yours to come."


@pytest.fixture
async def office(talk: Talk, clock: Clock) -> Office:
    talk.turns.pace.burst = 10_000
    return await Office(talk.database, clock).open()


@pytest.fixture
def postman(talk: Talk, clock: Clock, norway: Mind) -> Postman:
    return postman_of(talk, clock, norway)


@pytest.fixture
async def mailing(talk: Talk, clock: Clock, norway: Mind) -> AsyncIterator[Talk]:
    """The same chats where e-mail and Telegram are set up."""
    made = Talk(talk.database, with_reach(norway, mail=True, telegram=True), clock)
    made.turns.pace.burst = 10_000
    yield made
    await made.turns.close()


async def reminded(office: Office, anna: Person, postman: Postman, clock: Clock) -> int:
    """Taking part, and reminded of an appointment the day before."""
    await taking_part(office, anna)
    made = await office.appoint()
    clock.move(days=1)
    await deliver(postman)
    assert "Remember your appointment tomorrow at 10:00." in await anna.hears()
    return made


async def test_from_the_link_to_the_answer(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    invitation, anna = await office.enrol(), talk.person("en")
    heard = await anna.press(f"fu:look:{invitation.link_token}")
    assert "invites you to get reminders in this chat" in heard
    assert "Veien videre" not in heard
    assert "Anna" not in heard
    heard = await anna.presses("Yes, I want the reminders")
    case = await office.case()
    assert (case.state, case.channel, case.waits) == ("joined", "web", ("to-confirm",))
    assert f"Your number is {case.check_number}." in heard
    assert "You see reminders only when this chat is open." in heard
    made = await office.appoint()
    assert "I wait for your contact." in await anna.press("do:my-follow-up")
    await office.does(follow_up.confirm, office.enrolment)
    clock.move(days=1)
    await deliver(postman)
    assert await anna.hears() == "Hi. Remember your appointment tomorrow at 10:00."
    assert anna.labels() == ["I am coming", "I cannot come", "Call me", "Details"]
    heard = await anna.presses("I cannot come")
    assert "I have noted that you cannot come." in heard
    assert "It stands on the list of your contact." in heard
    assert "e-mail" not in heard
    case = await office.case()
    assert (case.answer, case.waits) == ("cannot", ("cannot",))
    await office.does(follow_up.mark_seen, made, office.staff)
    assert (await office.case()).waits == ()
    clock.move(hours=23)
    await deliver(postman)
    assert await anna.hears() == "", "who cannot come is not reminded again"


async def test_an_hour_before_it_says_today(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("en")
    await reminded(office, anna, postman, clock)
    assert "you are coming" in await anna.presses("I am coming")
    clock.move(hours=23)
    await deliver(postman)
    assert await anna.hears() == "Hi. Remember your appointment today at 10:00."
    clock.move(hours=2)
    assert NOT_THERE in await anna.presses("I cannot come")


async def test_the_answer_is_told_by_mail_without_any_name(
    mailing: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = mailing.person("en")
    made = await reminded(office, anna, postman, clock)
    assert "They also get an e-mail about it." in await anna.presses("Call me")
    assert "I do not know when they call" in "".join(words(e) for e in anna.replies)
    clock.move(minutes=1)
    await anna.presses("I cannot come")
    assert list(await messages(office.database)) == [
        f"appointment:{made}:hour",
        f"appointment:{made}:answer",
    ]


async def test_details_tell_the_place_only_when_asked(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("en")
    await reminded(office, anna, postman, clock)
    heard = await anna.presses("Details")
    assert "Place: Rådhusgata 1" in heard
    assert "30 minutes" in heard
    assert "Veien videre" not in heard
    assert "Bruno" not in heard
    await anna.presses("Calendar file")
    [document] = [event for event in anna.replies if event["kind"] == "document"]
    assert document["body"]["file"]["name"] == "innom-2026-11-25.ics"


@pytest.mark.parametrize(
    ("lang", "said", "answer"),
    [
        ("nb", "Kan ikke", "cannot"),
        ("nn", "eg kjem", "coming"),
        ("nb", "ja", "coming"),
        ("sv", "hinner inte", "cannot"),
        ("en", "please call me", "call-me"),
        ("pl", "nie mogę przyjść", "cannot"),
        ("nb", "👍", "coming"),
    ],
)
async def test_an_answer_in_words(
    talk: Talk,
    office: Office,
    postman: Postman,
    clock: Clock,
    lang: str,
    said: str,
    answer: str,
) -> None:
    anna = talk.person(lang)
    await taking_part(office, anna)
    made = await office.appoint()
    clock.move(days=1)
    await deliver(postman)
    await anna.says(said)
    assert (await office.appointment(made)).answer == answer


async def test_a_plain_yes_answers_only_what_was_just_asked(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("nb")
    await taking_part(office, anna)
    made = await office.appoint()
    await anna.says("kan ikke")
    assert (await office.appointment(made)).answer is None, "nobody was reminded yet"
    clock.move(days=1)
    await deliver(postman)
    clock.move(minutes=1)
    await anna.press("topics")
    clock.move(minutes=1)
    await anna.says("ja")
    assert (await office.appointment(made)).answer is None, "it answers something else"
    await anna.says("jeg kommer")
    assert (await office.appointment(made)).answer == "coming"


async def test_danger_is_no_answer(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("nb")
    await taking_part(office, anna)
    made = await office.appoint()
    clock.move(days=1)
    await deliver(postman)
    for said in ("orker ikke mer", "kan ikke mer"):
        await anna.says(said)
        assert (await office.appointment(made)).answer is None, said
    assert "113" in "".join(words(event) for event in await anna.events(0))


async def test_fifty_presses_are_one_answer(
    mailing: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = mailing.person("en")
    made = await reminded(office, anna, postman, clock)
    for n in range(50):
        clock.move(seconds=n % 12)
        await anna.press(f"fu:a:{made}:coming", 5)
    found = await office.appointment(made)
    assert (found.answer, found.answered_at) == ("coming", found.answered_at)
    assert found.answered_at
    assert found.answered_at < clock() - timedelta(minutes=4)
    assert [about for about in await messages(office.database) if "answer" in about] == [
        f"appointment:{made}:answer"
    ]


@pytest.mark.parametrize(
    ("data", "heard"),
    [
        ("fu:a:{id}:dance", GONE),
        ("fu:a:{id}", GONE),
        ("fu:a:{id}:coming:now", GONE),
        ("fu:a:x:coming", GONE),
        ("fu:a:-1:coming", GONE),
        ("fu:a:99999999999999999999:coming", GONE),
        ("fu:a:999999999:coming", NOT_THERE),
        ("fu:a:{id}:coming", NOT_THERE),
        ("fu:d:{id}", NOT_THERE),
        ("fu:i:{id}", NOT_THERE),
        ("fu:d:", GONE),
        ("fu:", GONE),
        ("fu:join", UNUSABLE),
        ("fu:join:1", GONE),
        ("fu:look:", UNUSABLE),
        ("fu:look:short", UNUSABLE),
        ("fu:leave", "I have no appointments for this chat."),
        ("fu:back", "I have no appointments for this chat."),
    ],
)
async def test_a_foreign_or_edited_button(
    talk: Talk, office: Office, data: str, heard: str
) -> None:
    anna, carla = talk.person("en"), talk.person("en")
    await taking_part(office, anna)
    made = await office.appoint()
    assert heard in await carla.press(data.format(id=made), 3)
    assert (await office.appointment(made)).answer is None


async def test_a_scanner_that_opens_the_link_consumes_nothing(talk: Talk, office: Office) -> None:
    invitation, scanner, anna = await office.enrol(), talk.person("en"), talk.person("en")
    for _ in range(3):
        assert "invites you" in await scanner.press(f"fu:look:{invitation.link_token}")
    assert (await office.case()).state == "invited"
    assert "You have joined." in await joins(anna, invitation)
    assert UNUSABLE in await scanner.presses("fu:join"), "it was forwarded, and used"


async def test_used_old_and_guessed_invitations_look_alike(
    talk: Talk, office: Office, clock: Clock
) -> None:
    used, anna = await office.enrol(), talk.person("en")
    await joins(anna, used)
    old = await office.enrol("Berit")
    clock.move(days=7)
    heard = {
        await talk.person("en").press(f"fu:look:{token}")
        for token in (used.link_token, old.link_token, "x" * 24)
    }
    assert len(heard) == 1
    assert UNUSABLE in heard.pop()
    codes = {await talk.person("en").says(code) for code in (used.code, old.code, "ABCD-3467")}
    assert codes == {
        "That code opens nothing here. Look once more, or ask for a new one.\n\n"
        "Write the code that you got. It has 8 letters and digits."
    }


async def test_ones_own_link_opened_again_leads_to_the_list(
    talk: Talk, office: Office, clock: Clock
) -> None:
    invitation, anna = await office.enrol(), talk.person("en")
    await joins(anna, invitation)
    clock.move(minutes=1)
    assert "I wait for your contact." in await anna.press(f"fu:look:{invitation.link_token}")
    assert "I wait for your contact." in await anna.presses("fu:join")


@pytest.mark.parametrize("way", ["alone", "asked"])
async def test_a_code_does_what_the_link_does(talk: Talk, office: Office, way: str) -> None:
    invitation, anna = await office.enrol(), talk.person("en")
    if way == "asked":
        await anna.press("do:my-follow-up")
        await anna.presses("I have a code")
    code = f"{invitation.code[:4]}-{invitation.code[4:]}".lower()
    assert "invites you" in await anna.says(code)
    assert "You have joined." in await anna.presses("fu:join")
    assert (await office.case()).state == "joined"
    shown = "".join(words(event) for event in await anna.events(0))
    assert code not in shown.lower()
    assert "••••" in shown


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("MY7N-XHRR", True),  # some rule of danger or language may hear something in letters
        ("my7n xhrr", True),
        ("MY7NXHRR", True),
        ("gate-3467", True),  # nobody writes a street so
        ("gate 3467", False),
        ("4676 Evje", False),
        ("after 3pm", False),
        ("after3pm", False),
        ("my 7n xh rr", False),
        ("98764346", False),  # a phone number
        ("HJEMMEFR", False),
        ("MY7N-XHR", False),
        ("MY7N-XHR1", False),
        ("my7n-xhrr, please", False),
    ],
)
async def test_what_looks_like_a_code_says_nothing_else(
    talk: Talk, text: str, is_one: bool
) -> None:
    assert ("That code opens nothing here." in await talk.person("en").says(text)) == is_one


@pytest.mark.parametrize("confirmed", [True, False])
async def test_a_second_part_that_waits_tells_its_number(
    talk: Talk, office: Office, confirmed: bool
) -> None:
    anna = talk.person("en")
    await joins(anna, await office.enrol())
    first = await office.found()
    if confirmed:
        await office.does(follow_up.confirm, office.enrolment)
    second = await office.enrol()
    await anna.press(f"fu:look:{second.link_token}", 3)
    await anna.press("fu:join", 4)
    heard = await anna.press("do:my-follow-up", 5)
    number = (await office.found()).check_number
    assert f"Your number is {number}." in heard
    assert ("My appointments" in heard) == confirmed
    assert (f"Your number is {first.check_number}." in heard) != confirmed


async def test_a_token_stays_nowhere(talk: Talk, office: Office) -> None:
    invitation, anna = await office.enrol(), talk.person("en")
    await anna.press(f"fu:look:{invitation.link_token}")
    await anna.says(f"/start {invitation.link_token}")
    await anna.says(invitation.code)
    async with talk.database.read() as db:
        stored = [
            str(row)
            for table in ("inbox", "history", "address", "outbox", "enrolment")
            for row in await db.execute(text(f"SELECT * FROM {table}"))
        ]
    for secret in (invitation.link_token, invitation.code):
        assert not [row for row in stored if secret in row]


async def test_telegrams_link_starts_with_the_invitation(talk: Talk, office: Office) -> None:
    invitation, anna = await office.enrol(), talk.person("en")
    assert "invites you" in await anna.says(f"/start {invitation.link_token}")
    assert "Hello. I am Innom" in await anna.says("/start hello")


async def test_a_link_that_is_written_is_opened_and_hidden(talk: Talk, office: Office) -> None:
    invitation, anna = await office.enrol(), talk.person("en")
    link = f"https://chat.example.org/#join={invitation.link_token}"
    assert "invites you" in await anna.says(link)
    assert invitation.link_token not in "".join(words(event) for event in await anna.events(0))


async def test_guessing_codes_ends(talk: Talk, office: Office, clock: Clock) -> None:
    invitation, guesser = await office.enrol(), talk.person("en")
    for n in range(5):
        assert "opens nothing" in await guesser.says(f"ABCD-346{n % 2 + 7}")
    assert "too many wrong codes" in await guesser.says(invitation.code)
    await guesser.press("do:clear")
    assert "too many wrong codes" in await guesser.says(invitation.code), "a clean chat helps not"
    clock.move(hours=1, minutes=1)
    assert "invites you" in await guesser.says(invitation.code)


async def test_guessing_from_many_chats_ends_too(talk: Talk, office: Office, clock: Clock) -> None:
    invitation = await office.enrol()
    guesser = talk.person("en")
    await guesser.says("hei")
    row = {"address_id": await address_of(guesser), "at": clock()}
    async with talk.database.write() as db:
        await db.execute(code_tries.insert(), [row] * 300)
    assert "too many wrong codes" in await talk.person("en").says(invitation.code)


async def test_leaving_is_at_once_and_coming_back_too(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    made = await office.appoint()
    await anna.press("do:my-follow-up")
    heard = await anna.presses("I want to leave")
    assert "You have left." in heard
    assert "Your contact can see that you left." in heard
    assert (await office.case()).state == "left"
    assert await messages(office.database) == {}
    assert NOT_THERE in await anna.press(f"fu:d:{made}")
    assert "You can come back." in await anna.press("do:my-follow-up", 9)
    await office.appoint("2026-11-26T10:00")
    assert await messages(office.database) == {}
    assert "My appointments" in await anna.presses("Come back")
    assert (await office.case()).state == "confirmed"
    assert len(await messages(office.database)) == 4


async def test_stop_is_heard_at_once(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    await office.appoint()
    assert "I send you no reminders" in await anna.says("stop")
    clock.move(days=1)
    await deliver(postman)
    assert await anna.hears() == ""
    assert "Reminders are off in this chat." in await anna.press("do:my-follow-up")
    assert "Reminders are on again." in await anna.presses("Send me reminders again")
    clock.move(hours=23)
    await deliver(postman)
    assert await anna.hears() == "Hi. Remember your appointment today at 10:00."


async def test_stop_in_a_step_leaves_the_step_alone(talk: Talk, office: Office) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    await anna.press("fu:code")
    assert "You still get the reminders" in await anna.says("stop")
    assert "I send you no reminders" in await anna.presses("Stop the reminders too")


async def test_a_wrong_person_is_unlinked_and_sees_nothing_more(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    wrong, anna = talk.person("en"), talk.person("en")
    made = await reminded(office, wrong, postman, clock)
    await wrong.presses("I am coming")
    await office.does(follow_up.unlink, office.enrolment)
    assert (await office.appointment(made)).answer is None
    assert NOT_THERE in await wrong.press(f"fu:d:{made}", 9)
    assert NOT_THERE in await wrong.press(f"fu:a:{made}:coming", 9)
    assert "I have no appointments for this chat." in await wrong.press("do:my-follow-up")
    clock.move(hours=23)
    await deliver(postman)
    assert await wrong.hears() == ""
    again = await office.does(follow_up.invite_again, office.enrolment)
    assert "You have joined." in await joins(anna, again)
    assert str((await office.case()).check_number) in "".join(words(e) for e in anna.replies)


async def test_a_cancelled_appointment_is_told_where_it_was_spoken_of(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("en")
    made = await reminded(office, anna, postman, clock)
    silent = await office.appoint("2026-11-27T10:00")
    await office.does(follow_up.cancel_appointment, silent)
    await office.does(follow_up.cancel_appointment, made)
    clock.move(seconds=2)
    await deliver(postman)
    assert await anna.hears() == "Hi. Your appointment tomorrow at 10:00 is cancelled."
    clock.move(hours=23)
    await deliver(postman)
    assert await anna.hears() == "", "no reminder comes of what is cancelled"


async def test_no_reminder_goes_to_who_is_not_confirmed(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("en")
    await joins(anna, await office.enrol())
    await office.appoint()
    for _ in range(3):
        clock.move(hours=23)
        await deliver(postman)
    assert await anna.hears() == ""


async def test_a_reminder_that_may_have_arrived_can_be_answered_in_words(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("nb")
    await taking_part(office, anna)
    made = await office.appoint()
    clock.move(days=1)
    async with talk.database.write() as db:
        first = outbox.table.c.about == f"appointment:{made}:day"
        lost = outbox.table.update().where(first).values(state="uncertain", due_at=clock())
        await db.execute(lost)
    await anna.says("kan ikke")
    assert (await office.appointment(made)).answer == "cannot"


async def test_one_link_pressed_in_many_chats_at_once_is_used_once(
    talk: Talk, office: Office
) -> None:
    invitation = await office.enrol()
    people = [talk.person("en") for _ in range(8)]
    for person in people:
        await person.press(f"fu:look:{invitation.link_token}")
    heard = await asyncio.gather(*(person.presses("fu:join") for person in people))
    assert sorted("You have joined." in text for text in heard) == [False] * 7 + [True]
    joined = people[["You have joined." in text for text in heard].index(True)]
    assert (await office.found()).address_id == await address_of(joined)
