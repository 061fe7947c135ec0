"""Call-backs: whole conversations, what is read kindly, the limits, and what is kept."""

from datetime import timedelta
from typing import Any

import pytest

from bot.actions import call_back, privacy
from bot.actions.call_back import MOST_AN_HOUR, Reason, Wish, read_phone, spaced, why_not_call_back
from bot.actions.mind import Mind
from bot.channels.intake import safe
from db.call_back import CallBack, table
from db.engine import Database
from db.staff import accounts
from tests.booked import address_of, dead
from tests.builders import NOW, add_slot
from tests.conftest import Clock
from tests.talk import Person, Talk

ON_THE_LIST = "It is on the list that staff look at. I do not know when they call."
CLOSED = "That is not open any more. You can begin anew."
NO_SUCH = "I find no such call of yours on the list."


async def listed(database: Database) -> list[CallBack]:
    async with database.read() as db:
        return [CallBack(**row._mapping) for row in await db.execute(table.select())]


async def to_confirm(person: Person, clock: Clock) -> str:
    """As far as the question whether all is right; returns what is asked."""
    clock.move(seconds=11)
    await person.press("cb:new")
    await person.says("Anna")
    await person.says("912 34 567")
    return await person.presses("In the morning")


async def ask(person: Person, clock: Clock) -> str:
    await to_confirm(person, clock)
    return await person.presses("Yes, ask them to call")


@pytest.mark.parametrize("way", ["/person", "do:talk-to-human", "can I talk to a human"])
async def test_a_person_is_reached_by_phone_and_by_the_list(talk: Talk, way: str) -> None:
    anna = talk.person("en")
    heard = await (anna.press(way) if way.startswith("do:") else anna.says(way))
    assert "A person cannot take over this chat yet." in heard
    assert "Ask to be called back" in anna.labels()


