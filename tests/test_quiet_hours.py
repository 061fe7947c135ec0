"""Quiet hours, over midnight and on the nights when the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.actions.quiet_hours import is_quiet, last_loud_before, next_loud

OSLO = "Europe/Oslo"
NIGHT = (21, 8)


def oslo(said: str, fold: int = 0) -> datetime:
    """`MM-DD HH:MM` of 2027 on a clock in Oslo, in UTC: times of a gap compare in no other way."""
    wall = datetime.fromisoformat(f"2027-{said}").replace(tzinfo=ZoneInfo(OSLO), fold=fold)
    return wall.astimezone(UTC)


# Local time, the hours, and when it is loud again and was last; None: it is loud.
TABLE = {
    "noon": ("06-10 12:00", NIGHT, None, None),
    "just before": ("06-10 20:59", NIGHT, None, None),
    "at the beginning": ("06-10 21:00", NIGHT, "06-11 08:00", "06-10 20:59"),
    "before midnight": ("06-10 23:59", NIGHT, "06-11 08:00", "06-10 20:59"),
    "midnight": ("06-11 00:00", NIGHT, "06-11 08:00", "06-10 20:59"),
    "early": ("06-11 07:59", NIGHT, "06-11 08:00", "06-10 20:59"),
    "at the end": ("06-11 08:00", NIGHT, None, None),
    "by day": ("06-10 13:30", (12, 14), "06-10 14:00", "06-10 11:59"),
    "by day, before": ("06-10 11:59", (12, 14), None, None),
    "until midnight": ("06-10 23:30", (22, 0), "06-11 00:00", "06-10 21:59"),
    "until midnight, after": ("06-11 00:00", (22, 0), None, None),
    "from midnight": ("06-11 00:00", (0, 6), "06-11 06:00", "06-10 23:59"),
    "never": ("06-11 03:00", (8, 8), None, None),
    "nearly always": ("06-10 08:00", (9, 8), None, None),
    "nearly always, later": ("06-10 09:00", (9, 8), "06-11 08:00", "06-10 08:59"),
    "spring night": ("03-28 01:30", NIGHT, "03-28 08:00", "03-27 20:59"),
    "spring, the gap": ("03-28 03:10", NIGHT, "03-28 08:00", "03-27 20:59"),
    "from the gap": ("03-28 03:10", (2, 5), "03-28 05:00", "03-28 01:59"),  # 02:00 is 03:00 then
    "autumn night": ("10-31 01:30", NIGHT, "10-31 08:00", "10-30 20:59"),
    "until a doubled hour": ("10-31 01:59", (21, 2), "10-31 02:00", "10-30 20:59"),
}


@pytest.mark.parametrize("case", TABLE)
def test_quiet_hours(case: str) -> None:
    said, quiet, until, before = TABLE[case]
    at = oslo(said)
    assert is_quiet(at, OSLO, quiet) is (until is not None)
    assert next_loud(at, OSLO, quiet) == (oslo(until) if until else at)
    assert last_loud_before(at, OSLO, quiet) == (oslo(before) if before else at)


def test_the_second_of_a_doubled_hour_is_loud_when_the_first_ended_it() -> None:
    assert is_quiet(oslo("10-31 01:59"), OSLO, (21, 2))
    assert not is_quiet(oslo("10-31 02:30"), OSLO, (21, 2))
    assert not is_quiet(oslo("10-31 02:30", fold=1), OSLO, (21, 2))


@pytest.mark.parametrize("zone", [OSLO, "Europe/Stockholm"])
@pytest.mark.parametrize("night", ["2027-03-27", "2027-10-30", "2026-12-31"])
@pytest.mark.parametrize("quiet", [NIGHT, (0, 6), (22, 0), (2, 3), (3, 2), (1, 1)])
def test_every_quarter_around_a_night_agrees_with_the_clock_on_the_wall(
    zone: str, night: str, quiet: tuple[int, int]
) -> None:
    """Against the plain reading of the hour; in a doubled or missing hour RFC 5545 decides."""
    first = datetime.fromisoformat(night).replace(hour=12, tzinfo=UTC)
    for quarter in range(4 * 24):
        at = first + timedelta(minutes=15 * quarter)
        hour, (start, end) = at.astimezone(ZoneInfo(zone)).hour, quiet
        inside = start <= hour < end if start <= end else hour >= start or hour < end
        if not (changes(at, zone) and {start, end} & {2, 3}):
            assert is_quiet(at, zone, quiet) is inside, at
        loud, last = next_loud(at, zone, quiet), last_loud_before(at, zone, quiet)
        assert last <= at <= loud
        assert not is_quiet(loud, zone, quiet)
        assert not is_quiet(last, zone, quiet)
        assert loud.utcoffset() == last.utcoffset() == timedelta(0)


def changes(at: datetime, zone: str) -> bool:
    """Whether the clocks change within two hours."""
    offsets = {
        (at + timedelta(hours=step)).astimezone(ZoneInfo(zone)).utcoffset() for step in range(-2, 3)
    }
    return len(offsets) > 1
