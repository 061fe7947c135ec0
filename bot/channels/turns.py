"""Turns: updates come in, are committed, and are handled one at a time in each chat.

An update is committed to the inbox before it is acknowledged. A chat's updates are handled in
order, under a lease with a fence that the turn's commit checks again. Replies, the next step and
"handled" are one commit; then the channel carries the replies out.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from bot.channels.channel import Channel
from bot.channels.pace import Pace
from bot.channels.turn import ClaimLost, Turn, set_running
from db import addresses, history, inbox
from db.addresses import Claim
from db.engine import DATABASE_DOWN, Database, Db, is_down
from db.inbox import DEAD, HANDLED, Waiting

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)  # longer than a turn may take, short enough to wait for after a crash
TURN_SECONDS = 10
ATTEMPTS = 3
AT_ONCE = 8  # turns side by side; more would only queue for the processor and the database
REMEMBERED = 10_000  # keys of updates that were helped while the database was down


class NotItsAddress(Exception):
    """The number that was remembered for a chat is no longer its own: the chat was erased."""


Handle = Callable[[Bot, Update, Turn], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update from a channel. `key` is unique for its bot; `shown` is the history's own copy."""

    external_id: str
    key: str
    payload: Callable[[int], dict[str, Any]]
    shown: dict[str, Any] | None = None
    rewrite: tuple[int, dict[str, Any]] | None = None  # an earlier event that must not stay


@dataclass(frozen=True, slots=True)
class Held:
    """A chat to work on: with its claim and the updates that are known, or still without."""

    address_id: int
    claim: Claim | None = None
    rows: Sequence[Waiting] = ()


def passed(point: str) -> None:
    """A named moment in the life of a message, where a crash must lose nothing."""


