"""People who talk to the bot through the real dispatcher and a real database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from bot.actions.mind import Mind
from bot.app import make_turns
from bot.channels.notify import Notifier
from bot.channels.visitors import Visitor, external_id, new_token
from bot.channels.web import BOT_ID, WebChannel
from db.addresses import find_address
from db.engine import Database
from db.history import list_events

_numbers = count(1)


class Talk:
    """The engine with the web chat; `person()` opens a chat."""

    def __init__(self, database: Database, mind: Mind, now: Callable[[], datetime]) -> None:
        self.database = database
        web = WebChannel(Notifier(database))
        self.turns = make_turns(database, {BOT_ID: web}, mind, "test", now)

    def person(self, lang: str | None = None) -> "Person":
        visitor = Visitor(external_id(new_token()), self.database, self.turns)
        return Person(self, visitor, lang)


@dataclass
class Person:
    """Somebody at a browser. Each verb returns the replies that it led to."""

    talk: Talk
    visitor: Visitor
    lang: str | None = None
    replies: list[dict[str, Any]] = field(default_factory=list)
    seen: int = 0

    async def says(self, text: str, **frame: Any) -> str:
        """Writes; returns the replies' words."""
        return await self.sends({"t": "say", "text": text, **frame})

    async def presses(self, label_or_data: str) -> str:
        """Presses the last button of that name (or data); returns the replies' words."""
        for event in reversed(await self.events(0)):
            for button in self.buttons(event):
                if label_or_data in (button["text"], button.get("data")):
                    return await self.press(button["data"], event["no"])
        raise AssertionError(f"no button {label_or_data!r}")

    async def press(self, data: str, message: int = 0) -> str:
        return await self.sends({"t": "press", "data": data, "message": message})

    async def sends(self, frame: dict[str, Any]) -> str:
        """Sends one frame and waits for the turn to end."""
        key = {"id": f"frame-{next(_numbers):08d}", "lang": self.lang}
        await self.visitor.take({**key, **frame})
        await self.talk.turns.idle()
        return await self.hears()

    async def hears(self) -> str:
        """What came since the last time, as text."""
        news = await self.events(self.seen)
        self.seen = max([self.seen, *(event["no"] for event in news)])
        self.replies = [event for event in news if event["kind"] != "in"]
        return "\n---\n".join(words(event) for event in self.replies)

    async def events(self, after: int) -> list[dict[str, Any]]:
        """The chat's history after number `after`."""
        async with self.talk.database.read() as db:
            address = await find_address(db, BOT_ID, self.visitor.external)
            rows = await list_events(db, address, after, 10_000) if address else []
        return [dict(zip(("no", "kind", "message", "body", "at"), r, strict=True)) for r in rows]

    def buttons(self, event: dict[str, Any] | None = None) -> list[dict[str, str]]:
        """The buttons under an event, or under the last reply."""
        shown = event or self.replies[-1]
        return [button for row in shown["body"].get("buttons", []) for button in row]

    def labels(self) -> list[str]:
        """What the last reply's buttons say."""
        return [button["text"] for button in self.buttons()]


def words(event: dict[str, Any]) -> str:
    """An event's text."""
    return "".join(run["text"] for run in event["body"].get("runs", []))
