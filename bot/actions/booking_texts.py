"""What is said while somebody books: the questions, the refusals, the confirmation."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.actions.booking import MAX_PARTY, Reason
from bot.actions.calendar_file import Event, calendar_file
from bot.actions.reminder_plan import SOON, Planned
from bot.actions.slot_texts import (
    leave_button,
    my_button,
    sample_note,
    slot_lines,
    title_of,
    why_cancelled,
)
from bot.actions.wording import (
    Answer,
    Button,
    Rows,
    bold,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    safe_html,
    words_for,
)
from bot.knowledge.entries import Knowledge
from bot.texts import Words
from db.booking import ACTIVE, ACTIVITY, GUIDANCE, VOLUNTEER, Booking, Places, Slot

ACTIONS = {"book-activity": ACTIVITY, "volunteer-shift": VOLUNTEER, "book-guidance": GUIDANCE}


def ask_party(knowledge: Knowledge, slot: Slot, most: int, lang: str, note: str | None) -> Answer:
    """How many; `most` is what fits now."""
    words = words_for(knowledge, lang)
    html = paragraphs(note, slot_lines(slot, words), words.t("How many are you, with yourself?"))
    numbers = tuple(Button(str(n), f"bk:n:{slot.id}:{n}") for n in range(1, most + 1))
    rows = (numbers[:3], numbers[3:]) if len(numbers) > 4 else (numbers,)
    return Answer(html, (*rows, *_leave(words)), words.lang)


def party_refused(knowledge: Knowledge, lang: str) -> str:
    """For 0, 7 or 1,000 places."""
    words = words_for(knowledge, lang)
    return paragraphs(
        words.t("Here you can book from 1 to {most} places. Call if you are more.", most=MAX_PARTY),
        phone_lines(knowledge, words),
    )


def ask_needs(
    knowledge: Knowledge, slot: Slot, options: Sequence[Places], lang: str, note: str | None
) -> Answer:
    """Whether anybody needs a place for a wheelchair or a companion."""
    words = words_for(knowledge, lang)
    html = paragraphs(note, words.t("Do you need a special place for someone?"))
    buttons = [
        Button(
            needs_line(party, words) or words.t("No, nothing special"),
            f"bk:d:{slot.id}:{party.total}:{party.wheelchair}:{party.companion}",
        )
        for party in options
    ]
    return Answer(html, (*one_each(buttons), *_leave(words)), words.lang)


def needs_line(party: Places, words: Words) -> str:
    """The special places of a party, or nothing."""
    parts = []
    if party.wheelchair:
        parts.append(
            words.n("{count} wheelchair place", "{count} wheelchair places", party.wheelchair)
        )
    if party.companion:
        parts.append(
            words.n("{count} companion place", "{count} companion places", party.companion)
        )
    return words.listed(parts)


def ask_name(knowledge: Knowledge, lang: str, note: str | None, *, other: bool = False) -> Answer:
    """The name that the host reads; `other` where the place may be for somebody else."""
    words = words_for(knowledge, lang)
    yours = words.t(
        "What is your first name? You may use another name. It is deleted 30 days after."
    )
    theirs = words.t(
        "What is the first name of the one who comes? You may use another name. "
        "It is deleted 30 days after."
    )
    html = paragraphs(note, theirs if other else yours)
    return Answer(html, _leave(words), words.lang)


def ask_confirm(
    knowledge: Knowledge,
    slot: Slot,
    party: Places,
    name: str,
    token: str,
    lang: str,
    note: str | None,
) -> Answer:
    """Everything once more before it counts."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        note,
        bold(words.t("Is this right?")),
        details(slot, party, name, words),
        sample_note(words) if slot.sample else None,
    )
    buttons = [
        Button(words.t("Yes, book it"), f"bk:ok:{token}"),
        Button(words.t("Change the places"), f"bk:s:{slot.id}"),
        Button(words.t("Change the name"), "bk:nm"),
    ]
    return Answer(html, (*one_each(buttons), *_leave(words)), words.lang)


