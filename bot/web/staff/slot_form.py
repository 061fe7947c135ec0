"""The form for new slots: read into a plan, and told in words what is wrong with it."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time

from bot.actions.hosting import Because
from bot.actions.slot_change import Change, standing
from bot.actions.slot_plan import (
    KINDS,
    MOST_MINUTES,
    MOST_PLACES,
    MOST_WEEKS,
    Plan,
    Why,
    why_not_places,
)
from bot.actions.wall_time import Wall
from bot.knowledge.entries import Knowledge
from bot.texts import Words
from db.booking import ACTIVITY, GUIDANCE, VOLUNTEER, Places, Slot

MANY = 10**6  # stands for what is no number we use: it is refused like one that is too large


def new_key() -> str:
    """A mark of one form, so that it counts once."""
    return secrets.token_hex(8)


def read_count(said: str, empty: int = 0) -> int:
    """A number of a form's field; MANY for anything that is none."""
    if not said:
        return empty
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else MANY


def read_places(form: Mapping[str, str], prefix: str = "") -> Places:
    """The three fields for places."""
    kinds = ("ordinary", "wheelchair", "companion")
    return Places(*(read_count(form[prefix + kind]) for kind in kinds))


def read_day(said: str) -> date | None:
    """A day as browsers write it; None for anything else."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def read_time(said: str) -> time | None:
    """A time of day in hours and minutes; None for anything else."""
    try:
        return time.fromisoformat(said).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def read_plan(form: Mapping[str, str], knowledge: Knowledge) -> Plan | None:
    """The plan in a form; None where day or time cannot be read."""
    day, at = read_day(form["day"]), read_time(form["at"])
    if day is None or at is None:
        return None
    key = form["key"] if len(form["key"]) == 16 and form["key"].isalnum() else new_key()
    opens = form["opens_days"]
    return Plan(
        key=key,
        kind=form["kind"],
        titles={lang: form[f"title-{lang}"] for lang in knowledge.profile.languages},
        day=day,
        at=at,
        minutes=read_count(form["minutes"], MANY),
        capacity=read_places(form),
        entry=form["entry"] if form["entry"] in knowledge.entries else None,
        place=form["place"] or None,
        opens_days=read_count(opens) if opens else None,
        closes_hours=read_count(form["closes_hours"]),
        weeks=read_count(form["weeks"], 1),
    )


def read_change(form: Mapping[str, str], slot: Slot, languages: Iterable[str]) -> Change | None:
    """What a slot shall say; None where day or time cannot be read.

    The form has no time where somebody has booked: then it stays.
    """
    titles = {lang: form[f"title-{lang}"] for lang in languages}
    change = replace(standing(slot), titles=titles, place=form["place"] or None)
    if "day" not in form:
        return change
    day, at = read_day(form["day"]), read_time(form["at"])
    if day is None or at is None:
        return None
    return replace(change, day=day, at=at, minutes=read_count(form["minutes"], MANY))


def written(slot: Slot) -> dict[str, str]:
    """What stands in the fields of the form for changing a slot."""
    now = standing(slot)
    titles = {f"title-{lang}": title for lang, title in now.titles.items()}
    when = {"day": now.day.isoformat(), "at": f"{now.at:%H:%M}", "minutes": str(now.minutes)}
    return {**titles, "place": now.place or "", **when}


def unread(form: Mapping[str, str], words: Words) -> dict[str, str]:
    """The fields for day and time that cannot be read."""
    errors = {}
    if read_day(form["day"]) is None:
        errors["day"] = words.t("Write the day, such as 2026-11-25.")
    if read_time(form["at"]) is None:
        errors["at"] = words.t("Write the time, such as 12:30.")
    return errors


def wrong(why: str, words: Words, plan: Plan | None = None) -> dict[str, str]:
    """Which field is wrong, and what to do."""
    told = {
        Why.KIND: ("kind", words.t("Choose what it is.")),
        Why.TITLE: ("title", words.t("Give it a name in at least one language.")),
        Why.PAST: ("day", words.t("That time is over.")),
        Why.FAR: ("day", words.t("That is more than a year away. Choose an earlier day.")),
        Why.MINUTES: (
            "minutes",
            words.t("Write how many minutes it lasts, from 5 to {most}.", most=MOST_MINUTES),
        ),
        Why.PLACES: ("ordinary", _about_places(words)),
        Why.WEEKS: ("weeks", words.t("Write a number from 1 to {most}.", most=MOST_WEEKS)),
        Why.OPENS: ("opens_days", words.t("Booking must open before it closes.")),
        Why.CLOSES: ("closes_hours", words.t("Booking would be closed by now. Write fewer hours.")),
        Why.TAKEN: ("ordinary", words.t("More places than that are booked already.")),
        Why.BOOKED: ("day", words.t("Somebody has booked. The time stays as it is.")),
        Why.CANCELLED: ("slot", words.t("This is cancelled already.")),
        Why.REASON: ("because", words.t("Choose why.")),
    }
    field, text = told[Why(why)]
    return {_places_field(plan) if why == Why.PLACES and plan else field: text}


def _about_places(words: Words) -> str:
    return words.t("There must be from 1 to {most} places of a kind.", most=MOST_PLACES)


def _places_field(plan: Plan) -> str:
    """The first field whose number is wrong even where there is room for somebody."""
    kinds = {"wheelchair": plan.capacity.wheelchair, "companion": plan.capacity.companion}
    return next((k for k, n in kinds.items() if why_not_places(Places(1, n))), "ordinary")


def about_clocks(walls: list[Wall], words: Words) -> str:
    """What is used where the clocks change in the night of a slot; mostly nothing."""
    notes = [wall.note for wall in walls]
    gap = words.t("The clocks change that night, and that time is not there. It is an hour later.")
    twice = words.t(
        "The clocks change that night, and that time comes twice. The first one counts."
    )
    return " ".join(text for note, text in (("gap", gap), ("twice", twice)) if note in notes)


def kind_names(words: Words) -> dict[str, str]:
    """What the kinds of slots are called."""
    names = {
        ACTIVITY: words.t("Activity"),
        VOLUNTEER: words.t("Volunteer shift"),
        GUIDANCE: words.t("Guidance hour"),
    }
    return {kind: names[kind] for kind in KINDS}


def reasons(words: Words) -> dict[str, str]:
    """Why a host cancels, in the host's words."""
    return {
        Because.ILL: words.t("The one who leads it is ill"),
        Because.PLACE: words.t("The room cannot be used"),
        Because.FEW: words.t("Too few have booked"),
        Because.WEATHER: words.t("The weather"),
        Because.OTHER: words.t("Something else"),
    }
