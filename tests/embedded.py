"""An embedder without the native model: points by chance, the same for the same text."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from threading import Semaphore

import numpy as np

from bot.knowledge.embedder import SIZE, Embedder, Floats
from bot.knowledge.embeddings import Library
from tests.site import PATIENCE

FREE = 1_000_000  # texts, more than any test has


class ChanceModel:
    """Notes what it is asked; embeds only as many texts as it is allowed to, then waits."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.questions: list[str] = []
        self.fails = self.starved = False
        self._allowed = Semaphore(FREE)

    def only(self, count: int) -> None:
        """From now on it embeds so many texts."""
        self._allowed = Semaphore(count)

    def allow(self, more: int = FREE) -> None:
        """Embeds more."""
        self._allowed.release(more)

    def encode(self, texts: Sequence[str], is_query: bool) -> Floats:
        (self.questions if is_query else self.texts).extend(texts)
        if not self._allowed.acquire(timeout=PATIENCE):
            self.starved = True
            raise TimeoutError
        if self.fails:
            raise RuntimeError(f"a secret of {texts}")
        return np.array([_point(text) for text in texts], np.float32)


def a_library(model: ChanceModel, kept: Path | None = None, *, keeps: bool = True) -> Library:
    """A library that embeds by chance."""
    return Library(Embedder(model), kept, keeps=keeps)


def _point(text: str) -> Floats:
    seed = hashlib.blake2b(text.encode(), digest_size=8).digest()
    point = np.random.default_rng(int.from_bytes(seed, "big")).normal(size=SIZE)
    return (point / np.linalg.norm(point)).astype(np.float32)
