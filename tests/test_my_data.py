"""One's own data in the chat: what is shown, the copy, and erasing it."""

import json
import re
from base64 import b64decode
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.actions import my_data, privacy
from bot.channels.visitors import new_token
from db import follow_up, history, inbox, outbox
from db.addresses import table as addresses
from db.booking import bookings
from db.engine import Database, Db
from db.staff import accounts, audit
from tests.booked import address_of, book, dead
from tests.builders import NOW, add_slot, all_bookings
from tests.conftest import Clock
from tests.site import Site, press, say
from tests.talk import Person, Talk


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.read() as db:
        return list(await db.execute(table.select()))


async def insert(db: Db, table: Any, values: dict[str, Any]) -> int:
    """Stores one row; returns its number."""
    made = await db.execute(table.insert().values(**values).returning(table.c.id))
    return int(made.scalar_one())


async def enrol(database: Database, address: int) -> int:
    """Someone in follow-up, with an appointment tomorrow and a reminder that waits."""
    async with database.write() as db:
        staff: dict[str, Any] = {"email": "bruno@example.org", "name": "Bruno"}
        staff |= {
            "roles": ["case-worker"],
            "totp_step": 0,
            "is_active": True,
            "version": 1,
            "failures": 0,
        }
        worker = await insert(db, accounts, {**staff, "created_at": NOW})
        programme = {"name": "Los", "plan": {}, "is_active": True, "created_at": NOW}
        plan = await insert(db, follow_up.programmes, programme)
        part: dict[str, Any] = {"programme_id": plan, "staff_id": worker}
        part |= {"first_name": "Anna", "address_id": address, "state": follow_up.CONFIRMED}
        part |= {"check_number": "42", "joined_at": NOW, "created_at": NOW}
        part |= {"confirmed_at": NOW}
        enrolment = await insert(db, follow_up.enrolments, part)
        meeting: dict[str, Any] = {
            "enrolment_id": enrolment,
            "wall": "2026-11-24T10:00",
            "zone": "Europe/Oslo",
        }
        meeting |= {"starts_at": NOW + timedelta(days=1), "minutes": 30, "place": "Room 7"}
        meeting |= {"state": follow_up.PLANNED, "answer": "cannot", "created_at": NOW}
        about = f"appointment:{await insert(db, follow_up.appointments, meeting)}:day"
        await queue(db, address_id=address, about=about, purpose="appointment-reminder")
        await queue(db, staff_id=worker, about=about, purpose="staff-answer")
        await queue(db, staff_id=worker, about="appointment:999", purpose="staff-answer")
        look = {"at": NOW, "staff_id": worker, "action": "case.view", "outcome": "done"}
        look |= {"about": f"enrolment:{enrolment}", "why": "before the meeting"}
        await db.execute(audit.insert().values(**look))
        await db.execute(audit.insert().values(**{**look, "about": f"enrolment:{enrolment}0"}))
    return int(enrolment)


async def queue(db: Any, **values: Any) -> None:
    row = {"state": outbox.DUE, "due_at": NOW, "useful_until": NOW + timedelta(days=1)}
    row |= {"attempt": 0, "fence": 0, "method": None}
    await db.execute(outbox.table.insert().values(**row | values))


async def full(talk: Talk) -> Person:
    """Anna, of whom everything is stored that can be."""
    anna = talk.person("en")
    await anna.says("hello")
    await book(anna, await add_slot(talk.database))
    for said in ("Anna", "912 34 567", "any time", "yes"):
        if said == "Anna":
            await anna.press("cb:new", 5)
        await anna.says(said)
    await enrol(talk.database, await address_of(anna))
    return anna


def files(person: Person) -> dict[str, str]:
    """The names and texts of the files in the last replies."""
    found = [event["body"]["file"] for event in person.replies if "file" in event["body"]]
    return {file["name"]: b64decode(file["data"]).decode() for file in found}


