"""Memory that was needed for a moment goes back to the system."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Gives freed memory back, where the C library can (glibc's `malloc_trim`).

    Building an index takes several times of what it keeps; glibc holds on to most of that.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