async def test_the_wish_is_stored_with_what_was_said(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await anna.says("/person")
    heard = await anna.presses("Ask to be called back")
    assert "first name" in heard
    assert "phone number" in await anna.says("Anna")
    assert "When does it suit you" in await anna.says("it is +47 912 34 567")
    heard = await anna.says("after four, I work in the day")
    assert "Name: Anna\nPhone: 912 34 567\nWhen: after four, I work in the day" in heard
    assert "30 days after they have called" in heard
    heard = await anna.says("yes")
    assert ON_THE_LIST in heard
    assert "has been told" not in heard
    [stored] = await listed(talk.database)
    assert (stored.first_name, stored.phone) == ("Anna", "91234567")
    assert stored.wanted == "after four, I work in the day"
    assert (stored.lang, stored.created_at, stored.done_at) == ("en", clock(), None)
    assert stored.address_id == await address_of(anna)
    assert await dead(talk) == []


async def test_a_pressed_time_is_kept_in_the_words_of_staff(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    heard = await to_confirm(anna, clock)
    assert "When: In the morning" in heard
    await anna.presses("Yes, ask them to call")
    [stored] = await listed(talk.database)
    assert stored.wanted is not None


@pytest.mark.parametrize("looked", [None, NOW - timedelta(days=2)])
async def test_it_says_when_staff_last_looked_if_that_is_known(
    talk: Talk, clock: Clock, looked: Any
) -> None:
    await add_staff(talk.database, looked_at=looked, roles=["host"])
    await add_staff(talk.database, looked_at=NOW, roles=["editor"])
    await add_staff(talk.database, looked_at=NOW, roles=["host", "case-worker"])
    heard = await ask(talk.person("en"), clock)
    assert ("last looked at the list on Sat 21 Nov 10:00" in heard) is (looked is not None)


async def add_staff(database: Database, **changes: Any) -> None:
    async with database.write() as db:
        number = len(list(await db.execute(accounts.select())))
        values = {"email": f"{number}@example.org", "name": "Staff", "totp_step": 0}
        values |= {"is_active": True, "version": 1, "failures": 0, "created_at": NOW}
        await db.execute(accounts.insert().values(**values | changes))


@pytest.mark.parametrize(
    ("country", "said", "read"),
    [
        ("no", "912 34 567", "91234567"),
        ("no", "91-23-45-67", "91234567"),
        ("no", "+47 912 34 567", "91234567"),
        ("no", "004791234567", "91234567"),
        ("no", "my number is 91234567.", "91234567"),
        ("no", "(+47) 51 33 50 00", "51335000"),
        ("no", "٩١٢٣٤٥٦٧", "91234567"),
        ("no", "+46 70 123 45 67", "+46701234567"),
        ("no", "+48 512 345 678", "+48512345678"),
        ("se", "070-123 45 67", "0701234567"),
        ("se", "+46 (0)70 123 45 67", "0701234567"),
        ("se", "+4670 123 45 67", "0701234567"),
        ("se", "08-12 34 56", "08123456"),
        ("se", "+47 912 34 567", "+4791234567"),
        ("dk", "+45 12 34 56 78", "+4512345678"),
        ("no", "", None),
        ("no", "you have it", None),
        ("no", "112", None),
        ("no", "12345678", None),
        ("no", "+47 12345678", None),
        ("no", "99 99 99 99", None),
        ("no", "912345678", None),
        ("no", "0701234567", None),
        ("no", "91234567 or 41234567", None),
        ("no", "+0 91234567", None),
        ("no", "+12345678901234567890", None),
        ("no", "01010112345", None),
        ("no", "fnr 010101 12345", None),
        ("se", "912 34 567", None),
        ("dk", "12 34 56 78", None),
    ],
)
def test_a_phone_number_is_read_kindly(country: str, said: str, read: str | None) -> None:
    assert read_phone(safe(said), country) == read


def test_a_number_is_shown_as_it_is_read_aloud() -> None:
    assert [spaced(number) for number in ("91234567", "+46701234567")] == [
        "912 34 567",
        "+46701234567",
    ]


@pytest.mark.parametrize("said", ["xyz abc", "123", "99999999", "912 34 56", "112 or 113"])
async def test_what_is_no_number_is_asked_again_with_an_example(talk: Talk, said: str) -> None:
    anna = talk.person("en")
    await anna.press("cb:new")
    await anna.says("Anna")
    assert "Write it like this: 912 34 567." in await anna.says(said)


@pytest.mark.parametrize("said", [["010101 12345"], ["99999999", "91234567"]])
async def test_what_looks_like_an_id_number_is_hidden_and_asked_again(
    talk: Talk, said: list[str]
) -> None:
    anna = talk.person("en")
    await anna.press("cb:new")
    await anna.says("Anna")
    for text in said:
        heard = await anna.says(text)
    assert "That looked like an id number, so I hid it." in heard
    assert "When does it suit" in await anna.says("912 34 567")


async def test_a_name_is_cut_and_keeps_nothing_invisible(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await anna.press("cb:new")
    await anna.says("An\u202ena\x00")
    await anna.says("91234567")
    await anna.says("\u202eevening " + "x" * 200)
    await anna.says("yes")
    [stored] = await listed(talk.database)
    assert stored.first_name == "Anna"
    assert stored.wanted is not None
    assert stored.wanted.startswith("evening x")
    assert len(stored.wanted) == call_back.MAX_WANTED


@pytest.mark.parametrize(
    ("label", "said", "shown"),
    [
        ("Change the name", "Berit", "Name: Berit\nPhone: 912 34 567\nWhen: In the morning"),
        ("Change the number", "412 34 567", "Name: Anna\nPhone: 412 34 567\nWhen: In the morning"),
        ("Change the time", "at noon", "Name: Anna\nPhone: 912 34 567\nWhen: at noon"),
    ],
)
async def test_one_thing_is_changed_and_the_rest_stays(
    talk: Talk, clock: Clock, label: str, said: str, shown: str
) -> None:
    anna = talk.person("en")
    await to_confirm(anna, clock)
    await anna.presses(label)
    assert shown in await anna.says(said)


@pytest.mark.parametrize("way", ["no", "Do not ask them to call", "stop"])
async def test_leaving_keeps_nothing(talk: Talk, clock: Clock, way: str) -> None:
    anna = talk.person("en")
    await to_confirm(anna, clock)
    await (anna.presses(way) if way.startswith("Do not") else anna.says(way))
    assert await anna.says("yes") != ON_THE_LIST
    assert await listed(talk.database) == []


async def test_danger_comes_first_and_the_wish_waits(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await anna.press("cb:new")
    heard = await anna.says("I want to kill myself")
    assert "113" in heard
    assert "What we were doing can wait" in heard
    assert "phone number" in await anna.says("Anna")


async def test_a_question_in_the_middle_is_answered_then_the_step_asks_again(
    talk: Talk, clock: Clock
) -> None:
    anna = talk.person("en")
    await anna.press("cb:new")
    await anna.says("Anna")
    heard = await anna.says("where can seniors eat lunch?")
    assert "Was this helpful" in heard
    assert heard.endswith("Which phone number can staff call?")


async def test_an_open_booking_is_put_aside_and_comes_back(talk: Talk, clock: Clock) -> None:
    slot = await add_slot(talk.database)
    anna = talk.person("en")
    assert "How many are you" in await anna.press(f"bk:s:{slot}")
    await anna.press("cb:new")
    await anna.says("Anna")
    await anna.says("912 34 567")
    await anna.says("any time")
    heard = await anna.presses("Yes, ask them to call")
    assert ON_THE_LIST in heard
    assert "How many are you" in heard
    assert "special place" in heard or "first name" in await anna.says("2")


async def test_an_old_yes_asks_once_more(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await to_confirm(anna, clock)
    clock.move(hours=2)
    heard = await anna.presses("Yes, ask them to call")
    assert "It is a while since I asked." in heard
    assert await listed(talk.database) == []
    assert ON_THE_LIST in await anna.says("yes")


@pytest.mark.parametrize("data", ["cb:ok:00000000", "cb:ok:", "cb:w:morning", "cb:c:name", "cb:a"])
async def test_a_button_of_what_is_not_open_changes_nothing(talk: Talk, data: str) -> None:
    anna = talk.person("en")
    assert CLOSED in await anna.press(data)
    assert await listed(talk.database) == []


@pytest.mark.parametrize(
    "data", ["cb:", "cb:zz", "cb:d:", "cb:d:x", "cb:d:-1", "cb:d:" + "9" * 20, "cb:new:1"]
)
async def test_an_edited_button_leads_on(talk: Talk, data: str) -> None:
    anna = talk.person("en")
    assert "That button no longer works." in await anna.press(data)
    assert await dead(talk) == []


async def test_fifty_presses_make_one_wish(talk: Talk, clock: Clock) -> None:
    talk.turns.pace.burst = 10_000
    anna = talk.person("en")
    await to_confirm(anna, clock)
    yes = next(b["data"] for b in anna.buttons() if b["data"].startswith("cb:ok:"))
    for message in range(50):
        await anna.press(yes, message)
    assert len(await listed(talk.database)) == 1


async def test_a_wish_is_withdrawn_by_its_owner_alone(talk: Talk, clock: Clock) -> None:
    anna, bruno = talk.person("en"), talk.person("en")
    await ask(anna, clock)
    [stored] = await listed(talk.database)
    assert NO_SUCH in await bruno.press(f"cb:d:{stored.id}")
    assert len(await listed(talk.database)) == 1
    assert "off the list" in await anna.presses("Do not call Anna")
    assert await listed(talk.database) == []
    assert NO_SUCH in await anna.press(f"cb:d:{stored.id}", 9)


async def test_a_chat_stands_on_the_list_twice_at_most(talk: Talk, clock: Clock) -> None:
    anna = talk.person("en")
    await ask(anna, clock)
    await ask(anna, clock)
    clock.move(seconds=11)
    heard = await anna.press("cb:new")
    assert "twice already" in heard
    assert anna.labels().count("Do not call Anna") == 2
    assert len(await listed(talk.database)) == 2


async def test_new_tabs_cannot_fill_the_list(talk: Talk, clock: Clock) -> None:
    late = talk.person("en")
    await to_confirm(late, clock)
    await fill(talk, clock)
    heard = await late.presses("Yes, ask them to call")
    assert "Please call instead." in heard
    assert len(await listed(talk.database)) == MOST_AN_HOUR
    assert "Please call instead." in await talk.person("en").press("cb:new")
    clock.move(hours=1, seconds=1)
    assert "first name" in await talk.person("en").press("cb:new")


async def fill(talk: Talk, clock: Clock) -> None:
    chats = []
    for _ in range(MOST_AN_HOUR):
        chats.append(talk.person("en"))
        await chats[-1].says("/start")
    for person in chats:
        async with talk.database.write() as db:
            wish = Wish(await address_of(person), "Bo", "91234567", "any", "en")
            await call_back.ask_call_back(db, wish, (7, 8), clock())


@pytest.mark.parametrize(
    ("own", "lately", "reason"),
    [(0, 0, None), (1, 19, None), (2, 0, Reason.TOO_MANY), (0, 20, Reason.BUSY)],
)
def test_the_limits(own: int, lately: int, reason: Reason | None) -> None:
    assert why_not_call_back(own, lately) == reason


@pytest.mark.parametrize(
    ("done", "days", "stays"), [(True, 29, True), (True, 31, False), (False, 89, True)]
)
async def test_a_wish_goes_by_its_age(
    talk: Talk, clock: Clock, done: bool, days: int, stays: bool
) -> None:
    await ask(talk.person("en"), clock)
    async with talk.database.write() as db:
        if done:
            await db.execute(table.update().values(done_at=clock()))
        await privacy.forget_old(db, clock() + timedelta(days=days))
    assert bool(await listed(talk.database)) is stays


async def test_a_wish_that_nobody_takes_up_goes_after_ninety_days(talk: Talk, clock: Clock) -> None:
    await ask(talk.person("en"), clock)
    async with talk.database.write() as db:
        assert (await privacy.forget_old(db, clock() + timedelta(days=91)))["call-backs"] == 1


async def test_swedish_numbers_in_sweden(database: Database, sweden: Mind, clock: Clock) -> None:
    talk = Talk(database, sweden, clock)
    anna = talk.person("en")
    await anna.press("cb:new")
    await anna.says("Åsa")
    assert "Write it like this: 070-123 45 67." in await anna.says("912 34 567")
    await anna.says("+46 70 123 45 67")
    await anna.says("any time")
    await anna.says("yes")
    assert [wish.phone for wish in await listed(database)] == ["0701234567"]
    await talk.turns.close()
