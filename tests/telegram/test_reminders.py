"""Reminders over Telegram: each outcome has its meaning, and no limit of Telegram is passed."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import web

from bot.actions.outbox import Composed, Message, list_for_staff
from bot.channels import sending
from bot.channels.post import IN_FLIGHT, Postman
from bot.channels.telegram import TelegramChannel
from bot.knowledge.entries import Knowledge
from db import outbox
from db.addresses import find_address
from db.engine import Database, Db
from db.rates import BURST, count_send, find_hold, get_rate
from tests.conftest import Clock
from tests.posted import a_postman, change, deliver, remind, reminds, rows
from tests.telegram.test_delivery import Crash, crash_at
from tests.telegram.wire import Misdeed, Wire, cut, page, refusal, result

ANNA, BRUNO, CARLA = 1001, 1002, 1003
AGAIN = "Sent again."
DAY = timedelta(days=1)


@dataclass
class Round:
    """A postman over the wire, with a clock."""

    database: Database
    clock: Clock
    bot: Bot
    post: Postman

    async def remind(self, chat: int = ANNA, about: str = "booking:1", **changes: Any) -> int:
        values = {"chat": str(chat), "bot": self.bot.id, **changes}
        return await remind(self.database, self.clock(), about, **values)

    async def goes(self, seconds: int = 0, step: int = 5) -> None:
        """One tick now, then one at each step."""
        await deliver(self.post)
        for _ in range(seconds // step):
            self.clock.move(seconds=step)
            await deliver(self.post)

    async def listed(self) -> list[tuple[str, str | None]]:
        """What stands on staff's list."""
        async with self.database.read() as db:
            return [(t.state, t.outcome) for t in await list_for_staff(db, self.clock())]

    async def hold(self, chat: int) -> datetime | None:
        """Until when a chat is silent."""
        async with self.database.read() as db:
            address = await find_address(db, self.bot.id, str(chat))
            assert address
            return await find_hold(db, address, self.clock())


def channel(database: Database, clock: Clock, bot: Bot, owner: str = "one") -> TelegramChannel:
    return TelegramChannel(bot, database, owner, clock, lambda lang: AGAIN)


@pytest.fixture
def walk(database: Database, clock: Clock, bot: Bot) -> Round:
    telegram = channel(database, clock, bot)
    return Round(database, clock, bot, a_postman(database, clock, telegram=telegram))


def said(wire: Wire, chat: int = ANNA) -> list[str]:
    """The texts that were asked to be sent to a chat."""
    return [call.fields["text"] for call in wire.sent(chat)]


TEXT = "<b>Remember</b> booking:1"
TWICE = [TEXT, f"{TEXT}\n\n<i>{AGAIN}</i>"]


async def test_a_reminder_has_buttons_and_shows_nothing_of_a_link(walk: Round, wire: Wire) -> None:
    await walk.remind()
    await walk.goes()
    [call] = wire.sent()
    assert call.fields["text"] == TEXT
    assert '"is_disabled": true' in call.fields["link_preview_options"]
    assert [button["text"] for button in call.buttons] == ["I am coming"]
    assert await rows(walk.database) == [("sent", None)]


# What Telegram does at first, what it has received after ten minutes, the row, staff's list.
FLOOD = refusal(429, "Too Many Requests", retry_after=30)
TABLE: dict[str, tuple[list[Misdeed], list[str], tuple[str, str | None, int], bool]] = {
    "flood": ([FLOOD], [TEXT, TEXT], ("sent", None, 1), False),
    "floods": ([FLOOD, FLOOD, FLOOD], [TEXT] * 4, ("sent", None, 1), False),
    "blocked": ([refusal(403)], [TEXT], ("failed", outbox.BLOCKED, 1), True),
    "bad text": (
        [refusal(400)],
        [TEXT, "Remember booking:1"],
        ("sent", "without mark-up", 1),
        False,
    ),
    "no such chat": (
        [refusal(400), refusal(400)],
        [TEXT, "Remember booking:1"],
        ("failed", outbox.REFUSED, 1),
        True,
    ),
    "token": ([refusal(401)], [TEXT, TEXT], ("sent", None, 1), False),
    "cut": ([cut], TWICE, ("sent", None, 2), False),
    "server error": ([refusal(500)], TWICE, ("sent", None, 2), False),
    "page": ([page(502)], TWICE, ("sent", None, 2), False),
    "cut, then flood": ([cut, FLOOD], [*TWICE, TWICE[1]], ("sent", None, 2), False),
    "cut twice": ([cut, cut], TWICE, ("failed", outbox.TOO_OFTEN, 2), True),
}


