"""Fresh databases on both engines."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.engine import Database, async_url, sqlite_url
from db.schema import migrate

ENGINES = ("sqlite", "postgres")


@asynccontextmanager
async def fresh(engine: str, folder: Path) -> AsyncIterator[Database]:
    """A migrated, empty database; PostgreSQL where `postgres_url` started it."""
    folder.mkdir(parents=True, exist_ok=True)
    url = sqlite_url(folder) if engine == "sqlite" else await _new_postgres(folder.name)
    database = Database(url)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


async def _new_postgres(name: str) -> str:
    url = async_url(os.environ["BENCH_POSTGRES"])
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as db:
        await db.execute(text(f'CREATE DATABASE "{name}"'))
    await engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
