"""What a host changes about a slot, and where the place is said to those who come."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.actions import slot_change
from bot.actions.booking_texts import booked, calendar
from bot.actions.calendar_file import Event, calendar_file
from bot.actions.errors import Conflict, Refused
from bot.actions.mind import Mind
from bot.actions.my_bookings import bookings_answer
from bot.actions.wording import words_for
from db.booking import Booking, Slot, find_slot
from db.engine import Database
from db.staff import HOST, list_events
from tests.builders import NOW, add_slot, make_slot
from tests.conftest import Clock
from tests.office import Browser, Office
from tests.test_hosting import book

# What the form of an untouched slot would send.
FORM = {
    "title-nb": "Strikkekveld",
    "title-en": "Knitting night",
    "place": "",
    "day": "2026-11-25",
    "at": "10:00",
    "minutes": "120",
}


@pytest.fixture
async def hanna(database: Database, norway: Mind, clock: Clock) -> AsyncIterator[Browser]:
    """A host at her browser."""
    async with Office(database, norway, clock).sign_in(HOST) as browser:
        yield browser


async def stored(database: Database, slot_id: int) -> Slot:
    async with database.read() as db:
        found = await find_slot(db, slot_id)
    assert found
    return found


async def save(browser: Browser, slot: int, status: int = 200, **changes: Any) -> str:
    """Saves the form of a slot as it stands, with changes."""
    seen = slot_change.mark_of(await stored(browser.office.database, slot))
    fields = {**FORM, "seen": seen, **changes}
    fields = {name: value for name, value in fields.items() if value is not None}
    return await browser.send(f"/staff/slots/{slot}/change", fields, status)


async def test_names_and_place_are_changed_also_where_somebody_has_booked(
    hanna: Browser, database: Database
) -> None:
    slot = await add_slot(database)
    await book(database, slot, "Anna")
    page = await hanna.open(f"/staff/slots/{slot}")
    assert "Somebody has booked, so the time stays." in page
    assert "cancel this one and make a new one" in page
    assert "Innom does not write to them" in page
    assert hanna.page
    assert 'name="day"' not in hanna.page.text
    changes: dict[str, Any] = {"title-en": "Crochet", "place": "The hall", "day": None}
    page = await save(hanna, slot, **changes)
    assert "The changes are saved." in page
    assert "Crochet Activity. Wed 25 Nov 10:00–12:00. The hall" in page
    now = await stored(database, slot)
    assert now.titles == {"nb": "Strikkekveld", "sv": "Stickkväll", "en": "Crochet"}
    page = await save(hanna, slot, **changes | {"title-en": "", "place": ""})
    now = await stored(database, slot)
    assert (now.titles.get("en"), now.place) == (None, None)
    async with database.read() as db:
        assert "slot.change" in {event.action for event in await list_events(db)}


async def test_the_time_is_changed_while_nobody_has_booked(
    hanna: Browser, database: Database
) -> None:
    slot = await add_slot(database)
    page = await save(hanna, slot, day="2026-11-26", at="14:30", minutes="60")
    assert "Thu 26 Nov 14:30–15:30" in page
    now = await stored(database, slot)
    assert now.starts_at - now.closes_at == timedelta(hours=2), "it closes as long before"
    assert now.opens_at < NOW, "what has opened stays open"
    await book(database, slot, "Anna")
    said = await save(hanna, slot, 422, day="2026-11-27")
    assert "Somebody has booked. The time stays as it is." in said
    assert (await stored(database, slot)).starts_at == now.starts_at


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"title-nb": "", "title-en": "", "title-sv": ""}, "title", "Give it a name"),
        ({"day": "2026-11-22"}, "day", "That time is over."),
        ({"day": "soon"}, "day", "Write the day"),
        ({"at": "25:00"}, "at", "Write the time"),
        ({"day": "2028-01-01"}, "day", "more than a year"),
        ({"minutes": "0"}, "minutes", "from 5 to 1440"),
        ({"minutes": "x"}, "minutes", "from 5 to 1440"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    hanna: Browser, database: Database, changes: dict[str, str], field: str, said: str
) -> None:
    titles = {"nb": "Strikkekveld", "en": "Knitting night"}
    slot = await add_slot(database, titles=titles)
    before = await stored(database, slot)
    page = await save(hanna, slot, 422, place="The new hall", **changes)
    assert said in page
    assert hanna.page
    assert f'href="#{field}"' in hanna.page.text
    assert f'id="{field}"' in hanna.page.text
    assert 'value="The new hall"' in hanna.page.text
    assert (await stored(database, slot)) == before


async def test_of_two_hosts_the_second_is_told(hanna: Browser, database: Database) -> None:
    slot = await add_slot(database)
    old = slot_change.mark_of(await stored(database, slot))
    await save(hanna, slot, place="The hall")
    said = await save(hanna, slot, 409, place="The garden", seen=old)
    assert "Somebody else has changed this." in said
    assert hanna.page
    assert 'value="The hall"' in hanna.page.text, "the form shows what stands now"
    assert (await stored(database, slot)).place == "The hall"
    await save(hanna, slot, 409, seen="")


async def test_of_two_changes_at_once_one_counts(database: Database) -> None:
    slot = await add_slot(database)
    found = await stored(database, slot)
    seen = slot_change.mark_of(found)

    async def change(place: str) -> str:
        async with database.write() as db:
            try:
                wish = replace(slot_change.standing(found), place=place)
                await slot_change.change_slot(db, slot, wish, seen, NOW)
            except Conflict:
                return "told"
        return place

    ends = await asyncio.gather(*(change(place) for place in ("here", "there", "nowhere")))
    assert ends.count("told") == 2
    assert (await stored(database, slot)).place in ends


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"cancelled_at": NOW}, "cancelled"), ({"starts_at": NOW - timedelta(hours=1)}, "past")],
)
async def test_what_is_over_or_cancelled_stays(
    database: Database, changes: dict[str, Any], why: str
) -> None:
    slot = await add_slot(database, **changes)
    found = await stored(database, slot)
    mark = slot_change.mark_of(found)
    async with database.write() as db:
        with pytest.raises(Refused) as refused:
            await slot_change.change_slot(db, slot, slot_change.standing(found), mark, NOW)
    assert refused.value.reason == why


async def test_a_time_in_the_night_when_clocks_change_is_told(
    database: Database, norway: Mind, clock: Clock
) -> None:
    clock.move(days=100)
    slot = await add_slot(database, starts_at=clock() + timedelta(days=9))
    async with Office(database, norway, clock).sign_in(HOST) as browser:
        page = await save(browser, slot, day="2027-03-28", at="02:30")
    assert "that time is not there. It is an hour later." in page
    assert "Sun 28 Mar 03:30" in page


# --- where the place is said


def booking() -> Booking:
    return Booking(
        id=1, slot_id=1, ordinary=1, first_name="Anna", code=None, state="active", created_at=NOW
    )


@pytest.mark.parametrize("place", [None, "Hall <2>"])
def test_the_place_is_in_the_confirmation_and_in_my_bookings(
    norway: Mind, place: str | None
) -> None:
    slot = make_slot(place=place)
    for answer in (
        booked(norway.knowledge, booking(), slot, "en"),
        bookings_answer(norway.knowledge, [(booking(), slot)], NOW, "en"),
    ):
        assert ("Place: Hall &lt;2&gt;" in answer.html) == (place is not None)
        assert ("Place" in answer.html) == (place is not None)


@pytest.mark.parametrize(
    ("place", "line"), [(None, None), ("", None), ("Hall 2; left, up", "Hall 2\\; left\\, up")]
)
def test_the_calendar_has_the_place(norway: Mind, place: str | None, line: str | None) -> None:
    _, file = calendar(booking(), make_slot(place=place), NOW, words_for(norway.knowledge, "en"))
    found = [each for each in file.split("\r\n") if each.startswith("LOCATION")]
    assert found == ([f"LOCATION:{line}"] if line else [])


def test_a_long_place_is_folded() -> None:
    event = Event("1@x", NOW, NOW, "Lunch", "", "Ø" * 120)
    lines = calendar_file(event, NOW).split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