class Turns:
    """Receives updates and runs their turns. `handle` does the talking, `apologise` gives up."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[int, Channel],
        handle: Handle,
        apologise: Handle,
        *,
        owner: str,
        now: Callable[[], datetime],
    ) -> None:
        self.database, self.channels = database, channels
        self.handle, self.apologise = handle, apologise
        self.owner, self.now = owner, now
        self.pace = Pace()
        self.ready = asyncio.Event()  # cleared while nothing can be understood yet
        self.ready.set()
        self._closing = asyncio.Event()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._active: set[int] = set()
        self._poked: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids: OrderedDict[tuple[int, str], int] = OrderedDict()
        self._helped: OrderedDict[tuple[int, str], None] = OrderedDict()

    async def receive(self, bot_id: int, batch: Sequence[Incoming]) -> None:
        """Commits updates, then wakes their chats. Raises one of DATABASE_DOWN if it cannot.

        A key that was seen before changes nothing.
        """
        try:
            await self._receive(bot_id, batch)
        except (IntegrityError, NotItsAddress):
            for incoming in batch:
                self._ids.pop((bot_id, incoming.external_id), None)
            await self._receive(bot_id, batch)

    async def _receive(self, bot_id: int, batch: Sequence[Incoming]) -> None:
        stored: list[Held] = []
        ids: dict[str, int] = {}
        try:
            async with self.database.write() as db:
                for incoming in batch:
                    stored += await self._store(db, bot_id, incoming, ids)
        except BaseException:
            self._active -= {held.address_id for held in stored if held.claim}
            raise
        self._remember(bot_id, ids)
        passed("after the inbox commit")
        for held in stored:
            self._wake(held)

    def not_helped(self, bot_id: int, key: str) -> None:
        """Forgets `helped` where the help did not go out."""
        self._helped.pop((bot_id, key), None)

    def helped(self, bot_id: int, key: str) -> bool:
        """Remembers that danger was answered without the database; False if it was already."""
        if (bot_id, key) in self._helped:
            return False
        self._helped[bot_id, key] = None
        if len(self._helped) > REMEMBERED:
            self._helped.popitem(last=False)
        return True

    async def sweep(self) -> None:
        """Wakes chats with updates that nobody works on, after a crash or a lost wake-up."""
        async with self.database.read() as db:
            waiting = await inbox.list_waiting_addresses(db, tuple(self.channels))
        for address_id in waiting:
            if address_id not in self._active:
                self._wake(Held(address_id))

    async def idle(self) -> None:
        """Returns when no turn runs in this process."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Lets running turns end, then stops those that do not; what waits stays in the inbox."""
        self._closing.set()
        self.ready.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=TURN_SECONDS / 2)
        for task in list(self._tasks):
            task.cancel()

    async def _store(
        self, db: Db, bot_id: int, incoming: Incoming, ids: dict[str, int]
    ) -> list[Held]:
        address_id = await self._address(db, bot_id, incoming.external_id, ids)
        payload, now = incoming.payload(address_id), self.now()
        values = {"bot_id": bot_id, "key": incoming.key, "address_id": address_id}
        values |= {"payload": payload, "received_at": now}
        update_id = await inbox.add_update(db, values)
        if update_id is None:
            return []
        claim, no = await self._claim_at_once(db, address_id, incoming.shown is not None)
        await self._check_own(db, bot_id, incoming.external_id, address_id, claim)
        if incoming.shown is not None:
            event = {"address_id": address_id, "no": no, "message": no, "kind": "in", "at": now}
            await history.add_events(db, [{**event, "body": incoming.shown}])
        if incoming.rewrite:
            await history.rewrite_event(db, address_id, *incoming.rewrite)
        first = claim is not None and claim.oldest_waiting == update_id
        rows = [Waiting(update_id, incoming.key, payload, 0)] if first else []
        return [Held(address_id, claim, rows)]

    async def _check_own(
        self, db: Db, bot_id: int, external: str, address_id: int, claim: Claim | None
    ) -> None:
        """Raises NotItsAddress: SQLite gives the number of a deleted chat to the next one."""
        if claim is None:
            if await addresses.find_address(db, bot_id, external) == address_id:
                return
        elif claim.external_id == external:
            return
        else:
            self._active.discard(address_id)
        raise NotItsAddress

    async def _claim_at_once(
        self, db: Db, address_id: int, numbered: bool
    ) -> tuple[Claim | None, int]:
        if address_id not in self._active:
            until = self.now() + LEASE
            claim = await addresses.claim(
                db, address_id, self.owner, self.now(), until, count=numbered
            )
            if claim:
                # At once, or a second message would claim the chat again before its turn runs.
                self._active.add(address_id)
                return claim, claim.last_no
        return None, await addresses.next_number(db, address_id) if numbered else 0

    async def _address(self, db: Db, bot_id: int, external: str, ids: dict[str, int]) -> int:
        known = ids.get(external) or self._ids.get((bot_id, external))
        ids[external] = known or await addresses.get_or_add_address(
            db, bot_id, external, self.now()
        )
        return ids[external]

    def _remember(self, bot_id: int, ids: dict[str, int]) -> None:
        # Only after the commit: SQLite gives the number of a chat rolled back to the next one.
        for external, address_id in ids.items():
            self._ids[bot_id, external] = address_id
            if len(self._ids) > REMEMBERED:
                self._ids.popitem(last=False)

    def _wake(self, held: Held) -> None:
        if held.claim is None and held.address_id in self._active:
            self._poked.add(held.address_id)
            return
        self._active.add(held.address_id)
        task = asyncio.create_task(self._work(held))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, held: Held) -> None:
        address_id = held.address_id
        try:
            while True:
                self._poked.discard(address_id)
                await self._run(held if held.rows else await self._claim(held))
                held = Held(address_id)
                if address_id not in self._poked:
                    return
        except DATABASE_DOWN as error:
            log.warning("a chat waits for the database: %s", type(error).__name__)
        finally:
            self._active.discard(address_id)

    async def _run(self, held: Held) -> None:
        claim, rows = held.claim, held.rows
        while claim and rows:
            for row in rows:
                claim = await self._turn(claim, row)
                if claim is None:
                    return
            async with self.database.read() as db:
                rows = list(await inbox.list_waiting(db, held.address_id))

    async def _claim(self, held: Held) -> Held:
        now, address_id = self.now(), held.address_id
        async with self.database.write() as db:
            claim = held.claim or await addresses.claim(
                db, address_id, self.owner, now, now + LEASE
            )
            rows = await inbox.list_waiting(db, address_id) if claim else ()
        return Held(address_id, claim, list(rows))

    async def _turn(self, claim: Claim, row: Waiting) -> Claim | None:
        """Runs one turn, again where it fails. Returns the claim where the chat goes on."""
        if not await self._keep_pace(claim.address_id):
            return None
        failures = row.attempts
        while True:
            try:
                async with self._places:
                    return await self._attempt(claim, row, failures)
            except ClaimLost:
                return None
            except Exception as error:  # a fault in one update must not stop its chat
                if is_down(error):
                    raise
                failures = await self._count_failure(row, error)
                if failures > ATTEMPTS:  # not even the apology could be said
                    await self._bury(row)
                    return None
                await asyncio.sleep(0.1 * failures)

    async def _keep_pace(self, chat: int) -> bool:
        """Waits where a chat is too quick; False where the program ends meanwhile."""
        await self.ready.wait()
        seconds = self.pace.take(chat, time.monotonic())
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), seconds)
        return not self._closing.is_set()

    async def _attempt(self, claim: Claim, row: Waiting, failures: int) -> Claim | None:
        channel = self.channels[claim.bot_id]
        turn = Turn.begin(self.database, claim, self.now(), row.id)
        turn.helped_already = (claim.bot_id, row.key) in self._helped
        set_running(turn)
        try:
            async with asyncio.timeout(TURN_SECONDS):
                tired = failures >= ATTEMPTS
                update = _read(row, channel.bot, tired)
                await (self.apologise if tired else self.handle)(channel.bot, update, turn)
                goes_on, kept = await self._commit(turn, channel, DEAD if tired else HANDLED)
        finally:
            set_running(None)
            await turn.close()
        passed("after the turn's commit")
        await _send(channel, turn, kept)
        return goes_on

    async def _commit(self, turn: Turn, channel: Channel, state: str) -> tuple[Claim | None, Any]:
        last_no, goes_on = await turn.finish(self.now() + LEASE)
        db = await turn.db()
        kept = await channel.keep(db, turn, last_no)
        await inbox.end_update(db, turn.update_id, state, self.now())
        passed("before the turn's commit")
        await turn.commit()
        if not goes_on:
            return None, kept
        values = {name: getattr(turn, name) for name in ("language", "step", "step_data")}
        return replace(turn.claim, **values, context=turn.context, last_no=last_no), kept

    async def _bury(self, row: Waiting) -> None:
        async with self.database.write() as db:
            await inbox.end_update(db, row.id, DEAD, self.now())

    async def _count_failure(self, row: Waiting, error: Exception) -> int:
        # The name alone: an error's text may quote what somebody wrote.
        log.error("a turn failed: %s", type(error).__name__)
        async with self.database.write() as db:
            return await inbox.count_failure(db, row.id, type(error).__name__)


async def _send(channel: Channel, turn: Turn, kept: Any) -> None:
    """Carries committed replies out. Whatever fails here must not make the turn run again."""
    try:
        await channel.send(turn, kept)
    except Exception as error:
        log.error("committed replies were not sent at once: %s", type(error).__name__)


def _read(row: Waiting, bot: Bot, tired: bool) -> Update:
    """The update; an empty one where it cannot be read and an apology is all that is left.

    Its number is the inbox's: aiogram compares updates of one number field by field, again and
    again, and the web's have none of their own.
    """
    try:
        payload = {**row.payload, "update_id": row.id}
        return Update.model_validate(payload, context={"bot": bot})
    except ValidationError:
        if not tired:
            raise
        return Update(update_id=0)
