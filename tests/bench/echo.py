"""The measure to compare with: an aiogram bot that commits each update once and says it again."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.types import Chat, Message, Update
from sqlalchemy import JSON, BigInteger, Column, Integer, MetaData, Table, insert

from db.engine import Database

METADATA = MetaData()
HEARD = Table(
    "bench_echo",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("chat", BigInteger),
    Column("payload", JSON),
)

# Copied for each message, as the engine does: filling in all defaults takes longer.
CHAT = Chat(id=0, type="private")
BLANK = Message(message_id=1, date=datetime.now(UTC), chat=CHAT)


class NullSession(BaseSession):
    """Takes every method and shows nobody anything."""

    async def close(self) -> None:
        """Nothing is open."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None
    ) -> Any:
        """What Telegram would return for a message."""
        return sent(bot, getattr(method, "chat_id", 0))

    async def stream_content(
        self, *args: Any, **kwargs: Any
    ) -> AsyncGenerator[bytes, None]:  # pragma: no cover - nothing is downloaded
        """No files come in."""
        yield b""


def sent(bot: Bot, chat_id: int) -> Message:
    """A message that was sent to a chat."""
    chat = CHAT.model_copy(update={"id": chat_id})
    return BLANK.model_copy(update={"chat": chat}).as_(bot)


class Echo:
    """The echo bot over the same database as the engine."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.bot = Bot("9:echo", session=NullSession())
        self.dispatcher = Dispatcher()
        self.dispatcher.include_router(self._router())
        self.number = 0

    async def set_up(self) -> None:
        """Makes the table."""
        async with self.database.write() as db:
            await db.run_sync(METADATA.create_all)

    async def says(self, text: str) -> float:
        """One update through the bot; returns its seconds."""
        self.number += 1
        payload = {"update_id": self.number, "message": _message(self.number, text)}
        began = perf_counter()
        await self.dispatcher.feed_update(
            self.bot, Update.model_validate(payload, context={"bot": self.bot})
        )
        return perf_counter() - began

    def _router(self) -> Router:
        router = Router()

        @router.message()
        async def echo(message: Message) -> None:
            row = {"chat": message.chat.id, "payload": {"text": message.text}}
            async with self.database.write() as db:
                await db.execute(insert(HEARD), row)
            await message.answer(message.text or "")

        return router


async def echoes_per_second(echo: Echo, count: int, at_once: int) -> float:
    """Updates a second with `at_once` chats."""
    began = perf_counter()
    for _ in range(count // at_once):
        await asyncio.gather(*(echo.says("hva er dette") for _ in range(at_once)))
    return count / (perf_counter() - began)


def _message(number: int, text: str) -> dict[str, Any]:
    person = {"id": 5, "is_bot": False, "first_name": "", "language_code": "nb"}
    chat = {"id": 5, "type": "private"}
    return {"message_id": number, "date": 1, "chat": chat, "from": person, "text": text}
