"""What becomes of a reply when Telegram, the network or this process fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage
from aiogram.types import Update
from aiohttp import ConnectionTimeoutError, web
from sqlalchemy import select

from bot.channels import sending
from bot.channels.delivery import RETRY_SECONDS, UNCERTAIN_SECONDS, classify
from bot.channels.telegram import TelegramChannel, make_bot
from bot.channels.turn import Turn
from bot.channels.turns import Incoming, Turns
from db import outbox
from db.engine import Database
from tests.conftest import Clock
from tests.ports import held_port
from tests.posted import a_postman
from tests.telegram.conftest import TOKEN
from tests.telegram.wire import Misdeed, Wire, cut, page, refusal, result

ANNA = 1001
AGAIN = "Sent again."
RETRY = {"retry_after": 30}


async def hang(request: web.Request) -> web.StreamResponse:
    """Takes the request and says nothing until the other side gives up."""
    await asyncio.sleep(30)
    return web.Response()


async def nonsense(request: web.Request) -> web.StreamResponse:
    """A success that is no message."""
    return result({"message": "none"})


TABLE: dict[str, tuple[Misdeed, str, float]] = {
    "flood": (refusal(429, "Too Many Requests: retry after 30", **RETRY), "due", 30),
    "flood without seconds": (refusal(429, "Too Many Requests"), "due", RETRY_SECONDS),
    "bad text": (refusal(400, "Bad Request: can't parse entities"), "failed", 0),
    "no such chat": (refusal(400, "Bad Request: chat not found"), "failed", 0),
    "same text": (refusal(400, "Bad Request: message is not modified"), "sent", 0),
    "moved group": (refusal(400, "group upgraded", migrate_to_chat_id=-5), "failed", 0),
    "blocked": (refusal(403, "Forbidden: bot was blocked by the user"), "failed", 0),
    "token revoked": (refusal(401, "Unauthorized"), "due", UNCERTAIN_SECONDS),
    "no such token": (refusal(404, "Not Found"), "due", UNCERTAIN_SECONDS),
    "second poller": (refusal(409, "Conflict"), "due", UNCERTAIN_SECONDS),
    "too large": (refusal(413, "Request Entity Too Large"), "failed", 0),
    "server error": (refusal(500, "Internal Server Error"), "uncertain", UNCERTAIN_SECONDS),
    "restart": (refusal(500, "restart"), "uncertain", UNCERTAIN_SECONDS),
    "proxy's page": (page(502), "uncertain", UNCERTAIN_SECONDS),
    "page of success": (page(200), "uncertain", UNCERTAIN_SECONDS),
    "no message": (nonsense, "uncertain", UNCERTAIN_SECONDS),
    "cut after the request": (cut, "uncertain", UNCERTAIN_SECONDS),
    "no answer": (hang, "uncertain", UNCERTAIN_SECONDS),
}


@pytest.mark.parametrize("case", TABLE)
async def test_each_failure_is_certain_or_not(wire: Wire, bot: Bot, case: str) -> None:
    misdeed, state, wait = TABLE[case]
    wire.will["sendMessage"].append(misdeed)
    seconds = 1 if misdeed is hang else 60
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each case raises its own kind
        await bot(SendMessage(chat_id=ANNA, text="hello"), request_timeout=seconds)
    outcome = classify(caught.value)
    assert (outcome.state, outcome.wait) == (state, wait), outcome


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_line_that_never_stood_has_sent_nothing(wire: Wire, scheme: str) -> None:
    port = held_port() if scheme == "http" else wire.url.rpartition(":")[2]  # refused, or no TLS
    bot = make_bot(TOKEN, f"{scheme}://127.0.0.1:{port}")
    with pytest.raises(TelegramNetworkError) as caught:
        await bot.send_message(ANNA, "hello")
    await bot.session.close()
    assert (classify(caught.value).state, classify(caught.value).wait) == ("due", RETRY_SECONDS)


@pytest.mark.parametrize(
    ("cause", "state"), [(ConnectionTimeoutError(), "due"), (TimeoutError(), "uncertain")]
)
def test_a_time_out_counts_as_unsent_only_before_the_line_stood(
    cause: Exception, state: str
) -> None:
    error = TelegramNetworkError(method=SendMessage(chat_id=1, text="x"), message="time-out")
    error.__cause__ = cause
    assert classify(error).state == state


class Post:
    """Turns whose handler sends the texts that it is told to, over the wire."""

    def __init__(self, database: Database, clock: Clock, bot: Bot) -> None:
        self.database, self.clock, self.bot = database, clock, bot
        self.channel = TelegramChannel(bot, database, "one", clock, lambda lang: AGAIN)
        self.turns = Turns(
            database, {bot.id: self.channel}, self._reply, self._reply, owner="one", now=clock
        )
        self.postman = a_postman(database, clock, telegram=self.channel)
        self.texts: list[str] = []
        self.number = 0

    async def answers(self, *texts: str) -> None:
        """One update whose turn says these texts; returns when they were sent or left."""
        self.texts, self.number = list(texts), self.number + 1
        message = {"message_id": 1, "date": 1, "chat": {"id": ANNA, "type": "private"}}
        payload = {"update_id": self.number, "message": {**message, "text": "hello"}}
        incoming = Incoming(str(ANNA), str(self.number), lambda _: payload)
        await self.turns.receive(self.bot.id, [incoming])
        await self.turns.idle()

    async def sweep_for(self, seconds: int, step: int = 5) -> None:
        """Lets time pass, with a tick of the sweeper at each step."""
        for _ in range(seconds // step):
            self.clock.move(seconds=step)
            await self.tick()

    async def tick(self) -> None:
        """Lets the postman put the rows in order and the replies be sent that wait."""
        await self.postman.tick()
        await self.postman.idle()

    async def rows(self) -> list[tuple[str, int]]:
        """State and attempts of each message, in order."""
        columns = (outbox.table.c.state, outbox.table.c.attempt)
        async with self.database.read() as db:
            found = await db.execute(select(*columns).order_by(outbox.table.c.id))
            return [(state, attempt) for state, attempt in found]

    async def _reply(self, bot: Bot, update: Update, turn: Turn) -> None:
        for text in self.texts:
            await bot.send_message(ANNA, text)


@pytest.fixture
async def post(database: Database, clock: Clock, bot: Bot) -> AsyncIterator[Post]:
    made = Post(database, clock, bot)
    yield made
    await made.turns.close()


def said(wire: Wire) -> list[str]:
    """The texts that reached Telegram, with those that it refused."""
    return [call.fields["text"] for call in wire.sent()]


async def test_several_replies_go_out_in_order_and_leave_no_text_behind(
    post: Post, wire: Wire
) -> None:
    await post.answers("one", "two", "three")
    assert said(wire) == ["one", "two", "three"]
    assert await post.rows() == [("sent", 1)] * 3
    async with post.database.read() as db:
        assert list((await db.execute(select(outbox.table.c.method))).scalars()) == [None] * 3


# What Telegram does with the first of three replies, and what it has received in the end.
FIRST: dict[str, tuple[Misdeed, list[str], list[tuple[str, int]]]] = {
    "flood": (
        refusal(429, "Too Many Requests", **RETRY),
        ["one", "one", "two", "three"],
        [("sent", 1)] * 3,
    ),
    "cut": (
        cut,
        ["one", f"one\n\n<i>{AGAIN}</i>", "two", "three"],
        [("sent", 2), ("sent", 1), ("sent", 1)],
    ),
    "server error": (
        refusal(500, "Internal Server Error"),
        ["one", f"one\n\n<i>{AGAIN}</i>", "two", "three"],
        [("sent", 2), ("sent", 1), ("sent", 1)],
    ),
    "token": (refusal(401), ["one", "one", "two", "three"], [("sent", 1)] * 3),
    "blocked": (
        refusal(403),
        ["one", "two", "three"],
        [("failed", 1), ("sent", 1), ("sent", 1)],
    ),
}


@pytest.mark.parametrize("case", FIRST)
async def test_what_follows_a_failed_reply_keeps_its_place(
    post: Post, wire: Wire, case: str
) -> None:
    misdeed, received, rows = FIRST[case]
    wire.will["sendMessage"].append(misdeed)
    await post.answers("one", "two", "three")
    await post.sweep_for(120)
    assert said(wire) == received
    assert await post.rows() == rows


async def test_a_flood_is_waited_for_as_long_as_telegram_says(post: Post, wire: Wire) -> None:
    wire.will["sendMessage"].append(refusal(429, "Too Many Requests", retry_after=90))
    await post.answers("one")
    await post.sweep_for(85)
    assert said(wire) == ["one"]
    await post.sweep_for(15)
    assert said(wire) == ["one", "one"]


async def test_the_next_turns_reply_waits_while_telegram_wants_silence(
    post: Post, wire: Wire
) -> None:
    wire.will["sendMessage"].append(refusal(429, "Too Many Requests", **RETRY))
    await post.answers("one")
    await post.answers("two", "three")
    assert said(wire) == ["one"]
    assert await post.rows() == [("due", 0)] * 3
    await post.sweep_for(40)
    assert said(wire) == ["one", "one", "two", "three"]
    await post.answers("four")
    assert said(wire)[-1] == "four", "and then at once again"


async def test_an_uncertain_reply_is_sent_once_more_after_a_minute_and_then_given_up(
    post: Post, wire: Wire
) -> None:
    wire.will["sendMessage"] += [cut, cut]
    await post.answers("one")
    await post.sweep_for(55)
    assert (said(wire), await post.rows()) == (["one"], [("uncertain", 1)])
    await post.sweep_for(600, 20)
    assert said(wire) == ["one", f"one\n\n<i>{AGAIN}</i>"]
    assert await post.rows() == [("failed", 2)]


async def test_what_telegram_cannot_read_arrives_as_plain_text(post: Post, wire: Wire) -> None:
    wire.will["sendMessage"].append(refusal(400, "Bad Request: can't parse entities"))
    await post.answers("<b>one</b> &amp; two")
    first, second = wire.sent()
    assert (first.fields["text"], first.fields["parse_mode"]) == ("<b>one</b> &amp; two", "HTML")
    assert second.fields["text"] == "one & two"
    assert "parse_mode" not in second.fields
    assert await post.rows() == [("sent", 1)]


async def test_what_telegram_refuses_twice_is_given_up_and_the_next_goes_out(
    post: Post, wire: Wire
) -> None:
    wire.will["sendMessage"] += [refusal(400), refusal(400)]
    await post.answers("one", "two")
    await post.sweep_for(120)
    assert said(wire) == ["one", "one", "two"]
    assert await post.rows() == [("failed", 1), ("sent", 1)]


async def test_who_blocked_the_bot_can_come_back(post: Post, wire: Wire) -> None:
    wire.will["sendMessage"].append(refusal(403, "Forbidden: bot was blocked by the user"))
    await post.answers("one")
    await post.answers("two")
    assert said(wire) == ["one", "two"]
    assert await post.rows() == [("failed", 1), ("sent", 1)]


async def test_nothing_is_lost_while_nobody_listens(
    database: Database, clock: Clock, wire: Wire
) -> None:
    away = make_bot(TOKEN, f"http://127.0.0.1:{held_port()}")
    post = Post(database, clock, away)
    await post.answers("one", "two")
    assert await post.rows() == [("due", 0), ("due", 0)]
    post.channel.bot = make_bot(TOKEN, wire.url)
    await post.sweep_for(60)
    assert said(wire) == ["one", "two"]
    for bot in (away, post.channel.bot):
        await bot.session.close()


async def test_an_answer_that_is_late_is_not_sent(post: Post, wire: Wire) -> None:
    wire.will["sendMessage"].append(refusal(429, "Too Many Requests", retry_after=1200))
    await post.answers("one", "two")
    await post.sweep_for(1500, 60)
    assert said(wire) == ["one"]
    assert await post.rows() == [("expired", 0), ("expired", 0)]


async def test_a_reply_that_was_taken_meanwhile_is_not_sent_twice(post: Post, wire: Wire) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        async with post.database.write() as db:  # another process clears the chat meanwhile
            await outbox.drop_replies(db, 1)
        return result({"message_id": 1, "date": 1, "chat": {"id": ANNA, "type": "private"}})

    wire.will["sendMessage"].append(slow)
    await post.answers("one", "two")
    await post.sweep_for(60)
    assert said(wire) == ["one"]
    assert await post.rows() == [("sent", 1), ("cancelled", 0)]


class Crash(BaseException):
    """The process ends here."""


def crash_at(moment: str) -> Callable[[str], None]:
    def passed(point: str) -> None:
        if point == moment:
            raise Crash

    return passed


CRASHES = {
    "in mid-send": [f"one\n\n<i>{AGAIN}</i>", "two"],
    "after the send": ["one", f"one\n\n<i>{AGAIN}</i>", "two"],
}


@pytest.mark.parametrize("moment", CRASHES)
async def test_a_crash_while_sending_is_in_doubt_and_resent_once(
    database: Database,
    clock: Clock,
    bot: Bot,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    post = Post(database, clock, bot)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "passed", crash_at(moment))
        await ended_by(Crash, post.answers("one", "two"), post.turns)
    assert await post.rows() == [("sending", 1), ("due", 0)]
    clock.move(seconds=1)
    later = Post(database, clock, bot)
    if database.is_sqlite:  # the only process knows at once what another must wait a lease for
        await later.postman.doubt_own()
        assert await later.rows() == [("uncertain", 1), ("due", 0)]
    await later.sweep_for(150)
    assert said(wire) == CRASHES[moment]
    assert await later.rows() == [("sent", 2), ("sent", 1)]


async def ended_by(crash: type[BaseException], work: Awaitable[Any], turns: Turns) -> None:
    """Runs until the turn's task is ended by a crash."""
    waiting = asyncio.ensure_future(work)
    while not turns._tasks:
        await asyncio.sleep(0)
    [task] = turns._tasks
    with pytest.raises(crash):
        await task
    await waiting
