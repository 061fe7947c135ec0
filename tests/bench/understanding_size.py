"""One size of knowledge in a process of its own, which tells its memory: prints JSON.

`python -m tests.bench.understanding_size SIZE lexical|full`
"""

import gc
import json
import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter, process_time, thread_time

import numpy as np
import psutil

from bot.knowledge import embedder
from bot.knowledge.calibration import FULL
from bot.knowledge.corpus import documents
from bot.knowledge.danger import find_danger
from bot.knowledge.embedder import SIZE
from bot.knowledge.embeddings import LEVELS, Library, Progress, key
from bot.knowledge.entries import Knowledge
from bot.knowledge.language import detect
from bot.knowledge.understanding import Understander
from tests.bench.packs import make_knowledge
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
    knowledge, questions = make_knowledge(size)
    del questions[MESSAGES:]
    library = make_library(knowledge) if path == FULL else None
    find_danger("")  # reads the rules: that takes as long at any size
    detect("", knowledge.profile.languages)
    worked = process_time()
    understander = Understander(knowledge, library)
    found = {"build_seconds": process_time() - worked}
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


def ask(understander: Understander, questions: Sequence[str]) -> dict[str, float]:
    """Milliseconds of a message from redaction to the match."""
    understand = partial(understander.understand, lang="nb")
    understand(questions[0])  # warms up
    return spread("", [spent(understand, text) for text in questions])


def rebuild(knowledge: Knowledge, library: Library | None, before: Understander) -> float:
    """Seconds of processor time until a changed entry is understood."""
    slug, entry = next(iter(knowledge.entries.items()))
    said = {"nb": (*entry.utterances["nb"], "kor e den nye plassen")}
    changed = replace(entry, utterances=said)
    entries = {**knowledge.entries, slug: changed}
    worked = process_time()
    Understander(replace(knowledge, entries=entries), library, before)
    return process_time() - worked


def search_times(texts: Sequence[str], questions: Sequence[str]) -> dict[str, float]:
    """The same texts and questions in SQLite's full-text search."""
    found: dict[str, float] = {}
    for tokenizer in ("unicode61", "trigram"):
        search = Search(texts, tokenizer)
        times = [spent(search.first, text) for text in questions]
        found |= spread(f"fts5_{tokenizer}_", times)
    return found


def spent(work: Callable[[str], object], text: str) -> tuple[float, float]:
    """Milliseconds that something takes: on the clock, and of this thread's processor time."""
    began, worked = perf_counter(), thread_time()
    work(text)
    return 1000 * (perf_counter() - began), 1000 * (thread_time() - worked)


def spread(prefix: str, times: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Median and 95th of a hundred. Processor time tells more where others use the machine."""
    clock, worked = zip(*times, strict=True)
    return {
        f"{prefix}p50_ms": middle(clock),
        f"{prefix}p95_ms": p95(clock),
        f"{prefix}p50_cpu_ms": middle(worked),
        f"{prefix}p95_cpu_ms": p95(worked),
    }


def peak() -> float:
    """Megabytes that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident() -> float:
    """Megabytes that this process keeps."""
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.argv[2])))
