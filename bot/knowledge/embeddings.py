"""Embeddings of the texts that are searched, kept by a hash of their content.

Those of the built-in packs come with the project, so that the first start has full quality at
once: `python -m bot.knowledge.embeddings` makes them anew where texts changed. What staff and
other packs add is embedded in the background and kept in the data folder.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from bot.knowledge import embedder
from bot.knowledge.embedder import SIZE, Embedder, Floats
from bot.knowledge.meaning import Middle, unit
from bot.knowledge.text import clean

SHIPPED = Path(__file__).parent / "embeddings"
MIDDLE = SHIPPED / "middle.npy"
KEPT = "embeddings.npz"
BATCH = 16
KEEP_EVERY = 200  # texts: about ten seconds of work that a crash would cost
LEVELS = 127  # of a signed byte; on the questions it ranks as well as full precision
PARTS = 12  # files, so that a changed text changes a twelfth of them

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
Rows = npt.NDArray[np.int8]


class Library:
    """Knows the embeddings of texts; `learn` adds what is missing. Safe to read from threads."""

    def __init__(self, embedder: Embedder, kept: Path | None = None, *, keeps: bool = True) -> None:
        """What the file `kept` holds is known, too; what is learned is added if it `keeps`."""
        self.embedder, self._kept = embedder, kept if keeps else None
        self.middle = _middle()
        self._rows: dict[int, Rows] = dict(_shipped())
        self._fresh: dict[int, Rows] = {}
        if kept:
            self._rows |= _read(kept)

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The texts that have no embedding yet, each once."""
        return [text for text in dict.fromkeys(texts) if key(text) not in self._rows]

    def of(self, texts: Sequence[str]) -> Floats:
        """Their embeddings, one a row: unit vectors, and zeros where one is missing."""
        found = np.zeros((len(texts), SIZE), np.float32)
        for row, text in zip(found, texts, strict=True):
            row[:] = self._rows.get(key(text), 0)
        return unit(found)

    def learn(self, texts: Iterable[str], progress: Progress = lambda *_: None) -> None:
        """Embeds what is missing, some 30 ms a text, and keeps it; tells (done, total).

        What `progress` raises ends it. What was learned is kept now and then, and in any case.
        """
        missing = self.missing(texts)
        try:
            for done, text in enumerate(missing):
                progress(done, len(missing))
                self._learn(text)
            progress(len(missing), len(missing))
        finally:
            self._keep()

    def _learn(self, text: str) -> None:
        """One text at a time: whoever asks waits for the embedder no longer than that."""
        found = embed(self.embedder, [text])
        self._rows |= found
        self._fresh |= found
        if len(self._fresh) % KEEP_EVERY == 0:
            self._keep()

    def _keep(self) -> None:
        """Adds what is new to the file; where that cannot be written, it serves until the end."""
        if not self._kept or not self._fresh:
            return
        try:
            _write(self._kept, _read(self._kept) | self._fresh)
            self._fresh = {}
        except OSError as error:
            log.warning("embeddings could not be kept: %s", type(error).__name__)


@cache
def built_in() -> Library | None:
    """The shipped embeddings, or None where this machine has no embedder."""
    found = embedder.find()
    return Library(found) if found else None


def library(folder: Path, *, keeps: bool = True) -> Library | None:
    """As `built_in`, with what is kept in a data folder; it `keeps` what it learns there."""
    found = embedder.find()
    return Library(found, folder / KEPT, keeps=keeps) if found else None


def key(text: str) -> int:
    """The hash of a text's content."""
    return int.from_bytes(hashlib.blake2b(clean(text).encode(), digest_size=8).digest(), "big")


def embed(embedder: Embedder, texts: Sequence[str]) -> dict[int, Rows]:
    """Embeddings as they are kept: one signed byte a number."""
    found = embedder.texts(texts)
    scale = LEVELS / np.abs(found).max(axis=1, keepdims=True).clip(1e-6)
    rows = np.round(found * scale).astype(np.int8)
    return dict(zip(map(key, texts), rows, strict=True))


@cache
def _middle() -> Middle:
    question, text = np.load(MIDDLE, allow_pickle=False)
    return Middle(question, text)


@cache
def _shipped() -> Mapping[int, Rows]:
    return {k: row for path in sorted(SHIPPED.glob("*.npz")) for k, row in _read(path).items()}


def _read(path: Path) -> dict[int, Rows]:
    """What a file keeps; nothing where there is none, or where it is torn: it is made anew."""
    torn = (BadZipFile, ValueError, KeyError, OSError, EOFError)
    with suppress(*torn), path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        return dict(zip(kept["keys"].tolist(), kept["rows"], strict=True))
    return {}


def _write(path: Path, rows: Mapping[int, Rows]) -> None:
    """Writes beside and renames, so that a crash leaves the old file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.npz")
    keys = sorted(rows)
    values = np.array([rows[k] for k in keys], np.int8).reshape(len(keys), SIZE)
    try:
        np.savez(beside, keys=np.array(keys, np.uint64), rows=values)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def ship(texts: Iterable[str], progress: Progress) -> None:
    """Makes the shipped files hold just these texts; needs the embedder."""
    found = embedder.find()
    if found is None:
        raise SystemExit(f"the package {embedder.NAME} is missing")
    rows = dict(_shipped())
    wanted = {key(text): text for text in texts}
    missing = [text for k, text in wanted.items() if k not in rows]
    for start in range(0, len(missing), BATCH):
        progress(start, len(missing))
        rows |= embed(found, missing[start : start + BATCH])
    SHIPPED.mkdir(exist_ok=True)
    for part in range(PARTS):
        _write(SHIPPED / f"{part}.npz", {k: rows[k] for k in wanted if k % PARTS == part})


def main() -> None:
    """Ships the embeddings of the built-in packs."""
    from bot.knowledge.corpus import documents
    from bot.knowledge.packs import load
    from bot.knowledge.questions import DEPLOYMENTS

    texts = [text for packs in DEPLOYMENTS.values() for _, text in documents(load(packs))]
    ship(texts, lambda done, total: print(f"\r{done} of {total}", end="", flush=True))
    print()


if __name__ == "__main__":
    main()