@pytest.mark.parametrize("case", TABLE)
async def test_each_outcome_has_its_meaning(walk: Round, wire: Wire, case: str) -> None:
    misdeeds, texts, row, listed = TABLE[case]
    wire.will["sendMessage"] += misdeeds
    await walk.remind()
    await walk.goes(600, 10)
    assert said(wire) == texts
    assert await rows(walk.database, "state", "outcome", "attempt") == [row]
    assert await walk.listed() == ([row[:2]] if listed else [])


async def test_an_uncertain_reminder_waits_a_minute(walk: Round, wire: Wire) -> None:
    wire.will["sendMessage"].append(cut)
    await walk.remind()
    await walk.goes(55)
    assert (said(wire), await walk.listed()) == (
        [TEXT],
        [("uncertain", "TelegramNetworkError")],
    ), "staff see it at once"
    await walk.goes(10)
    assert said(wire) == TWICE


async def test_who_blocked_the_bot_is_tried_again_with_the_next_and_staff_see_each(
    walk: Round, wire: Wire
) -> None:
    wire.will["sendMessage"] += [refusal(403), refusal(403)]
    for number in (1, 2, 3):
        await walk.remind(about=f"booking:{number}")
        await walk.goes(5)
    assert len(said(wire)) == 3
    assert await walk.listed() == [("failed", outbox.BLOCKED)] * 2


async def test_a_silence_of_a_clock_that_ran_ahead_ends_when_it_is_put_back(
    walk: Round, wire: Wire
) -> None:
    wire.will["sendMessage"] += [FLOOD, FLOOD]
    for chat in (ANNA, BRUNO):  # of two chats: the bot is silent, too
        await walk.remind(chat)
        await walk.goes()
    assert await walk.hold(ANNA)
    walk.clock.move(hours=-5)
    assert await walk.hold(ANNA) is None
    for chat in (ANNA, CARLA):
        await walk.remind(chat, "booking:2")
    await walk.goes(10)
    assert (said(wire, ANNA)[1:], said(wire, CARLA)) == (["<b>Remember</b> booking:2"],) * 2


async def test_a_long_silence_is_kept_for_an_hour_and_asked_for_anew(
    walk: Round, wire: Wire
) -> None:
    wire.will["sendMessage"] += [refusal(429, "Too Many Requests", retry_after=36_000)] * 2
    await walk.remind(about="booking:1")
    await walk.goes()
    await walk.remind(about="booking:2")
    await walk.goes(3000, 600)
    assert len(said(wire)) == 1
    await walk.goes(1200, 600)
    assert len(said(wire)) == 2
    assert await walk.hold(ANNA)


async def test_a_flood_silences_its_chat_alone_and_two_floods_the_bot(
    walk: Round, wire: Wire
) -> None:
    wire.will["sendMessage"].append(FLOOD)
    await walk.remind(ANNA)
    await walk.goes()
    await walk.remind(ANNA, "booking:2")
    await walk.remind(BRUNO)
    await walk.goes(10)
    assert (len(said(wire)), len(said(wire, BRUNO))) == (1, 1)
    wire.will["sendMessage"].append(refusal(429, "Too Many Requests", retry_after=60))
    await walk.remind(CARLA)
    await walk.goes()
    await walk.remind(BRUNO, "booking:3")
    await walk.goes(50)
    assert len(wire.sent()) == 3, "all wait for the longest"
    await walk.goes(20)
    assert [len(said(wire, chat)) for chat in (ANNA, BRUNO, CARLA)] == [3, 2, 2]


