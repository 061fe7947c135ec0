"""Booking in the chat: whole conversations, and what is kept of them."""

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
from db.engine import Database
from tests.booked import (
    NOT_YOURS,
    address_of,
    book,
    cancel,
    code_tried,
    dead,
    said_last,
    talk_with_samples,
)
from tests.builders import NOW, add_slot, all_bookings
from tests.conftest import Clock
from tests.talk import Person, Talk

FOLDER = Path(__file__).parent / "data" / "talks"


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
    assert "It is cancelled." in await cancel(anna, made.id)
    [made] = await all_bookings(talk.database)
    assert (made.state, made.cancelled_by, made.reason) == ("cancelled", "person", "asked")
    assert made.cancelled_at == clock()
    assert "You are booked." in await book(bruno, slot)
    assert await anna.press(f"bk:cy:{made.id}", 9) == NOT_YOURS
    assert await anna.press(f"bk:i:{made.id}", 9) == NOT_YOURS


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
    assert "It is cancelled." in await cancel(later, made.id)
    assert "No booking to come" in await code_tried(anna, made.code), "it is cancelled"


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


async def test_clearing_the_chat_keeps_the_booking_and_says_so(talk: Talk) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    await book(person, slot)
    assert "What you have booked stays" in await person.press("do:clear", 40)
    assert "Knitting night" in await person.press("do:my-bookings", 41)
    [made] = await all_bookings(talk.database)
    await cancel(person, made.id)
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
