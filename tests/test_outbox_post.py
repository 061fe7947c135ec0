"""The postman on our own pages: what is due is shown once, when it may be, if it still holds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.actions.outbox import (
    APPOINTMENT_CHANGED,
    APPOINTMENT_REMINDER,
    BOOKING_REMINDER,
    SLOT_CANCELLED,
    Composed,
    Message,
    Never,
    NotNow,
    Say,
    cancel_about,
    list_for_staff,
)
from bot.actions.wording import Answer
from bot.channels.delivery import Outcome
from bot.channels.lanes import CallLane, Taken, mail_taker
from bot.channels.notify import Notifier
from bot.channels.web import BOT_ID, WebChannel
from bot.knowledge.entries import Knowledge
from db import outbox
from db.addresses import find_address, save_conversation
from db.engine import Database, Db
from db.heartbeat import list_beats
from db.history import list_events
from tests.conftest import Clock
from tests.posted import BUTTON, a_postman, change, deliver, remind, rows, tell_staff
from tests.talk import words

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NIGHT = (21, 8)


async def shown(database: Database, chat: str = "anna") -> list[dict[str, Any]]:
    """What a page shows."""
    async with database.read() as db:
        address = await find_address(db, BOT_ID, chat)
        events = await list_events(db, address, 0) if address else []
    return [dict(zip(("no", "kind", "message", "body", "at"), row, strict=True)) for row in events]


async def texts(database: Database, chat: str = "anna") -> list[str]:
    return [words(event) for event in await shown(database, chat)]


async def test_a_reminder_is_shown_with_its_buttons_when_it_is_due(
    database: Database, clock: Clock
) -> None:
    post = a_postman(database, clock)
    await remind(database, clock(), due_at=clock() + HOUR)
    await deliver(post)
    assert await shown(database) == []
    clock.move(hours=1)
    await deliver(post)
    [event] = await shown(database)
    assert (event["kind"], words(event)) == ("out", "Remember booking:1")
    assert event["body"]["buttons"] == [[{"text": BUTTON.text, "data": BUTTON.data}]]
    assert await rows(database) == [("sent", None)]
    clock.move(hours=1)
    await deliver(post)
    assert len(await shown(database)) == 1, "once"


async def test_an_open_page_is_woken(database: Database, clock: Clock) -> None:
    notifier = Notifier(database)
    post = a_postman(database, clock, web=WebChannel(notifier))
    await remind(database, clock())
    with notifier.watch("anna") as woken, notifier.watch("bruno") as other:
        await deliver(post)
        assert (woken.is_set(), other.is_set()) == (True, False)


async def test_two_processes_show_each_message_once(database: Database, clock: Clock) -> None:
    for number in range(20):
        await remind(database, clock(), f"booking:{number}", chat=f"chat {number % 7}")
    posts = [a_postman(database, clock, owner=name) for name in ("one", "two")]
    for _ in range(5):
        await asyncio.gather(*(deliver(post) for post in posts))
        clock.move(seconds=2)
    said = [text for chat in range(7) for text in await texts(database, f"chat {chat}")]
    assert sorted(said) == sorted(f"Remember booking:{number}" for number in range(20))


async def test_a_chat_gets_its_oldest_first_and_one_in_a_second(
    database: Database, clock: Clock
) -> None:
    post = a_postman(database, clock)
    await remind(database, clock(), "booking:2", due_at=clock() - MINUTE)
    await remind(database, clock(), "booking:1", due_at=clock() - HOUR)
    await deliver(post)
    assert await texts(database) == ["Remember booking:1"]
    clock.move(seconds=1)
    await deliver(post)
    assert await texts(database) == ["Remember booking:1", "Remember booking:2"]


async def test_a_clock_that_is_put_back_holds_nothing_up(database: Database, clock: Clock) -> None:
    post = a_postman(database, clock)
    await remind(database, clock(), "booking:1")
    await deliver(post)
    clock.move(hours=-2)
    await remind(database, clock(), "booking:2")
    await deliver(post)
    assert len(await texts(database)) == 2


# When it is (local time is an hour later), until when it is of use, and what becomes of it.
NIGHTS: dict[str, tuple[str, str, tuple[str, str | None], str | None]] = {
    "by day": ("23 12:00", "24 12:00", ("sent", None), None),
    "just before": ("23 19:59", "24 12:00", ("sent", None), None),
    "in the evening": ("23 20:00", "24 12:00", ("due", outbox.QUIET), "24 07:00"),
    "at night": ("24 03:00", "24 12:00", ("due", outbox.QUIET), "24 07:00"),
    "in the morning": ("24 07:00", "24 12:00", ("sent", None), None),
    "of no use in the morning": ("24 03:00", "24 07:00", ("expired", outbox.MISSED), None),
}


@pytest.mark.parametrize("case", NIGHTS)
async def test_quiet_hours_are_kept(database: Database, clock: Clock, case: str) -> None:
    at, until, row, later = NIGHTS[case]
    clock.time = november(at)
    await remind(database, clock(), useful_until=november(until))
    await deliver(a_postman(database, clock, quiet=NIGHT))
    assert await rows(database) == [row]
    if later:
        assert await rows(database, "due_at", "attempt") == [(november(later), 0)]
        clock.time = november(later)
        await deliver(a_postman(database, clock, quiet=NIGHT))
        assert await rows(database) == [("sent", None)]


def november(said: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{said}+00:00")


async def test_what_nobody_sent_in_time_stands_on_staffs_list(
    database: Database, clock: Clock
) -> None:
    await remind(database, clock(), useful_until=clock() + HOUR)
    clock.move(hours=1, seconds=1)
    await deliver(a_postman(database, clock))
    assert await shown(database) == []
    async with database.read() as db:
        [trouble] = await list_for_staff(db, clock())
    assert (trouble.state, trouble.outcome) == ("expired", outbox.MISSED)
    assert (trouble.about, trouble.purpose) == ("booking:1", BOOKING_REMINDER)


@pytest.mark.parametrize(
    ("purpose", "state"),
    [
        (BOOKING_REMINDER, "cancelled"),
        (APPOINTMENT_REMINDER, "cancelled"),
        (SLOT_CANCELLED, "expired"),
        (APPOINTMENT_CHANGED, "expired"),
    ],
)
async def test_who_wants_nothing_gets_nothing_and_staff_know_of_missed_news(
    database: Database, clock: Clock, purpose: str, state: str
) -> None:
    await remind(database, clock(), purpose=purpose)
    async with database.write() as db:
        address = await find_address(db, BOT_ID, "anna")
        assert address
        await save_conversation(db, address, {"paused_at": clock()})
    await deliver(a_postman(database, clock))
    assert await shown(database) == []
    assert await rows(database) == [(state, outbox.PAUSED)]


async def composing(
    database: Database, clock: Clock, say: Callable[[Db, Message], Awaitable[Composed]]
) -> tuple[str, str | None]:
    """One reminder by these words; returns what became of it."""

    async def composer(db: Db, message: Message, now: datetime, knowledge: Knowledge) -> Composed:
        return await say(db, message)

    await remind(database, clock())
    await deliver(a_postman(database, clock, composer=composer))
    [(state, outcome)] = await rows(database)
    return state, outcome


async def test_a_composer_can_put_off(database: Database, clock: Clock) -> None:
    async def say(db: Db, message: Message) -> Composed:
        return NotNow(clock() + HOUR, "not confirmed")

    assert await composing(database, clock, say) == ("due", "not confirmed")
    assert await rows(database, "due_at", "attempt") == [(clock() + HOUR, 0)]


async def test_what_is_put_off_for_too_long_is_missed(database: Database, clock: Clock) -> None:
    async def say(db: Db, message: Message) -> Composed:
        return NotNow(message.useful_until, "not confirmed")

    assert await composing(database, clock, say) == ("expired", outbox.MISSED)


@pytest.mark.parametrize("state", [outbox.CANCELLED, outbox.EXPIRED])
async def test_a_composer_can_end_it(database: Database, clock: Clock, state: str) -> None:
    async def say(db: Db, message: Message) -> Composed:
        return Never(state, "the cause is gone")

    assert await composing(database, clock, say) == (state, "the cause is gone")
    assert await shown(database) == []


@pytest.mark.parametrize("html", ["<b>open", "", "x" * 5000])
async def test_words_that_no_channel_takes_are_not_shown(
    database: Database, clock: Clock, html: str
) -> None:
    async def say(db: Db, message: Message) -> Composed:
        return Say(Answer(html, (), "en"))

    assert await composing(database, clock, say) == ("due", "TelegramBadRequest")
    assert await shown(database) == []


async def test_a_composer_that_fails_holds_up_no_other_and_is_tried_again(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = True

    async def composer(db: Db, message: Message, now: datetime, knowledge: Knowledge) -> Composed:
        if broken and message.about == "booking:1":
            raise KeyError("canary")
        return Say(Answer(message.about, (), "en"))

    post = a_postman(database, clock, composer=composer)
    await remind(database, clock(), "booking:1")
    await remind(database, clock(), "booking:2", chat="bruno")
    await deliver(post)
    assert (await texts(database), await texts(database, "bruno")) == ([], ["booking:2"])
    assert await rows(database) == [("due", "KeyError"), ("sent", None)]
    assert "canary" not in caplog.text
    broken = False
    clock.move(minutes=1)
    await deliver(post)
    assert await texts(database) == ["booking:1"]


async def test_what_nobody_words_stands_on_staffs_list(database: Database, clock: Clock) -> None:
    post = a_postman(database, clock)
    object.__setattr__(post.desk, "composers", {})
    await remind(database, clock())
    await deliver(post)
    assert (await rows(database, "state")) == [("expired",)]


async def test_nothing_is_shown_after_its_cause_was_cancelled(
    database: Database, clock: Clock
) -> None:
    message = await remind(database, clock())
    await change(database, message, state="sending", lease_until=clock() + MINUTE)
    async with database.write() as db:
        await cancel_about(db, "booking:1", clock())
    clock.move(minutes=2)
    post = a_postman(database, clock)
    for _ in range(5):
        await deliver(post)
        clock.move(minutes=1)
    assert await shown(database) == []
    assert await rows(database) == [("cancelled", outbox.WITHDRAWN)]


async def test_a_lane_works_until_its_last_call_has_ended(database: Database, clock: Clock) -> None:
    desk, may_end, takes, calls = a_postman(database, clock).desk, asyncio.Event(), [0], [0]
    await tell_staff(database, clock())

    async def take(db: Db, now: datetime) -> Taken | None:
        takes[0] += 1
        if takes[0] == 2:
            raise ConnectionError
        return await mail_taker(desk.owner)(db, now)

    async def send(message: Message, composed: Composed) -> Outcome:
        calls[0] += 1
        await may_end.wait()
        return Outcome(outbox.SENT)

    work = asyncio.create_task(CallLane(desk, take, send, lambda: 60, most=2).work())
    await asyncio.wait([work], timeout=0.5)
    assert (calls, work.done()) == ([1], False), "a call is under way"
    may_end.set()
    with pytest.raises(ConnectionError):
        await work
    assert await rows(database) == [("sent", None)]


async def test_the_words_are_in_the_chats_language(database: Database, clock: Clock) -> None:
    await remind(database, clock())
    async with database.write() as db:
        address = await find_address(db, BOT_ID, "anna")
        assert address
        await save_conversation(db, address, {"language": "sv"})
    await deliver(a_postman(database, clock))
    assert (await shown(database))[0]["body"]["lang"] == "sv"


async def test_it_is_noted_that_the_outbox_runs_though_not_each_second(
    database: Database, clock: Clock
) -> None:
    post, began = a_postman(database, clock), clock()
    for _ in range(25):
        await deliver(post)
        clock.move(seconds=1)
    async with database.read() as db:
        assert await list_beats(db) == {"outbox": began + timedelta(seconds=20)}
