"""What is said about bookings that were made: the list, cancelling, finding one by its code."""

from collections.abc import Sequence
from datetime import datetime

from bot.actions.booking_texts import code_line, details
from bot.actions.slot_texts import day_and_start, leave_button, my_button, slot_lines, title_of
from bot.actions.wording import (
    Answer,
    Button,
    bold,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    topics_button,
    words_for,
)
from bot.knowledge.entries import Knowledge
from db.booking import Booking, Slot

SHOWN = 5  # of one's bookings; each has two buttons


def bookings_answer(
    knowledge: Knowledge,
    found: Sequence[tuple[Booking, Slot]],
    now: datetime,
    lang: str,
    *,
    meets: bool = False,
    note: str | None = None,
) -> Answer:
    """One's bookings with what can be done about each; `meets`: there are appointments, too."""
    words = words_for(knowledge, lang)
    others = [Button(words.t("My appointments"), "do:my-follow-up")] if meets else []
    others.append(Button(words.t("I have a code"), "bk:code"))
    if not found:
        html = words.t("You have booked nothing in this chat.")
        return Answer(html, one_each([*others, topics_button(words)]), words.lang)
    parts, buttons = [bold(words.t("My bookings"))], []
    for n, (booking, slot) in enumerate(found[:SHOWN], 1):
        about = details(slot, booking.party, booking.first_name, words)
        lines = [f"{n}. {about}", code_line(booking, words)]
        parts.append("\n".join(line for line in lines if line))
        start = day_and_start(slot, words)
        buttons.append(Button(words.t("{when}: calendar file", when=start), f"bk:i:{booking.id}"))
        if slot.starts_at > now:
            buttons.append(Button(words.t("{when}: cancel", when=start), f"bk:c:{booking.id}"))
    if len(found) > SHOWN:
        parts.append(words.t("And {count} more later.", count=len(found) - SHOWN))
    return Answer(paragraphs(*parts, note), one_each([*buttons, *others]), words.lang)


def ask_cancel(knowledge: Knowledge, booking: Booking, slot: Slot, lang: str) -> Answer:
    """Cancelling is asked once more: a finger slips easily."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        bold(words.t("Cancel this booking?")),
        details(slot, booking.party, booking.first_name, words),
    )
    buttons = [
        Button(words.t("Yes, cancel it"), f"bk:cy:{booking.id}"),
        Button(words.t("No, keep it"), "do:my-bookings"),
    ]
    return Answer(html, one_each(buttons), words.lang)


def cancelled(knowledge: Knowledge, slot: Slot, lang: str) -> Answer:
    """After cancelling."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("It is cancelled. Others can have the place now."),
        slot_lines(slot, words),
    )
    return Answer(html, one_each([my_button(words), topics_button(words)]), words.lang)


def not_there(knowledge: Knowledge, lang: str) -> Answer:
    """For a booking that is over, cancelled, or somebody else's: all the same to who asks."""
    words = words_for(knowledge, lang)
    html = words.t("I find no such booking of yours to come.")
    return Answer(html, one_each([my_button(words), person_button(words)]), words.lang)


def closed(knowledge: Knowledge, lang: str) -> Answer:
    """For a button of a booking that was finished or left."""
    words = words_for(knowledge, lang)
    html = words.t("That is not open any more. Look at your bookings, or begin anew.")
    return Answer(html, one_each([my_button(words), topics_button(words)]), words.lang)


def left(knowledge: Knowledge, lang: str) -> Answer:
    """After leaving a booking that was not made."""
    words = words_for(knowledge, lang)
    html = words.t("All right. Nothing is booked.")
    return Answer(html, one_each([topics_button(words)]), words.lang)


def waits(knowledge: Knowledge, lang: str) -> Answer:
    """After help in danger: the booking does not push itself forward."""
    words = words_for(knowledge, lang)
    html = words.t("Your booking can wait. Go on with it only if you want to.")
    go_on = Button(words.t("Go on with the booking"), "bk:a")
    return Answer(html, one_each([go_on, leave_button(words)]), words.lang)


def ask_code(knowledge: Knowledge, lang: str, note: str | None = None) -> Answer:
    """The code of a booking that was made in another chat."""
    words = words_for(knowledge, lang)
    html = paragraphs(note, words.t("Write the code of your booking. It has 8 letters and digits."))
    return Answer(html, one_each([my_button(words)]), words.lang)


def tries_spent(knowledge: Knowledge, lang: str) -> Answer:
    """After too many wrong codes."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("Those were too many wrong codes. Try again in an hour, or call."),
        phone_lines(knowledge, words),
    )
    return Answer(html, one_each([my_button(words), person_button(words)]), words.lang)


def no_such_code(knowledge: Knowledge, lang: str) -> str:
    """After a code that no booking has."""
    return words_for(knowledge, lang).t("No booking to come has that code.")


def for_calendar(knowledge: Knowledge, slot: Slot, lang: str) -> str:
    """What stands under the calendar file."""
    words = words_for(knowledge, lang)
    title = title_of(slot, words)
    return words.t("For your calendar: {title}", title=bold(title))
