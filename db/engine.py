"""The database: one for reading, one for writing, and one place that opens a unit of work.

SQLite gets a single writing connection. Versions before 3.51.3 can corrupt a write-ahead log
that two connections write at once; one connection also makes writers queue instead of failing.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db import quick_sqlite

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
READING = (*PRAGMAS, "busy_timeout=5000", "query_only=ON")
# It waits for a lock by itself, without standing still; what it deletes is overwritten with zeros.
WRITING = (*PRAGMAS, "busy_timeout=0", "secure_delete=ON")

# What is raised when the database cannot be reached or cannot write (a full disk, a lost server).
DATABASE_DOWN = (DBAPIError, PoolTimeout, OSError, sqlite3.Error)

Db = AsyncConnection


class Database:
    """Opens units of work. `write` commits at its end, `read` never writes."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.writer = self._sqlite(pool_size=1) if self.is_sqlite else self._postgres()
        self.reader = self._sqlite(pool_size=4, query_only=True) if self.is_sqlite else self.writer

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Db]:
        """One transaction that commits when the block ends well and rolls back otherwise."""
        async with self.writer.begin() as db:
            yield db

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Db]:
        """A connection for reading; nothing that is written in it is kept."""
        async with self.reader.connect() as db:
            yield db

    async def version(self) -> str:
        """Name and version of the engine, for `innom doctor` and the health page."""
        if self.is_sqlite:
            return f"SQLite {sqlite3.sqlite_version}"
        async with self.read() as db:
            return f"PostgreSQL {(await db.execute(text('SHOW server_version'))).scalar_one()}"

    async def settle(self) -> bool:
        """Moves what was written from SQLite's log to its file and empties the log.

        Until then the log holds what was deleted. False where somebody reads an older state; the
        next call may do it. PostgreSQL sees to its own (`VACUUM`).
        """
        if not self.is_sqlite:
            return True
        async with self.writer.connect() as db:
            raw = (await db.get_raw_connection()).driver_connection
            assert raw is not None
            async with raw.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                (busy, _, _) = await cursor.fetchone()
        return not busy

    async def close(self) -> None:
        """Closes all connections; the object is of no use afterwards."""
        await self.writer.dispose()
        await self.reader.dispose()

    def _postgres(self) -> AsyncEngine:
        # The driver has another name for what every provider's address calls `sslmode`.
        url, mode = self.url.difference_update_query(["sslmode"]), self.url.query.get("sslmode")
        return create_async_engine(
            url,
            connect_args={"ssl": mode} if mode else {},
            pool_size=10,
            max_overflow=5,
            pool_pre_ping=True,
            hide_parameters=True,
        )

    def _sqlite(self, *, pool_size: int, query_only: bool = False) -> AsyncEngine:
        # Parameters are what people wrote: they are not for the text of an error.
        engine = create_async_engine(
            self.url,
            connect_args={} if query_only else {"async_creator_fn": quick_sqlite.connect},
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,
        )
        pragmas = READING if query_only else WRITING
        event.listen(engine.sync_engine, "connect", _set_up_sqlite(pragmas))
        # The driver's own BEGIN is deferred: two writers would then fail instead of waiting.
        begin = "BEGIN" if query_only else quick_sqlite.BEGIN
        event.listen(engine.sync_engine, "begin", lambda db: db.exec_driver_sql(begin))
        return engine


def _set_up_sqlite(pragmas: tuple[str, ...]) -> Any:
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's `begin` event says BEGIN
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return connect


def is_down(error: BaseException) -> bool:
    """Whether an error says that the database is away, rather than that a statement is wrong."""
    wrong = (IntegrityError, ProgrammingError, DataError, TimeoutError)
    return isinstance(error, DATABASE_DOWN) and not isinstance(error, wrong)


def sqlite_url(folder: Path) -> str:
    """The URL of the default database: `innom.db` in the data folder."""
    return f"sqlite+aiosqlite:///{(folder / 'innom.db').resolve()}"


def async_url(url: str) -> str:
    """Accepts the URLs that operators copy (`postgres://`, `postgresql://`) and names the driver.

    Raises ValueError, fit to be shown, for anything but SQLite and PostgreSQL.
    """
    scheme, separator, rest = url.partition("://")
    drivers = {"postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}
    drivers |= {"postgresql+asyncpg": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
    drivers |= {"sqlite+aiosqlite": "sqlite+aiosqlite"}
    if not separator or scheme not in drivers:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    made = f"{drivers[scheme]}://{rest}"
    if not _is_address(made):
        # Without quoting it: it holds a password.
        raise ValueError(
            "not the address of a database, such as postgresql://user:password@host/name"
        )
    return made


def _is_address(url: str) -> bool:
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        return False
    return made.database not in (None, "", ":memory:") and (made.port or 0) < 65536
