"""A Bot API server that records what it is asked, and misbehaves on demand."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

SECONDS = 90  # to wait for anything: two slow cores may start several programs at once

Misdeed = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Call:
    """One request of the bot: the method's name, its parameters, and the answer's status."""

    name: str
    fields: dict[str, Any]
    status: int = 0

    @property
    def buttons(self) -> list[dict[str, str]]:
        """The buttons under a message, in order."""
        rows = json.loads(self.fields.get("reply_markup") or "{}").get("inline_keyboard", [])
        return [button for row in rows for button in row]


@dataclass
class Wire:
    """Records what a bot asks for. Answers itself, or passes it on to `upstream`."""

    upstream: str | None = None
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    updates: list[Any] = field(default_factory=list)
    will: dict[str, deque[Misdeed]] = field(default_factory=lambda: defaultdict(deque))
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call, answered by the next misdeed planned for its method, if there is one."""
        name, body = request.match_info["method"], await request.read()
        call = Call(name, dict(await request.post()))
        self.calls.append(call)
        self._tell()
        try:
            if self.will[name]:
                answer = await self.will[name].popleft()(request)
            elif self.upstream:
                answer = await self._pass_on(request, body)
            else:
                answer = await self._answer(call)
            call.status = answer.status
        finally:
            self._tell()
        return answer

    def sent(self, chat: int | None = None) -> list[Call]:
        """The messages that were asked to be sent, and have their answer, in order."""
        messages = [call for call in self.calls if call.name == "sendMessage" and call.status]
        return [call for call in messages if chat in (None, int(call.fields["chat_id"]))]

    async def until(self, reached: Callable[[], Any], seconds: float = SECONDS) -> None:
        """Returns when something is so; it is looked at with every call."""
        async with asyncio.timeout(seconds):
            while not reached():
                self.news.clear()
                await self.news.wait()

    def has_for_bot(self, *updates: Any) -> None:
        """Puts updates into the queue of `getUpdates`."""
        self.updates += updates
        self._tell()

    def _tell(self) -> None:
        self.news.set()

    async def _pass_on(self, request: web.Request, body: bytes) -> web.Response:
        headers = {"Content-Type": request.headers["Content-Type"]}
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{self.upstream}{request.path}", data=body, headers=headers) as answer,
        ):
            return web.Response(
                status=answer.status, body=await answer.read(), content_type="application/json"
            )

    async def _answer(self, call: Call) -> web.Response:
        if call.name == "getUpdates":
            return result(await self._updates(call.fields))
        if call.name.startswith(("send", "editMessage")):
            return result(message_of(int(call.fields["chat_id"]), len(self.calls)))
        return result(True)

    async def _updates(self, fields: dict[str, Any]) -> list[Any]:
        if offset := int(fields.get("offset") or 0):
            self.updates = [u for u in self.updates if _number(u) >= offset]
        if not self.updates:
            self.news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), min(0.5, float(fields["timeout"])))
        return self.updates


def _number(update: Any) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else -1


def result(value: Any) -> web.Response:
    """What Telegram answers when it did as it was asked."""
    return web.json_response({"ok": True, "result": value})


def message_of(chat: int, number: int) -> dict[str, Any]:
    """A sent message as Telegram describes it."""
    return {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "."}


def refusal(code: int, words: str = "refused", **parameters: Any) -> Misdeed:
    """An error as Telegram says it."""

    async def refuse(request: web.Request) -> web.Response:
        body = {"ok": False, "error_code": code, "description": words, "parameters": parameters}
        return web.json_response(body, status=code)

    return refuse


def page(code: int) -> Misdeed:
    """A proxy's page in front of Telegram."""

    async def show(request: web.Request) -> web.Response:
        return web.Response(status=code, text="<html>Bad Gateway</html>", content_type="text/html")

    return show


async def cut(request: web.Request) -> web.StreamResponse:
    """Takes the whole request and hangs up without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serving(wire: Wire) -> AsyncIterator[Wire]:
    """The wire on a free port."""
    app = web.Application(client_max_size=2**22)
    app.router.add_route("*", "/bot{token}/{method}", wire.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    wire.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield wire
    finally:
        await runner.cleanup()
