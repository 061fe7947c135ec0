"""How slots are shown: name, time, places left, and which can be chosen."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from bot.actions.hosting import Because
from bot.actions.wording import (
    Answer,
    Button,
    bold,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    safe_html,
    topics_button,
    words_for,
)
from bot.knowledge.entries import CLOSE, LAST_RESORT, Knowledge
from bot.texts import Words
from db.booking import Booking, Places, Slot

LABEL = 60  # letters of a button; a phone shows no more


def title_of(slot: Slot, words: Words) -> str:
    """The slot's name in the person's language or the nearest there is; a sample says so."""
    wanted = (words.lang, CLOSE.get(words.lang, ""), LAST_RESORT)
    title = next((slot.titles[lang] for lang in wanted if lang in slot.titles), "")
    title = title or next(iter(slot.titles.values()), "")
    return words.t("Sample: {title}", title=title) if slot.sample else title


def when_of(slot: Slot, words: Words) -> str:
    """Day and time where the slot is, as people there write it."""
    return f"{day_and_start(slot, words)}\u2013{_time(slot.ends_at, slot, words)}"


def instant_of(at: datetime, zone: str, words: Words) -> str:
    """Day and time of an instant somewhere, as people there write it."""
    day = format_skeleton("MMMEd", at, ZoneInfo(zone), locale=_locale(words))
    return f"{day} {format_skeleton('Hm', at, ZoneInfo(zone), locale=_locale(words))}"


def day_and_start(slot: Slot, words: Words) -> str:
    """Day and beginning, for a button."""
    zone = ZoneInfo(slot.zone)
    day = format_skeleton("MMMEd", slot.starts_at, zone, locale=_locale(words))
    return f"{day} {_time(slot.starts_at, slot, words)}"


def slots_answer(
    knowledge: Knowledge,
    found: Sequence[tuple[Slot, Places]],
    lang: str,
    *,
    note: str | None = None,
    more: str | None = None,
) -> Answer:
    """Slots to choose among, with the places left; a full one is shown without a button."""
    words = words_for(knowledge, lang)
    lines = [
        f"{n}. {bold(title_of(slot, words))}\n{when_of(slot, words)}. {left_line(left, words)}"
        for n, (slot, left) in enumerate(found, 1)
    ]
    samples = any(slot.sample for slot, _ in found)
    html = paragraphs(
        note,
        *lines,
        sample_note(words) if samples else None,
        words.t("Choose a time, or write a day or what you look for."),
    )
    rows = one_each(slot_buttons(found, words))
    if more:
        rows += one_each([Button(words.t("Show more times"), more)])
    return Answer(html, rows, words.lang)


def slots_again(
    knowledge: Knowledge, found: Sequence[tuple[Slot, Places]], lang: str, note: str | None
) -> Answer:
    """The same question in short, after something else was answered."""
    words = words_for(knowledge, lang)
    leave = Button(words.t("Do not book"), "bk:x")
    html = paragraphs(note, words.t("And the booking: which time do you want?"))
    return Answer(html, one_each([*slot_buttons(found, words), leave]), words.lang)


def slot_buttons(found: Sequence[tuple[Slot, Places]], words: Words) -> list[Button]:
    """A button for each slot with room."""
    return [
        Button(_short(f"{day_and_start(slot, words)} {title_of(slot, words)}"), f"bk:s:{slot.id}")
        for slot, left in found
        if left.ordinary > 0 or left.wheelchair > 0
    ]


def left_line(left: Places, words: Words) -> str:
    """How many places are left, and how many of them are for wheelchairs."""
    places = max(0, left.ordinary) + max(0, left.wheelchair)
    if places == 0:
        return words.t("Full.")
    line = words.n("{count} place left.", "{count} places left.", places)
    if left.wheelchair > 0:
        more = words.n(
            "{count} of them for a wheelchair.",
            "{count} of them for wheelchairs.",
            left.wheelchair,
        )
        return f"{line} {more}"
    return line


def sample_note(words: Words) -> str:
    """What a sample is."""
    return words.t("A sample is made up, so that you can try. Nobody waits for you there.")


def nothing_open(knowledge: Knowledge, lang: str, kind: str | None, narrowed: bool) -> Answer:
    """When nothing can be booked; `narrowed` where there is something else of the kind."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("There is nothing to book here now."),
        phone_lines(knowledge, words),
    )
    others = [Button(words.t("See other times"), f"bk:l:{kind}:0")] if narrowed and kind else []
    return Answer(html, one_each([*others, topics_button(words), person_button(words)]), words.lang)


def slot_lines(slot: Slot, words: Words) -> str:
    """What, when and, where it is set, the place."""
    lines = [bold(title_of(slot, words)), when_of(slot, words)]
    if slot.place:
        lines.append(words.t("Place: {place}", place=safe_html(slot.place)))
    return "\n".join(lines)


def why_cancelled(booking: Booking, words: Words) -> str | None:
    """Why a host cancelled, in kind words that fit a lock screen; None where no host did."""
    reasons: dict[str, str] = {
        Because.ILL: words.t("The one who leads it is ill."),
        Because.PLACE: words.t("The room cannot be used then."),
        Because.FEW: words.t("Too few have booked. It is not about you."),
        Because.WEATHER: words.t("The weather is too bad for it."),
        Because.OTHER: words.t("Something came in the way. It is not about you."),
    }
    return reasons.get(booking.reason or "") if booking.cancelled_by == "host" else None


def my_button(words: Words) -> Button:
    """The way to one's own bookings."""
    return Button(words.t("My bookings"), "do:my-bookings")


def leave_button(words: Words) -> Button:
    """Out of the booking."""
    return Button(words.t("Do not book"), "bk:x")


def _short(label: str) -> str:
    return label if len(label) <= LABEL else f"{label[: LABEL - 1]}\u2026"


def _time(at: datetime, slot: Slot, words: Words) -> str:
    return format_skeleton("Hm", at, ZoneInfo(slot.zone), locale=_locale(words))


def _locale(words: Words) -> str:
    return "en_GB" if words.lang == "en" else words.lang  # with the clock of 24 hours
