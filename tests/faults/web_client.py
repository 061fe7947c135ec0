"""A browser's line to the server, as the chat page keeps it (bot/web/static/chat-link.js).

It keeps what is not acknowledged and sends it again with the same id, asks for what came after the
last number that it has, and passes each event on once. Only its waits are shorter.
"""

import asyncio
import json
import random
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

SILENT_SOCKETS = 2
FIRST_WAIT, LONGEST_WAIT = 0.05, 0.5
PATIENCE = 30
LOST = (OSError, httpx.HTTPError, WebSocketException, TimeoutError)

Frame = dict[str, Any]


class WebClient:
    """One open page. `run` keeps the line until it is cancelled; `shown` is what the page shows."""

    def __init__(
        self, servers: Sequence[str], http: httpx.AsyncClient, *, blocked: bool = False
    ) -> None:
        self.servers, self.http, self.blocked = servers, http, blocked
        self.token: str | None = None
        self.shown: list[Frame] = []
        self.refused: list[Frame] = []
        self.waiting: list[Frame] = []
        self.last = 0
        self._silent, self._wait = 0, FIRST_WAIT
        self._socket: asyncio.Queue[Frame] | None = None
        self._news = asyncio.Event()

    def say(self, text: str) -> str:
        """Writes a message; returns its id."""
        return self.tell(self.frame(text))

    def frame(self, text: str) -> Frame:
        """A message as the page sends it."""
        return {"t": "say", "id": str(uuid.uuid4()), "text": text}

    def tell(self, frame: Frame) -> str:
        """Keeps a frame until it is acknowledged, and sends it if there is a line."""
        self.waiting.append(frame)
        self._news.set()
        if self._socket:
            self._socket.put_nowait(frame)
        return str(frame["id"])

    def again(self, frame: Frame) -> None:
        """Sends once more what was refused."""
        self.refused = [refusal for refusal in self.refused if refusal["id"] != frame["id"]]
        self.tell(frame)

    async def run(self) -> None:
        """Connects, again and again."""
        while True:
            with suppress(*LOST):
                base = random.choice(self.servers)
                if self.token is None:
                    answer = await self.http.post(f"{base}/chat/session")
                    self.token = answer.raise_for_status().json()["token"]
                await (self._dial(base) if self._silent < SILENT_SOCKETS else self._poll(base))
            await asyncio.sleep(self._wait * (0.5 + random.random() / 2))
            self._wait = min(self._wait * 2, LONGEST_WAIT)

    async def history(self, base: str) -> list[Frame]:
        """All that the server would show a page that is opened anew."""
        events: list[Frame] = []
        while (after := events[-1]["no"] if events else 0) < self.last:
            if not (news := (await self._events(base, after))["events"]):
                break
            events += news
        return events

    async def _dial(self, base: str) -> None:
        spoken = False
        try:
            if self.blocked:
                raise OSError("sockets are blocked here")
            async with connect(f"{base.replace('http', 'ws')}/chat/socket", origin=base) as socket:  # type: ignore[arg-type]
                writing = asyncio.create_task(self._write(socket))
                try:
                    async for message in socket:
                        spoken, self._silent = True, 0
                        self._receive(json.loads(message))
                finally:
                    self._socket = None
                    writing.cancel()
        finally:
            self._silent += not spoken

    async def _write(self, socket: Any) -> None:
        frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._socket = frames
        frames.put_nowait({"t": "hello", "token": self.token, "after": self.last, "lang": "nb"})
        for frame in self.waiting:
            frames.put_nowait(frame)
        with suppress(*LOST):
            while True:
                await socket.send(json.dumps(await frames.get()))

    async def _poll(self, base: str) -> None:
        delivering = asyncio.create_task(self._deliver(base))
        listening = asyncio.create_task(self._listen(base))
        tasks = (delivering, listening)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._silent = SILENT_SOCKETS - 1  # the whole line was down: let a socket try first
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, base: str) -> None:
        while True:
            for event in (await self._events(base, self.last))["events"]:
                self._receive({"t": "event", **event})

    async def _deliver(self, base: str) -> None:
        while True:
            self._news.clear()
            while self.waiting:
                self._receive(await self._post(base, self.waiting[0]))
            await self._news.wait()

    async def _post(self, base: str, frame: Frame) -> Frame:
        answer = await self.http.post(
            f"{base}/chat/send", json=frame, headers=self._bearer(), timeout=PATIENCE
        )
        if answer.is_success:
            return {"t": "ack", "id": frame["id"]}
        if not (said := answer.json()).get("text"):
            answer.raise_for_status()
        return {"t": "refused", "id": frame["id"], **said}

    async def _events(self, base: str, after: int) -> Frame:
        answer = await self.http.get(
            f"{base}/chat/events?after={after}", headers=self._bearer(), timeout=PATIENCE
        )
        events: Frame = answer.raise_for_status().json()
        return events

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _receive(self, frame: Frame) -> None:
        self._wait = FIRST_WAIT
        if frame["t"] == "event":
            if frame["no"] <= self.last:
                return
            self.last = frame["no"]
            self.shown.append(frame)
        if frame["t"] == "refused":
            self.refused.append(frame)
        if "id" in frame:
            self.waiting = [kept for kept in self.waiting if kept["id"] != frame["id"]]