@pytest.mark.parametrize("way", ["do:my-data", "what do you store about me"])
async def test_nothing_special_is_said_of_one_who_only_asked(talk: Talk, way: str) -> None:
    anna = talk.person("en")
    heard = await (anna.press(way) if way.startswith("do:") else anna.says(way))
    assert "I keep this chat for at most 14 days." in heard
    assert "You have no bookings, no reminders and no calls to come." in heard
    assert {"Download a copy", "Erase everything", "Clear this chat"} <= set(anna.labels())


async def test_the_summary_says_what_why_and_how_long(talk: Talk) -> None:
    anna = await full(talk)
    heard = await anna.press("do:my-data")
    assert "1 booking: the host sees your first name. I delete it 30 days after." in heard
    assert "1 time you asked to be called" in heard
    assert "You take part in follow-up." in heard
    assert re.search(r"\d reminders? waits? to be sent\.", heard)
    assert "Mon 23 Nov 10:00: Case worker, before the meeting" in heard
    assert "Bruno" not in heard
    assert {"Do not call Anna", "My bookings"} <= set(anna.labels())


async def test_the_copy_has_everything_twice(talk: Talk) -> None:
    anna = await full(talk)
    await anna.press("md:copy")
    (page_name, page), (data_name, data) = files(anna).items()
    assert (page_name, data_name) == ("innom-2026-11-23-1.html", "innom-2026-11-23-1.json")
    found = json.loads(data)
    assert found["bookings"][0]["first_name"] == "Anna"
    assert found["bookings"][0]["titles"]["en"] == "Knitting night"
    assert found["call_backs"][0]["phone"] == "91234567"
    assert found["follow_up"][0]["programme"] == "Los"
    assert found["appointments"][0]["place"] == "Room 7"
    assert [look["who"] for look in found["case_log"]] == ["case worker"]
    assert {"at", "who", "text"} <= set(found["chat"][0])
    for text in ("Knitting night", "912 34 567", "Los", "Room 7", "I cannot come", "hello"):
        assert text in page, text
    assert "before the meeting" in page
    assert "Bruno" not in page + data


async def test_the_page_is_whole_in_itself_and_runs_nothing(talk: Talk) -> None:
    anna = talk.person("en")
    await anna.says("<script>alert(1)</script><img src=x onerror=alert(1)>")
    await anna.press("md:copy")
    page = next(text for name, text in files(anna).items() if name.endswith(".html"))
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"<(?:script|img|a|link|iframe|form|object)\b|https?://|\son\w+=\"", page)


