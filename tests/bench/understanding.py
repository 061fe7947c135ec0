"""Understanding alone: building the index, and one message."""

from itertools import islice
from time import perf_counter

from bot.knowledge.packs import load
from bot.knowledge.understanding import Understander
from tests.bench.packs import MadePack
from tests.bench.report import Report, middle, p95
from tests.bench.talking import TimedMind

MESSAGES = 400


def measure_understanding(report: Report, pack: MadePack) -> TimedMind:
    """Returns the mind, for the turns that follow."""
    began = perf_counter()
    knowledge = load((pack.name,), (pack.folder,))
    loaded = perf_counter()
    mind = TimedMind(knowledge, Understander(knowledge))
    built = perf_counter()
    times, right = [], 0
    for text, slug in islice(pack.questions, MESSAGES):
        understood = mind.understand(text, "nb")
        times.append(understood.ms)
        right += understood.slug == slug
    size = len(knowledge.entries)
    report.table(
        f"Understanding, {size} entries of 10 utterances ({len(times)} messages)",
        ("p50 ms", "p95 ms", "first answer right", "packs read s", "index built s"),
        [
            (
                f"{middle(times):.2f}",
                f"{p95(times):.2f}",
                f"{right / len(times):.0%}",
                f"{loaded - began:.2f}",
                f"{built - loaded:.2f}",
            )
        ],
    )
    report.figure(f"understand.p50_ms.{size}", middle(times))
    report.figure(f"understand.p95_ms.{size}", p95(times))
    report.figure(f"understand.index_seconds.{size}", built - loaded)
    return mind
