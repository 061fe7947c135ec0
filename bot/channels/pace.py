"""The pace of one chat: a flood from one visitor slows that visitor alone."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable

BURST = 12  # messages at once that nobody notices; a quick reader presses fewer
PER_SECOND = 2.0
REMEMBERED = 10_000


class Pace:
    """A token bucket per chat."""

    def __init__(self, burst: float = BURST, per_second: float = PER_SECOND) -> None:
        self.burst, self.per_second = burst, per_second
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    async def wait(self, chat: Hashable) -> None:
        """Returns at once, or when the chat may go on."""
        if (seconds := self.take(chat, time.monotonic())) > 0:
            await asyncio.sleep(seconds)

    def has_one(self, chat: Hashable, now: float) -> bool:
        """Takes one token if there is one; a refusal costs nothing, so that it ends by itself."""
        tokens = self._left(chat, now)
        self._keep(chat, tokens - 1 if tokens >= 1 else tokens, now)
        return tokens >= 1

    def take(self, chat: Hashable, now: float) -> float:
        """Takes one token; returns the seconds to wait for it (0 or more)."""
        tokens = self._left(chat, now) - 1
        self._keep(chat, tokens, now)
        return max(0.0, -tokens / self.per_second)

    def _left(self, chat: Hashable, now: float) -> float:
        tokens, then = self._buckets.pop(chat, (self.burst, now))
        return min(self.burst, tokens + (now - then) * self.per_second)

    def _keep(self, chat: Hashable, tokens: float, now: float) -> None:
        self._buckets[chat] = (tokens, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
