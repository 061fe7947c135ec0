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
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.actions.outbox import Say
from bot.channels.delivery import EVERYTHING, UNCERTAIN_SECONDS, Outcome, record
from bot.channels.markup import for_telegram
from bot.channels.methods import message_of, pack
from bot.channels.rules import runs_of
from bot.channels.sending import call
from bot.channels.session import COLLECTED, FLEETING, collect
from bot.channels.turn import Reply, Turn, now_running
from db import outbox
from db.delivery import Delivery, begin_sending, take_reply
from db.engine import Database, Db
from db.outbox import DUE, FAILED, REPLY, SENDING, SENT, Message
from db.rates import find_hold

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
        self.refused = False  # whether Telegram takes nothing from this bot now

    async def keep(self, db: Db, turn: Turn, last_no: int) -> list[Delivery]:
        """Stores the replies; the first is marked as being sent, so that one commit does both.

        Where Telegram wants the chat to be silent, all of them wait.
        """
        if not turn.replies:
            return []
        hold = await find_hold(db, turn.claim.address_id, turn.now)
        rows = [self._row(turn, i, reply, hold) for i, reply in enumerate(turn.replies)]
        ids = await outbox.add_messages(db, rows)
        chat, until = turn.claim.address_id, turn.now + LEASE
        kept = zip(ids, rows, strict=True)
        return [] if hold else [Delivery(i, chat, row["method"], 1, 1, until) for i, row in kept]

    async def send(self, turn: Turn, kept: list[Delivery]) -> None:
        """Sends the replies in order; the intent for each is committed before the call."""
        for i, delivery in enumerate(kept):
            following = kept[i + 1] if i + 1 < len(kept) else None
            if not await self._finish(delivery, await self._call(delivery), following):
                return  # the sweeper sends the rest, in order

    async def sweep(self) -> None:
        """Sends the replies that a crash or a refusal left behind, while they are of use."""
        now = self.now()
        for _ in range(PER_SWEEP):
            # One intent for each call: what was not called must not be in doubt after a crash.
            async with self.database.write() as db:
                due = await take_reply(db, self.bot.id, self.owner, now, self.now() + LEASE)
            if not due:
                return
            await self._finish(due, await self._call(due), None)

    async def deliver(self, message: Message, say: Say) -> Outcome | None:
        """Sends what was not asked for: no preview of links. None where the lease is over."""
        method = message_of(int(message.external_id or 0), say.answer)
        packed = self._packed(method, say.answer.lang)
        address_id, until = message.address_id or 0, message.lease_until
        return await self._call(
            Delivery(message.id, address_id, packed, message.attempt, message.fence, until)
        )

    def doubt_seconds(self) -> float:
        """How long a send of which nobody knows is given to arrive."""
        return UNCERTAIN_SECONDS

    def _packed(self, method: TelegramMethod[Any], lang: str) -> dict[str, Any]:
        packed = pack(method)
        if "text" in packed["parameters"]:
            text = for_telegram(runs_of(method))
            packed["parameters"] |= {"text": text, "parse_mode": "HTML"}
        return {**packed, "again": self.sent_again(lang)}

    def _row(self, turn: Turn, index: int, reply: Reply, hold: datetime | None) -> dict[str, Any]:
        # A later reply waits for its turn in `send`; the sweeper takes it after a crash.
        first, due_at = index == 0 and not hold, hold or turn.now + LEASE
        return {
            "address_id": turn.claim.address_id,
            "purpose": REPLY,
            "method": self._packed(reply.method, reply.lang),
            "state": SENDING if first else DUE,
            "attempt": int(first),
            "fence": int(first),
            "due_at": turn.now if first else due_at,
            "useful_until": turn.now + USEFUL,
            "lease_owner": self.owner if first else None,
            "lease_until": turn.now + LEASE if first else None,
        }

    async def _call(self, delivery: Delivery) -> Outcome | None:
        if self.now() >= delivery.lease_until:
            return None  # stopped for so long that somebody else may have taken it
        outcome = await call(self.bot, delivery)
        self._tell_operator(outcome)
        return outcome

    def _tell_operator(self, outcome: Outcome) -> None:
        if outcome.silent == EVERYTHING and not self.refused:
            log.error("INNOM_TELEGRAM_TOKEN: refused (%s); messages wait", outcome.reason)
        self.refused = outcome.silent == EVERYTHING or (self.refused and outcome.state != SENT)

    async def _finish(
        self, delivery: Delivery, outcome: Outcome | None, following: Delivery | None
    ) -> bool:
        """Commits how a send ended with the next intent; False where nothing may follow now."""
        if outcome is None:
            return False
        async with self.database.write() as db:
            await record(db, delivery, outcome, self.now(), self.doubt_seconds())
            if following is None or outcome.state not in (SENT, FAILED):
                return False
            return await begin_sending(db, following, self.owner)
