"""Keeps a process's mind with what staff publish, in whatever process they do it."""

import asyncio
import logging
from contextlib import suppress
from functools import partial
from threading import Event

from bot.actions.mind import Mind
from bot.actions.publishing import find_changes
from bot.knowledge.corpus import documents
from db.engine import Database, Db

log = logging.getLogger(__name__)

PAUSE = 0.002  # seconds after each text that is read: whoever asks a question comes first


class Interrupted(Exception):
    """The reading ended early: there is news, or the program ends."""


async def catch_up(db: Db, mind: Mind) -> None:
    """Answers with what is published now; the index follows with the next tick."""
    if changes := await find_changes(db, mind.number):
        mind.learn(*changes)


class Learner:
    """Looks for news when told to; new words at once, the index beside the running server.

    Where meanings are compared, new texts are read before the index is built: a second or two for
    an entry. At a first start with many of them, words alone serve until all are read.
    """

    def __init__(self, database: Database, mind: Mind) -> None:
        self.database, self.mind = database, mind
        self._following: asyncio.Task[None] | None = None
        self._ends = Event()
        self._read = -1  # the publishing whose texts were read, or could not be
        self._failed = -1  # the publishing that no index could be built from

    async def look(self) -> None:
        """Answers with what is published now; the index follows."""
        async with self.database.read() as db:
            await catch_up(db, self.mind)

    async def tick(self) -> None:
        """Looks, and lets the index follow where it is behind."""
        await self.look()
        idle = self._following is None or self._following.done()
        if self.mind.understander and idle and self._is_behind:
            self._following = asyncio.create_task(self._follow())

    async def caught_up(self) -> None:
        """Waits until the index that is being built is in use."""
        if self._following:
            await self._following

    async def close(self) -> None:
        """Waits for no index any more."""
        self._ends.set()
        if self._following:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following

    @property
    def _is_behind(self) -> bool:
        """Whether something is to be read or built, and not known to fail."""
        unread = self.mind.library is not None and self._read != self.mind.number
        return unread or (self.mind.is_behind and self._failed != self.mind.number)

    async def _follow(self) -> None:
        """Reads and builds until nothing is new; the old index serves on where that fails."""
        while self._is_behind:
            await asyncio.to_thread(self._read_texts)
            number = self.mind.number
            try:
                await asyncio.to_thread(self.mind.build)
            except Exception as error:
                self._failed = number
                log.error("the index could not follow: %s", type(error).__name__)

    def _read_texts(self) -> None:
        """Learns the meaning of the texts in use; what cannot be read is found by its words."""
        mind, number = self.mind, self.mind.number
        if mind.library is None:
            return
        missing = mind.library.missing(text for _, text in documents(mind.knowledge))
        if missing:
            log.info("reading the meaning of %d texts", len(missing))
        try:
            mind.library.learn(missing, partial(self._tell, number))
        except Interrupted:
            return
        except Exception as error:
            log.error("the meaning of texts could not be read: %s", type(error).__name__)
        else:
            log.info("the meaning of all texts is read")
        finally:
            mind.texts_read += mind.reading[0] if mind.reading else 0
            mind.reading = None
        self._read = number

    def _tell(self, number: int, done: int, total: int) -> None:
        """Notes how far the reading is. A long one is interrupted by news, which come first."""
        self.mind.reading = (done, total)
        news = self.mind.number != number and not self.mind.compares
        if self._ends.wait(PAUSE) or news:
            raise Interrupted
