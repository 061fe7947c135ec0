"""Patience with those who guess: whoever tries too often is not heard for a while."""

from collections.abc import Hashable
from datetime import datetime

from bot.channels.pace import Pace


class Patience:
    """Wrong tries of one place (a network address), or of one browser that is known."""

    def __init__(self) -> None:
        # A whole office may share one address: thirty wrong tries at once, then one in two seconds.
        self.places = Pace(burst=30, per_second=0.5)
        self.browsers = Pace(burst=10, per_second=0.1)

    def is_over(self, place: str, browser: str | None, now: datetime) -> bool:
        """Whether a try comes too soon. A known browser is measured by itself alone."""
        if browser:
            return self._take(self.browsers, browser, now)
        return self._take(self.places, place, now)

    def _take(self, pace: Pace, who: Hashable, now: datetime) -> bool:
        return pace.take(who, now.timestamp()) > 0
