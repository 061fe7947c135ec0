"""A small Bot API over real HTTP: hands out updates until they are confirmed, records what is sent.

Each server is given an address of its own (`/<name>`), so that it is known who polls.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

TOKEN = "4242:stub-of-the-bot-api"
FIRST_UPDATE = 700_000
BLOCKED, FLOOD, CUT = "blocked", "flood", "cut"
REFUSALS: dict[str | None, tuple[int, str, int]] = {
    BLOCKED: (403, "Forbidden: bot was blocked by the user", 0),
    FLOOD: (429, "Too Many Requests: retry after 1", 1),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One sendMessage that arrived."""

    chat: int
    text: str
    server: str
    at: float = field(default_factory=time.monotonic)


@dataclass
class TelegramStub:
    """Use it as an asynchronous context manager; then `url` is its address."""

    url: str = ""
    sent: list[Sent] = field(default_factory=list)
    poller: str | None = None
    updates: list[dict[str, Any]] = field(default_factory=list)
    moods: dict[int, list[str]] = field(default_factory=dict)  # what a chat's next sends meet
    _numbers: int = FIRST_UPDATE
    _polls: int = 0
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __aenter__(self) -> Self:
        made = web.Application()
        made.router.add_post("/{server}/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(made, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._news:
            self._polls += 1  # whoever still polls is sent away
            self._news.notify_all()
        await self._runner.cleanup()

    async def say(self, chat: int, *texts: str) -> None:
        """A person writes; several texts arrive in one batch."""
        async with self._news:
            for text in texts:
                self._numbers += 1
                self.updates.append({"update_id": self._numbers, "message": self._said(chat, text)})
            self._news.notify_all()

    def texts(self, chat: int) -> list[str]:
        """What a chat was sent, in order of arrival."""
        return [sent.text for sent in self.sent if sent.chat == chat]

    def _said(self, chat: int, text: str) -> dict[str, Any]:
        people = {"chat": {"id": chat, "type": "private"}}
        people["from"] = {"id": chat, "is_bot": False, "first_name": "Anna"}
        return {"message_id": self._numbers, "date": int(time.time()), "text": text, **people}

    async def _call(self, request: web.Request) -> web.Response:
        values, server = await request.post(), request.match_info["server"]
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return self._refuse(401, "Unauthorized")
        if method == "getUpdates":
            return await self._poll(server, values)
        if method == "sendMessage":
            mood = self._mood(int(str(values["chat_id"])))
            if mood in REFUSALS:
                return self._refuse(*REFUSALS[mood])
            self.sent.append(Sent(int(str(values["chat_id"])), str(values["text"]), server))
            if mood == CUT and request.transport:
                request.transport.abort()
            message = self._said(self.sent[-1].chat, self.sent[-1].text)
            return self._answer({**message, "message_id": len(self.sent)})
        return self._answer(True)

    async def _poll(self, server: str, values: Any) -> web.Response:
        """Confirms what is below the offset; a newer poll sends an older one away."""
        offset, patience = int(values.get("offset", 0)), float(values.get("timeout", 0))
        async with self._news:
            self._polls += 1
            mine, self.poller = self._polls, server
            self._news.notify_all()
            self.updates = [u for u in self.updates if u["update_id"] >= offset]

            def over() -> bool:
                return self._polls != mine or bool(self.updates)

            try:
                await asyncio.wait_for(self._news.wait_for(over), patience)
            except TimeoutError:
                return self._answer([])
            if self._polls != mine:
                return self._refuse(409, "Conflict: terminated by other getUpdates request")
            return self._answer(self.updates[:100])

    def _mood(self, chat: int) -> str | None:
        """A flood or a cut passes; who has blocked the bot has blocked it for good."""
        moods = self.moods.get(chat)
        if not moods:
            return None
        return moods[0] if moods[0] == BLOCKED else moods.pop(0)

    def _answer(self, result: Any) -> web.Response:
        return web.json_response({"ok": True, "result": result})

    def _refuse(self, code: int, words: str, retry_after: int = 0) -> web.Response:
        refusal: dict[str, Any] = {"ok": False, "error_code": code, "description": words}
        if retry_after:
            refusal["parameters"] = {"retry_after": retry_after}
        return web.json_response(refusal, status=code)
