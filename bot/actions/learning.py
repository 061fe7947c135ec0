"""Keeps a process's mind with what staff publish, in whatever process they do it."""

import asyncio
import logging
from contextlib import suppress

from bot.actions.mind import Mind
from bot.actions.publishing import find_changes
from db.engine import Database, Db

log = logging.getLogger(__name__)


async def catch_up(db: Db, mind: Mind) -> None:
    """Answers with what is published now; the index follows with the next tick."""
    if changes := await find_changes(db, mind.number):
        mind.learn(*changes)


class Learner:
    """Looks for news when told to; new words at once, the index beside the running server."""

    def __init__(self, database: Database, mind: Mind) -> None:
        self.database, self.mind = database, mind
        self._building: asyncio.Task[None] | None = None
        self._failed = -1  # the publishing that no index could be built from

    async def look(self) -> None:
        """Answers with what is published now; the index follows."""
        async with self.database.read() as db:
            await catch_up(db, self.mind)

    async def tick(self) -> None:
        """Looks, and lets the index follow where it is behind."""
        await self.look()
        idle = self._building is None or self._building.done()
        wanted = self.mind.understander and self.mind.is_behind
        if wanted and idle and self._failed != self.mind.number:
            self._building = asyncio.create_task(self._follow())

    async def caught_up(self) -> None:
        """Waits until the index that is being built is in use."""
        if self._building:
            await self._building

    async def close(self) -> None:
        """Waits for no index any more."""
        if self._building:
            self._building.cancel()
            with suppress(asyncio.CancelledError):
                await self._building

    async def _follow(self) -> None:
        """Builds until nothing is new; the old index serves on where that fails."""
        try:
            while self.mind.is_behind:
                await asyncio.to_thread(self.mind.build)
        except Exception as error:
            self._failed = self.mind.number
            log.error("the index could not follow: %s", type(error).__name__)