def booked(
    knowledge: Knowledge,
    booking: Booking,
    slot: Slot,
    lang: str,
    *,
    reminder: Planned | None = None,
    paused: bool = False,
    web: bool = False,
) -> Answer:
    """The confirmation. `reminder` is what was queued, None where nothing was."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        bold(words.t("You are booked.")),
        details(slot, booking.party, booking.first_name, words),
        code_line(booking, words),
        sample_note(words) if slot.sample else None,
        _reminder_line(reminder, words, paused=paused, web=web),
    )
    buttons = [my_button(words), Button(words.t("Cancel this booking"), f"bk:c:{booking.id}")]
    if reminder and not paused:
        buttons.append(Button(words.t("No reminder"), f"bk:nr:{booking.id}"))
    return Answer(html, one_each(buttons), words.lang)


def _reminder_line(reminder: Planned | None, words: Words, *, paused: bool, web: bool) -> str:
    """When the reminder comes, and honestly so where it may not be seen."""
    file = words.t("Put the file into your calendar.")
    if reminder is None:
        return words.t("I do not remind you of this.") + " " + file
    if paused:
        return words.t("Reminders are off in this chat.") + " " + file
    when = words.t("I remind you the day before.")
    if reminder.detail == SOON:
        when = words.t("I remind you on the day, before it begins.")
    if not web:
        return when
    return " ".join([when, words.t("You see it only when this chat is open."), file])


def no_reminder(knowledge: Knowledge, lang: str) -> Answer:
    """After wanting no reminder of a booking."""
    words = words_for(knowledge, lang)
    html = words.t("All right. I do not remind you of that. The booking stands.")
    return Answer(html, one_each([my_button(words)]), words.lang)


def shown(knowledge: Knowledge, booking: Booking, slot: Slot, now: datetime, lang: str) -> Answer:
    """What a reminder was about."""
    words = words_for(knowledge, lang)
    active = booking.state == ACTIVE and slot.starts_at > now
    html = paragraphs(
        bold(words.t("This is cancelled.")) if booking.state != ACTIVE else None,
        why_cancelled(booking, words),
        details(slot, booking.party, booking.first_name, words),
        sample_note(words) if slot.sample else None,
    )
    cancel = [Button(words.t("Cancel this booking"), f"bk:c:{booking.id}")] if active else []
    return Answer(html, one_each([my_button(words), *cancel, person_button(words)]), words.lang)


def details(slot: Slot, party: Places, name: str | None, words: Words) -> str:
    """What, when, how many and for whom."""
    count = words.n("{count} place", "{count} places", party.total)
    needs = needs_line(party, words)
    people = f"{count} ({needs})" if needs else count
    lines = [slot_lines(slot, words), people]
    if name:
        lines.append(words.t("Name: {name}", name=safe_html(name)))
    return "\n".join(lines)


def code_line(booking: Booking, words: Words) -> str | None:
    """The recovery code in two halves, and what it is good for."""
    if not booking.code:
        return None
    code = f"{booking.code[:4]}-{booking.code[4:]}"
    return words.t("Your code is {code}. It opens this booking in another chat.", code=code)


def calendar(booking: Booking, slot: Slot, now: datetime, words: Words) -> tuple[str, str]:
    """(file name, text) for a calendar; the name tells nothing to who looks over a shoulder."""
    lines = [words.n("{count} place", "{count} places", booking.party.total)]
    if needs := needs_line(booking.party, words):
        lines.append(needs)
    if slot.sample:
        lines.append(sample_note(words))
    uid = f"{booking.id}-{int(booking.created_at.timestamp())}@innom"
    title, about = title_of(slot, words), "\n".join(lines)
    event = Event(uid, slot.starts_at, slot.ends_at, title, about, slot.place)
    day = slot.starts_at.astimezone(ZoneInfo(slot.zone)).date()
    return f"innom-{day.isoformat()}.ics", calendar_file(event, now)


def refused(knowledge: Knowledge, reason: Reason, kind: str | None, lang: str) -> Answer:
    """Why it cannot be booked, and where to go instead."""
    words = words_for(knowledge, lang)
    if reason == Reason.PARTY:
        html = party_refused(knowledge, lang)
    elif reason in (Reason.TOO_MANY, Reason.TOO_OFTEN, Reason.TOO_LARGE_A_SHARE):
        html = paragraphs(_because(reason, words), phone_lines(knowledge, words))
    else:
        html = _because(reason, words)
    others = [Button(words.t("See other times"), f"bk:l:{kind}:0")] if kind else []
    return Answer(html, one_each([*others, my_button(words), person_button(words)]), words.lang)


def _because(reason: Reason, words: Words) -> str:
    reasons = {
        Reason.SAMPLE: words.t("That was a sample, and samples are switched off now."),
        Reason.PAST: words.t("That time is over."),
        Reason.NOT_OPEN: words.t("You cannot book that yet."),
        Reason.CLOSED: words.t("Booking for that time is closed."),
        Reason.COMPANION_ALONE: words.t("A companion place goes with another place."),
        Reason.TWICE: words.t("You have booked that already. Cancel it first to change it."),
        Reason.TOO_MANY: words.t("You have as many bookings as one chat can have."),
        Reason.TOO_OFTEN: words.t("You have booked very often today. Try again tomorrow, or call."),
        Reason.TOO_LARGE_A_SHARE: words.t("One chat cannot take so many of the places. Call us."),
        Reason.FULL: words.t("There are not so many places left. Nothing was booked."),
        Reason.NO_WHEELCHAIR: words.t("There are not so many wheelchair places left."),
        Reason.NO_COMPANION: words.t("There are not so many companion places left."),
    }
    return reasons.get(reason, words.t("That time is not there any more."))


def _leave(words: Words) -> Rows:
    return one_each([leave_button(words)])
