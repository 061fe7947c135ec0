"""Telegram as a channel: replies go through the outbox, updates come by polling or webhook."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.channels.delivery import UNCERTAIN_SECONDS, Outcome, classify
from bot.channels.markup import for_telegram, plain
from bot.channels.methods import pack, unpack
from bot.channels.rules import runs_of
from bot.channels.session import COLLECTED, FLEETING, collect
from bot.channels.turn import Reply, Turn, now_running
from bot.channels.turns import passed
from db import outbox
from db.engine import Database, Db
from db.outbox import DUE, SENDING, SENT, UNCERTAIN, Delivery

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # longer than the session's time-out
SEND_SECONDS = 15
USEFUL = timedelta(minutes=15)  # an answer that comes later than this only confuses
PER_SWEEP = 4  # one after the other; the next sweep takes the next


class TelegramSession(AiohttpSession):
    """Telegram's own session, except that what a turn says is collected for its commit."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Collects a reply inside a turn; everything else goes to Telegram at once."""
        name = method.__api_method__
        if now_running() is None or name not in COLLECTED | FLEETING:
            return await super().make_request(bot, method, timeout)
        if name in COLLECTED:
            return collect(bot, method)
        try:
            return await super().make_request(bot, method, 5)
        except Exception as error:  # an old button or a lost connection is no reason to fail
            log.info("%s was not taken: %s", name, type(error).__name__)
            return cast(TelegramType, True)


def make_bot(token: str, api_url: str | None = None) -> Bot:
    """A bot on Telegram's API, or on another server that speaks it. Raises TokenValidationError."""
    server = TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION
    session = TelegramSession(api=server, timeout=SEND_SECONDS)
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


class TelegramChannel:
    """Stores replies in the outbox with the turn and sends them right after it."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        owner: str,
        now: Callable[[], datetime],
        sent_again: Callable[[str], str],
    ) -> None:
        self.bot, self.database, self.owner, self.now = bot, database, owner, now
        self.sent_again = sent_again

    async def keep(self, db: Db, turn: Turn, last_no: int) -> list[Delivery]:
        """Stores the replies; the first is marked as being sent, so that one commit does both."""
        rows = [self._row(turn, i, reply) for i, reply in enumerate(turn.replies)]
        if not rows:
            return []
        ids = await outbox.add_messages(db, rows)
        chat, bot = turn.claim.address_id, self.bot.id
        return [Delivery(i, chat, bot, row["method"], 1) for i, row in zip(ids, rows, strict=True)]

    async def send(self, turn: Turn, kept: list[Delivery]) -> None:
        """Sends the replies in order; the intent for each is committed before the call."""
        for i, delivery in enumerate(kept):
            outcome = await self._call(delivery)
            following = kept[i + 1].id if i + 1 < len(kept) else None
            if not await self._record(delivery, outcome, following):
                return  # the sweeper sends the rest, in order

    async def sweep(self) -> None:
        """Sends what a crash or a refusal left behind, while it is of use."""
        now = self.now()
        async with self.database.write() as db:
            await outbox.doubt_lost(db, now, now + timedelta(seconds=self._doubt_seconds()))
            await outbox.expire(db, now)
        for _ in range(PER_SWEEP):
            # One intent for each call: what was not called must not be in doubt after a crash.
            async with self.database.write() as db:
                due = await outbox.take_due(db, self.owner, now, self.now() + LEASE, 1)
            if not due:
                return
            await self._record(due[0], await self._call(due[0]), None)

    async def doubt_own(self) -> None:
        """At a start: what was in mid-send when this database's only process ended is in doubt."""
        now = self.now()
        again = now + timedelta(seconds=self._doubt_seconds())
        async with self.database.write() as db:
            await outbox.doubt_lost(db, now + LEASE, again)

    def _doubt_seconds(self) -> float:
        return UNCERTAIN_SECONDS

    def _row(self, turn: Turn, index: int, reply: Reply) -> dict[str, Any]:
        packed = pack(reply.method)
        runs = runs_of(reply.method)
        if "text" in packed["parameters"]:
            packed["parameters"] |= {"text": for_telegram(runs), "parse_mode": "HTML"}
        packed["again"] = self.sent_again(reply.lang)
        first = index == 0
        return {
            "address_id": turn.claim.address_id,
            "purpose": "reply",
            "method": packed,
            "state": SENDING if first else DUE,
            "attempt": 1 if first else 0,
            # A later reply waits for its turn in `send`; the sweeper takes it after a crash.
            "due_at": turn.now if first else turn.now + LEASE,
            "useful_until": turn.now + USEFUL,
            "lease_owner": self.owner if first else None,
            "lease_until": turn.now + LEASE if first else None,
        }

    async def _call(self, delivery: Delivery) -> Outcome:
        try:
            passed("in mid-send")
            await self.bot(self._method(delivery))
            passed("after the send")
        except TelegramBadRequest as error:
            return await self._call_plainly(delivery, error)
        except Exception as error:
            outcome = classify(error)
            log.warning("a message is %s: %s", outcome.state, outcome.reason)
            return outcome
        return Outcome(SENT)

    async def _call_plainly(self, delivery: Delivery, refusal: TelegramBadRequest) -> Outcome:
        """Once more without mark-up: a text that Telegram cannot read must still arrive."""
        outcome = classify(refusal)
        method = self._method(delivery)
        if outcome.state == SENT or not hasattr(method, "text"):
            return outcome
        log.error("a text was refused by Telegram: %s", delivery.method["name"])
        try:
            changes: dict[str, Any] = {"text": plain(runs_of(method)), "parse_mode": None}
            await self.bot(method.model_copy(update=changes))
        except Exception as error:
            return classify(error)
        return Outcome(SENT, "without mark-up")

    def _method(self, delivery: Delivery) -> TelegramMethod[Any]:
        changes: dict[str, Any] = {}
        text = delivery.method["parameters"].get("text")
        if delivery.attempt > 1 and delivery.method["name"] == "sendMessage" and text:
            changes["text"] = f"{text}\n\n<i>{delivery.method['again']}</i>"
        return unpack(delivery.method, **changes)

    async def _record(self, delivery: Delivery, outcome: Outcome, following: int | None) -> bool:
        """Commits how a send ended with the next intent; False where nothing may follow now."""
        now = self.now()
        async with self.database.write() as db:
            if outcome.state in (DUE, UNCERTAIN):
                wait = outcome.wait if outcome.state == DUE else self._doubt_seconds()
                again, reason = now + timedelta(seconds=wait), outcome.reason or ""
                await outbox.put_back(db, delivery.id, self.owner, outcome.state, reason, again)
                return False
            await outbox.end_sending(db, delivery.id, self.owner, outcome.state, outcome.reason)
            if following is None:
                return False
            return await outbox.begin_sending(db, following, self.owner, now + LEASE)
