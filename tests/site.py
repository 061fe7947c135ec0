"""The real web application on a free port, and what browsers and others do to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, cast

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bot.actions.mind import Mind
from bot.app import App, running
from bot.channels.visitors import new_token
from bot.serve import listen, make_server
from bot.settings import Settings

_numbers = count(1)
PATIENCE = 60  # seconds, for a machine that does other things as well


@dataclass
class Site:
    """A running chat. `client` asks plainly; `open` is a page's socket."""

    app: App
    port: int
    client: httpx.AsyncClient

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def send(self, token: str, frame: dict[str, Any]) -> httpx.Response:
        """Sends one frame by plain request."""
        return await self.client.post("/chat/send", json=frame, headers=bearer(token))

    async def events(self, token: str, after: object = 0) -> list[dict[str, Any]]:
        """What came after an event; waits where there is nothing."""
        path = f"/chat/events?after={after}"
        answer = await self.client.get(path, headers=bearer(token))
        assert answer.status_code == 200, answer.status_code
        events: list[dict[str, Any]] = answer.json()["events"]
        return events

    async def history(self, token: str, count: int) -> list[dict[str, Any]]:
        """All events of a chat, as soon as there are `count`."""
        async with asyncio.timeout(PATIENCE):
            while len(events := await self.events(token)) < count:
                await asyncio.sleep(0.02)
        return events

    def dial(self, origin: str | None = "own", **options: Any) -> connect:
        """A connection to the socket; without `origin`, as the page makes it."""
        own = f"http://{self.host}" if origin == "own" else origin
        options = {
            "open_timeout": PATIENCE,
            "close_timeout": 1,
            "max_size": None,
            "proxy": None,
            **options,
        }
        return connect(f"ws://{self.host}/chat/socket", origin=cast(Origin | None, own), **options)

    @asynccontextmanager
    async def open(self, token: str, **hello: Any) -> AsyncIterator["Tab"]:
        """A page that has said hello."""
        async with self.dial() as socket:
            tab = Tab(socket)
            await tab.says({"t": "hello", "token": token, **hello})
            assert await tab.hears("pong")
            yield tab


@dataclass
class Tab:
    """One open page."""

    socket: ClientConnection

    async def says(self, frame: dict[str, Any]) -> None:
        await self.socket.send(json.dumps(frame))

    async def hears(self, kind: str, /, **more: Any) -> dict[str, Any]:
        """The next frame of a kind; others are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                if frame["t"] == kind and more.items() <= frame.items():
                    return frame

    async def closed(self) -> int | None:
        """Waits until the server closes; returns the code."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        return self.socket.close_code


@asynccontextmanager
async def serving(folder: Path, mind: Mind) -> AsyncIterator[Site]:
    """The program's own application on its own server, with its data in `folder`."""
    async with running(Settings(data_dir=folder), mind) as app:
        with listen("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]
            server = make_server(app.web, app.settings.trusted_proxies)
            task = asyncio.create_task(server.serve(sockets=[listening]))
            url = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False) as client:
                yield Site(app, port, client)
            server.should_exit = True
            await task


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def say(text: str, **more: Any) -> dict[str, Any]:
    """A frame of somebody who writes."""
    return {"t": "say", "id": f"message-{next(_numbers):06d}", "text": text, "lang": "en", **more}


def press(data: str, **more: Any) -> dict[str, Any]:
    """A frame of somebody who presses a button."""
    frame = {"t": "press", "id": f"press-{next(_numbers):06d}", "data": data, "message": 0}
    return {**frame, "lang": "en", **more}


def words(event: dict[str, Any]) -> str:
    """An event's text."""
    return "".join(run["text"] for run in event["body"].get("runs", []))


__all__ = ["Site", "Tab", "bearer", "new_token", "press", "say", "serving", "words"]
