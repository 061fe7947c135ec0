"""The postman: sends what is due and was not asked for just now, over whatever channel it goes by.

Each lane works by itself, so that a mail server that is down holds up no chat.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.actions.outbox import Mail
from bot.channels.delivery import UNCERTAIN_SECONDS, Outcome
from bot.channels.lanes import CallLane, Desk, WebLane, bot_taker, mail_taker
from bot.channels.telegram import TelegramChannel
from bot.channels.web import WebChannel
from db.delivery import FAR, doubt_lost, expire, expire_mail
from db.engine import Db
from db.heartbeat import beat
from db.outbox import NO_MAIL, Message

log = logging.getLogger(__name__)

IN_FLIGHT = 3  # calls to Telegram at once; with the one e-mail no more than four
BEAT = timedelta(seconds=20)
CLOSE_SECONDS = 5

Work = Callable[[], Awaitable[None]]


class Mailer(Protocol):
    """What sends e-mails."""

    async def send(self, message: Message, mail: Mail) -> Outcome:
        """Sends one e-mail and says how it ended; never raises once anything was sent."""


class Postman:
    """Ticks each second; a tick starts the lanes that do not work already."""

    def __init__(
        self,
        desk: Desk,
        web: WebChannel,
        telegram: TelegramChannel | None = None,
        mailer: Mailer | None = None,
    ) -> None:
        self.desk, self.has_mail = desk, mailer is not None
        self._lanes: dict[str, Work] = {"web": WebLane(desk, web).work}
        if telegram:
            take = bot_taker(desk.owner, telegram.bot.id)
            calls = CallLane(desk, take, telegram.deliver, self.doubt_seconds, IN_FLIGHT)
            self._lanes |= {"replies": telegram.sweep, "telegram": calls.work}
        if mailer:
            mails = CallLane(desk, mail_taker(desk.owner), mailer.send, self.doubt_seconds)
            self._lanes["mail"] = mails.work
        self._working: dict[str, asyncio.Task[None]] = {}
        self._beaten: datetime | None = None

    async def tick(self) -> None:
        """Puts the rows in order, then lets the lanes work."""
        now = self.desk.now()
        async with self.desk.database.write() as db:
            await doubt_lost(db, now, self._later(now))
            await expire(db, now)
            if not self.has_mail:
                await expire_mail(db, now, NO_MAIL)
            await self._beat(db, now)
        for name, work in self._lanes.items():
            if name not in self._working:
                self._working[name] = asyncio.create_task(self._work(name, work))

    async def idle(self) -> None:
        """Returns when no lane works."""
        while self._working:
            await asyncio.wait(list(self._working.values()))

    async def close(self) -> None:
        """Lets calls end that are under way; what is cut off is in doubt at the next start."""
        tasks = list(self._working.values())
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def doubt_own(self) -> None:
        """At a start: what was in mid-send when this database's only process ended is in doubt."""
        now = self.desk.now()
        async with self.desk.database.write() as db:
            await doubt_lost(db, now + FAR, self._later(now))

    def doubt_seconds(self) -> float:
        """How long a send of which nobody knows is given to arrive."""
        return UNCERTAIN_SECONDS

    def _later(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.doubt_seconds())

    async def _beat(self, db: Db, now: datetime) -> None:
        if self._beaten is None or not timedelta(0) <= now - self._beaten < BEAT:
            await beat(db, "outbox", now)
            self._beaten = now

    async def _work(self, name: str, work: Work) -> None:
        try:
            await work()
        except Exception as error:  # the next tick tries again
            log.warning("the outbox stands still (%s): %s", name, type(error).__name__)
        finally:
            del self._working[name]
