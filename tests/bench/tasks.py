"""Retrieval tasks that others made: entries with texts, and queries with what is right.

A task is a JSON file: `name`; `entries` with `id`, `language`, `questions`, `answer`; `queries`
with `text` and `gold`, ids of entries. A query without gold is about something that is not there.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
BESIDE = ROOT.parent / "shared" / "data" / "external"
KEYS = ("qwertyuiopå", "asdfghjkløæ", "zxcvbnm")
SWEDISH = str.maketrans("øæ", "öä")


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody asks, and the entries that are right."""

    text: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Task:
    """`texts` are (entry, text) in the order of the entries, `entries` the same without doubles."""

    name: str
    lang: str
    texts: tuple[tuple[str, str], ...]
    queries: tuple[Query, ...]

    @property
    def inside(self) -> list[Query]:
        """The queries that have an answer."""
        return [query for query in self.queries if query.gold]

    @property
    def outside(self) -> list[Query]:
        """The queries that have none."""
        return [query for query in self.queries if not query.gold]


def read_tasks() -> list[Task]:
    """The tasks in `INNOM_EXTERNAL`, or in the folder beside the project; none where both miss."""
    folder = Path(os.environ.get("INNOM_EXTERNAL") or BESIDE)
    return [read_task(path) for path in sorted(folder.rglob("*.json"))]


def read_task(path: Path) -> Task:
    """One task; raises KeyError for a file that is none."""
    values = json.loads(path.read_text("utf-8"))
    texts = tuple(
        (entry["id"], text)
        for entry in values["entries"]
        for text in (*entry["questions"], entry["answer"])
        if text
    )
    queries = tuple(Query(one["text"], frozenset(one["gold"])) for one in values["queries"])
    return Task(values["name"], values["entries"][0]["language"], texts, queries)


def with_typos(queries: Sequence[Query], lang: str, seed: int = 1) -> list[Query]:
    """Each query with one or two slips of the keyboard, always the same ones."""
    chance = Random(seed)
    slipped = []
    for query in queries:
        text = query.text
        for _ in range(chance.randint(1, 2)):
            text = slip(text, lang, chance)
        slipped.append(Query(text, query.gold))
    return slipped


def slip(text: str, lang: str, chance: Random) -> str:
    """A letter is left out, doubled, changed for the next one or for its neighbour on the keys."""
    places = [n for n, letter in enumerate(text) if letter.isalpha()]
    if not places:
        return text
    n = chance.choice(places)
    here, rest = text[n], text[n + 1 :]
    kinds = {
        "delete": rest,
        "double": here + here + rest,
        "swap": rest[:1] + here + rest[1:],
        "neighbour": neighbour(here, lang, chance) + rest,
    }
    return text[:n] + kinds[chance.choice(sorted(kinds))]


def neighbour(letter: str, lang: str, chance: Random) -> str:
    """A letter beside it on a Nordic keyboard; itself where there is none."""
    rows = [row.translate(SWEDISH) if lang == "sv" else row for row in KEYS]
    for row in rows:
        n = row.find(letter.lower())
        if n >= 0:
            near = row[max(n - 1, 0) : n] + row[n + 1 : n + 2]
            return chance.choice(near)
    return letter
