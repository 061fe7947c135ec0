"""Lanes: how due messages of one kind are claimed, worded, sent and recorded.

Over a line to outside, the claim is committed before the call, its fence is checked and the words
are made directly before it, and how it ended is recorded with the next claim. What goes onto a
page of our own is claimed, worded and shown in one commit, so that it is never in doubt.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.actions.mind import Mind
from bot.actions.outbox import Composed, Composer, Mail, Never, NotNow, Say, compose
from bot.actions.quiet_hours import Quiet
from bot.channels.delivery import Outcome, record
from bot.channels.turns import passed
from bot.channels.web import WebChannel
from db.delivery import postpone, take_mail, take_message
from db.engine import Database, Db, is_down
from db.outbox import CANCELLED, DUE, SENT, Message
from db.rates import MAIL, count_send, get_rate

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than any call may take
STUMBLE_SECONDS = 60  # until a message is tried again whose words could not be made
LEAST_PAUSE = 1.0  # seconds for which a message is put off at least
LONGEST_WAIT = 1.0  # seconds that a claimed message waits for its turn in the bot's rate


@dataclass(frozen=True, slots=True)
class Desk:
    """What every lane needs; `owner` names this process in the database."""

    database: Database
    owner: str
    now: Callable[[], datetime]
    mind: Mind
    composers: Mapping[str, Composer]
    quiet: Quiet

    async def compose(self, db: Db, message: Message) -> Composed | None:
        """What to do with a message now; None where it is another's."""
        knowledge, now = self.mind.knowledge, self.now()
        return await compose(db, message, now, knowledge, self.composers, self.quiet)


@dataclass(frozen=True, slots=True)
class Taken:
    """A claimed message, and the seconds that it must still wait."""

    message: Message
    wait: float = 0


Take = Callable[[Db, datetime], Awaitable[Taken | None]]
Send = Callable[[Message, Any], Awaitable[Outcome | None]]


class CallLane:
    """Messages that go out by a call; `most` of them at once."""

    def __init__(
        self, desk: Desk, take: Take, send: Send, doubt_seconds: Callable[[], float], most: int = 1
    ) -> None:
        self.desk, self.take, self.send = desk, take, send
        self.doubt_seconds, self.most = doubt_seconds, most

    async def work(self) -> None:
        """Sends until nothing is due. Raises what went wrong once all calls have ended: while one
        is under way, the next tick must not begin as many again.
        """
        carriers = (self._carry() for _ in range(self.most))
        for ended in await asyncio.gather(*carriers, return_exceptions=True):
            if ended:
                raise ended

    async def _carry(self) -> None:
        taken = await self._next(None, None)
        while taken:
            await asyncio.sleep(taken.wait)
            outcome = await self._deliver(taken.message)
            taken = await self._next(taken.message, outcome)

    async def _next(self, ended: Message | None, outcome: Outcome | None) -> Taken | None:
        passed("before the claim")
        async with self.desk.database.write() as db:
            now = self.desk.now()
            if ended and outcome:
                await record(db, ended, outcome, now, self.doubt_seconds())
            taken = await self.take(db, now)
        if taken:
            passed("after the claim")
        return taken

    async def _deliver(self, message: Message) -> Outcome | None:
        """How it ended; None where the claim is over, so that nothing is recorded."""
        try:
            async with self.desk.database.read() as db:
                composed = await self.desk.compose(db, message)
            if not isinstance(composed, Say | Mail):
                return unsent(composed, self.desk.now())
            # Whoever was stopped for longer than the lease finds it over by its own clock, too.
            ours = self.desk.now() < message.lease_until
            return await self.send(message, composed) if ours else None
        except Exception as error:
            log.error("a message could not be made: %s", type(error).__name__)
            return Outcome(DUE, type(error).__name__, STUMBLE_SECONDS)


class WebLane:
    """Messages that are shown on a page of our own."""

    def __init__(self, desk: Desk, web: WebChannel) -> None:
        self.desk, self.web = desk, web

    async def work(self) -> None:
        """Shows until nothing is due."""
        while await self._show_one():
            pass

    async def _show_one(self) -> bool:
        message = None
        passed("before the claim")
        try:
            async with self.desk.database.write() as db:
                if (message := await self._take(db)) is None:
                    return False
                passed("after the claim")
                await record(db, message, await self._show(db, message), self.desk.now())
                passed("in mid-send")
        except Exception as error:
            if message is None or is_down(error):
                raise
            await self._put_off(message, error)
            return True
        passed("after the send")
        self.web.notifier.wake(message.external_id or "")
        return True

    async def _take(self, db: Db) -> Message | None:
        now, owner = self.desk.now(), self.desk.owner
        return await take_message(db, self.web.bot.id, owner, now, now + LEASE)

    async def _show(self, db: Db, message: Message) -> Outcome:
        composed = await self.desk.compose(db, message)
        if isinstance(composed, Say):
            await self.web.show(db, message, composed, self.desk.now())
            return Outcome(SENT)
        # The claim is of this transaction, so it cannot be another's.
        return unsent(composed, self.desk.now()) or Outcome(CANCELLED)

    async def _put_off(self, message: Message, error: Exception) -> None:
        """The claim was rolled back; without this it would be the oldest again at once."""
        log.error("a message could not be made: %s", type(error).__name__)
        later = self.desk.now() + timedelta(seconds=STUMBLE_SECONDS)
        async with self.desk.database.write() as db:
            await postpone(db, message.id, type(error).__name__, later)


def unsent(composed: Composed | None, now: datetime) -> Outcome | None:
    """How a message ends that is not sent, or not now."""
    if isinstance(composed, NotNow):
        wait = (composed.until - now).total_seconds()
        return Outcome(DUE, composed.reason, max(wait, LEAST_PAUSE))
    if isinstance(composed, Never):
        return Outcome(composed.state, composed.reason)
    return None


def mail_taker(owner: str) -> Take:
    """Claims e-mails."""

    async def take(db: Db, now: datetime) -> Message | None:
        return await take_mail(db, owner, now, now + LEASE)

    return _at_pace(MAIL, take)


def bot_taker(owner: str, bot_id: int) -> Take:
    """Claims messages to chats of a bot."""

    async def take(db: Db, now: datetime) -> Message | None:
        return await take_message(db, bot_id, owner, now, now + LEASE)

    return _at_pace(bot_id, take)


def _at_pace(bot_id: int, claim: Callable[[Db, datetime], Awaitable[Message | None]]) -> Take:
    """Claims no faster than the receiving side takes it, over all processes."""

    async def take(db: Db, now: datetime) -> Taken | None:
        rate = await get_rate(db, bot_id, now)
        wait = rate.wait(now).total_seconds()
        message = await claim(db, now) if wait <= LONGEST_WAIT else None
        if message is None:
            return None
        await count_send(db, rate, now)
        return Taken(message, wait)

    return take
