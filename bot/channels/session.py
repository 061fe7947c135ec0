"""Methods out: inside a turn they are collected, outside of one they go to the channel at once."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, Message

from bot.channels import rules
from bot.channels.turn import Reply, now_running

# Worth nothing when it comes late, so it is not kept with the turn's replies.
FLEETING = {"sendChatAction", "answerCallbackQuery"}
COLLECTED = {
    "sendMessage",
    "sendDocument",
    "editMessageText",
    "editMessageReplyMarkup",
    "deleteMessage",
}


class ChannelSession(BaseSession):
    """A channel that is not Telegram: it shows replies by itself and has nothing to ask outside."""

    async def close(self) -> None:
        """Nothing is open."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Collects a reply; a fleeting method is dropped where no channel shows it."""
        if method.__api_method__ in FLEETING:
            rules.check(method)
            return cast(TelegramType, True)
        return collect(bot, method)

    async def stream_content(
        self, *args: Any, **kwargs: Any
    ) -> AsyncGenerator[bytes, None]:  # pragma: no cover - nothing is downloaded
        """No files come in over these channels."""
        raise TelegramBadRequest(method=cast(Any, None), message="Bad Request: no files here")
        yield b""


def collect(bot: Bot, method: TelegramMethod[TelegramType]) -> TelegramType:
    """Keeps a reply for the turn's commit; raises TelegramBadRequest as Telegram would."""
    turn = now_running()
    if turn is None or method.__api_method__ not in COLLECTED:
        message = f"Bad Request: {method.__api_method__} is not supported here"
        raise TelegramBadRequest(method=method, message=message)
    rules.check(method)
    turn.replies.append(Reply(method, turn.speaks))
    if method.__api_method__ == "deleteMessage":
        return cast(TelegramType, True)
    return cast(TelegramType, _placeholder(bot, method, turn.now))


def _placeholder(bot: Bot, method: Any, now: datetime) -> Message:
    """What stands in for the sent message. It has no id: nothing is sent before the commit."""
    chat = _CHAT.model_copy(update={"id": method.chat_id})
    return _BLANK.model_copy(update={"date": now, "chat": chat}).as_(bot)


# Copied for each reply: filling in the defaults of a hundred fields takes longer.
_CHAT = Chat(id=0, type="private")
_BLANK = Message(message_id=0, date=datetime.now(UTC), chat=_CHAT)
