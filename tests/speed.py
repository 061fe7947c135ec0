"""How long something takes, told so that a slow or a busy machine makes no difference."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import thread_time

TRIES = 5
STEPS = 20_000  # of a loop that took a millisecond on the machine whose figures the limits are


def cost(work: Callable[[], object]) -> float:
    """Milliseconds of work, as they would be on that machine.

    Only this thread's own time counts, nobody's garbage is collected in it, and a loop that is
    timed beside it tells how quick this machine is just now.
    """
    with _undisturbed():
        return min(map(_seconds, [work] * TRIES)) / min(map(_seconds, [_loop] * TRIES))


@contextmanager
def _undisturbed() -> Iterator[None]:
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _seconds(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began


def _loop() -> int:
    return sum(number * number for number in range(STEPS))
