"""The program in a thread of its own, with a clock that the tests move, and staff to sign in."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.actions.mind import Mind
from bot.app import App, running
from bot.knowledge.packs import load
from bot.serve import listen, make_server
from bot.settings import Settings
from db.engine import Db

T = TypeVar("T")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, ten o'clock in Oslo
PATIENCE = 60  # seconds


class TownHall:
    """A running installation; `act` does something in its database, `move` lets time pass."""

    def __init__(self, app: App, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self.app, self.loop = app, loop
        self.url = f"http://localhost:{port}"
        self.time = START

    def now(self) -> datetime:
        """The installation's clock."""
        return self.time

    def move(self, **step: float) -> None:
        """Lets time pass at once."""
        self.time += timedelta(**step)

    def act(self, action: Callable[[Db], Awaitable[T]]) -> T:
        """Runs an action in a unit of work of its own."""

        async def run() -> T:
            async with self.app.database.write() as db:
                return await action(db)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(PATIENCE)


@contextmanager
def open_hall(data: Path, **settings: Any) -> Iterator[TownHall]:
    """Serves until the block ends."""
    made: Future[TownHall] = Future()
    ending = threading.Event()
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(data, settings, made, ending)), daemon=True
    )
    thread.start()
    try:
        yield made.result(PATIENCE)
    finally:
        ending.set()
        thread.join(PATIENCE)


async def _serve(
    data: Path, settings: dict[str, Any], made: "Future[TownHall]", ending: threading.Event
) -> None:
    try:
        mind = Mind.of(load(("norge", "sandnes")), samples=True)
        clock = _Late()
        with listen("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]
            chosen = Settings(data_dir=data, port=port, **settings)
            async with running(chosen, mind, now=clock) as app:
                hall = clock.hall = TownHall(app, port, asyncio.get_running_loop())
                server = make_server(app.web, app.settings.trusted_proxies)
                task = asyncio.create_task(server.serve(sockets=[listening]))
                made.set_result(hall)
                await asyncio.to_thread(ending.wait)
                server.should_exit = True
                await task
    except BaseException as error:
        if not made.done():
            made.set_exception(error)
        raise


class _Late:
    """The hall's clock, from before there is a hall."""

    hall: TownHall | None = None

    def __call__(self) -> datetime:
        return self.hall.time if self.hall else START
