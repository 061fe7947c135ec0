"""Quiet hours: when nothing is sent that was not asked for. Plain functions of instants.

`quiet` is two full hours of local time, from and until: (21, 8) is quiet from 21:00 to 08:00. The
same hour twice is never quiet. A wall time that a night of the clocks leaves out uses the offset
before the gap, a repeated one its first occurrence (RFC 5545, 3.3.5).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Quiet = tuple[int, int]

ONE_MINUTE = timedelta(minutes=1)


def is_quiet(at: datetime, zone: str, quiet: Quiet) -> bool:
    """Whether nothing may be sent at this instant."""
    return any(start <= at < end for start, end in _around(at, zone, quiet))


def next_loud(at: datetime, zone: str, quiet: Quiet) -> datetime:
    """The instant itself, or the end of the quiet hours that it falls in. Aware, in UTC."""
    ends = (end for start, end in _around(at, zone, quiet) if start <= at < end)
    end = next(ends, None)
    # When the clocks change, one quiet time may begin where another ends.
    return next_loud(end, zone, quiet) if end else at.astimezone(UTC)


def last_loud_before(at: datetime, zone: str, quiet: Quiet) -> datetime:
    """The instant itself, or a minute before the quiet hours that it falls in. Aware, in UTC.

    So a reminder of an early appointment goes out the evening before.
    """
    starts = (start for start, end in _around(at, zone, quiet) if start <= at < end)
    start = next(starts, None)
    return last_loud_before(start - ONE_MINUTE, zone, quiet) if start else at.astimezone(UTC)


def _around(at: datetime, zone: str, quiet: Quiet) -> list[tuple[datetime, datetime]]:
    """The quiet times that begin on the day before, on the day or after it, as instants."""
    start, end = quiet
    if start == end:
        return []
    today, over_midnight = at.astimezone(ZoneInfo(zone)).date(), timedelta(days=start > end)
    days = (today + timedelta(days=step) for step in (-1, 0, 1))
    return [(_instant(day, start, zone), _instant(day + over_midnight, end, zone)) for day in days]


def _instant(day: date, hour: int, zone: str) -> datetime:
    # fold=0 is the first of two, and the offset before a gap.
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
