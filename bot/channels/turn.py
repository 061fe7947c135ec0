"""A turn: one update in, and out of it effects, the next step and replies, or nothing."""

from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.addresses import Claim, finish_turn, save_conversation
from db.engine import Database, Db


class ClaimLost(Exception):
    """The chat was taken over while the turn ran; nothing of the turn is kept."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A method that a handler called, and the language of its words."""

    method: Any
    lang: str


@dataclass(slots=True)
class Turn:
    """What a handler works in. `db()` opens the one transaction; the turn commits it, no one else.

    `step`, `step_data`, `context` and `language` are the conversation's; what a handler leaves in
    them is saved with the commit. `replies` are the methods that it called, in the language that
    it `speaks`.
    """

    database: Database
    claim: Claim
    now: datetime
    update_id: int
    helped_already: bool = False
    replies: list["Reply"] = field(default_factory=list)
    speaks: str = ""
    language: str | None = None
    step: str | None = None
    step_data: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    cleared: bool = False
    erased: bool = False
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _db: Db | None = None

    @classmethod
    def begin(cls, database: Database, claim: Claim, now: datetime, update_id: int) -> "Turn":
        """A turn that starts from the conversation as it was claimed."""
        turn = cls(database, claim, now, update_id, language=claim.language, step=claim.step)
        turn.step_data, turn.context = dict(claim.step_data), dict(claim.context)
        return turn

    async def db(self) -> Db:
        """The open transaction. It begins when it is first asked for, so that it stays short."""
        if self._db is None:
            self._db = await self._open.enter_async_context(self.database.writer.connect())
            await self._db.begin()
        return self._db

    def forget(self) -> None:
        """Leaves nothing of the conversation: the person is erased, and the chat ends here."""
        self.cleared = self.erased = True
        self.step, self.step_data, self.context, self.language = None, {}, {}, None

    async def finish(self, until: datetime) -> tuple[int, bool]:
        """Writes the conversation and the chat's row; returns (last number, whether it goes on).

        Raises ClaimLost where another process has the chat now.
        """
        db = await self.db()
        ended = await finish_turn(
            db,
            self.claim,
            handled=self.update_id,
            count=len(self.replies) + self.cleared + self.erased,
            now=self.now,
            until=until,
        )
        if ended is None:
            raise ClaimLost
        if changes := self._changes():
            await save_conversation(db, self.claim.address_id, changes)
        return ended

    async def commit(self) -> None:
        """Commits everything, or raises what the database says."""
        await (await self.db()).commit()

    async def close(self) -> None:
        """Ends the transaction; what was not committed is rolled back."""
        await self._open.aclose()
        self._db = None

    def _changes(self) -> dict[str, Any]:
        names = ("language", "step", "step_data", "context")
        return {n: getattr(self, n) for n in names if getattr(self, n) != getattr(self.claim, n)}


_running: ContextVar[Turn | None] = ContextVar("turn", default=None)


def now_running() -> Turn | None:
    """The turn that runs in this task, or None outside of one."""
    return _running.get()


def set_running(turn: Turn | None) -> None:
    """Says which turn runs in this task."""
    _running.set(turn)
