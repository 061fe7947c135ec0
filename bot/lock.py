"""One process at a time writes in a data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import make_url

from bot.settings import Settings


class CannotStart(Exception):
    """Why the program cannot start: one line for the operator."""


class AlreadyRuns(CannotStart):
    """Another process holds the data folder."""


@contextmanager
def hold(settings: Settings) -> Iterator[None]:
    """Holds the data folder, and the folder of a SQLite database elsewhere. Raises CannotStart.

    SQLite allows one writing process here; two could damage the database. Processes that share
    a PostgreSQL database may share a data folder, too.
    """
    with ExitStack() as stack:
        url = make_url(settings.url)
        if url.get_backend_name() == "sqlite":
            folders = {settings.data_dir.resolve(), Path(url.database or "").resolve().parent}
            for folder in sorted(folders):
                stack.callback(_hold_folder(folder).close)
        yield


def _hold_folder(folder: Path) -> IO[str]:
    """The open lock file; closing it, or ending the process, frees the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # it holds what people write
        lock = (folder / "innom.lock").open("a+")
    except OSError as error:
        raise CannotStart(f"INNOM_DATA_DIR: cannot write in {folder}: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        owner = lock.read().strip() or "?"
        lock.close()
        raise AlreadyRuns(
            f"INNOM_DATA_DIR: Innom already runs on {folder} (process {owner}); "
            "stop it, or choose another folder"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