async def test_a_token_that_is_refused_stops_everything_and_is_told_once(
    walk: Round, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.will["sendMessage"] += [refusal(401)] * 3
    for chat in range(10):
        await walk.remind(chat + 1)
    await walk.goes(50)
    assert len(wire.sent()) <= 3, "one for each call that was under way"
    assert set(await rows(walk.database, "state", "attempt")) == {("due", 0)}
    assert caplog.text.count("INNOM_TELEGRAM_TOKEN") == 1
    await walk.goes(60)
    assert set(await rows(walk.database, "state")) == {("sent",)}


async def test_only_so_many_are_in_flight_at_once(walk: Round, wire: Wire) -> None:
    at_once: list[int] = []
    now, full = 0, asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        nonlocal now
        now += 1
        at_once.append(now)
        if now == IN_FLIGHT:
            full.set()
        with suppress(TimeoutError):  # on a slow machine the claims come one by one
            await asyncio.wait_for(full.wait(), 60)
        await asyncio.sleep(0.02)
        now -= 1
        chat = int(str((await request.post())["chat_id"]))
        message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}}
        return result(message)

    wire.will["sendMessage"] += [slow] * 12
    for chat in range(12):
        await walk.remind(chat + 1)
    await walk.goes(10)
    assert max(at_once) == IN_FLIGHT
    assert set(await rows(walk.database, "state")) == {("sent",)}


async def test_all_processes_together_stay_below_thirty_in_any_second(
    database: Database, clock: Clock
) -> None:
    sent: list[datetime] = []
    for _ in range(200):
        async with database.write() as db:
            rate = await get_rate(db, 4242, clock())
            await count_send(db, rate, clock())
        sent.append(clock() + rate.wait(clock()))
        clock.time = sent[-1]
    assert sent[BURST - 1] == sent[0], "a few at once"
    second = timedelta(seconds=1)
    most = max(sum(at <= other < at + second for other in sent) for at in sent)
    assert 24 <= most <= 30
    assert (sent[-1] - sent[0]) / second < 200 / 24


async def test_a_rate_forgets_a_clock_that_was_put_back(database: Database, clock: Clock) -> None:
    async with database.write() as db:
        await count_send(db, await get_rate(db, 1, clock()), clock())
    clock.move(hours=-2)
    async with database.write() as db:
        assert (await get_rate(db, 1, clock())).wait(clock()) == timedelta(0)


async def leave_reply(walk: Round, due_at: datetime | None = None) -> None:
    """A reply that a turn left unsent, in a chat with a reminder for another day."""
    await walk.remind(
        about="booking:9", due_at=walk.clock() + DAY, useful_until=walk.clock() + 2 * DAY
    )
    async with walk.database.write() as db:
        address = await find_address(db, walk.bot.id, str(ANNA))
        method = {"name": "sendMessage", "parameters": {"chat_id": ANNA, "text": "reply"}}
        values: dict[str, Any] = {
            "address_id": address,
            "purpose": "reply",
            "method": {**method, "again": AGAIN},
        }
        values |= {"state": "due", "attempt": 0, "fence": 0, "due_at": due_at or walk.clock()}
        values |= {"useful_until": walk.clock() + DAY, "lease_owner": None, "lease_until": None}
        await outbox.add_messages(db, [values])


async def test_a_reply_goes_ahead_of_every_reminder(walk: Round, wire: Wire) -> None:
    await walk.remind()
    later = walk.clock() + timedelta(seconds=20)
    await leave_reply(walk, due_at=later)  # it waits, and the reminder with it
    await walk.goes(15)
    assert said(wire) == []
    await walk.goes(10)
    assert said(wire) == ["reply", TEXT]


