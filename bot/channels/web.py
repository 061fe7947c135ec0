"""The web chat as a channel: replies become numbered events of the chat's history."""

from base64 import b64encode
from datetime import datetime
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.methods import DeleteMessage, EditMessageReplyMarkup, EditMessageText, SendDocument
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

from bot.actions.outbox import Say
from bot.channels.methods import message_of
from bot.channels.notify import Notifier
from bot.channels.rules import check, runs_of
from bot.channels.session import ChannelSession
from bot.channels.turn import Turn
from db.addresses import WEB_BOT, next_number
from db.engine import Db
from db.history import add_events
from db.outbox import Message

BOT_ID = WEB_BOT
FIRST_CHAT = 2**52  # Telegram's chats have smaller ids, and JavaScript counts to 2**53
MAX_FILE = 256 * 1024  # bytes; a calendar file or an export of one's own data is far smaller


def chat_id(address_id: int) -> int:
    """The chat id that handlers see for an address of the web chat."""
    return FIRST_CHAT + address_id


class WebChannel:
    """Stores replies as history; sockets are woken and fetch what they lack."""

    def __init__(self, notifier: Notifier) -> None:
        properties = DefaultBotProperties(parse_mode=ParseMode.HTML)
        self.bot = Bot(f"{BOT_ID}:web", session=ChannelSession(), default=properties)
        self.notifier = notifier

    async def keep(self, db: Db, turn: Turn, last_no: int) -> None:
        """Numbers the replies and stores them with the turn."""
        address_id = turn.claim.address_id
        events = list(turn_events(turn, last_no))
        if events:
            await add_events(db, [{"address_id": address_id, **event} for event in events])
            await self.notifier.tell_others(db, turn.claim.external_id)

    async def send(self, turn: Turn, kept: None) -> None:
        """Wakes the sockets that show this chat."""
        self.notifier.wake(turn.claim.external_id)

    async def show(self, db: Db, message: Message, say: Say, now: datetime) -> None:
        """Puts what was not asked for into the chat's history, in the caller's transaction."""
        address_id, external = message.address_id or 0, message.external_id or ""
        method = message_of(chat_id(address_id), say.answer)
        check(method)
        no = await next_number(db, address_id)
        event = event_of(method, say.answer.lang, no, now)
        await add_events(db, [{"address_id": address_id, **event}])
        await self.notifier.tell_others(db, external)


def turn_events(turn: Turn, last_no: int) -> list[dict[str, Any]]:
    """The turn's events in order, numbered up to `last_no`; a cleared chat begins with that.

    An erased one ends: the page then throws its key away.
    """
    no = last_no - len(turn.replies) - turn.cleared - turn.erased
    events = []
    if turn.cleared:
        no += 1
        events.append({"no": no, "kind": "clear", "message": no, "body": {}, "at": turn.now})
    for reply in turn.replies:
        no += 1
        events.append(event_of(reply.method, reply.lang, no, turn.now))
    if turn.erased:
        no += 1
        events.append({"no": no, "kind": "end", "message": no, "body": {}, "at": turn.now})
    return events


def event_of(method: Any, lang: str, no: int, at: datetime) -> dict[str, Any]:
    """One method as an event: {"no", "kind", "message", "body", "at"}."""
    kind, message = "out", no
    if isinstance(method, EditMessageText | EditMessageReplyMarkup):
        kind, message = "edit", method.message_id or 0
    elif isinstance(method, DeleteMessage):
        kind, message = "delete", method.message_id
    elif isinstance(method, SendDocument):
        kind = "document"
    return {"no": no, "kind": kind, "message": message, "body": _body(method, lang), "at": at}


def _body(method: Any, lang: str) -> dict[str, Any]:
    body: dict[str, Any] = {"lang": lang}
    if runs := runs_of(method):
        body["runs"] = [run.as_dict() for run in runs]
    if isinstance(markup := getattr(method, "reply_markup", None), InlineKeyboardMarkup):
        body["buttons"] = [[_button(b) for b in row] for row in markup.inline_keyboard]
    if isinstance(method, SendDocument) and isinstance(method.document, BufferedInputFile):
        body["file"] = _file(method.document)
    return body


def _button(button: Any) -> dict[str, str]:
    action = {"url": button.url} if button.url else {"data": button.callback_data}
    return {"text": button.text, **action}


def _file(document: BufferedInputFile) -> dict[str, Any]:
    if len(document.data) > MAX_FILE:
        raise ValueError("a document is too large for the web chat")
    name = document.filename or "file"
    kind = "text/calendar" if name.endswith(".ics") else "application/octet-stream"
    data = b64encode(document.data).decode()
    return {"name": name, "mime": kind, "size": len(document.data), "data": data}
