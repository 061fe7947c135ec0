"""A town: servers on one database, people at chat pages, and Telegram's stub."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import httpx
from sqlalchemy import func, select

from db.engine import Database
from db.inbox import Inbox
from db.outbox import OPEN, Outbox
from tests.faults.outcome import answered, replies
from tests.faults.processes import Forge, Server
from tests.faults.server import LATE
from tests.faults.telegram_stub import TelegramStub
from tests.faults.web_client import WebClient

LOOK_SECONDS = 0.1

_inbox = Inbox.__table__  # type: ignore[attr-defined]
_outbox = Outbox.__table__  # type: ignore[attr-defined]


class Town:
    """Servers, people on the web and people on Telegram."""

    def __init__(
        self, servers: Sequence[Server], stub: TelegramStub, http: httpx.AsyncClient, url: str
    ) -> None:
        self.servers, self.stub, self.http, self.url = servers, stub, http, url
        self.pages: list[WebClient] = []
        self._lines: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def built(
        cls, forge: Forge, data: Path, url: str, *, names: str = "a", late: float = 0
    ) -> AsyncIterator[Self]:
        """A town on a database, with one server for each letter of `names`, none started."""
        settings = {LATE: str(late)}
        if not url.startswith("sqlite"):
            settings["INNOM_DATABASE_URL"] = url
        async with TelegramStub() as stub, httpx.AsyncClient() as http:
            servers = [Server(forge, name, data, settings, stub.url) for name in names]
            town = cls(servers, stub, http, url)
            try:
                yield town
            finally:
                await town.close()

    async def close(self) -> None:
        """Nobody writes any more, and no server runs."""
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        for server in self.servers:
            await server.kill()

    def open_page(self, *, blocked: bool = False) -> WebClient:
        """Somebody opens the chat; where sockets are `blocked`, it goes by plain requests."""
        page = WebClient([server.url for server in self.servers], self.http, blocked=blocked)
        self.pages.append(page)
        self._lines.append(asyncio.create_task(page.run()))
        return page

    async def start(self) -> None:
        """Starts the servers that do not run."""
        for server in self.servers:
            if not server.is_alive():
                server.start()
        await asyncio.gather(*(server.ready() for server in self.servers))

    async def leader(self) -> Server:
        """The server that polls; waits until there is one."""
        while True:
            for server in self.servers:
                if server.is_alive() and self.stub.poller == server.name:
                    return server
            await asyncio.sleep(LOOK_SECONDS)

    async def kill(self, server: Server) -> None:
        """Kills a server, if it has not died yet."""
        await server.kill()
        if self.stub.poller == server.name:
            self.stub.poller = None

    async def count_left(self) -> Counter[str]:
        """How many rows the database holds in each state, and sends that were `uncertain`."""
        database = Database(self.url)
        left: Counter[str] = Counter()
        try:
            async with database.read() as db:
                for area, table in (("inbox", _inbox), ("outbox", _outbox)):
                    query = select(table.c.state, func.count()).group_by(table.c.state)
                    left.update({f"{area} {s}": n for s, n in await db.execute(query)})
                again = select(func.sum(_outbox.c.attempt - 1)).where(_outbox.c.attempt > 1)
                left["uncertain"] = int((await db.execute(again)).scalar_one() or 0)
        finally:
            await database.close()
        return left

    async def settle(self, expected: Mapping[str, int], patience: float) -> None:
        """Returns when everything is answered and sent, or nothing new came for `patience` s."""
        before, waited = -1, 0.0
        while waited < patience:
            left = await self.count_left()
            is_open = sum(left[f"outbox {state}"] for state in OPEN) + left["inbox waiting"]
            news = len(self.stub.sent) + sum(len(page.shown) for page in self.pages)
            if not is_open and all(self.answers(name) >= n for name, n in expected.items()):
                return
            waited = waited + LOOK_SECONDS if news == before else 0.0
            before = news
            await asyncio.sleep(LOOK_SECONDS)

    def answers(self, channel: str) -> int:
        """How many different messages were answered on a channel."""
        if channel == "telegram":
            return len({(sent.chat, answered(sent.text)) for sent in self.stub.sent})
        return sum(len(set(replies(page.shown))) for page in self.pages)
