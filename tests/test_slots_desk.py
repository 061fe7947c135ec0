"""The host's pages: slots to come, new ones, who comes, and cancelling."""

import csv
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import update

from bot.actions import outbox
from bot.actions.mind import Mind
from db.booking import bookings, slots
from db.engine import Database
from db.staff import HOST, list_events
from tests.builders import NOW, add_slot, all_bookings
from tests.conftest import Clock
from tests.office import Browser, Office
from tests.test_hosting import book, queued

NEW = {
    "key": "0123456789abcdef",
    "kind": "activity",
    "title-nb": "Lunsj",
    "title-en": "Lunch",
    "day": "2026-11-25",
    "at": "12:30",
    "minutes": "90",
    "weeks": "1",
    "ordinary": "5",
}


@pytest.fixture
async def hanna(database: Database, norway: Mind, clock: Clock) -> AsyncIterator[Browser]:
    """A host at her browser."""
    async with Office(database, norway, clock).sign_in(HOST) as browser:
        yield browser


async def noted(database: Database, action: str) -> list[tuple[str | None, str | None]]:
    """What the log says of an action, newest first."""
    async with database.read() as db:
        return [(e.about, e.why) for e in await list_events(db) if e.action == action]


async def test_sees_own_slots_and_samples(hanna: Browser, database: Database) -> None:
    slot = await add_slot(database)
    await add_slot(database, sample=True, kind="volunteer")
    await book(database, slot, "Anna")
    page = await hanna.open("/staff/slots")
    assert "Knitting night Wed 25 Nov 10:00–12:00 1 place 4 places left." in page
    assert "Sample: Knitting night" in page
    assert "Sample" not in await hanna.open("/staff/slots?kind=activity")
    assert "Knitting" not in await hanna.open("/staff/slots?day=2026-11-26")
    assert "Knitting" in await hanna.open("/staff/slots?day=nonsense&kind=nonsense")
    for far in ("0001-01-01", "9999-12-31"):
        assert "no such times" in await hanna.open(f"/staff/slots?day={far}")


async def test_makes_a_slot(hanna: Browser, database: Database) -> None:
    assert "Make a new time" in await hanna.open("/staff/slots/new")
    page = await hanna.send("/staff/slots/new", {**NEW, "place": "The hall", "wheelchair": "1"})
    assert "1 time is made." in page
    assert "Lunch Activity. Wed 25 Nov 12:30–14:00. The hall" in page
    assert "6 places left. 1 of them for a wheelchair." in page
    assert len(await noted(database, "slot.make")) == 1


async def test_makes_a_slot_each_week(hanna: Browser, database: Database) -> None:
    page = await hanna.send("/staff/slots/new", {**NEW, "weeks": "3"})
    assert "3 times are made." in page
    assert page.count("Lunch") == 3
    await hanna.send("/staff/slots/new", {**NEW, "weeks": "3"})  # the back button
    assert (await hanna.open("/staff/slots")).count("Lunch") == 3


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"day": "2026-11-22"}, "day", "That time is over."),
        ({"day": "in May"}, "day", "Write the day"),
        ({"day": ""}, "day", "Write the day"),
        ({"at": "25:00"}, "at", "Write the time"),
        ({"day": "9999-12-31"}, "day", "more than a year"),
        ({"ordinary": "0"}, "ordinary", "from 1 to 500 places"),
        ({"ordinary": "1000"}, "ordinary", "from 1 to 500 places"),
        ({"ordinary": "-5"}, "ordinary", "from 1 to 500 places"),
        ({"ordinary": "many"}, "ordinary", "from 1 to 500 places"),
        ({"wheelchair": "1000"}, "wheelchair", "from 1 to 500 places"),
        ({"weeks": "13"}, "weeks", "from 1 to 12"),
        ({"minutes": "1"}, "minutes", "from 5 to 1440"),
        ({"minutes": ""}, "minutes", "from 5 to 1440"),
        ({"closes_hours": "99"}, "closes_hours", "closed by now"),
        ({"opens_days": "0"}, "opens_days", "open before it closes"),
        ({"title-nb": "", "title-en": ""}, "title", "Give it a name"),
        ({"kind": "party"}, "kind", "Choose what it is."),
    ],
)
async def test_says_what_is_wrong_and_loses_nothing(
    hanna: Browser, changes: dict[str, str], field: str, said: str
) -> None:
    page = await hanna.send("/staff/slots/new", {**NEW, "place": "The hall", **changes}, 422)
    assert said in page
    assert hanna.page
    assert f'href="#{field}"' in hanna.page.text
    assert f'id="{field}"' in hanna.page.text
    assert 'value="The hall"' in hanna.page.text
    assert "Lunch" not in await hanna.open("/staff/slots")


async def test_seven_places_are_fine(hanna: Browser) -> None:
    assert "7 places left." in await hanna.send("/staff/slots/new", {**NEW, "ordinary": "7"})


async def test_says_what_is_used_when_the_clocks_change(hanna: Browser, clock: Clock) -> None:
    clock.move(days=100)
    async with hanna.office.sign_in(HOST) as browser:
        wish = {**NEW, "day": "2027-03-28", "at": "02:30"}
        page = await browser.send("/staff/slots/new", wish)
    assert "The clocks change that night, and that time is not there." in page
    assert "Sun 28 Mar 03:30" in page


