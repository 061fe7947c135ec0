"""`innom backup FILE`: a whole copy of a SQLite database, while it is in use."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bot.commands.context import Cannot, Context, Wrong
from bot.control import Answer
from db.schema import current_revision, newest_revision
from db.staff import Note, add_event

PG_DUMP = 'with PostgreSQL use its own tool: pg_dump --file FILE "$INNOM_DATABASE_URL"'


async def backup(context: Context, file: str) -> Answer:
    """Copies the database into a new file that its owner alone may read, and checks the copy."""
    if not context.database.is_sqlite:
        raise Cannot(PG_DUMP)
    source = Path(context.database.url.database or "")
    await asyncio.to_thread(_copy, source, Path(file))
    await _note(context)
    packs = context.settings.data_dir / "packs"
    return Answer(out=(f"Copied to {file}. Keep a copy of {packs}, too, if there is one.",))


def _copy(source: Path, target: Path) -> None:
    """Makes the file under another name first, so that half a copy never looks like a whole one."""
    if not source.exists():
        raise Cannot("there is no database yet")
    if os.path.lexists(target):
        raise Wrong(f"{target}: exists already; name a new file")
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _fill(source, part)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise Cannot(f"{target}: the copy was not made: {reason}") from None


def _fill(source: Path, part: Path) -> None:
    # Read alone: the server stays the only writer, and nobody waits for the copy.
    address = f"file:{quote(str(source))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        [(found,)] = new.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise sqlite3.DatabaseError("the database is damaged")


async def _note(context: Context) -> None:
    """Who takes a copy has everything: that stands in the log, where the schema has one."""
    async with context.database.write() as db:
        if await db.run_sync(current_revision) == newest_revision():
            await add_event(db, None, context.now(), Note("command.backup"))
