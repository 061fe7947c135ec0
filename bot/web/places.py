"""What one place on the network may do: a flood is held back there, and nobody else with it.

A key to a chat costs nothing, so that a pace for each chat alone would stop nobody.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from bot.channels.pace import Pace

log = logging.getLogger(__name__)

# A school or a library shares one address: two classes that begin at once, a page at every desk.
NEW_CHATS = 60  # a minute
OPEN_LINES = 200  # sockets, and questions for news that wait
FRAMES_AT_ONCE, FRAMES_A_SECOND = 400, 40  # every desk presses twice, then one in five seconds
MINUTE = 60
_NETWORK = 64  # bits of an IPv6 address that one household or office is given


class Places:
    """Counts what comes from each place, in this process."""

    def __init__(self) -> None:
        self._chats = Pace(NEW_CHATS, NEW_CHATS / MINUTE)
        self._frames = Pace(FRAMES_AT_ONCE, FRAMES_A_SECOND)
        self._lines: Counter[str] = Counter()
        self._told: float | None = None

    def may_begin(self, place: str) -> bool:
        """Whether another new chat may begin here."""
        return self._allow(place, not place or self._chats.has_one(place, time.monotonic()))

    def may_say(self, place: str) -> bool:
        """Whether another frame may come from here."""
        return self._allow(place, not place or self._frames.has_one(place, time.monotonic()))

    @contextmanager
    def line(self, place: str) -> Iterator[bool]:
        """An open line for as long as the block lasts; False where there are too many."""
        if not self._allow(place, not place or self._lines[place] < OPEN_LINES):
            yield False
            return
        self._lines[place] += 1
        try:
            yield True
        finally:
            self._lines[place] -= 1
            if not self._lines[place]:
                del self._lines[place]

    def _allow(self, place: str, yes: bool) -> bool:
        """Tells the log of a refusal, once a minute and without the address: it is personal."""
        now = time.monotonic()
        if not yes and (self._told is None or now - self._told > MINUTE):
            self._told = now
            log.warning(
                "one network address asks for too much; "
                "is it a web server in front? See INNOM_TRUSTED_PROXIES"
            )
        return yes


def place_of(host: str | None) -> str:
    """The place of a network address: itself, or the network of an IPv6 one.

    Empty, and never held back, is this machine itself: a proxy that does not say who asks would
    stand for everybody.
    """
    try:
        address: IPv4Address | IPv6Address = ip_address((host or "").partition("%")[0])
    except ValueError:
        return host or ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            whole = ip_network((address, _NETWORK), strict=False)
            return "" if address.is_loopback else str(whole)
        address = address.ipv4_mapped
    return "" if address.is_loopback else str(address)