async def test_a_reminder_for_another_day_holds_up_no_reply(walk: Round, wire: Wire) -> None:
    await leave_reply(walk)
    await walk.goes()
    assert said(wire) == ["reply"]


async def test_a_reply_in_a_chat_that_is_held_waits(walk: Round, wire: Wire) -> None:
    wire.will["sendMessage"].append(FLOOD)
    await walk.remind()
    await walk.goes()
    assert await walk.hold(ANNA) == walk.clock() + timedelta(seconds=30)
    await leave_reply(walk)
    await walk.goes(25)
    assert said(wire) == [TEXT]
    await walk.goes(10)
    assert said(wire)[1] == "reply"


async def test_who_was_stopped_for_longer_than_the_lease_sends_nothing(
    walk: Round, wire: Wire
) -> None:
    stopped = True

    async def composer(db: Db, message: Message, now: datetime, knowledge: Knowledge) -> Composed:
        if stopped:  # the process stands still here, between the claim and the call
            walk.clock.move(minutes=5)
        return await reminds(db, message, now, knowledge)

    telegram = channel(walk.database, walk.clock, walk.bot)
    walk.post = a_postman(walk.database, walk.clock, composer=composer, telegram=telegram)
    await walk.remind()
    await walk.goes()
    assert said(wire) == []
    stopped = False
    await walk.goes(120)
    assert said(wire) == [TWICE[1]], "its claim is in doubt, as after a crash"


async def test_who_lost_the_claim_neither_sends_nor_records(walk: Round, wire: Wire) -> None:
    async def composer(db: Db, message: Message, now: datetime, knowledge: Knowledge) -> Composed:
        await asyncio.sleep(0)
        return await reminds(db, message, now, knowledge)

    async def claimed_by_another(request: web.Request) -> web.StreamResponse:
        await change(walk.database, message, fence=99, lease_owner="two")
        return result({"message_id": 1, "date": 1, "chat": {"id": ANNA, "type": "private"}})

    message = await walk.remind()
    wire.will["sendMessage"].append(claimed_by_another)
    await walk.goes()
    assert await rows(walk.database, "state", "fence") == [("sending", 99)]


async def test_two_processes_send_each_once(walk: Round, wire: Wire) -> None:
    other = a_postman(
        walk.database,
        walk.clock,
        owner="two",
        telegram=channel(walk.database, walk.clock, walk.bot, "two"),
    )
    for chat in range(20):
        await walk.remind(chat + 1, f"booking:{chat}")
    for _ in range(4):
        await asyncio.gather(deliver(walk.post), deliver(other))
        walk.clock.move(seconds=1)
    assert sorted(int(call.fields["chat_id"]) for call in wire.sent()) == list(range(1, 21))
    assert set(await rows(walk.database, "state", "attempt")) == {("sent", 1)}


@pytest.mark.parametrize(
    ("moment", "texts"), [("in mid-send", [TWICE[1]]), ("after the send", TWICE)]
)
async def test_a_crash_while_sending_is_in_doubt_and_sent_again(
    walk: Round, wire: Wire, monkeypatch: pytest.MonkeyPatch, moment: str, texts: list[str]
) -> None:
    await walk.remind()
    with monkeypatch.context() as patched:
        patched.setattr(sending, "passed", crash_at(moment))
        await walk.post.tick()
        results = await asyncio.gather(*walk.post._working.values(), return_exceptions=True)
        assert any(isinstance(each, Crash) for each in results)
    assert await rows(walk.database, "state", "attempt") == [("sending", 1)]
    if walk.database.is_sqlite:
        await walk.post.doubt_own()
        assert await rows(walk.database) == [("uncertain", outbox.INTERRUPTED)]
    await walk.goes(180)
    assert said(wire) == texts
    assert await rows(walk.database, "state", "attempt") == [("sent", 2)]
