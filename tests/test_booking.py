"""Booking in the chat: whole conversations, and what goes wrong in them."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions import privacy
from bot.actions.mind import Mind
from bot.channels.web import BOT_ID
from db import booking as stored
from db import inbox
from db.addresses import find_address
from db.engine import Database
from tests.builders import NOW, add_slot, all_bookings
from tests.conftest import Clock
from tests.talk import Person, Talk

FOLDER = Path(__file__).parent / "data" / "talks"
GONE = "That button no longer works. Choose anew, or write what you need."
CLOSED = "That is not open any more. Look at your bookings, or begin anew."
NOT_YOURS = "I find no such booking of yours to come."


@cache
def conversations() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / "booking.yaml").read_text("utf-8"))
    return found


@pytest.fixture
async def samples(database: Database, norway: Mind, clock: Clock) -> AsyncIterator[Talk]:
    """The engine with sample slots."""
    made = talk_with_samples(database, norway, clock)
    yield made
    await made.turns.close()


def talk_with_samples(database: Database, mind: Mind, clock: Clock) -> Talk:
    made = Talk(database, Mind(mind.knowledge, mind.understander, samples=True), clock)
    made.turns.pace.burst = 10_000
    return made


async def dead(talk: Talk) -> list[Any]:
    async with talk.database.read() as db:
        return await inbox.list_dead(db)


async def address_of(person: Person) -> int:
    async with person.talk.database.read() as db:
        found = await find_address(db, BOT_ID, person.visitor.external)
    assert found is not None
    return found


async def to_confirm(person: Person, slot: int, count: int = 1, name: str = "Anna") -> str:
    """As far as the question whether all is right; returns the data of its yes."""
    await person.press(f"bk:s:{slot}", 1)
    if any(label == str(count) for label in person.labels()):
        await person.says(str(count))
    if "What is your first name" in (person.replies and said_last(person)):
        await person.says(name)
    return next(b["data"] for b in person.buttons() if b["data"].startswith("bk:ok:"))


def said_last(person: Person) -> str:
    return "".join(run["text"] for run in person.replies[-1]["body"]["runs"])


async def book(person: Person, slot: int, count: int = 1) -> str:
    return await person.press(await to_confirm(person, slot, count), 2)


@pytest.mark.parametrize("conversation", conversations(), ids=lambda c: c["name"])
async def test_a_conversation(
    database: Database, clock: Clock, conversation: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    mind: Mind = request.getfixturevalue(conversation.get("deployment", "norway"))
    talk = talk_with_samples(database, mind, clock)
    person = talk.person(conversation["lang"])
    for step in conversation["talk"]:
        clock.move(seconds=11)  # so that the same button may be meant twice
        verb = next(verb for verb in ("says", "presses", "press") if verb in step)
        heard = await getattr(person, verb)(step[verb])
        missing = [text for text in step.get("hears", []) if text not in heard]
        assert not missing, f"{step}: heard {heard!r}"
        assert not [text for text in step.get("not", []) if text in heard], f"{step}: {heard!r}"
        wanted = set(step.get("buttons", []))
        assert wanted <= set(person.labels() if wanted else []), f"{step}: {person.labels()}"
        files = [e["body"]["file"]["name"] for e in person.replies if "file" in e["body"]]
        assert files == ([step["file"]] if "file" in step else []), step
    assert await dead(talk) == []
    await talk.turns.close()


async def test_the_booking_is_stored_with_what_was_said(talk: Talk, clock: Clock) -> None:
    slot = await add_slot(talk.database, wheelchair=2, companion=2)
    anna = talk.person("en")
    await anna.press(f"bk:s:{slot}")
    await anna.says("3")
    await anna.presses("1 wheelchair place, 1 companion place")
    await anna.says("Anna")
    await anna.says("yes")
    [made] = await all_bookings(talk.database)
    assert (made.ordinary, made.wheelchair, made.companion) == (1, 1, 1)
    assert (made.first_name, made.phone, made.state) == ("Anna", None, "active")
    assert made.address_id == await address_of(anna)
    assert made.created_at == clock()
    [document] = [event for event in anna.replies if event["kind"] == "document"]
    assert document["body"]["file"]["mime"] == "text/calendar"
    text = b64decode(document["body"]["file"]["data"]).decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "SUMMARY:Knitting night\r\n" in text
    assert "Sample" not in text


async def test_cancelling_keeps_the_row_and_frees_the_place(talk: Talk, clock: Clock) -> None:
    slot = await add_slot(talk.database, ordinary=1)
    anna, bruno = talk.person("en"), talk.person("en")
    assert "You are booked." in await book(anna, slot)
    assert "not so many places left" in await bruno.press(f"bk:s:{slot}")
    [made] = await all_bookings(talk.database)
    clock.move(hours=1)
    assert "It is cancelled." in await anna.press(f"bk:cy:{made.id}")
    [made] = await all_bookings(talk.database)
    assert (made.state, made.cancelled_by, made.reason) == ("cancelled", "person", "asked")
    assert made.cancelled_at == clock()
    assert "You are booked." in await book(bruno, slot)
    assert await anna.press(f"bk:cy:{made.id}", 9) == NOT_YOURS
    assert await anna.press(f"bk:i:{made.id}", 9) == NOT_YOURS


async def test_another_persons_booking_is_not_found(talk: Talk) -> None:
    slot = await add_slot(talk.database)
    anna, bruno = talk.person("en"), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    for data in (f"bk:c:{made.id}", f"bk:cy:{made.id}", f"bk:i:{made.id}", "bk:cy:999999"):
        assert await bruno.press(data) == NOT_YOURS, data
        assert bruno.replies[-1]["kind"] == "out"
    assert "nothing in this chat" in await bruno.press("do:my-bookings")
    assert [b.state for b in await all_bookings(talk.database)] == ["active"]


@pytest.mark.parametrize(
    "data",
    [
        "bk:",
        "bk:s:",
        "bk:s:x",
        "bk:s:-1",
        "bk:s:1:2",
        "bk:n:1",
        "bk:d:1:1:1",
        "bk:d:1:1:1:x",
        "bk:c:",
        "bk:s:" + "9" * 50,
        "bk:l:activity:x",
        "bk:l:nothing:0",
        "bk:l:activity:-6",
        "bk:a:1",
        "bk:zz:1",
    ],
)
async def test_an_edited_button_leads_on(talk: Talk, data: str) -> None:
    person = talk.person("en")
    assert await person.press(data) == GONE
    assert await dead(talk) == []


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("bk:s:999999", "That time is not there any more."),
        ("bk:n:999999:2", "That time is not there any more."),
        ("bk:ok:abcdef", CLOSED),
        ("bk:ok:", CLOSED),
        ("bk:ok:æøå", CLOSED),
        ("bk:nm", CLOSED),
        ("bk:a", CLOSED),
        ("bk:x", "All right. Nothing is booked."),
    ],
)
async def test_a_stale_button_says_so(talk: Talk, data: str, answer: str) -> None:
    person = talk.person("en")
    assert await person.press(data) == answer
    assert await dead(talk) == []


@pytest.mark.parametrize("count", [0, 7, 1000])
async def test_a_button_with_too_many_places_is_asked_again(talk: Talk, count: int) -> None:
    slot, person = await add_slot(talk.database, ordinary=2000), talk.person("en")
    heard = await person.press(f"bk:n:{slot}:{count}")
    assert "from 1 to 6 places" in heard
    assert "How many are you" in heard


@pytest.mark.parametrize("needs", ["1:2:0", "0:0:0", "7:0:0", "2:0:2", "1000:999:0", "3:3:0"])
async def test_a_button_with_places_that_cannot_be_is_asked_again(talk: Talk, needs: str) -> None:
    slot = await add_slot(talk.database, ordinary=50, wheelchair=50, companion=50)
    person = talk.person("en")
    heard = await person.press(f"bk:d:{slot}:{needs}")
    assert "How many are you" in heard
    assert await all_bookings(talk.database) == []


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"starts_at": NOW - timedelta(hours=1)}, "That time is over."),
        ({"closes_at": NOW}, "Booking for that time is closed."),
        ({"opens_at": NOW + timedelta(days=1)}, "You cannot book that yet."),
        ({"sample": True}, "samples are switched off"),
        ({"ordinary": 0}, "not so many places left"),
    ],
)
async def test_a_slot_that_cannot_be_booked_says_why(
    talk: Talk, changes: dict[str, Any], answer: str
) -> None:
    slot, person = await add_slot(talk.database, **changes), talk.person("en")
    for data in (f"bk:s:{slot}", f"bk:n:{slot}:2", f"bk:d:{slot}:1:0:0"):
        assert answer in await person.press(data), data
    assert await all_bookings(talk.database) == []


async def test_what_became_impossible_before_the_yes_is_not_booked(
    talk: Talk, clock: Clock
) -> None:
    slot = await add_slot(
        talk.database, starts_at=NOW + timedelta(minutes=30), closes_at=NOW + timedelta(minutes=20)
    )
    person = talk.person("en")
    yes = await to_confirm(person, slot)
    clock.move(minutes=31)
    assert "That time is over." in await person.press(yes)
    assert await all_bookings(talk.database) == []


async def test_a_yes_pressed_fifty_times_books_once(talk: Talk, clock: Clock) -> None:
    talk.turns.pace.burst = 10_000
    slot, person = await add_slot(talk.database), talk.person("en")
    yes = await to_confirm(person, slot)
    frame = {"t": "press", "data": yes, "message": 2, "lang": "en"}
    frames = [{**frame, "id": f"press-number-{n}"} for n in range(50)]
    await asyncio.gather(*(person.visitor.take(frame) for frame in frames))
    await talk.turns.idle()
    assert (await person.hears()).count("You are booked.") == 1
    clock.move(minutes=1)
    assert await person.press(yes, 2) == CLOSED
    assert len(await all_bookings(talk.database)) == 1
    assert await dead(talk) == []


async def test_a_confirmation_older_than_an_hour_asks_again(talk: Talk, clock: Clock) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    yes = await to_confirm(person, slot)
    clock.move(minutes=61)
    heard = await person.press(yes)
    assert "It is a while since I asked." in heard
    assert "Is this right?" in heard
    assert await all_bookings(talk.database) == []
    clock.move(minutes=61)
    assert "It is a while since I asked." in await person.says("yes")
    assert "You are booked." in await person.says("yes")


async def test_an_old_step_is_let_go(talk: Talk, clock: Clock) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    assert "How many" in await person.press(f"bk:s:{slot}")
    clock.move(hours=2)
    assert "How many" not in await person.says("/topics")
    assert "first name" not in await person.says("2")
    assert "first name" in await person.press(f"bk:n:{slot}:2"), "its buttons still know"


async def test_a_yes_of_an_earlier_question_books_nothing_else(talk: Talk) -> None:
    first, second = await add_slot(talk.database), await add_slot(talk.database)
    person = talk.person("en")
    old = await to_confirm(person, first)
    new = await to_confirm(person, second)
    assert await person.press(old, 3) == CLOSED
    assert "You are booked." in await person.press(new, 4)
    assert [made.slot_id for made in await all_bookings(talk.database)] == [second]


async def test_nobody_gets_a_wheelchair_place_unasked(talk: Talk) -> None:
    slot, person = await add_slot(talk.database, ordinary=0, wheelchair=2), talk.person("en")
    await person.press(f"bk:s:{slot}")
    assert person.labels() == ["1 wheelchair place", "Do not book"]


async def test_one_slot_is_booked_once_by_a_chat(talk: Talk) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    assert "You are booked." in await book(person, slot)
    assert "You have booked that already." in await person.press(f"bk:s:{slot}", 8)


async def test_one_tab_cannot_fill_a_class(talk: Talk) -> None:
    talk.turns.pace.burst = 10_000
    person = talk.person("en")
    await person.press(f"bk:s:{await add_slot(talk.database, ordinary=6)}")
    assert person.labels() == ["1", "2", "3", "Do not book"]
    for n in range(4):
        assert "You are booked." in await book(person, await add_slot(talk.database), 2), n
    heard = await person.press(f"bk:s:{await add_slot(talk.database)}", 99)
    assert "as many bookings as one chat can have" in heard
    assert await all_bookings(talk.database, ordinary=1) == []


async def test_booking_and_cancelling_all_day_comes_to_an_end(talk: Talk, clock: Clock) -> None:
    talk.turns.pace.burst = 10_000
    slot, person = await add_slot(talk.database), talk.person("en")
    for _ in range(10):
        assert "You are booked." in await book(person, slot)
        [made] = await all_bookings(talk.database, state="active")
        await person.press(f"bk:cy:{made.id}")
        clock.move(minutes=1)
    assert "very often today" in await person.press(f"bk:s:{slot}", 50)
    clock.move(hours=24)
    assert "How many" in await person.press(f"bk:s:{slot}", 51)


async def test_a_code_opens_a_booking_in_another_chat(talk: Talk) -> None:
    slot, anna, later = await add_slot(talk.database), talk.person("en"), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    assert made.code
    await later.press("bk:code")
    assert "No booking to come has that code." in await later.says("ABCD-3467")
    heard = await later.says(f"{made.code[:4]}-{made.code[4:]}".lower())
    assert "Knitting night" in heard
    assert await anna.press(f"bk:cy:{made.id}") == NOT_YOURS
    assert "It is cancelled." in await later.press(f"bk:cy:{made.id}")
    assert "No booking to come" in await code_tried(anna, made.code), "it is cancelled"


async def code_tried(person: Person, code: str) -> str:
    await person.press("bk:code", 77)
    return await person.says(code)


async def test_codes_cannot_be_guessed_at_length(talk: Talk, clock: Clock) -> None:
    slot, anna, guesser = await add_slot(talk.database), talk.person("en"), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    await guesser.press("bk:code")
    for _ in range(5):
        assert "No booking to come" in await guesser.says("ABCD-3467")
    assert "too many wrong codes" in await guesser.says(made.code or "")
    clock.move(minutes=61)
    assert "Knitting night" in await code_tried(guesser, made.code or "")


async def test_without_slots_it_says_so_and_gives_the_phone(talk: Talk) -> None:
    person = talk.person("nb")
    heard = await person.says("meld meg på lunsjen")
    assert "Det er ingenting å bestille her nå." in heard
    assert "116 117" in heard
    assert "Eksempel" not in heard


async def test_samples_that_are_off_stay_with_who_booked_them(
    samples: Talk, talk: Talk, clock: Clock
) -> None:
    person = samples.person("en")
    await person.press("do:book-activity")
    assert "Sample:" in said_last(person)
    first = next(b["data"] for b in person.buttons() if b["data"].startswith("bk:s:"))
    await person.press(first)
    for text in ("1", "nothing", "Anna", "yes"):
        await person.says(text)
    assert "Sample:" in said_last(person)
    off = Person(talk, person.visitor, "en")
    off.visitor = type(person.visitor)(person.visitor.external, talk.database, talk.turns)
    await off.hears()
    assert "There is nothing to book here now." in await off.press("do:book-activity", 60)
    assert "Sample:" in await off.press("do:my-bookings", 61)


async def test_more_slots_come_by_the_page(talk: Talk) -> None:
    for n in range(8):
        await add_slot(talk.database, starts_at=NOW + timedelta(days=n + 1))
    person = talk.person("en")
    await person.press("do:book-activity")
    assert sum(button["data"].startswith("bk:s:") for button in person.buttons()) == 6
    await person.presses("Show more times")
    assert sum(button["data"].startswith("bk:s:") for button in person.buttons()) == 2
    assert "Show more times" not in person.labels()


async def test_a_name_with_marks_is_shown_as_it_is(talk: Talk) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    await person.press(f"bk:s:{slot}")
    await person.says("1")
    for bad in ("=HYPERLINK(1)", "<b>x</b>", "12345678", "a" * 200):
        assert "first name" in await person.says(bad), bad
    assert "Name: Zoë-Anne" in await person.says("Zoë-Anne")


async def test_clearing_the_chat_keeps_the_booking_and_says_so(talk: Talk) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    await book(person, slot)
    assert "What you have booked stays" in await person.press("do:clear", 40)
    assert "Knitting night" in await person.press("do:my-bookings", 41)
    [made] = await all_bookings(talk.database)
    await person.press(f"bk:cy:{made.id}")
    assert "stays" not in await person.press("do:clear", 42)


async def test_the_person_goes_from_a_booking_thirty_days_after(talk: Talk, clock: Clock) -> None:
    slot, person = await add_slot(talk.database, wheelchair=1), talk.person("en")
    await person.press(f"bk:d:{slot}:1:1:0")
    await person.says("Anna")
    await person.says("yes")
    for days, name in ((31, "Anna"), (2, None)):
        clock.move(days=days)
        async with talk.database.write() as db:
            await privacy.forget_old(db, clock())
        [made] = await all_bookings(talk.database)
        assert made.first_name == name
    assert (made.address_id, made.code, made.phone) == (None, None, None)
    assert made.wheelchair == 1, "who was there is still counted"


async def test_a_detached_booking_holds_its_place_and_is_nobodys(talk: Talk) -> None:
    slot, person = await add_slot(talk.database, ordinary=1), talk.person("en")
    await book(person, slot)
    async with talk.database.write() as db:
        assert await stored.detach_bookings(db, await address_of(person)) == 1
    assert "nothing in this chat" in await person.press("do:my-bookings")
    assert "not so many places left" in await talk.person("en").press(f"bk:s:{slot}")
    [made] = await all_bookings(talk.database)
    assert (made.first_name, made.address_id, made.code) == (None, None, None)
