"""Instants as people where they live write them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from bot.texts import Words


def day_and_time(at: datetime, zone: str, words: Words) -> str:
    """Weekday, day and time, such as Tue 24 Nov 10:00."""
    return f"{day_name(at, zone, words)} {clock(at, zone, words)}"


def day_name(at: datetime, zone: str, words: Words) -> str:
    """Weekday and day, in short."""
    return format_skeleton("MMMEd", at, ZoneInfo(zone), locale=_locale(words))


def clock(at: datetime, zone: str, words: Words) -> str:
    """The time of day."""
    return format_skeleton("Hm", at, ZoneInfo(zone), locale=_locale(words))


def days_ahead(at: datetime, now: datetime, zone: str) -> int:
    """How many midnights lie between now and then: 0 is today, 1 tomorrow."""
    there = ZoneInfo(zone)
    ahead: timedelta = at.astimezone(there).date() - now.astimezone(there).date()
    return ahead.days


def _locale(words: Words) -> str:
    return "en_GB" if words.lang == "en" else words.lang  # with the clock of 24 hours
