"""What may be booked, and why not; short answers in words; sample slots."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.actions.answers import BOOKABLE, action_data
from bot.actions.booking import (
    ANONYMOUS,
    CODE_LETTERS,
    KNOWN,
    code_like,
    most_for,
    new_code,
    why_not_book,
)
from bot.actions.booking_texts import ACTIONS
from bot.actions.mind import Mind
from bot.actions.sample_slots import (
    DAYS_AHEAD,
    keep_samples,
    sample_rows,
    samples_allowed,
)
from bot.actions.slots import find_slots, named, names_slot, of_entry, on_day
from bot.actions.wall_time import local_instant
from bot.knowledge import said
from bot.texts import spoken
from db.booking import Held, Places
from db.engine import Database
from tests.builders import NOW, add_slot, make_slot

ONE = Places(1)


@pytest.mark.parametrize(
    ("slot", "taken", "party", "reason"),
    [
        ({}, Places(), ONE, None),
        ({}, Places(4), ONE, None),
        ({}, Places(5), ONE, "full"),
        ({}, Places(4), Places(2), "full"),
        ({"ordinary": 4}, Places(5), ONE, "full"),
        ({}, Places(), Places(0), "party"),
        ({"ordinary": 9}, Places(), Places(7), "party"),
        ({}, Places(), Places(1000), "party"),
        ({}, Places(), Places(-1), "party"),
        ({"wheelchair": 9}, Places(), Places(-1, 2), "party"),
        ({}, Places(), Places(0, 1), "no-wheelchair"),
        ({"wheelchair": 1}, Places(5), Places(0, 1), None),
        ({"wheelchair": 1}, Places(0, 1), Places(1, 1), "no-wheelchair"),
        ({"companion": 1}, Places(), Places(1, 0, 1), None),
        ({"companion": 1}, Places(0, 0, 1), Places(1, 0, 1), "no-companion"),
        ({"companion": 3}, Places(), Places(0, 0, 1), "companion-alone"),
        ({"companion": 3}, Places(), Places(1, 0, 2), "companion-alone"),
        ({"starts_at": NOW}, Places(), ONE, "past"),
        ({"starts_at": NOW - timedelta(days=1)}, Places(), ONE, "past"),
        ({"closes_at": NOW}, Places(), ONE, "closed"),
        ({"closes_at": NOW + timedelta(seconds=1)}, Places(), ONE, None),
        ({"opens_at": NOW + timedelta(seconds=1)}, Places(), ONE, "not-open"),
        ({"opens_at": NOW}, Places(), ONE, None),
        ({"cancelled_at": NOW}, Places(), ONE, "gone"),
        ({"sample": True}, Places(), ONE, None),
    ],
)
def test_a_booking_is_refused_for_the_first_reason(
    slot: dict[str, Any], taken: Places, party: Places, reason: str | None
) -> None:
    assert why_not_book(make_slot(**slot), taken, party, NOW) == reason


@pytest.mark.parametrize(
    ("held", "anonymous", "reason"),
    [
        (Held(), True, None),
        (Held(this_slot=True), False, "twice"),
        (Held(to_come=3, made_lately=3), True, None),
        (Held(to_come=4), True, "too-many"),
        (Held(to_come=4), False, None),
        (Held(to_come=8), False, "too-many"),
        (Held(made_lately=10), True, "too-often"),
        (Held(made_lately=10), False, None),
        (Held(made_lately=20), False, "too-often"),
    ],
)
def test_one_chat_holds_only_so_much(held: Held, anonymous: bool, reason: str | None) -> None:
    limits = ANONYMOUS if anonymous else KNOWN
    found = why_not_book(make_slot(), Places(), ONE, NOW, held=held, limits=limits)
    assert found == reason


@pytest.mark.parametrize(("ordinary", "most"), [(1, 1), (2, 1), (5, 2), (10, 5), (100, 50)])
def test_an_anonymous_tab_gets_half_of_a_class_at_most(ordinary: int, most: int) -> None:
    slot = make_slot(ordinary=ordinary)
    assert most_for(slot, ANONYMOUS) == most
    size = min(most, 6)
    assert why_not_book(slot, Places(), Places(size), NOW, limits=ANONYMOUS) is None
    if most < 6 and ordinary > most:
        more = why_not_book(slot, Places(), Places(most + 1), NOW, limits=ANONYMOUS)
        assert more == "share"


def test_a_slot_that_is_gone_or_a_sample_that_is_off_is_refused() -> None:
    assert why_not_book(None, Places(), ONE, NOW) == "gone"
    assert why_not_book(make_slot(sample=True), Places(), ONE, NOW, samples=False) == "sample"


@pytest.mark.parametrize(
    ("text", "lang", "number"),
    [
        ("2", "nb", 2),
        ("vi er tre", "nb", 3),
        ("en familie på fire", "nb", 4),
        ("bare meg", "nb", 1),
        ("berre meg", "nn", 1),
        ("två", "sv", 2),
        ("we are five", "en", 5),
        ("1000", "nb", 1000),
        ("0", "nb", 0),
        ("-3", "nb", -3),
        ("2,5", "nb", None),
        ("kl 12:30", "nb", None),
        ("to eller tre", "nb", None),
        ("går buss 3?", "nb", None),
        ("9" * 40, "nb", None),
        ("", "nb", None),
    ],
)
def test_a_number_is_heard(text: str, lang: str, number: int | None) -> None:
    assert said.number_in(text, lang) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("i dag", 23),
        ("meld meg på noe i morgen", 24),
        ("på onsdag", 25),
        ("Wednesday", 25),
        ("mandagen", 23),
        ("laurdag", 28),
        ("lördag", 28),
        ("på tisdag", 24),
        ("en gang", None),
        ("fredagskosklubben", None),
    ],
)
def test_a_day_is_heard_in_any_language(text: str, day: int | None) -> None:
    found = said.day_in(text, NOW.date())
    assert found == (date(2026, 11, day) if day else None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Anna", "Anna"),
        ("jeg heter Per", "Per"),
        ("Anne-Marie", "Anne-Marie"),
        ("O'Brian", "O'Brian"),
        ("Оксана", "Оксана"),
        ("=HYPERLINK(1)", None),
        ("<b>Anna</b>", None),
        ("13", None),
        ("a" * 41, None),
        ("hvor er det?", None),
        ("kan jeg ta med hunden min", None),
    ],
)
def test_a_name_is_heard(text: str, name: str | None) -> None:
    assert said.first_name_in(text) == name


def test_short_answers_exist_in_every_language_of_the_interface() -> None:
    for lang in spoken():
        assert said.is_yes("OK", lang)
        assert said.number_in("6", lang) == 6
        assert set(said._said()[lang]) == set(said._said()["en"]), lang
        assert [len(said._said()[lang][key]) for key in ("weekdays", "numbers")] == [7, 10]


@pytest.mark.parametrize(
    ("token", "url", "allowed"),
    [
        (None, None, True),
        (None, "http://localhost:8000", True),
        (None, "http://127.0.0.1", True),
        (None, "http://[::1]:8000", True),
        (None, "https://chat.example", False),
        (None, "https://localhost.example", False),
        (None, "https://10.0.0.1", False),
        ("1:x", None, False),
        ("1:x", "http://localhost", False),
    ],
)
def test_samples_are_off_by_themselves_where_people_come(
    token: str | None, url: str | None, allowed: bool
) -> None:
    assert samples_allowed(token, url) is allowed


@pytest.mark.parametrize("fixture", ["norway", "sweden"])
def test_samples_fill_the_coming_days(fixture: str, request: pytest.FixtureRequest) -> None:
    mind: Mind = request.getfixturevalue(fixture)
    rows = list(sample_rows(mind.knowledge, NOW))
    names = {row["code"].split(":")[1] for row in rows}
    assert names == {"lunch", "strength", "language-cafe", "music", "shift", "guidance"}
    assert {row["kind"] for row in rows} == {"activity", "volunteer", "guidance"}
    assert all(row["sample"] for row in rows)
    assert all(set(spoken()) <= set(row["titles"]) for row in rows)
    assert all(row["entry"] in (None, *mind.knowledge.entries) for row in rows)
    assert len({row["code"] for row in rows}) == len(rows)
    assert max(row["starts_at"] for row in rows) <= NOW + timedelta(days=DAYS_AHEAD + 1)


async def test_samples_are_added_once_and_follow_the_day(database: Database, norway: Mind) -> None:
    async def kept(now: datetime) -> int:
        async with database.write() as db:
            await keep_samples(db, norway.knowledge, now)
            return len(await find_slots(db, NOW, samples=True))

    first = await kept(NOW)
    assert await kept(NOW) == first > 10
    assert await kept(NOW + timedelta(days=7)) > first
    async with database.read() as db:
        assert await find_slots(db, NOW, samples=False) == []


async def test_slots_are_found_by_kind_entry_day_and_name(database: Database, norway: Mind) -> None:
    async with database.write() as db:
        await keep_samples(db, norway.knowledge, NOW)
        found = await find_slots(db, NOW, samples=True, kind="activity")
        assert {slot.kind for slot, _ in await find_slots(db, NOW, samples=True, kind="guidance")}
    wednesday = on_day(found, date(2026, 11, 25))
    assert [slot.titles["nb"] for slot, _ in wednesday] == ["Styrke og balanse", "Språkkafé"]
    assert {slot.entry for slot, _ in of_entry(found, "krafttak")} == {"krafttak"}
    for words, entry in (("lunsjen", "seniorsentre"), ("språkkafeen", "moteplasser")):
        assert {slot.entry for slot, _ in named(found, norway.knowledge, words)} == {entry}
    topic = named(found, norway.knowledge, "noe for eldre")
    assert {slot.entry for slot, _ in topic} == {"seniorsentre", "styrke-balanse"}
    assert not any(names_slot(norway.knowledge, s, "book en aktivitet") for s, _ in found)


async def test_a_full_slot_is_listed_with_nothing_left(database: Database) -> None:
    await add_slot(database, ordinary=0)
    async with database.read() as db:
        [(_, left)] = await find_slots(db, NOW, samples=False)
    assert left == Places()


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 10, 24), time(12), "2026-10-24T10:00"),
        (date(2026, 10, 25), time(12), "2026-10-25T11:00"),
        (date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),  # twice: the first
        (date(2026, 3, 29), time(2, 30), "2026-03-29T01:30"),  # never: the offset before the gap
        (date(2026, 3, 29), time(12), "2026-03-29T10:00"),
    ],
)
def test_a_wall_clock_time_is_right_on_the_night_the_clocks_change(
    day: date, at: time, utc: str
) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert local_instant(day, at, "Europe/Oslo") == expected


def test_a_code_can_be_read_aloud_and_typed_anyhow() -> None:
    code = new_code()
    assert code_like(code)
    assert code_like(f"{code[:4]}-{code[4:].lower()}")
    assert not code_like(code[1:])
    assert not code_like(f"{code}A")
    assert not set("0O1IL5S2Z") & set(CODE_LETTERS)
    assert new_code() != code


def test_no_code_is_hidden_like_an_account_number(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("BG749EY6HE8GHVUT")
    monkeypatch.setattr("bot.actions.booking.secrets.choice", lambda _: next(letters))
    assert new_code() == "HE8GHVUT"


def test_an_entrys_button_says_which_entry_it_books_and_fits_into_telegrams_limit(
    norway: Mind, sweden: Mind
) -> None:
    assert set(BOOKABLE) == set(ACTIONS)
    for mind in (norway, sweden):
        for entry in mind.knowledge.entries.values():
            for action in entry.actions:
                data = action_data(action, entry.slug)
                assert len(data.encode()) <= 64
                assert data.endswith(entry.slug) == (action in ACTIONS), data
