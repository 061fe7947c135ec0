"""Wall-clock time: what a clock on the wall shows, and which instant that is."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.actions.errors import Refused

YEARS = range(2000, 2200)
Note = Literal["gap", "twice"]

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2})[:.](\d{2})(?::00)?")
_NORDIC = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}),?\s+(?:kl\.?\s*)?(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True, slots=True)
class Wall:
    """A local time that was meant.

    `text` is 2026-11-24T10:00 and `instant` is it in UTC. `note` says that the clocks change that
    night: `gap` where there is no such time, `twice` where there are two.
    """

    text: str
    instant: datetime
    note: Note | None = None


def read_wall(said: str, zone: str) -> Wall:
    """Reads "2026-11-24T10:00" or "24.11.2026 10:00". Raises Refused("time") for anything else."""
    local = _read(said)
    instant = local_instant(local.date(), local.time(), zone)
    return Wall(local.isoformat(timespec="minutes"), instant, _note(local, instant, zone))


def local_instant(day: date, at: time, zone: str) -> datetime:
    """A wall-clock time as an instant in UTC.

    A missing one uses the offset before the gap, a repeated one is its first (RFC 5545, 3.3.5).
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def day_before(instant: datetime, zone: str) -> datetime:
    """The same wall-clock time the day before; 24 hours, but on two days of the year."""
    local = instant.astimezone(ZoneInfo(zone))
    return local_instant(local.date() - timedelta(days=1), local.time(), zone)


def _read(said: str) -> datetime:
    text = said.strip()
    if found := _ISO.fullmatch(text):
        year, month, day, hour, minute = map(int, found.groups())
    elif found := _NORDIC.fullmatch(text):
        day, month, year, hour, minute = map(int, found.groups())
    else:
        raise Refused("time")
    if year not in YEARS:
        raise Refused("time")
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the zone comes with the wall
    except ValueError:
        raise Refused("time") from None


def _note(local: datetime, instant: datetime, zone: str) -> Note | None:
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        return "gap"
    second = local.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    return "twice" if second != instant else None