async def test_sees_who_comes(hanna: Browser, database: Database) -> None:
    slot = await add_slot(database, wheelchair=1)
    booking = await book(database, slot, "Anna")
    await book(database, slot, "<b>Bo</b>")
    async with database.write() as db:
        values = {"phone": "+47 900 00 000", "wheelchair": 1}
        await db.execute(update(bookings).where(bookings.c.id == booking).values(**values))
    page = await hanna.open(f"/staff/slots/{slot}")
    assert "Anna 2 places 1 wheelchair place +47 900 00 000" in page
    assert "<b>Bo</b> 1 place Nothing special Not given" in page
    assert hanna.page
    assert 'href="tel:+4790000000"' in hanna.page.text
    assert "<b>Bo" not in hanna.page.text


async def test_changes_the_places(hanna: Browser, database: Database) -> None:
    slot = await add_slot(database)
    await book(database, slot, "Anna")
    await book(database, slot, "Bo")
    seen = {"seen-ordinary": "5", "seen-wheelchair": "0", "seen-companion": "0"}
    to = f"/staff/slots/{slot}/places"
    assert "More places than that are booked" in await hanna.send(
        to, {**seen, "ordinary": "1"}, 422
    )
    assert "from 1 to 500" in await hanna.send(to, {**seen, "ordinary": "0"}, 422)
    assert "The places are changed. " in await hanna.send(to, {**seen, "ordinary": "2"})
    assert "Full." in await hanna.open(f"/staff/slots/{slot}")
    stale = await hanna.send(to, {**seen, "ordinary": "9"}, 409)
    assert "Somebody changed the places in the meantime." in stale
    assert await noted(database, "slot.places") == [(f"slot:{slot}", "2+0+0")]


async def test_closes_and_opens(hanna: Browser, database: Database) -> None:
    slot = await add_slot(database)
    assert "Booking is open until" in await hanna.open(f"/staff/slots/{slot}")
    assert "Booking is closed." in await hanna.send(f"/staff/slots/{slot}/close")
    assert "Booking is open until" in await hanna.send(f"/staff/slots/{slot}/open")


async def test_cancels_for_everybody(hanna: Browser, database: Database) -> None:
    slot = await add_slot(database)
    await book(database, slot, "Anna")
    await book(database, slot, "Bo")
    before = await hanna.open(f"/staff/slots/{slot}")
    assert "2 bookings are cancelled too, and Innom writes to each of them." in before
    page = await hanna.send(f"/staff/slots/{slot}/cancel", {"because": "host-ill"})
    assert "It is cancelled. 2 messages are on their way." in page
    assert "This was cancelled on" in page
    assert len(await queued(database, outbox.SLOT_CANCELLED, "due")) == 2
    assert await queued(database, outbox.BOOKING_REMINDER, "due") == []
    assert await noted(database, "slot.cancel") == [(f"slot:{slot}", "host-ill")]
    again = await hanna.send(f"/staff/slots/{slot}/cancel", {"because": "host-ill"}, 422)
    assert "This is cancelled already." in again
    assert len(await queued(database, outbox.SLOT_CANCELLED, "due")) == 2


async def test_cancels_for_one(hanna: Browser, database: Database) -> None:
    slot = await add_slot(database)
    anna, bo = await book(database, slot, "Anna"), await book(database, slot, "Bo")
    to = f"/staff/slots/{slot}/bookings/{anna}/cancel"
    assert "Choose why." in await hanna.send(to, {"because": ""}, 422)
    assert hanna.page
    assert f'href="#because-{anna}"' in hanna.page.text, "not the field that cancels it for all"
    assert f'aria-describedby="because-{anna}-error"' in hanna.page.text
    assert hanna.page.text.count("<details open>") == 1
    assert "1 message is on its way." in await hanna.send(to, {"because": "other"})
    assert [b.id for b in await all_bookings(database, state="active")] == [bo]
    await hanna.send(to, {"because": "other"}, 404)


async def test_what_has_begun_is_only_looked_at(
    hanna: Browser, database: Database, clock: Clock
) -> None:
    slot = await add_slot(database, starts_at=NOW)
    page = await hanna.open(f"/staff/slots/{slot}")
    assert "It has begun or is over." in page
    assert "Change the places" not in page
    for step, fields in (("close", {}), ("open", {}), ("cancel", {"because": "other"})):
        assert "That time is over." in await hanna.send(f"/staff/slots/{slot}/{step}", fields, 422)


async def test_gets_the_list_as_a_file(hanna: Browser, database: Database) -> None:
    slot = await add_slot(database)
    await book(database, slot, '=HYPERLINK("http://x.example","click")')
    await book(database, slot, "Anna")
    await hanna.open(f"/staff/slots/{slot}/coming.csv")
    assert hanna.page
    read = list(csv.reader(StringIO(hanna.page.content.decode("utf-8-sig"), newline="")))
    assert read[0] == ["First name", "Places", "Needs", "Phone"]
    assert read[1][0] == '\'=HYPERLINK("http://x.example","click")'
    assert read[2] == ["Anna", "1", "", ""]
    headers = hanna.page.headers
    assert headers["content-disposition"] == (
        f'attachment; filename="coming-{slot}-2026-11-25.csv"'
    )
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert await noted(database, "slot.export") == [(f"slot:{slot}", "2")]


@pytest.mark.parametrize("path", ["", "/coming.csv"])
@pytest.mark.parametrize("number", ["77", "0", "-1", "x", "9" * 30, "1%00"])
async def test_no_such_slot(hanna: Browser, number: str, path: str) -> None:
    await hanna.open(f"/staff/slots/{number}{path}", 404)


async def test_a_title_in_no_language_of_the_page_is_shown(
    hanna: Browser, database: Database
) -> None:
    slot = await add_slot(database)
    async with database.write() as db:
        titles: dict[str, Any] = {"so": "Qado"}
        await db.execute(update(slots).where(slots.c.id == slot).values(titles=titles))
    assert "Qado" in await hanna.open(f"/staff/slots/{slot}")
