"""Reminders: when they are due, what they say, and when they are not sent."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.actions import follow_up, hosting, reminders
from bot.actions.mind import Mind
from bot.actions.outbox import CANCELLED, EXPIRED, Mail, Message, Never, Say
from bot.actions.quiet_hours import is_quiet
from bot.actions.reminder_plan import plan_appointment, plan_booking
from bot.channels.markup import plain, read_html
from bot.channels.post import Postman
from db.engine import Database
from tests.booked import book, code_tried, said_last, talk_with_samples
from tests.builders import NOW, add_slot, all_bookings
from tests.conftest import Clock
from tests.followed import Office, messages, postman_of, taking_part, with_reach
from tests.posted import deliver
from tests.talk import Talk

OSLO = "Europe/Oslo"
BOTH = ("day", "hour")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "now", "due"),
    [
        # in winter Oslo is an hour ahead of UTC
        ("2026-11-25 09:00", "2026-11-23 09:00", {"day": "11-24 09:00", "hour": "11-25 08:00"}),
        ("2026-11-25 09:00", "2026-11-24 09:00", {"hour": "11-25 08:00"}),
        ("2026-11-25 09:00", "2026-11-25 08:00", {}),
        ("2026-11-25 09:00", "2026-11-25 08:59", {}),
        # 08:30: the hour before is quiet, so it moves to the evening before
        ("2026-11-25 07:30", "2026-11-23 09:00", {"day": "11-24 07:30", "hour": "11-24 19:00"}),
        # that evening is over: when the quiet hours end, unless that is too close
        ("2026-11-25 07:30", "2026-11-24 19:00", {"hour": "11-25 07:00"}),
        ("2026-11-25 07:10", "2026-11-25 06:59", {"hour": "11-25 07:00"}),
        ("2026-11-25 07:09", "2026-11-24 19:00", {}),
        ("2026-11-25 07:30", "2026-11-25 07:00", {}),
        ("2026-11-25 06:30", "2026-11-24 19:00", {}),
        # 22:00, made at 20:30 the day before: it was to come at 20:00
        ("2026-11-25 21:00", "2026-11-24 19:30", {"day": "11-25 07:00"}),
        # 07:00: both are quiet and fall together
        ("2026-11-25 06:00", "2026-11-23 09:00", {"hour": "11-24 19:00"}),
        # 22:00: the hour before is quiet too
        ("2026-11-25 21:00", "2026-11-23 09:00", {"hour": "11-24 19:00"}),
        ("2026-11-25 20:30", "2026-11-23 09:00", {"day": "11-24 19:00", "hour": "11-25 19:30"}),
        # the same time on the wall, over both changes of the clock
        ("2027-03-28 10:00", "2027-03-20 09:00", {"day": "03-27 11:00", "hour": "03-28 09:00"}),
        ("2027-10-31 11:00", "2027-10-20 09:00", {"day": "10-30 10:00", "hour": "10-31 10:00"}),
    ],
)
def test_when_an_appointment_is_reminded_of(starts: str, now: str, due: dict[str, str]) -> None:
    planned = plan_appointment(utc(starts), OSLO, BOTH, utc(now))
    assert {each.detail: f"{each.due_at:%m-%d %H:%M}" for each in planned} == due
    for each in planned:
        assert not is_quiet(each.due_at, OSLO, (21, 8))
        assert each.due_at < each.useful_until <= utc(starts)


@pytest.mark.parametrize(("wanted", "details"), [((), []), (("day",), ["day"]), (BOTH, [*BOTH])])
def test_a_programme_says_which_reminders(wanted: tuple[str, ...], details: list[str]) -> None:
    planned = plan_appointment(NOW + timedelta(days=2), OSLO, wanted, NOW)
    assert [each.detail for each in planned] == details


@pytest.mark.parametrize("quiet", [(21, 8), (0, 0), (8, 21), (23, 22), (0, 23), (1, 0), (12, 13)])
@pytest.mark.parametrize("hours", range(30, 54, 3))
def test_no_reminder_is_due_in_quiet_hours(quiet: tuple[int, int], hours: int) -> None:
    starts = NOW + timedelta(hours=hours)
    planned = [*plan_appointment(starts, OSLO, BOTH, NOW, quiet)]
    planned += filter(None, [plan_booking(starts, OSLO, NOW, quiet)])
    for each in planned:
        assert not is_quiet(each.due_at, OSLO, quiet)
        assert NOW < each.due_at < starts
        assert each.due_at < each.useful_until


@pytest.mark.parametrize(
    ("starts", "now", "due"),
    [
        ("2026-11-25 11:00", "2026-11-23 09:00", ("day", "11-24 11:00")),
        ("2026-11-25 11:00", "2026-11-24 11:00", ("hour", "11-25 09:00")),
        ("2026-11-25 11:00", "2026-11-25 09:00", None),
        ("2026-11-25 06:30", "2026-11-23 09:00", ("day", "11-24 19:00")),
        ("2026-11-25 08:00", "2026-11-24 12:00", ("hour", "11-24 19:00")),
        ("2026-11-25 08:00", "2026-11-24 21:00", None),
    ],
)
def test_when_a_booking_is_reminded_of(starts: str, now: str, due: tuple[str, str] | None) -> None:
    each = plan_booking(utc(starts), OSLO, utc(now))
    assert (each and (each.detail, f"{each.due_at:%m-%d %H:%M}")) == due


# --- appointments


@pytest.fixture
async def office(talk: Talk, clock: Clock) -> Office:
    return await Office(talk.database, clock).open()


@pytest.fixture
def postman(talk: Talk, clock: Clock, norway: Mind) -> Postman:
    return postman_of(talk, clock, norway)


def message(about: str, *, address: int | None = 1, staff: int | None = None) -> Message:
    values: dict[str, Any] = dict.fromkeys(Message.__dataclass_fields__)
    values |= {"address_id": address, "staff_id": staff, "about": about, "lang": "en"}
    return Message(**values)


async def composed(office: Office, mind: Mind, purpose: str, about: str, **who: Any) -> Any:
    compose = reminders.make_composers("https://chat.example.org")[purpose]
    async with office.database.read() as db:
        asked = message(about, **who)
        return await compose(db, asked, office.clock(), mind.knowledge)


@pytest.mark.parametrize(
    ("state", "never"),
    [
        ({"address": 999}, CANCELLED),
        ({"about": "appointment:999:day"}, CANCELLED),
        ({"hours": 48}, EXPIRED),
        ({"hours": 24}, None),
    ],
)
async def test_a_reminder_reads_what_is_true_when_it_is_sent(
    talk: Talk, office: Office, norway: Mind, clock: Clock, state: dict[str, Any], never: str | None
) -> None:
    await taking_part(office, talk.person("en"))
    made, enrolment = await office.appoint(), await office.found()
    clock.move(hours=state.get("hours", 1))
    about = state.get("about", f"appointment:{made}:day")
    address = state.get("address", enrolment.address_id)
    got = await composed(office, norway, "appointment-reminder", about, address=address)
    assert (got.state if isinstance(got, Never) else None) == never


async def test_an_early_appointment_made_in_the_evening_is_reminded_of_in_the_morning(
    talk: Talk, office: Office, postman: Postman, clock: Clock
) -> None:
    anna = talk.person("en")
    await taking_part(office, anna)
    clock.move(hours=12)  # 22:00 in Oslo
    await office.appoint("2026-11-24T08:30")
    clock.move(hours=9, minutes=59)
    await deliver(postman)
    assert await anna.hears() == ""
    clock.move(minutes=1)
    await deliver(postman)
    assert "Remember your appointment today at 08:30." in await anna.hears()


@pytest.mark.parametrize("lang", ["nb", "nn", "sv", "en", "uk", None])
async def test_a_lock_screen_tells_nothing(
    talk: Talk, office: Office, norway: Mind, lang: str | None
) -> None:
    await taking_part(office, talk.person(lang))
    made, enrolment = await office.appoint(place="Psykiatrisk poliklinikk"), await office.found()
    compose = reminders.appointment_reminder
    asked = message(f"appointment:{made}:day", address=enrolment.address_id)
    async with office.database.read() as db:
        got = await compose(db, asked, NOW + timedelta(days=1), norway.knowledge)
    assert isinstance(got, Say)
    shown = plain(read_html(got.answer.html))
    assert "10:00" in shown
    for secret in ("Veien", "Psykiatrisk", "Bruno", "Anna", "Sandnes", "NAV", "http", "\n"):
        assert secret not in shown
    assert all(len(button.data) <= 64 for row in got.answer.rows for button in row)


async def test_a_mail_to_staff_names_nobody(
    talk: Talk, office: Office, norway: Mind, clock: Clock
) -> None:
    mailing = Talk(talk.database, with_reach(norway, mail=True), clock)
    anna = mailing.person("en")
    await taking_part(office, anna)
    made = await office.appoint()
    await anna.press(f"fu:a:{made}:cannot")
    about = f"appointment:{made}:answer"
    to_staff = {"address": None, "staff": office.staff}
    got = await composed(office, norway, "staff-answer", about, **to_staff)
    assert isinstance(got, Mail)
    assert got.to == "bruno@example.org"
    assert "https://chat.example.org/staff" in got.text
    for secret in ("Anna", "Veien", "10:00", "cannot", str(made)):
        assert secret not in got.subject + got.text.replace(got.to, "")
    await office.does(follow_up.mark_seen, made, office.staff)
    assert isinstance(await composed(office, norway, "staff-answer", about, **to_staff), Never)
    await mailing.turns.close()


# --- bookings


@pytest.fixture
async def samples(database: Database, norway: Mind, clock: Clock) -> AsyncIterator[Talk]:
    made = talk_with_samples(database, norway, clock)
    yield made
    await made.turns.close()


async def test_a_booking_is_reminded_of_the_day_before(
    talk: Talk, postman: Postman, clock: Clock
) -> None:
    slot, anna = await add_slot(talk.database), talk.person("en")
    heard = await book(anna, slot)
    assert "I remind you the day before." in heard
    assert "You see it only when this chat is open." in heard
    clock.move(days=1)
    await deliver(postman)
    heard = await anna.hears()
    assert heard == "Hi. Remember what you booked tomorrow at 10:00."
    assert "Knitting night" in await anna.presses("See what it is")


@pytest.mark.parametrize("button", ["No reminder", "Cancel this booking"])
async def test_no_reminder_comes_of_what_was_cancelled_or_not_wanted(
    talk: Talk, postman: Postman, clock: Clock, button: str
) -> None:
    slot, anna = await add_slot(talk.database), talk.person("en")
    await book(anna, slot)
    await anna.presses(button)
    if button == "Cancel this booking":
        await anna.presses("Yes, cancel it")
    assert await messages(talk.database) == {}
    clock.move(days=1)
    await deliver(postman)
    assert await anna.hears() == ""


async def test_a_foreign_booking_keeps_its_reminder(talk: Talk) -> None:
    slot, anna, carla = await add_slot(talk.database), talk.person("en"), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    for button in (f"bk:nr:{made.id}", f"bk:w:{made.id}"):
        assert "no such booking" in await carla.press(button)
    assert list(await messages(talk.database)) == [f"booking:{made.id}:day"]


async def test_the_reminder_moves_with_the_booking(
    talk: Talk, postman: Postman, clock: Clock
) -> None:
    slot, anna, later = await add_slot(talk.database), talk.person("en"), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    assert made.code
    assert "Knitting night" in await code_tried(later, made.code)
    clock.move(days=1)
    await deliver(postman)
    assert await anna.hears() == ""
    assert "Remember what you booked" in await later.hears()


async def test_a_booking_just_before_is_not_reminded_of(talk: Talk, clock: Clock) -> None:
    slot = await add_slot(talk.database, closes_at=NOW + timedelta(days=2))
    clock.move(hours=47)
    anna = talk.person("en")
    assert "I do not remind you of this." in await book(anna, slot)
    assert "No reminder" not in anna.labels()
    assert await messages(talk.database) == {}


async def test_who_wants_no_reminders_is_told_so(talk: Talk) -> None:
    first, second = await add_slot(talk.database), await add_slot(talk.database)
    anna = talk.person("en")
    await book(anna, first)
    assert "I send you no reminders" in await anna.says("stop")
    assert "Reminders are off in this chat." in await book(anna, second)


async def test_stop_says_as_before_where_nothing_is_planned(talk: Talk) -> None:
    assert "I write nothing unless you write first." in await talk.person("en").says("stop")


async def test_a_slot_that_is_cancelled_is_told_and_not_reminded_of(
    talk: Talk, postman: Postman, clock: Clock
) -> None:
    slot, anna = await add_slot(talk.database), talk.person("en")
    await book(anna, slot)
    clock.move(hours=1)
    async with talk.database.write() as db:
        await hosting.cancel_slot(db, slot, "host-ill", clock())
    clock.move(seconds=2)
    await deliver(postman)
    assert "is cancelled. I am sorry." in await anna.hears()
    assert "Knitting night" not in said_last(anna)
    heard = await anna.presses("See what it is")
    assert "This is cancelled." in heard
    assert "Knitting night" in heard
    clock.move(days=1)
    await deliver(postman)
    assert await anna.hears() == ""


async def test_the_reminder_of_a_sample_says_so(samples: Talk, clock: Clock, norway: Mind) -> None:
    slot, anna = await add_slot(samples.database, sample=True), samples.person("en")
    await book(anna, slot)
    clock.move(days=1)
    await deliver(postman_of(samples, clock, norway))
    assert "A sample is made up" in await anna.hears()
