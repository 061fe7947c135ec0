"""What goes wrong when somebody books: old, edited and foreign buttons, too much, too late."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.booked import CLOSED, GONE, NOT_YOURS, book, cancel, code_tried, dead, to_confirm
from tests.builders import NOW, add_slot, all_bookings
from tests.conftest import Clock
from tests.talk import Talk


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


@pytest.mark.parametrize(
    ("opened", "asked"),
    [
        (["bk:s:{slot}"], "How many are you, with yourself?"),
        (["bk:s:{slot}", "bk:n:{slot}:1", "Anna"], "Name: Anna"),
        (["do:book-activity"], "which time do you want?"),
        (["bk:code"], "Write the code of your booking."),
        (["cb:new", "Anna"], "Which phone number can staff call?"),
    ],
)
@pytest.mark.parametrize("button", ["bk:s:{old}", "bk:n:{old}:2", "bk:d:{old}:1:0:0"])
async def test_an_old_button_of_what_is_over_leaves_what_is_open(
    talk: Talk, opened: list[str], asked: str, button: str
) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    old = await add_slot(talk.database, starts_at=NOW - timedelta(hours=1))
    for n, done in enumerate(opened, 2):
        data = done.format(slot=slot)
        await (person.press(data, n) if ":" in data else person.says(data))
    heard = await person.press(button.format(old=old), 1)
    assert "That time is over." in heard
    assert asked in heard


async def test_an_old_button_of_what_is_over_keeps_the_places(talk: Talk) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    old = await add_slot(talk.database, starts_at=NOW - timedelta(hours=1))
    await to_confirm(person, slot, 2)
    await person.press(f"bk:s:{old}", 5)
    assert "You are booked." in await person.presses("Yes, book it")
    [made] = await all_bookings(talk.database)
    assert (made.slot_id, made.ordinary, made.first_name) == (slot, 2, "Anna")


async def test_what_is_full_by_now_ends_its_own_booking(talk: Talk) -> None:
    slot, person = await add_slot(talk.database, ordinary=1), talk.person("en")
    await person.press(f"bk:s:{slot}", 1)
    await book(talk.person("en"), slot)
    assert await person.press(f"bk:s:{slot}", 2) == (
        "There are not so many places left. Nothing was booked."
    )


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


async def test_an_old_yes_to_cancelling_asks_again(talk: Talk, clock: Clock) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    await book(person, slot)
    [made] = await all_bookings(talk.database)
    assert "Cancel this booking?" in await person.press(f"bk:cy:{made.id}", 5), "nobody asked"
    clock.move(minutes=61)
    assert "Cancel this booking?" in await person.press(f"bk:cy:{made.id}", 6)
    assert "It is cancelled." in await person.press(f"bk:cy:{made.id}", 7)


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
        await cancel(person, made.id)
        clock.move(minutes=1)
    assert "very often today" in await person.press(f"bk:s:{slot}", 50)
    clock.move(hours=24)
    assert "How many" in await person.press(f"bk:s:{slot}", 51)


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


async def test_a_name_with_marks_is_shown_as_it_is(talk: Talk) -> None:
    slot, person = await add_slot(talk.database), talk.person("en")
    await person.press(f"bk:s:{slot}")
    await person.says("1")
    for bad in ("=HYPERLINK(1)", "<b>x</b>", "12345678", "a" * 200):
        assert "first name" in await person.says(bad), bad
    assert "Name: Zoë-Anne" in await person.says("Zoë-Anne")
