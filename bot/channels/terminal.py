"""The terminal as a channel: lines in, text out; buttons are numbers to type."""

import textwrap
import time
from collections.abc import Callable
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.methods import DeleteMessage, SendDocument
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

from bot.channels.intake import safe
from bot.channels.markup import plain
from bot.channels.rules import runs_of
from bot.channels.session import ChannelSession
from bot.channels.turn import Turn
from bot.channels.turns import Incoming, Turns
from db.addresses import TERMINAL_BOT
from db.engine import Db

BOT_ID = TERMINAL_BOT
CHAT = 2**52 - 1  # Telegram's chats have smaller ids, the web chat's larger ones
WIDTH = 76


class TerminalChannel:
    """Prints the replies of a turn after its commit."""

    def __init__(self, show: Callable[[str], None], lang: str | None = None) -> None:
        properties = DefaultBotProperties(parse_mode=ParseMode.HTML)
        self.bot = Bot(f"{BOT_ID}:terminal", session=ChannelSession(), default=properties)
        self.show, self.lang = show, lang
        self.buttons: list[str] = []

    async def keep(self, db: Db, turn: Turn, last_no: int) -> None:
        """Nothing outlives a terminal."""

    async def send(self, turn: Turn, kept: None) -> None:
        """Prints the replies; their buttons are numbered from 1."""
        self.buttons = []
        for reply in turn.replies:
            if not isinstance(reply.method, DeleteMessage):
                self.show(self._page(reply.method))

    def _page(self, method: Any) -> str:
        paragraphs = plain(runs_of(method)).split("\n")
        lines = [line for p in paragraphs for line in textwrap.wrap(p, WIDTH) or [""]]
        if isinstance(method, SendDocument) and isinstance(method.document, BufferedInputFile):
            lines += ["", method.document.data.decode(errors="replace")]  # a file is text here
        markup = getattr(method, "reply_markup", None)
        if isinstance(markup, InlineKeyboardMarkup):
            for button in (b for row in markup.inline_keyboard for b in row):
                self.buttons.append(button.callback_data or "")
                lines.append(f"  [{len(self.buttons)}] {button.text}")
        return "\n".join([*lines, ""])


def incoming(line: str, number: int, buttons: list[str], lang: str | None) -> Incoming:
    """One typed line as an update: a button's number presses it, anything else is a message."""
    chat = {"chat": {"id": CHAT, "type": "private"}}
    person = {"id": CHAT, "is_bot": False, "first_name": "", "language_code": lang}
    sender = {"from": person}
    message = {"message_id": number, "date": int(time.time()), **chat}
    numbered = {str(n): data for n, data in enumerate(buttons, start=1)}
    if (data := numbered.get(line.strip())) is not None:
        query = {"id": str(number), "chat_instance": "terminal", "data": data}
        content: dict[str, Any] = {"callback_query": {**query, **sender, "message": message}}
    else:
        content = {"message": {**message, **sender, "text": safe(line)}}
    return Incoming("terminal", str(number), lambda _: {"update_id": number, **content})


async def say(turns: Turns, channel: TerminalChannel, line: str, number: int) -> None:
    """Handles one typed line and returns when its replies are shown."""
    await turns.receive(BOT_ID, [incoming(line, number, channel.buttons, channel.lang)])
    await turns.idle()
