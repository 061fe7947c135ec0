"""Changing what stands about a slot: names and place, and the time while nobody has booked it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions.errors import Conflict, Refused
from bot.actions.hosting import lock_open
from bot.actions.slot_plan import MOST_PLACE, MOST_TITLE, Plan, Why, why_not_make
from bot.actions.wall_time import Wall
from db import booking as booked
from db import hosting as stored
from db.booking import Slot
from db.engine import Db


@dataclass(frozen=True, slots=True)
class Change:
    """What a slot shall say. `titles` are by language; those of others stay.

    `day` and `at` are on the clock where the slot is.
    """

    titles: Mapping[str, str]
    place: str | None
    day: date
    at: time
    minutes: int


def standing(slot: Slot) -> Change:
    """What a slot says now."""
    local = slot.starts_at.astimezone(ZoneInfo(slot.zone))
    minutes = int((slot.ends_at - slot.starts_at).total_seconds() // 60)
    return Change(slot.titles, slot.place, local.date(), local.time(), minutes)


def mark_of(slot: Slot) -> str:
    """Stands for what a form showed; another one where somebody changed it since."""
    shown = [slot.titles, slot.place, slot.starts_at.isoformat(), slot.ends_at.isoformat()]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def why_not_change(slot: Slot, change: Change, now: datetime, *, is_booked: bool) -> Why | None:
    """The first reason against a change, or None. Touches nothing."""
    if not any(_titles(slot, change).values()):
        return Why.TITLE
    if not _moves(slot, change):
        return None
    return Why.BOOKED if is_booked else why_not_make(_plan(slot, change), slot.zone, now)


async def change_slot(
    db: Db, slot_id: int, change: Change, seen: str, now: datetime
) -> Wall | None:
    """Changes a slot; `seen` is the mark of what the host saw. Returns the new beginning, if any.

    Raises NotFound, Conflict (somebody else changed it), Refused(Why).
    """
    slot = await lock_open(db, slot_id, now)
    if mark_of(slot) != seen:
        raise Conflict
    is_booked = (await booked.count_taken(db, slot_id)).total > 0
    if why := why_not_change(slot, change, now, is_booked=is_booked):
        raise Refused(why)
    place = change.place[:MOST_PLACE] if change.place else None
    await stored.change_slot(db, slot_id, titles=_titles(slot, change), place=place)
    if not _moves(slot, change):
        return None
    wall = _plan(slot, change).walls(slot.zone)[0]
    await stored.change_slot(db, slot_id, **_moved(slot, wall, change.minutes, now))
    return wall


def _titles(slot: Slot, change: Change) -> dict[str, str]:
    wanted = {lang: title[:MOST_TITLE] for lang, title in change.titles.items()}
    return {lang: title for lang, title in {**slot.titles, **wanted}.items() if title}


def _moves(slot: Slot, change: Change) -> bool:
    now = standing(slot)
    return (change.day, change.at, change.minutes) != (now.day, now.at, now.minutes)


def _plan(slot: Slot, change: Change) -> Plan:
    """The slot as if it were made anew."""
    titles = _titles(slot, change)
    return Plan("", slot.kind, titles, change.day, change.at, change.minutes, slot.capacity)


def _moved(slot: Slot, wall: Wall, minutes: int, now: datetime) -> dict[str, datetime]:
    """When it is and can be booked; what has opened or closed by now stays so."""
    step = wall.instant - slot.starts_at
    opens, closes = slot.opens_at, slot.closes_at
    return {
        "starts_at": wall.instant,
        "ends_at": wall.instant + timedelta(minutes=minutes),
        "opens_at": opens if opens <= now else opens + step,
        "closes_at": closes if closes <= now else closes + step,
    }
