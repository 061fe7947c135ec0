"""The web chat's way in: what a visitor's browser sends becomes updates."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.intake import safe
from bot.channels.turns import Incoming, Turns
from bot.channels.web import BOT_ID, chat_id
from bot.knowledge.redaction import may_go_on, redact_split
from bot.knowledge.text import MAX_TEXT
from db.addresses import find_address
from db.engine import Database
from db.history import find_last_said

TOKEN = re.compile(r"[A-Za-z0-9_-]{40,64}")
MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
MAX_LABEL = 120


class BadFrame(ValueError):
    """A frame that the chat page does not send; the message is for the log."""


class TooLong(ValueError):
    """A message above the limit; the visitor is asked to shorten it."""


def new_token() -> str:
    """A visitor's key to their chat: 256 random bits, URL-safe, never put into a URL."""
    return secrets.token_urlsafe(32)


def external_id(token: Any) -> str:
    """What is stored of a token: its SHA-256, so that a copy of the database opens no chat."""
    if not isinstance(token, str) or not TOKEN.fullmatch(token):
        raise BadFrame("no token")
    return hashlib.sha256(token.encode()).hexdigest()


def frame_id(frame: dict[str, Any]) -> str | None:
    """The browser's own id of a frame, or None where it has none that can be used."""
    key = frame.get("id")
    return key if isinstance(key, str) and MESSAGE_ID.fullmatch(key) else None


@dataclass(frozen=True, slots=True)
class Visitor:
    """One visitor's chat."""

    external: str
    database: Database
    turns: Turns

    async def address(self) -> int | None:
        """The chat's address id, or None where nothing was written yet."""
        async with self.database.read() as db:
            return await find_address(db, BOT_ID, self.external)

    async def take(self, frame: dict[str, Any]) -> None:
        """Commits what was typed or pressed. Raises BadFrame, TooLong or one of DATABASE_DOWN."""
        await self.turns.receive(BOT_ID, [await self._incoming(frame)])

    def helped(self, frame: dict[str, Any]) -> bool:
        """Remembers that danger in this frame was answered; False if it was already."""
        return self.turns.helped(BOT_ID, f"{self.external[:32]}:{frame.get('id')}")

    async def _incoming(self, frame: dict[str, Any]) -> Incoming:
        kind, key = frame.get("t"), frame_id(frame)
        if key is None:
            raise BadFrame("no id")
        key = f"{self.external[:32]}:{key}"
        if kind == "say":
            return await self._said(frame, key)
        if kind == "press":
            return self._pressed(frame, key)
        raise BadFrame("an unknown kind of frame")

    async def _said(self, frame: dict[str, Any], key: str) -> Incoming:
        text = frame.get("text")
        if not isinstance(text, str):
            raise BadFrame("no text")
        if len(text) > MAX_TEXT:
            raise TooLong
        text = safe(text)
        rewrite = None
        if may_go_on(text) and (found := await self._rewrites(text)):
            text, rewrite = found
        shown = {"runs": [{"text": text}], "id": frame["id"]}
        message = {"date": _seconds(), "text": text, "message_id": 0}
        lang = frame.get("lang")

        def payload(address: int) -> dict[str, Any]:
            return {"update_id": 0, "message": {**message, **_people(address, lang)}}

        return Incoming(self.external, key, payload, shown, rewrite)

    async def _rewrites(self, text: str) -> tuple[str, tuple[int, dict[str, Any]]] | None:
        """The text, and the event before it, without a number that is split over the two."""
        async with self.database.read() as db:
            address = await find_address(db, BOT_ID, self.external)
            last = await find_last_said(db, address) if address else None
        if last is None:
            return None
        no, body = last
        both = redact_split("".join(run["text"] for run in body.get("runs", ())), text)
        return (both[1], (no, {**body, "runs": [{"text": both[0]}]})) if both else None

    def _pressed(self, frame: dict[str, Any], key: str) -> Incoming:
        data, number, label = frame.get("data"), frame.get("message"), frame.get("label")
        if not isinstance(data, str) or not 0 < len(data.encode("utf-8", "replace")) <= 64:
            raise BadFrame("no button's data")
        if not isinstance(number, int) or not 0 <= number < 2**31:
            raise BadFrame("no message's number")
        shown = None
        if isinstance(label, str) and label.strip():
            shown = {"runs": [{"text": safe(label[:MAX_LABEL])}], "id": frame["id"], "press": True}
        message = {"date": _seconds(), "text": "", "message_id": number}
        query = {"id": key[-60:], "chat_instance": "web", "data": safe(data)}
        lang = frame.get("lang")

        def payload(address: int) -> dict[str, Any]:
            people = _people(address, lang)
            asked = {**query, "from": people["from"], "message": {**message, **people}}
            return {"update_id": 0, "callback_query": asked}

        return Incoming(self.external, key, payload, shown)


def _people(address: int, lang: Any) -> dict[str, Any]:
    """Chat and sender as Telegram names them. Nobody has a name here."""
    code = lang if isinstance(lang, str) and re.fullmatch(r"[a-z]{2}", lang) else None
    sender = {"id": chat_id(address), "is_bot": False, "first_name": "", "language_code": code}
    return {"chat": {"id": chat_id(address), "type": "private"}, "from": sender}


def _seconds() -> int:
    return int(datetime.now(UTC).timestamp())
