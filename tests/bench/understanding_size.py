"""One size of knowledge in a process of its own, which tells its memory: prints JSON.

`python -m tests.bench.understanding_size SIZE lexical|full`
"""

import gc
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import psutil

from bot.knowledge import embedder
from bot.knowledge.calibration import FULL
from bot.knowledge.corpus import documents
from bot.knowledge.embedder import SIZE
from bot.knowledge.embeddings import LEVELS, Library, Progress, key
from bot.knowledge.entries import Knowledge
from bot.knowledge.packs import load
from bot.knowledge.understanding import Understander
from tests.bench.packs import make_pack
from tests.bench.report import middle, p95
from tests.bench.rivals import Search

MESSAGES = 400
SEED = 1


class RandomLibrary(Library):
    """Stored texts get random directions: embedding 120,000 would take an hour, and a search takes
    as long whatever it finds. Questions are embedded as always."""

    def learn(self, texts: Iterable[str], progress: Progress = lambda done, total: None) -> None:
        """A random row for each text."""
        chance = np.random.default_rng(SEED)
        for text in self.missing(texts):
            self._rows[key(text)] = chance.integers(-LEVELS, LEVELS, SIZE, np.int8)


def measure(size: int, path: str) -> dict[str, float]:
    """Seconds, milliseconds and megabytes by name."""
    with tempfile.TemporaryDirectory(prefix="innom-bench-") as folder:
        pack = make_pack(Path(folder), size)
        began = perf_counter()
        knowledge = load((pack.name,), (pack.folder,))
        found = {"read_seconds": perf_counter() - began}
        questions = pack.questions[:MESSAGES]
        del pack
    library = make_library(knowledge) if path == FULL else None
    began = perf_counter()
    understander = Understander(knowledge, library)
    found["build_seconds"] = perf_counter() - began
    found |= ask(understander, questions)
    found |= {"rss_mb": resident(), "peak_mb": peak()}
    found["rebuild_seconds"] = rebuild(knowledge, library, understander)
    return found | search_times([text for _, text in documents(knowledge)], questions)


def make_library(knowledge: Knowledge) -> Library | None:
    """Random directions for all texts, and the real embedder for questions."""
    found = embedder.find()
    if found is None:
        return None
    library = RandomLibrary(found)
    library.learn(text for _, text in documents(knowledge))
    return library


def ask(understander: Understander, questions: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Milliseconds of a message from redaction to the match, and how many found their entry."""
    understander.understand(questions[0][0], "nb")  # warms up
    asked = [(understander.understand(text, "nb"), slug) for text, slug in questions]
    times = [understood.ms for understood, _ in asked]
    right = sum(understood.slug == slug for understood, slug in asked)
    return {"p50_ms": middle(times), "p95_ms": p95(times), "right": right / len(asked)}


def rebuild(knowledge: Knowledge, library: Library | None, before: Understander) -> float:
    """Seconds until a changed entry is understood."""
    slug, entry = next(iter(knowledge.entries.items()))
    said = {"nb": (*entry.utterances["nb"], "kor e den nye plassen")}
    changed = replace(entry, utterances=said)
    entries = {**knowledge.entries, slug: changed}
    began = perf_counter()
    Understander(replace(knowledge, entries=entries), library, before)
    return perf_counter() - began


def search_times(texts: Sequence[str], questions: Sequence[tuple[str, str]]) -> dict[str, float]:
    """The same texts and questions in SQLite's full-text search."""
    found: dict[str, float] = {}
    for tokenizer in ("unicode61", "trigram"):
        search = Search(texts, tokenizer)
        times = [1000 * seconds(lambda: search.first(text)) for text, _ in questions]  # noqa: B023
        found |= {f"fts5_{tokenizer}_p50_ms": middle(times), f"fts5_{tokenizer}_p95_ms": p95(times)}
    return found


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def peak() -> float:
    """Megabytes that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident() -> float:
    """Megabytes that this process keeps."""
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.argv[2])))
