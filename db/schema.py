"""The schema: all tables, and the migrations that bring a database to them."""

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from db import (
    addresses,
    booking,
    call_back,
    feedback,
    follow_up,
    heartbeat,
    history,
    inbox,
    outbox,
    publishing,
    staff,
    unanswered,
)
from db.engine import Database

AREAS = (
    addresses,
    booking,
    call_back,
    feedback,
    follow_up,
    heartbeat,
    history,
    inbox,
    outbox,
    publishing,
    staff,
    unanswered,
)
METADATA = SQLModel.metadata
FOLDER = Path(__file__).parent / "migrations"

# Two processes that start at once must not migrate at once (any number that is only ours).
_MIGRATION_LOCK = 7_233_101


class SchemaTooNew(Exception):
    """The database was made by a newer version of the program."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made


async def migrate(database: Database) -> None:
    """Brings the database to the newest schema. Raises SchemaTooNew where it is beyond that."""
    async with database.writer.begin() as db:
        if not database.is_sqlite:
            await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        await db.run_sync(_upgrade)


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that this program brings a database to."""
    return ScriptDirectory.from_config(config()).get_current_head()


def _upgrade(connection: Connection) -> None:
    script = ScriptDirectory.from_config(config())
    current = current_revision(connection)
    if current == script.get_current_head():
        return
    if current and current not in {revision.revision for revision in script.walk_revisions()}:
        raise SchemaTooNew(current)
    command.upgrade(config(connection), "head")


def render_item(_kind: str, item: object, _context: object) -> str | Literal[False]:
    """Lets migrations name plain strings instead of SQLModel's own type."""
    return f"sa.String(length={item.length})" if isinstance(item, AutoString) else False
