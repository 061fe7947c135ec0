"""Updates from Telegram, by polling or webhook, into the inbox before they are acknowledged."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod

from bot.channels.intake import safe_all
from bot.channels.markup import for_telegram, read_html
from bot.channels.turns import Incoming, Turns
from bot.knowledge.redaction import may_be_begun, redact_split
from db.engine import DATABASE_DOWN

log = logging.getLogger(__name__)

# What is handled; Telegram need not send the rest.
KINDS = ("message", "edited_message", "callback_query")
POLL_SECONDS = 25
PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds after a failed poll
MAX_TAILS = 1_000

# Takes a text while the database is down and returns help in danger as HTML, or None.
FirstAid = Callable[[str], str | None]


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` as plain JSON: one update that cannot be read must not stop the rest."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class TelegramUpdates:
    """Brings updates of one bot into the inbox, and nothing of what groups say."""

    def __init__(self, bot: Bot, turns: Turns, first_aid: FirstAid) -> None:
        self.bot, self.turns, self.first_aid = bot, turns, first_aid
        self._tails: dict[str, str] = {}

    async def take(self, updates: Sequence[Any]) -> None:
        """Commits updates. Raises one of DATABASE_DOWN where it cannot, after help in danger."""
        wanted = [i for update in updates if (i := self._incoming(update))]
        try:
            if wanted:
                await self.turns.receive(self.bot.id, wanted)
        except DATABASE_DOWN:
            for incoming in wanted:
                await self._help(incoming)
            raise

    async def poll(self) -> None:
        """Polls for ever. The next poll, which acknowledges, comes after the commit."""
        offset, pause = 0, PAUSE
        while True:
            try:
                updates = await self._get(offset)
                await self.take(updates)
                offset = max([offset, *(_id(u) + 1 for u in updates)])
                pause = PAUSE
            except TelegramUnauthorizedError:
                log.error("Telegram refuses the token: set INNOM_TELEGRAM_TOKEN anew")
                return
            except Exception as error:  # a proxy's page of HTML must not end it for good
                if isinstance(error, TelegramConflictError):
                    log.error("another program polls with the same INNOM_TELEGRAM_TOKEN")
                log.warning("polling waits %.0f s: %s", pause, type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _get(self, offset: int) -> list[dict[str, Any]]:
        method = GetRawUpdates(
            offset=offset or None, timeout=POLL_SECONDS, allowed_updates=list(KINDS)
        )
        updates: list[dict[str, Any]] = await self.bot(method, request_timeout=POLL_SECONDS + 10)
        return updates

    def _incoming(self, update: Any) -> Incoming | None:
        if not isinstance(update, dict) or _id(update) < 0:
            return None
        kind = next((k for k in KINDS if isinstance(update.get(k), dict)), None)
        if kind is None:
            return None
        message = update[kind].get("message") if kind == "callback_query" else update[kind]
        chat = message.get("chat") if isinstance(message, dict) else None
        # Silent in groups: what is said there is nobody's question to a municipality.
        if not isinstance(chat, dict) or chat.get("type") != "private":
            return None
        if not _is_id(chat.get("id")):
            return None
        external, content = str(chat.get("id")), safe_all(update[kind])
        self._redact_split(external, content)
        payload = {"update_id": update["update_id"], kind: content}
        return Incoming(external, str(update["update_id"]), lambda _: payload)

    def _redact_split(self, external: str, content: dict[str, Any]) -> None:
        """A number split over two messages: the first is not stored, so the second is cut."""
        text = content.get("text")
        if not isinstance(text, str):
            return
        if (before := self._tails.pop(external, None)) and (both := redact_split(before, text)):
            content["text"] = text = both[1]
        if may_be_begun(text):
            self._tails[external] = text[-20:]
            if len(self._tails) > MAX_TAILS:
                self._tails.pop(next(iter(self._tails)))

    async def _help(self, incoming: Incoming) -> None:
        content = next(iter(v for v in incoming.payload(0).values() if isinstance(v, dict)))
        words = content.get("text") or content.get("caption") or ""
        help_text = self.first_aid(words) if isinstance(words, str) else None
        if help_text and self.turns.helped(self.bot.id, incoming.key):
            try:
                html = for_telegram(read_html(help_text))
                await self.bot.send_message(int(incoming.external_id), html)
            except Exception as error:  # the update comes again, and with it the help
                self.turns.not_helped(self.bot.id, incoming.key)
                log.warning("help could not be sent: %s", type(error).__name__)


def _is_id(number: Any) -> bool:
    """Whether a number is one that Telegram and the databases know: a bool is none."""
    return type(number) is int and -(2**63) <= number < 2**63


def _id(update: Any) -> int:
    number: Any = update.get("update_id") if isinstance(update, dict) else None
    return int(number) if _is_id(number) and number >= 0 else -1
