"""Wall-clock times: read as people write them, and true on the nights when clocks change."""

from datetime import UTC, date, datetime, time

import pytest

from bot.actions.errors import Refused
from bot.actions.wall_time import day_before, local_instant, read_wall

OSLO = "Europe/Oslo"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-24T10:00",
        "2026-11-24 10:00",
        "2026-11-24T10:00:00",
        " 24.11.2026 10:00 ",
        "24.11.2026 10.00",
        "24.11.2026 kl. 10.00",
        "24. 11. 2026 10:00",
        "24.11.2026, 10:00",
    ],
)
def test_reads_what_people_and_browsers_write(said: str) -> None:
    wall = read_wall(said, OSLO)
    assert (wall.text, wall.instant, wall.note) == (
        "2026-11-24T10:00",
        utc("2026-11-24 09:00"),
        None,
    )


@pytest.mark.parametrize(
    "said",
    ["", "tomorrow", "24.11. 10:00", "2026-02-30T10:00", "2026-11-24T24:00", "2026-11-24", "10:00",
     "2026-11-24T10:00+01:00", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-01T10:00",
     "24.11.26 10:00"],
)  # fmt: skip
def test_refuses_what_is_no_time(said: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_wall(said, OSLO)
    assert refusal.value.reason == "time"


@pytest.mark.parametrize(
    ("said", "instant", "note"),
    [
        ("2027-03-27T02:30", "2027-03-27 01:30", None),
        ("2027-03-28T01:59", "2027-03-28 00:59", None),
        ("2027-03-28T02:00", "2027-03-28 01:00", "gap"),
        ("2027-03-28T02:30", "2027-03-28 01:30", "gap"),  # a clock then shows 03:30
        ("2027-03-28T03:00", "2027-03-28 01:00", None),
        ("2027-03-29T02:30", "2027-03-29 00:30", None),
        ("2027-10-30T02:30", "2027-10-30 00:30", None),
        ("2027-10-31T02:30", "2027-10-31 00:30", "twice"),  # the first of two
        ("2027-10-31T03:00", "2027-10-31 02:00", None),
        ("2027-11-01T02:30", "2027-11-01 01:30", None),
    ],
)
@pytest.mark.parametrize("zone", [OSLO, "Europe/Stockholm"])
def test_says_what_it_takes_on_the_nights_when_clocks_change(
    said: str, instant: str, note: str | None, zone: str
) -> None:
    wall = read_wall(said, zone)
    assert (wall.instant, wall.note) == (utc(instant), note)


@pytest.mark.parametrize(
    ("at", "before"),
    [
        ("2026-11-24 09:00", "2026-11-23 09:00"),
        ("2027-03-28 10:00", "2027-03-27 11:00"),  # Sunday 12:00, and Saturday 12:00
        ("2027-10-31 11:00", "2027-10-30 10:00"),
        ("2027-03-29 00:30", "2027-03-28 01:30"),  # 02:30, which the day before does not have
        ("2027-01-01 10:00", "2026-12-31 10:00"),
        ("2028-03-01 10:00", "2028-02-29 10:00"),
    ],
)
def test_a_day_before_is_the_same_time_on_the_wall(at: str, before: str) -> None:
    assert day_before(utc(at), OSLO) == utc(before)


def test_a_day_and_a_time_are_an_instant() -> None:
    assert local_instant(date(2026, 7, 1), time(12), OSLO) == utc("2026-07-01 10:00")