async def test_a_copy_holds_no_copies(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    sizes = []
    for _ in range(3):
        clock.move(seconds=11)
        await anna.press("md:copy")
        sizes.append(sum(map(len, files(anna).values())))
    growth = [after - before for before, after in pairwise(sizes)]
    assert max(growth) < 1_000, "what a copy adds is its lines in the chat"
    clock.move(seconds=11)
    assert "Try again in an hour." in await anna.press("md:copy")
    clock.move(hours=2)
    await anna.press("md:copy")
    assert files(anna)


async def test_a_long_chat_comes_in_several_files(talk: Talk) -> None:
    talk.turns.pace.burst = 10_000
    anna = talk.person("en")
    for _ in range(45):
        await anna.says("<" * 3_900)
    await anna.press("md:copy")
    names = list(files(anna))
    assert "innom-2026-11-23-2.html" in names
    assert "innom-2026-11-23-2.json" in names
    said = [
        line
        for name, text in files(anna).items()
        if name.endswith(".json")
        for line in json.loads(text)["chat"]
        if line["who"] == "you"
    ]
    assert len(said) >= 45
    assert await dead(talk) == []


async def erased(person: Person) -> str:
    await person.press("md:erase", 70)
    return await person.presses("Yes, erase everything")


async def test_erasing_asks_once_and_says_what_goes_and_what_stays(talk: Talk) -> None:
    anna = await full(talk)
    heard = await anna.press("md:erase")
    assert "Erase everything?" in heard
    assert "I cannot undo it." in heard
    assert "as a number without your name" in heard
    assert "Your contact still sees that someone took part" in heard
    assert "does not call off your appointments" in heard
    assert len(await all_bookings(talk.database, state="active")) == 1
    heard = await anna.presses("Yes, erase everything")
    assert "It is erased." in heard
    assert "What stays, and why:" in heard


async def test_erasing_takes_the_person_out_of_every_table(talk: Talk, clock: Clock) -> None:
    anna = await full(talk)
    await erased(anna)
    [booking] = await all_bookings(talk.database)
    assert (booking.state, booking.cancelled_by, booking.reason) == (
        "cancelled",
        "person",
        "erased",
    )
    assert (booking.address_id, booking.first_name, booking.code) == (None, None, None)
    [part] = await rows(talk.database, follow_up.enrolments)
    assert (part.address_id, part.first_name, part.check_number) == (None, None, None)
    assert (part.state, part.ended_at) == (follow_up.ENDED, clock())
    assert await rows(talk.database, follow_up.appointments) == []
    assert [row.about for row in await rows(talk.database, outbox.table)] == ["appointment:999"]
    assert len(await rows(talk.database, audit)) == 2
    [kinds] = [[event["kind"] for event in await anna.events(0)]]
    assert kinds == ["clear", "out", "end"]


async def test_the_freed_places_can_be_booked(talk: Talk) -> None:
    slot = await add_slot(talk.database, ordinary=2)
    anna, bruno = talk.person("en"), talk.person("en")
    await book(anna, slot)
    await erased(anna)
    assert "You are booked." in await book(bruno, slot)


async def test_what_was_booked_and_is_over_loses_the_name_and_stays_a_number(
    talk: Talk, clock: Clock
) -> None:
    anna = talk.person("en")
    await book(anna, await add_slot(talk.database))
    clock.move(days=5)
    await erased(anna)
    [row] = await rows(talk.database, bookings)
    assert (row.state, row.ordinary, row.first_name, row.address_id) == ("active", 1, None, None)


async def test_another_persons_data_stays(talk: Talk) -> None:
    anna, bruno = talk.person("en"), talk.person("en")
    slot = await add_slot(talk.database)
    await book(anna, slot)
    await book(bruno, slot)
    before = await bruno.events(0)
    await erased(anna)
    assert await bruno.events(0) == before
    assert len(await all_bookings(talk.database, state="active")) == 1


@pytest.mark.parametrize("data", ["md:yes:", "md:yes:00000000", "md:yes:None"])
async def test_an_edited_yes_erases_nothing_and_asks(talk: Talk, data: str) -> None:
    anna = talk.person("en")
    await book(anna, await add_slot(talk.database))
    assert "Erase everything?" in await anna.press(data, 3)
    assert len(await all_bookings(talk.database, state="active")) == 1


async def test_an_old_yes_asks_anew(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await anna.press("md:erase")
    clock.move(hours=2)
    assert "Erase everything?" in await anna.presses("Yes, erase everything")
    assert "It is erased." in await anna.presses("Yes, erase everything")


async def test_the_address_goes_when_its_answer_was_fetched(talk: Talk, clock: Clock) -> None:
    anna, bruno = talk.person("en"), talk.person("en")
    await bruno.says("hello")
    await anna.says("hello")
    await erased(anna)
    assert await finish(talk, clock) == 0, "the page may still fetch the answer"
    clock.move(minutes=2)
    assert await finish(talk, clock) == 1
    assert await anna.events(0) == []
    [left] = await rows(talk.database, addresses)
    assert left.id == await address_of(bruno)


async def finish(talk: Talk, clock: Clock) -> int:
    async with talk.database.write() as db:
        return await my_data.finish_erasing(db, clock())


async def test_an_erased_chats_key_opens_an_empty_chat(talk: Talk, clock: Clock) -> None:
    anna = await full(talk)
    await erased(anna)
    clock.move(minutes=2)
    await finish(talk, clock)
    anna.seen = 0
    assert "You have booked nothing" in await anna.press("do:my-bookings", 8)
    assert "hello" not in str(await anna.events(0))


async def test_the_key_of_one_who_is_gone_never_leads_into_anothers_chat(
    talk: Talk, clock: Clock
) -> None:
    anna = talk.person("en")
    await anna.says("hello")
    await erased(anna)
    clock.move(minutes=2)
    await finish(talk, clock)
    bruno = talk.person("en")
    await bruno.says("hello")  # on SQLite he has her number now
    before = await bruno.events(0)
    await anna.says("a secret")
    assert await bruno.events(0) == before
    assert "a secret" in str(await anna.events(0))
    assert await address_of(anna) != await address_of(bruno)


async def test_one_who_writes_again_at_once_keeps_what_is_new(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await erased(anna)
    clock.move(seconds=5)
    await book(anna, await add_slot(talk.database))
    clock.move(minutes=5)
    assert await finish(talk, clock) == 0
    assert len(await all_bookings(talk.database, state="active")) == 1


async def test_the_address_of_one_who_wrote_again_goes_by_its_age(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await erased(anna)
    clock.move(seconds=30)
    await anna.says("hello")
    clock.move(days=181)
    async with talk.database.write() as db:
        await privacy.forget_old(db, clock())
    assert await finish(talk, clock) == 1
    assert await rows(talk.database, addresses) == []


async def test_wrong_codes_keep_the_address_for_an_hour(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await anna.says("hello")
    async with talk.database.write() as db:
        await follow_up.add_try(db, await address_of(anna), clock())
    await erased(anna)
    clock.move(minutes=30)
    assert await finish(talk, clock) == 0
    clock.move(minutes=31)
    assert await finish(talk, clock) == 1
    assert await rows(talk.database, follow_up.code_tries) == []


async def test_clearing_the_chat_leaves_reminders_standing(talk: Talk) -> None:
    anna = await full(talk)
    heard = await anna.press("do:clear", 60)
    assert "What you have booked stays" in heard
    assert "Calls that you asked for and follow-up stay, too." in heard
    states = {row.state for row in await rows(talk.database, outbox.table)}
    assert states == {outbox.DUE}


async def test_a_page_of_an_erased_chat_is_sent_to_a_new_one(site: Site) -> None:
    token = new_token()
    await site.send(token, say("hello"))
    await site.history(token, 2)
    async with site.app.database.write() as db:
        for table in (history.table, inbox.table, addresses):
            await db.execute(table.delete())
    answer = await site.client.get(
        "/chat/events?after=2", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401
    async with site.dial() as socket:
        await socket.send(json.dumps({"t": "hello", "token": token, "after": 2}))
        await socket.wait_closed()
    assert socket.close_code == 4401
    assert (await site.send(token, press("topics"))).status_code == 200


@pytest.mark.parametrize(("days", "known"), [(89, True), (91, False)])
async def test_an_ended_follow_up_loses_the_person_by_its_age(
    talk: Talk, clock: Clock, days: int, known: bool
) -> None:
    anna = talk.person("en")
    await anna.says("hello")
    number = await enrol(talk.database, await address_of(anna))
    async with talk.database.write() as db:
        await follow_up.change_enrolment(
            db, number, [follow_up.CONFIRMED], {"state": follow_up.ENDED, "ended_at": clock()}
        )
        await privacy.forget_old(db, clock() + timedelta(days=days))
    [part] = await rows(talk.database, follow_up.enrolments)
    assert (part.first_name is not None, part.address_id is not None) == (known, known)
    assert bool(await rows(talk.database, follow_up.appointments)) is known


@pytest.mark.parametrize(
    ("has", "days", "goes"), [("", 181, True), ("", 179, False), ("follow-up", 181, False)]
)
async def test_the_address_of_a_chat_that_nobody_uses_goes(
    talk: Talk, clock: Clock, has: str, days: int, goes: bool
) -> None:
    anna = talk.person("en")
    await anna.says("hello")
    if has:
        await enrol(talk.database, await address_of(anna))
    clock.move(days=days)
    async with talk.database.write() as db:
        await privacy.forget_old(db, clock())
        await my_data.finish_erasing(db, clock())
    assert (await rows(talk.database, addresses) == []) is goes
