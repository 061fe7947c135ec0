"""How a message fared, and what to do about it, in plain words."""

from bot.actions import outbox as queue
from bot.texts import Words
from db import outbox


def fared(state: str | None, words: Words) -> str:
    """How one message fared; a sent one need not be read."""
    lines = {
        None: words.t("No message: the person has no chat any more."),
        outbox.DUE: words.t("Not sent yet."),
        outbox.SENDING: words.t("On its way."),
        outbox.SENT: words.t("Sent. Nobody knows whether it is read."),
        outbox.UNCERTAIN: words.t("Nobody knows whether it came through. Please call."),
        outbox.FAILED: words.t("It did not come through. Please call."),
        outbox.EXPIRED: words.t("It was not sent in time. Please call."),
        outbox.CANCELLED: words.t("Not sent: the person has stopped messages."),
    }
    return lines[state]


def what_to_do(state: str, purpose: str, words: Words) -> str:
    """What is best done by hand now: nothing here sends a message again."""
    if purpose == queue.STAFF_ANSWER:
        return words.t(
            "The answer stands under My cases. Ask who runs Innom to look at the e-mail."
        )
    if purpose == queue.ON_DUTY:
        return words.t("Look at the list of calls. Ask who runs Innom to look at the e-mail.")
    lines = {
        outbox.UNCERTAIN: words.t("Call the person to be sure."),
        outbox.FAILED: words.t("The chat may be gone, or blocked. Call the person."),
        outbox.EXPIRED: words.t("Call the person, if there is still time."),
    }
    return lines[state]


def state_name(state: str, words: Words) -> str:
    """How a message fared, in a word or two."""
    names = {
        outbox.UNCERTAIN: words.t("Uncertain"),
        outbox.FAILED: words.t("Failed"),
        outbox.EXPIRED: words.t("Missed"),
    }
    return names[state]


def purpose_name(purpose: str, words: Words) -> str:
    """What a message was for."""
    names = {
        queue.BOOKING_REMINDER: words.t("Reminder of a booking"),
        queue.SLOT_CANCELLED: words.t("Word that a booking is cancelled"),
        queue.APPOINTMENT_REMINDER: words.t("Reminder of an appointment"),
        queue.APPOINTMENT_CHANGED: words.t("Word that an appointment is cancelled"),
        queue.STAFF_ANSWER: words.t("E-mail to staff about an answer"),
        queue.ON_DUTY: words.t("E-mail to those on duty about danger"),
    }
    return names.get(purpose, words.t("Message"))
