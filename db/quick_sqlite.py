"""A writing SQLite connection without the way through a thread for what takes no time.

The driver sends every step of a statement (make a cursor, execute, fetch, close) through a queue
to a thread and back, which costs more than the statement. Here the short ones run where they are.
What waits for the disk or may take long (COMMIT, DELETE, the schema) still goes to the thread, so
that no conversation stands still for it.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import aiosqlite

BEGIN = "BEGIN IMMEDIATE"
SHORT = ("INSERT", "UPDATE", "SELECT")
LOCK_SECONDS = 5.0  # how long another program (a backup) may hold the lock
LOCK_PAUSE = 0.01


class QuickConnection(aiosqlite.Connection):
    """Runs short statements in place, each inside a transaction that was begun here."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        if args and args[0] == BEGIN:
            return await self._begin(fn)
        if _is_short(fn, args):
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    async def _begin(self, execute: Callable[[str], Any]) -> Any:
        """Takes the lock, which is free: this is the only writer. Waits where it is not."""
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                return execute(BEGIN)
            except sqlite3.OperationalError as error:
                if not _is_locked(error) or time.monotonic() > until:
                    raise
            await asyncio.sleep(LOCK_PAUSE)


def connect(path: str, **arguments: Any) -> aiosqlite.Connection:
    """A connection that is opened when it is awaited; the arguments are sqlite3.connect's."""
    arguments |= {"check_same_thread": False}
    connection = QuickConnection(lambda: sqlite3.connect(path, **arguments), iter_chunk_size=64)
    connection._thread.daemon = True  # or an error at the start would keep the program alive
    return connection


def _is_short(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    owner, name = getattr(fn, "__self__", None), fn.__name__
    if isinstance(owner, sqlite3.Connection):
        # A rollback after a commit has nothing to do.
        return name == "cursor" or (name == "rollback" and not owner.in_transaction)
    if name == "execute":
        return str(args[0]).lstrip().startswith(SHORT)
    return isinstance(owner, sqlite3.Cursor) and name in ("fetchall", "close")


def _is_locked(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
