"""Hosts: slots made, closed and cancelled, and who is told."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.actions import hosting, outbox
from bot.actions.booking import Refused as NotBooked
from bot.actions.booking import Wish, book_slot
from bot.actions.errors import Conflict, NotFound, Refused
from bot.actions.hosting import Ended
from bot.actions.slot_plan import Plan, why_not_make, why_not_places
from db.addresses import get_or_add_address
from db.booking import Places
from db.engine import Database
from db.outbox import table as messages
from tests.builders import NOW, add_slot, all_bookings

ZONE = "Europe/Oslo"
WEDNESDAY = date(2026, 11, 25)
ONE, FIVE = Places(1), Places(5)


def plan(**changes: Any) -> Plan:
    """A lunch on Wednesday at noon."""
    made = Plan("k1", "activity", {"nb": "Lunsj"}, WEDNESDAY, time(12), 90, FIVE)
    return replace(made, **changes)


async def book(database: Database, slot: int, name: str, party: Places = ONE) -> int:
    """A chat of that name books, and is to be reminded."""
    async with database.write() as db:
        address = await get_or_add_address(db, 1, name, NOW)
        wish = Wish(address, slot, party, name, anonymous=False)
        booking, _ = await book_slot(db, wish, NOW, samples=True)
    assert booking.id is not None
    return booking.id


async def queued(database: Database, purpose: str, state: str) -> list[str]:
    """What the messages of a purpose that are in a state are about."""
    query = messages.select().where(messages.c.purpose == purpose, messages.c.state == state)
    async with database.read() as db:
        return [row.about for row in await db.execute(query.order_by(messages.c.id))]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"kind": "party"}, "kind"),
        ({"titles": {"nb": ""}}, "title"),
        ({"titles": {}}, "title"),
        ({"weeks": 12}, None),
        ({"weeks": 0}, "weeks"),
        ({"weeks": 13}, "weeks"),
        ({"minutes": 4}, "minutes"),
        ({"minutes": 24 * 60 + 1}, "minutes"),
        ({"day": date(2026, 11, 22)}, "past"),
        ({"day": date(2026, 11, 23), "at": time(10)}, "past"),
        ({"day": date(2026, 11, 23), "at": time(10, 1)}, None),
        ({"day": date(1, 1, 1)}, "past"),
        ({"day": date(2027, 11, 25)}, "far"),
        ({"day": date(9999, 12, 31)}, "far"),
        ({"closes_hours": -1}, "closes"),
        ({"closes_hours": 50}, "closes"),
        ({"closes_hours": 49}, None),
        ({"closes_hours": 10**12}, "closes"),
        ({"opens_days": 0}, "opens"),
        ({"opens_days": 1, "closes_hours": 24}, "opens"),
        ({"opens_days": 1, "closes_hours": 23}, None),
        ({"opens_days": 10**12}, "opens"),
        ({"capacity": Places()}, "places"),
        ({"capacity": Places(7)}, None),
        ({"capacity": Places(1000)}, "places"),
        ({"capacity": Places(0, 1)}, None),
        ({"capacity": Places(0, 0, 1)}, "places"),
        ({"capacity": Places(5, -1)}, "places"),
    ],
)
def test_a_plan_is_refused_for_the_first_reason(changes: dict[str, Any], why: str | None) -> None:
    assert why_not_make(plan(**changes), ZONE, NOW) == why


def test_each_place_has_its_limit() -> None:
    assert why_not_places(Places(500, 500, 500)) is None
    assert [why_not_places(p) for p in (Places(501), Places(1, 501), Places(1, 0, 501))] == [
        "places"
    ] * 3


async def test_a_weekly_slot_keeps_its_wall_time(database: Database) -> None:
    """The clocks change on the 28th of March; noon stays noon."""
    before = datetime(2027, 3, 20, 9, tzinfo=UTC)
    wish = plan(day=date(2027, 3, 24), weeks=2, opens_days=1, closes_hours=2, place="The hall")
    async with database.write() as db:
        ids = await hosting.make_slots(db, wish, ZONE, before)
        slots = [(await hosting.who_comes(db, slot)).slot for slot in ids]
    assert [slot.starts_at.hour for slot in slots] == [11, 10]
    assert slots[0].ends_at - slots[0].starts_at == timedelta(minutes=90)
    assert slots[0].opens_at == slots[0].starts_at - timedelta(days=1)
    assert slots[0].closes_at == slots[0].starts_at - timedelta(hours=2)
    assert (slots[1].place, slots[1].capacity, slots[1].sample) == ("The hall", FIVE, False)


@pytest.mark.parametrize(
    ("day", "note", "hour"),
    [(date(2027, 3, 28), "gap", 1), (date(2026, 10, 25), "twice", 0), (WEDNESDAY, None, 1)],
)
def test_says_where_the_clocks_change(day: date, note: str | None, hour: int) -> None:
    wall = plan(day=day, at=time(2, 30)).walls(ZONE)[0]
    assert (wall.note, wall.instant.hour) == (note, hour)


async def test_a_form_sent_twice_makes_one_slot(database: Database) -> None:
    async with database.write() as db:
        first = await hosting.make_slots(db, plan(weeks=3), ZONE, NOW)
        second = await hosting.make_slots(db, plan(weeks=3), ZONE, NOW)
        other = await hosting.make_slots(db, plan(key="k2"), ZONE, NOW)
    assert first == second
    assert len({*first, *other}) == 4


async def test_lists_what_is_to_come(database: Database) -> None:
    lunch = await add_slot(database)
    shift = await add_slot(database, kind="volunteer", starts_at=NOW + timedelta(days=3))
    sample = await add_slot(database, sample=True, starts_at=NOW + timedelta(days=3, hours=1))
    await add_slot(database, starts_at=NOW - timedelta(days=1))
    await book(database, lunch, "Anna", Places(2))

    async def listed(**which: Any) -> list[tuple[int | None, int]]:
        async with database.read() as db:
            found = await hosting.list_to_come(db, NOW, zone=ZONE, **which)
        return [(slot.id, taken.total) for slot, taken in found]

    assert await listed() == [(lunch, 2), (shift, 0), (sample, 0)]
    assert await listed(kind="volunteer") == [(shift, 0)]
    assert await listed(kind="nonsense") == await listed()
    assert await listed(day=date(2026, 11, 26)) == [(shift, 0), (sample, 0)]
    assert await listed(day=date(2026, 11, 26), kind="activity") == [(sample, 0)]


async def test_sees_who_comes(database: Database) -> None:
    slot = await add_slot(database, wheelchair=1)
    await book(database, slot, "Anna", Places(1, 1))
    await book(database, slot, "Bo")
    async with database.read() as db:
        coming = await hosting.who_comes(db, slot)
    assert [(b.first_name, b.party) for b in coming.bookings] == [
        ("Anna", Places(1, 1)),
        ("Bo", Places(1)),
    ]
    assert coming.left == Places(3, 0)


@pytest.mark.parametrize(
    ("wanted", "seen", "error"),
    [
        (Places(2), FIVE, None),
        (Places(9, 1, 1), FIVE, None),
        (Places(1), FIVE, Refused),  # two are taken
        (Places(0), FIVE, Refused),
        (Places(1000), FIVE, Refused),
        (Places(9), Places(4), Conflict),
    ],
)
async def test_changes_the_places_down_to_what_is_taken(
    database: Database, wanted: Places, seen: Places, error: type[Exception] | None
) -> None:
    slot = await add_slot(database)
    await book(database, slot, "Anna", Places(2))
    async with database.write() as db:
        if error:
            with pytest.raises(error):
                await hosting.change_capacity(db, slot, wanted, seen, NOW)
        else:
            await hosting.change_capacity(db, slot, wanted, seen, NOW)
        coming = await hosting.who_comes(db, slot)
    assert coming.slot.capacity == (FIVE if error else wanted)


async def test_places_never_fall_below_what_is_taken_at_the_same_time(database: Database) -> None:
    slot = await add_slot(database)

    async def shrink() -> None:
        async with database.write() as db:
            await hosting.change_capacity(db, slot, Places(2), FIVE, NOW)

    names = ("Anna", "Bo", "Cai", "Dina")
    bookings = [book(database, slot, name) for name in names]
    done = await asyncio.gather(*bookings[:2], shrink(), *bookings[2:], return_exceptions=True)
    assert all(isinstance(one, int | NotBooked | Refused | None) for one in done)
    async with database.read() as db:
        coming = await hosting.who_comes(db, slot)
    assert coming.left.ordinary >= 0
    assert coming.taken.total == sum(isinstance(one, int) for one in done)


async def test_closes_booking_and_opens_it_again(database: Database) -> None:
    slot = await add_slot(database)
    async with database.write() as db:
        await hosting.close_booking(db, slot, NOW)
    with pytest.raises(NotBooked, match="closed"):
        await book(database, slot, "Anna")
    async with database.write() as db:
        await hosting.open_booking(db, slot, NOW)
    assert await book(database, slot, "Anna")


async def test_cancelling_a_slot_tells_everybody_and_reminds_nobody(database: Database) -> None:
    slot, other = await add_slot(database), await add_slot(database)
    anna, bo = await book(database, slot, "Anna"), await book(database, slot, "Bo")
    cai = await book(database, other, "Cai")
    async with database.write() as db:
        assert await hosting.cancel_slot(db, slot, "weather", NOW) == Ended(2, 2)
    ended = await all_bookings(database, slot_id=slot)
    assert {(b.state, b.cancelled_by, b.reason) for b in ended} == {
        ("cancelled", "host", "weather")
    }
    assert await queued(database, outbox.SLOT_CANCELLED, "due") == [
        f"booking:{anna}:cancelled",
        f"booking:{bo}:cancelled",
    ]
    assert await queued(database, outbox.BOOKING_REMINDER, "due") == [f"booking:{cai}:day"]
    with pytest.raises(NotBooked, match="gone"):
        await book(database, slot, "Dina")


async def test_nothing_is_cancelled_by_halves(database: Database) -> None:
    slot = await add_slot(database)
    anna = await book(database, slot, "Anna")

    async def cut_off() -> None:
        async with database.write() as db:
            await hosting.cancel_slot(db, slot, "weather", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await cut_off()
    assert [b.state for b in await all_bookings(database)] == ["active"]
    assert await queued(database, outbox.BOOKING_REMINDER, "due") == [f"booking:{anna}:day"]
    assert await queued(database, outbox.SLOT_CANCELLED, "due") == []


async def test_cancels_one_booking(database: Database) -> None:
    slot = await add_slot(database)
    anna, bo = await book(database, slot, "Anna"), await book(database, slot, "Bo")
    async with database.write() as db:
        assert await hosting.cancel_for(db, slot, anna, "other", NOW) == Ended(1, 1)
        with pytest.raises(NotFound):  # once only
            await hosting.cancel_for(db, slot, anna, "other", NOW)
    assert [b.id for b in await all_bookings(database, state="active")] == [bo]
    assert await queued(database, outbox.SLOT_CANCELLED, "due") == [f"booking:{anna}:cancelled"]


async def test_a_booking_of_another_slot_is_not_found(database: Database) -> None:
    slot, other = await add_slot(database), await add_slot(database)
    anna = await book(database, slot, "Anna")
    async with database.write() as db:
        with pytest.raises(NotFound):
            await hosting.cancel_for(db, other, anna, "other", NOW)
    assert [b.state for b in await all_bookings(database)] == ["active"]


@pytest.mark.parametrize(
    ("slot", "because", "error"),
    [
        ({}, "because I say so", "reason"),
        ({}, "", "reason"),
        ({"starts_at": NOW}, "other", "past"),
        ({"cancelled_at": NOW}, "other", "cancelled"),
    ],
)
async def test_what_is_over_or_without_reason_is_not_cancelled(
    database: Database, slot: dict[str, Any], because: str, error: str
) -> None:
    made = await add_slot(database, **{"cancelled_at": None, **slot})
    async with database.write() as db:
        with pytest.raises(Refused, match=error):
            await hosting.cancel_slot(db, made, because, NOW)


async def test_no_slot_is_not_found(database: Database) -> None:
    async with database.write() as db:
        for asked in (
            hosting.who_comes(db, 77),
            hosting.close_booking(db, 77, NOW),
            hosting.cancel_slot(db, 77, "other", NOW),
            hosting.change_capacity(db, 77, FIVE, FIVE, NOW),
        ):
            with pytest.raises(NotFound):
                await asked
