"""Has a command done: by the server that runs on this data folder, or by this process alone."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from bot.commands.context import Context
from bot.commands.registry import SLOW, run
from bot.control import PATIENCE, Answer, ask
from bot.knowledge.packs import load
from bot.lock import AlreadyRuns, hold
from bot.settings import Settings
from db.engine import Database
from db.schema import migrate

STARTING = 15.0  # seconds: a server takes the folder before it listens, and frees it after
PAUSE = 0.2
KEPT = 7 * 24 * 3600  # seconds; what a file says is of no use to anybody by then
PREFIX = "only-once-"


async def carry_out(settings: Settings, command: str, arguments: Mapping[str, Any]) -> int:
    """Has the command done and prints what it says; returns the exit code.

    Raises CannotStart or CannotReach where there is a server that cannot be asked.
    """
    answer = await _anywhere(settings, command, arguments)
    for line in answer.out:
        print(printable(line))
    if answer.once:
        show_once(answer.once, settings.data_dir)
    if answer.error:
        print(f"innom {command}: {printable(answer.error)}", file=sys.stderr)
    return answer.code


async def _anywhere(settings: Settings, command: str, arguments: Mapping[str, Any]) -> Answer:
    if make_url(settings.url).get_backend_name() != "sqlite":
        return await _alone(settings, command, arguments)
    folder, until = settings.data_dir.resolve(), time.monotonic() + STARTING
    while True:
        patience = None if command in SLOW else PATIENCE
        if answer := await ask(folder, command, arguments, patience=patience):
            return answer
        try:
            with hold(settings):
                return await _alone(settings, command, arguments)
        except AlreadyRuns:
            if time.monotonic() > until:
                raise
        await asyncio.sleep(PAUSE)


async def _alone(settings: Settings, command: str, arguments: Mapping[str, Any]) -> Answer:
    database = Database(settings.url)
    try:
        if command != "backup":  # a copy is taken before an upgrade, not after it
            await _prepare(database)
        knowledge = partial(load, settings.packs, settings.pack_folders)
        context = Context(database, settings, knowledge, lambda: datetime.now(UTC))
        return await run(context, command, arguments)
    finally:
        await database.close()


async def _prepare(database: Database) -> None:
    """The newest schema. Who meant another database learns where a new one was made."""
    is_new = database.is_sqlite and not _exists(database)
    await migrate(database)
    if is_new:
        print(f"There was no database: {database.url.database} is new.", file=sys.stderr)


def _exists(database: Database) -> bool:
    return Path(database.url.database or "").exists()


def show_once(lines: tuple[str, ...], folder: Path) -> None:
    """Shows links and codes on a terminal alone; elsewhere they would stay in a log."""
    if sys.stdout.isatty():
        print("\n".join(printable(line) for line in lines))
        return
    path = keep_once(lines, folder)
    print(f"This is no terminal. What is for one person alone is in {path}: delete it after use.")


def keep_once(lines: tuple[str, ...], folder: Path) -> Path:
    """Writes links and codes to a new file for this user alone; removes old ones."""
    for old in _old(folder):
        old.unlink(missing_ok=True)
    number, name = tempfile.mkstemp(prefix=PREFIX, suffix=".txt", dir=folder.resolve())
    with os.fdopen(number, "w", encoding="utf-8") as file:  # made with mode 0600
        file.write("\n".join(lines) + "\n")
    return Path(name)


def _old(folder: Path) -> Iterator[Path]:
    limit = time.time() - KEPT
    for path in folder.glob(f"{PREFIX}*.txt"):
        if path.stat().st_mtime < limit:
            yield path


def printable(line: str) -> str:
    """A line without what could steer a terminal; names come from people."""
    return "".join(sign if sign.isprintable() else "?" for sign in line)
