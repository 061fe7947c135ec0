"""Giving memory back: some C libraries can, on others it does nothing."""

import ctypes
import sys
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from bot.knowledge.memory import give_back

MEGABYTE = 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has malloc_trim")
def test_what_was_freed_goes_back() -> None:
    many = [np.ones(8000) for _ in range(3000)]  # of 64 kB: small enough to stay in the heap
    last = np.ones(8000)
    process = psutil.Process()
    del many
    before = process.memory_info().rss
    give_back()
    assert before - process.memory_info().rss > 100 * MEGABYTE
    assert last.any()


def _refuse(_: object) -> None:
    raise TypeError


@pytest.mark.parametrize("library", [_refuse, lambda _: SimpleNamespace()])
def test_another_c_library_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, library: Callable[[object], object]
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", library)
    give_back()
