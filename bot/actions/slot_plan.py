"""What slots a host wishes: read as wall-clock times, and why it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.actions.wall_time import Wall, read_wall
from db.booking import ACTIVITY, GUIDANCE, VOLUNTEER, Places

KINDS = (ACTIVITY, VOLUNTEER, GUIDANCE)
MOST_PLACES = 500  # of one kind; more is most often a slip of the finger
MOST_WEEKS = 12
MOST_MINUTES = 24 * 60
FARTHEST = timedelta(days=366)
MOST_TITLE, MOST_PLACE = 120, 120  # letters


class Why(StrEnum):
    """Why a host's wish was not done; the words are chosen where it is said."""

    TITLE = "title"
    KIND = "kind"
    PAST = "past"
    FAR = "far"
    MINUTES = "minutes"
    PLACES = "places"
    WEEKS = "weeks"
    OPENS = "opens"
    CLOSES = "closes"
    TAKEN = "taken"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Plan:
    """A slot as a host wishes it, and each week after for `weeks` weeks in all.

    `day` and `at` are those of the municipality. Booking opens `opens_days` before (None: at once)
    and closes `closes_hours` before. `key` keeps a form sent twice from making two slots.
    """

    key: str
    kind: str
    titles: Mapping[str, str]
    day: date
    at: time
    minutes: int
    capacity: Places
    entry: str | None = None
    place: str | None = None
    opens_days: int | None = None
    closes_hours: int = 0
    weeks: int = 1

    def walls(self, zone: str) -> list[Wall]:
        """When the slots begin: the same wall time each week."""
        days = (self.day + timedelta(weeks=n) for n in range(self.weeks))
        return [read_wall(f"{day}T{self.at:%H:%M}", zone) for day in days]


def why_not_make(plan: Plan, zone: str, now: datetime) -> Why | None:
    """The first reason against these slots, or None. Touches nothing."""
    if plan.kind not in KINDS:
        return Why.KIND
    if not any(plan.titles.values()):
        return Why.TITLE
    if not 1 <= plan.weeks <= MOST_WEEKS:
        return Why.WEEKS
    if not 5 <= plan.minutes <= MOST_MINUTES:
        return Why.MINUTES
    return _why_not_then(plan, zone, now) or why_not_places(plan.capacity)


def _why_not_then(plan: Plan, zone: str, now: datetime) -> Why | None:
    if plan.day > (now + FARTHEST).date():
        return Why.FAR
    if plan.day < (now - timedelta(days=2)).date():  # in no zone it is to come
        return Why.PAST
    first = plan.walls(zone)[0].instant
    if first <= now:
        return Why.PAST
    if plan.closes_hours < 0 or first - timedelta(hours=min(plan.closes_hours, 9999)) <= now:
        return Why.CLOSES
    if plan.opens_days is None:
        return None
    open_for = timedelta(days=min(max(plan.opens_days, 0), 9999))
    return None if timedelta(hours=plan.closes_hours) < open_for <= FARTHEST else Why.OPENS


def why_not_places(capacity: Places) -> Why | None:
    """A slot has a place for somebody, and no kind of place by the thousand."""
    each = (capacity.ordinary, capacity.wheelchair, capacity.companion)
    someone = capacity.ordinary + capacity.wheelchair > 0
    return None if someone and min(each) >= 0 and max(each) <= MOST_PLACES else Why.PLACES


def slot_rows(plan: Plan, zone: str, now: datetime) -> list[dict[str, Any]]:
    """The slots of a plan as rows, soonest first."""
    walls = enumerate(plan.walls(zone))
    return [_row(plan, wall.instant, zone, now, number) for number, wall in walls]


def _row(plan: Plan, start: datetime, zone: str, now: datetime, number: int) -> dict[str, Any]:
    opens = None if plan.opens_days is None else start - timedelta(days=plan.opens_days)
    return {
        "code": f"made:{plan.key}:{number}",
        "kind": plan.kind,
        "entry": plan.entry,
        "titles": {lang: t[:MOST_TITLE] for lang, t in plan.titles.items() if t},
        "starts_at": start,
        "ends_at": start + timedelta(minutes=plan.minutes),
        "zone": zone,
        "ordinary": plan.capacity.ordinary,
        "wheelchair": plan.capacity.wheelchair,
        "companion": plan.capacity.companion,
        "opens_at": opens or now,
        "closes_at": start - timedelta(hours=plan.closes_hours),
        "place": plan.place[:MOST_PLACE] if plan.place else None,
        "sample": False,
    }
