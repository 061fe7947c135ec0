"""Understanding alone, at several sizes of knowledge: time, memory, and building the index."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.knowledge import embedder
from bot.knowledge.calibration import FULL, LEXICAL
from bot.knowledge.packs import load
from bot.knowledge.understanding import Understander
from tests.bench.packs import MadePack
from tests.bench.report import Report
from tests.bench.talking import TimedMind

ROOT = Path(__file__).parents[2]
ENTRIES = (100, 1_000, 10_000)
PREFIX = {LEXICAL: "understand", FULL: "understand.full"}
TIMES = {
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "p50_cpu_ms": "p50 CPU ms",
    "p95_cpu_ms": "p95 CPU ms",
}
SHOWN = TIMES | {
    "build_seconds": "build CPU s",
    "rebuild_seconds": "one entry CPU s",
    "rss_mb": "resident MB",
    "peak_mb": "peak MB",
}
FIGURES = ("p50_ms", "p95_ms", "p95_cpu_ms", "build_seconds", "rebuild_seconds", "rss_mb")
SEARCH = ("unicode61", "trigram")


def make_mind(pack: MadePack) -> TimedMind:
    """The mind for whole turns; without embeddings, whose time says nothing about turns."""
    knowledge = load((pack.name,), (pack.folder,))
    return TimedMind(knowledge, Understander(knowledge))


def measure_understanding(report: Report) -> None:
    """Each size and path in a process of its own."""
    paths = (LEXICAL, FULL) if embedder.find() else (LEXICAL,)
    found = {(path, size): in_own_process(size, path) for size in ENTRIES for path in paths}
    for path in paths:
        show(report, path, {size: found[path, size] for size in ENTRIES})
    show_search(report, {size: found[LEXICAL, size] for size in ENTRIES})


def in_own_process(size: int, path: str) -> dict[str, float]:
    """What `understanding_size` measures, on one thread: spinning threads would disturb others."""
    command = [sys.executable, "-m", "tests.bench.understanding_size", str(size), path]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | threads, check=True, capture_output=True
    )
    values: dict[str, float] = json.loads(done.stdout)
    return values


def show(report: Report, path: str, by_size: dict[int, dict[str, float]]) -> None:
    """A row a size."""
    rows: list[Sequence[object]] = []
    for size, values in by_size.items():
        rows.append((size, *(f"{values[name]:.2f}" for name in SHOWN)))
        for name in FIGURES:
            report.figure(f"{PREFIX[path]}.{name}.{size}", values[name])
    note = "; stored texts have random directions" if path == FULL else ""
    report.table(
        f"Understanding, {path} (entries of 10 utterances{note})", ("", *SHOWN.values()), rows
    )


def show_search(report: Report, by_size: dict[int, dict[str, float]]) -> None:
    """SQLite FTS5 on the same texts and questions, the first four of an OR of the words."""
    rows: list[Sequence[object]] = []
    for size, values in by_size.items():
        cells = [values[f"fts5_{kind}_{name}"] for kind in SEARCH for name in TIMES]
        rows.append((size, *(f"{cell:.2f}" for cell in cells)))
        for kind in SEARCH:
            report.figure(f"understand.fts5_{kind}.p95_ms.{size}", values[f"fts5_{kind}_p95_ms"])
    head = ("", *(f"{kind} {name}" for kind in ("words", "trigrams") for name in TIMES.values()))
    report.table("SQLite FTS5 on the same texts", head, rows)
