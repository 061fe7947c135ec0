"""The whole engine in this process, and somebody who talks to it on the web or on Telegram."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from time import perf_counter
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.methods import TelegramMethod

from bot.actions.mind import Mind
from bot.app import make_turns
from bot.channels.channel import Channel
from bot.channels.notify import Notifier
from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel, TelegramSession
from bot.channels.telegram_updates import TelegramUpdates
from bot.channels.turn import now_running
from bot.channels.visitors import Visitor, external_id, new_token
from bot.channels.web import BOT_ID, WebChannel
from bot.knowledge.understanding import Understanding
from db.addresses import find_address
from db.engine import Database
from db.history import list_events
from tests.bench.echo import sent

_numbers = count(1)


@dataclass(slots=True)
class TimedMind(Mind):
    """A mind that adds up how long it thinks (seconds)."""

    seconds: float = 0.0

    def understand(self, text: str, prior: str | None) -> Understanding:
        """What a message asks for."""
        understood = Mind.understand(self, text, prior)
        self.seconds += understood.ms / 1000
        return understood


class NullTelegram(TelegramSession):
    """Telegram's session up to the network: what is sent arrives at once, nowhere."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None
    ) -> Any:
        """Collects inside a turn, as the real one does."""
        if now_running() is None:
            return sent(bot, getattr(method, "chat_id", 0))
        return await super().make_request(bot, method, timeout)


class Engine:
    """Turns over the real dispatcher, with both channels."""

    def __init__(self, database: Database, mind: TimedMind) -> None:
        self.database, self.mind = database, mind
        properties = DefaultBotProperties(parse_mode=ParseMode.HTML)
        bot = Bot("42:bench", session=NullTelegram(), default=properties)
        web = WebChannel(Notifier(database))
        telegram = TelegramChannel(bot, database, "bench", now, lambda lang: "")
        channels: dict[int, Channel] = {BOT_ID: web, bot.id: telegram}
        self.turns = make_turns(database, channels, mind, "bench", now)
        self.turns.pace = Pace(burst=float("inf"))
        self.telegram = TelegramUpdates(bot, self.turns, lambda text: None)

    def visitor(self) -> Visitor:
        """Somebody new at a browser."""
        return Visitor(external_id(new_token()), self.database, self.turns)

    async def says(self, visitor: Visitor, text: str) -> None:
        """One message on the web chat, until its replies are committed."""
        frame = {"t": "say", "id": f"frame-{next(_numbers):08d}", "text": text, "lang": "nb"}
        await visitor.take(frame)
        await self.turns.idle()

    async def writes(self, chat: int, text: str) -> None:
        """One message on Telegram, until its replies are sent and recorded."""
        number = next(_numbers)
        person = {"id": chat, "is_bot": False, "first_name": "", "language_code": "nb"}
        message = {"message_id": number, "date": 1, "text": text, "from": person}
        message["chat"] = {"id": chat, "type": "private"}
        await self.telegram.take([{"update_id": number, "message": message}])
        await self.turns.idle()

    async def shown(self, visitor: Visitor) -> list[Any]:
        """The chat's history."""
        async with self.database.read() as db:
            address = await find_address(db, BOT_ID, visitor.external)
            return await list_events(db, address, 0, 10_000) if address else []


async def timed(mind: TimedMind, turn: Awaitable[object]) -> float:
    """The seconds of one turn, less understanding."""
    thought, began = mind.seconds, perf_counter()
    await turn
    return perf_counter() - began - (mind.seconds - thought)


def now() -> datetime:
    """The clock of the bench."""
    return datetime.now(UTC)
