"""Wakes those who wait for a chat's next event: in this process, and over PostgreSQL in others."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import asyncpg
from sqlalchemy import text

from db.engine import Database, Db

log = logging.getLogger(__name__)

CHANNEL = "innom_history"
RECONNECT_SECONDS = 2.0
SAFETY_SECONDS = 30.0  # so often a watcher looks though nobody woke it
PROBE_SECONDS = 10.0  # a line that a firewall cut says nothing of it
LOST_SECONDS = 1.0  # and so often while nobody could


class Notifier:
    """Whoever watches a chat (by its external id) is woken when it has new events."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._watching: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._hears = False

    @property
    def patience(self) -> float:
        """Seconds after which a watcher looks by itself: a wake-up from elsewhere may be lost."""
        return SAFETY_SECONDS if self.database.is_sqlite or self._hears else LOST_SECONDS

    @contextmanager
    def watch(self, chat: str) -> Iterator[asyncio.Event]:
        """An event that is set when the chat has news, for as long as the block lasts."""
        woken = asyncio.Event()
        self._watching[chat].add(woken)
        try:
            yield woken
        finally:
            self._watching[chat].discard(woken)
            if not self._watching[chat]:
                del self._watching[chat]

    def wake(self, chat: str) -> None:
        """Wakes the watchers in this process."""
        for woken in self._watching.get(chat, ()):
            woken.set()

    async def tell_others(self, db: Db, chat: str) -> None:
        """Wakes the watchers in other processes, when the transaction commits."""
        if not self.database.is_sqlite:
            values = {"channel": CHANNEL, "chat": chat}
            await db.execute(text("SELECT pg_notify(:channel, :chat)"), values)

    def start(self) -> None:
        """Begins to listen to other processes, where there can be any."""
        if not self.database.is_sqlite:
            self._task = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stops listening."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        url = self.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                await self._listen_once(await asyncpg.connect(url))
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("lost touch with the other processes; looking every second")
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self, connection: asyncpg.Connection) -> None:
        """Hears until the connection is lost, or this is cancelled."""
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self._hears = True
            self._wake_all()  # what was told before this was not heard
            await self._until(lost, connection)
        finally:
            self._hears = False
            self._wake_all()  # they may be waiting long
            connection.terminate()

    async def _until(self, lost: asyncio.Event, connection: asyncpg.Connection) -> None:
        """Waits for the end of the connection; asks it now and then, for it may end unnoticed."""
        while not lost.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), PROBE_SECONDS)
                return
            await connection.fetchval("SELECT 1", timeout=PROBE_SECONDS)

    def _wake_all(self) -> None:
        for chat in list(self._watching):
            self.wake(chat)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        self.wake(payload)
