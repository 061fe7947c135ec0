"""Reminders put into words when they are sent, from what is true then.

A lock screen may show them: they name no programme, office, place or person.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.actions.follow_up_texts import answer_rows
from bot.actions.local_time import clock, day_name, days_ahead
from bot.actions.on_duty import compose_alert
from bot.actions.outbox import (
    APPOINTMENT_CHANGED,
    APPOINTMENT_REMINDER,
    BOOKING_REMINDER,
    CANCELLED,
    EXPIRED,
    ON_DUTY,
    SLOT_CANCELLED,
    STAFF_ANSWER,
    Composed,
    Composer,
    Mail,
    Message,
    Never,
    Say,
)
from bot.actions.slot_texts import sample_note, why_cancelled
from bot.actions.wording import Answer, Button, one_each, paragraphs, person_button, words_for
from bot.knowledge.entries import Knowledge
from bot.texts import Words
from db import appointments as made
from db import booking as booked
from db.booking import Booking, Slot
from db.engine import Db
from db.follow_up import CANNOT, CONFIRMED, ENDED, LEFT, PLANNED, Appointment, Enrolment
from db.staff import accounts

GONE = Never(CANCELLED, "its cause is gone")


def make_composers(chat_url: str) -> Mapping[str, Composer]:
    """What puts each purpose into words; `chat_url` is where staff find their page."""

    async def staff_answer(db: Db, message: Message, _: datetime, knowledge: Knowledge) -> Composed:
        return await compose_staff_answer(db, message, knowledge, f"{chat_url}/staff")

    async def on_duty(db: Db, message: Message, _: datetime, knowledge: Knowledge) -> Composed:
        return await compose_alert(db, message, knowledge, f"{chat_url}/staff/call-backs")

    return {
        ON_DUTY: on_duty,
        APPOINTMENT_REMINDER: appointment_reminder,
        APPOINTMENT_CHANGED: appointment_cancelled,
        BOOKING_REMINDER: booking_reminder,
        SLOT_CANCELLED: slot_cancelled,
        STAFF_ANSWER: staff_answer,
    }


async def appointment_reminder(
    db: Db, message: Message, now: datetime, knowledge: Knowledge
) -> Composed:
    """ "Remember your appointment tomorrow at 10:00", with the three answers."""
    found = await made.find_appointment(db, number_of(message))
    never = why_not_remind(*found, message.address_id, now) if found else GONE
    if found is None or never:
        return never or GONE
    appointment, words = found[0], words_for(knowledge, message.lang)
    html = remember_appointment(appointment, now, words)
    more = Button(words.t("Details"), f"fu:d:{appointment.id}")
    rows = (*answer_rows(appointment.id or 0, words), (more,))
    return Say(Answer(html, rows, words.lang))


def why_not_remind(
    appointment: Appointment, enrolment: Enrolment, address_id: int | None, now: datetime
) -> Never | None:
    """Why a reminder is not sent, or None. Touches nothing."""
    if appointment.state != PLANNED or enrolment.address_id != address_id:
        return GONE
    if enrolment.state != CONFIRMED:
        return Never(CANCELLED, enrolment.state)
    if appointment.answer == CANNOT:
        return Never(CANCELLED, "cannot come")
    return Never(EXPIRED, "past") if appointment.starts_at <= now else None


async def appointment_cancelled(
    db: Db, message: Message, now: datetime, knowledge: Knowledge
) -> Composed:
    """ "Your appointment tomorrow at 10:00 is cancelled"."""
    found = await made.find_appointment(db, number_of(message))
    if found is None or found[0].state == PLANNED or found[1].address_id != message.address_id:
        return GONE
    if found[1].state not in (CONFIRMED, ENDED) or found[1].left_at:
        return Never(CANCELLED, LEFT)
    words = words_for(knowledge, message.lang)
    html = appointment_is_cancelled(found[0], now, words)
    mine = Button(words.t("My appointments"), "do:my-follow-up")
    return Say(Answer(html, one_each([mine, person_button(words)]), words.lang))


async def booking_reminder(
    db: Db, message: Message, now: datetime, knowledge: Knowledge
) -> Composed:
    """ "Remember what you booked tomorrow at 12:00"; a title can tell too much."""
    found = await _booking(db, message)
    if found is None or found[0].state != booked.ACTIVE or found[1].cancelled_at:
        return GONE
    booking, slot = found
    if slot.starts_at <= now:
        return Never(EXPIRED, "past")
    words = words_for(knowledge, message.lang)
    html = paragraphs(
        _by_day(slot.starts_at, now, slot.zone, words, _remember_booking),
        sample_note(words) if slot.sample else None,
    )
    return Say(Answer(html, _see(booking, words), words.lang))


async def slot_cancelled(db: Db, message: Message, now: datetime, knowledge: Knowledge) -> Composed:
    """ "What you booked for tomorrow at 12:00 is cancelled", and why."""
    found = await _booking(db, message)
    if found is None or found[0].state == booked.ACTIVE:
        return GONE
    booking, slot = found
    words = words_for(knowledge, message.lang)
    html = paragraphs(
        _by_day(slot.starts_at, now, slot.zone, words, _booking_is_cancelled),
        why_cancelled(booking, words),
        sample_note(words) if slot.sample else None,
    )
    return Say(Answer(html, _see(booking, words), words.lang))


async def compose_staff_answer(
    db: Db, message: Message, knowledge: Knowledge, page: str
) -> Composed:
    """An e-mail that somebody has answered; who and what stands on the page alone."""
    found = await made.find_appointment(db, number_of(message))
    if found is None or found[0].answered_at is None or found[0].seen_at:
        return GONE
    # Whoever has the case now: it may have been handed over since the answer came.
    account = accounts.select().where(accounts.c.id == found[1].staff_id, accounts.c.is_active)
    staff = (await db.execute(account)).first()
    if staff is None:
        return GONE
    words = words_for(knowledge, None)
    text = words.t("Somebody has answered. Sign in to see it: {link}", link=page)
    return Mail(staff.email, words.t("New answer"), text)


def remember_appointment(appointment: Appointment, now: datetime, words: Words) -> str:
    """What a reminder says, also for the case worker to see beforehand."""
    return _by_day(appointment.starts_at, now, appointment.zone, words, _remember_appointment)


def appointment_is_cancelled(appointment: Appointment, now: datetime, words: Words) -> str:
    """What is said when an appointment is cancelled."""
    at, zone = appointment.starts_at, appointment.zone
    return _by_day(at, now, zone, words, _appointment_is_cancelled)


def number_of(message: Message) -> int:
    """The number in `about`: 7 of appointment:7:day."""
    return int(message.about.split(":")[1])


Wording = Callable[[Words, int, str, str], str]


def _by_day(at: datetime, now: datetime, zone: str, words: Words, wording: Wording) -> str:
    ahead = days_ahead(at, now, zone)
    return wording(words, ahead, day_name(at, zone, words), clock(at, zone, words))


def _remember_appointment(words: Words, ahead: int, day: str, time: str) -> str:
    if ahead == 0:
        return words.t("Hi. Remember your appointment today at {time}.", time=time)
    if ahead == 1:
        return words.t("Hi. Remember your appointment tomorrow at {time}.", time=time)
    return words.t("Hi. Remember your appointment on {day} at {time}.", day=day, time=time)


def _appointment_is_cancelled(words: Words, ahead: int, day: str, time: str) -> str:
    if ahead == 0:
        return words.t("Hi. Your appointment today at {time} is cancelled.", time=time)
    if ahead == 1:
        return words.t("Hi. Your appointment tomorrow at {time} is cancelled.", time=time)
    return words.t("Hi. Your appointment on {day} at {time} is cancelled.", day=day, time=time)


def _remember_booking(words: Words, ahead: int, day: str, time: str) -> str:
    if ahead == 0:
        return words.t("Hi. Remember what you booked today at {time}.", time=time)
    if ahead == 1:
        return words.t("Hi. Remember what you booked tomorrow at {time}.", time=time)
    return words.t("Hi. Remember what you booked on {day} at {time}.", day=day, time=time)


def _booking_is_cancelled(words: Words, ahead: int, day: str, time: str) -> str:
    if ahead == 0:
        return words.t("Hi. What you booked today at {time} is cancelled. I am sorry.", time=time)
    if ahead == 1:
        return words.t(
            "Hi. What you booked tomorrow at {time} is cancelled. I am sorry.", time=time
        )
    return words.t(
        "Hi. What you booked on {day} at {time} is cancelled. I am sorry.", day=day, time=time
    )


async def _booking(db: Db, message: Message) -> tuple[Booking, Slot] | None:
    return await booked.find_booking(db, message.address_id or 0, number_of(message))


def _see(booking: Booking, words: Words) -> tuple[tuple[Button, ...], ...]:
    see = Button(words.t("See what it is"), f"bk:w:{booking.id}")
    return one_each([see])
