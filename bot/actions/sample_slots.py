"""Sample slots: made-up times of the next two weeks, marked as such wherever they are shown."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml

from bot.actions.wall_time import local_instant
from bot.knowledge.entries import Knowledge
from db.booking import add_slots, list_codes
from db.engine import Db

DAYS_AHEAD = 14
_FILE = Path(__file__).parent / "sample_slots.yaml"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def samples_allowed(telegram_token: str | None, base_url: str | None) -> bool:
    """Only where nobody but the one at this machine can come across them."""
    return not telegram_token and (base_url is None or is_loopback(base_url))


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine alone."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def keep_samples(db: Db, knowledge: Knowledge, now: datetime) -> None:
    """Adds the sample slots of the coming days that are missing."""
    rows = list(sample_rows(knowledge, now))
    known = await list_codes(db, [row["code"] for row in rows])
    if missing := [row for row in rows if row["code"] not in known]:
        await add_slots(db, missing)


def sample_rows(knowledge: Knowledge, now: datetime) -> Iterator[dict[str, Any]]:
    """The sample slots of the coming days as rows; those of entries that are not there are left."""
    profile = knowledge.profile
    today = now.astimezone(ZoneInfo(profile.zone)).date()
    for sample in _samples()[profile.country]:
        if sample.get("entry") in (None, *knowledge.entries):
            for ahead in range(DAYS_AHEAD + 1):
                day = today + timedelta(days=ahead)
                if _WEEKDAYS[day.weekday()] in sample["days"]:
                    yield _row(sample, day, profile.zone)


def _row(sample: dict[str, Any], day: date, zone: str) -> dict[str, Any]:
    starts = local_instant(day, time.fromisoformat(sample["at"]), zone)
    ordinary, wheelchair, companion = sample["capacity"]
    return {
        "code": f"sample:{sample['name']}:{day.isoformat()}",
        "kind": sample["kind"],
        "entry": sample.get("entry"),
        "titles": sample["titles"],
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=sample["minutes"]),
        "zone": zone,
        "ordinary": ordinary,
        "wheelchair": wheelchair,
        "companion": companion,
        "opens_at": starts - timedelta(days=60),
        "closes_at": starts - timedelta(hours=sample["closes"]),
        "sample": True,
    }


@cache
def _samples() -> dict[str, list[dict[str, Any]]]:
    with _FILE.open(encoding="utf-8") as file:
        found: dict[str, list[dict[str, Any]]] = yaml.safe_load(file)
    return found
