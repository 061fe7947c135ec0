"""What people write back to a reminder.

Asked before any open step is: "can't make it" right after a reminder speaks of what it was about.
"""

from typing import Any

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.actions.booking import find_reminded
from bot.actions.mind import Mind
from bot.actions.taking_part import find_asked
from bot.channels.turn import Turn
from bot.handlers.booking_base import is_old
from bot.handlers.follow_up_steps import FollowUp
from bot.handlers.my_bookings import MyBookings
from bot.knowledge.replies import hint_in, reply_in
from db.follow_up import CALL_ME

router = Router(name="reminders")


def in_step(turn: Turn) -> bool:
    """Whether a conversation waits for an answer of its own."""
    return turn.step is not None and not is_old(turn)


class SpeaksOfBooking(Filter):
    """Words right after a reminder of a booking: they are no answer to a case worker."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """The booking's number. Such a reminder asks nothing, so an open step goes first."""
        text = message.text or ""
        reply = reply_in(text)
        if in_step(turn) or (reply and reply.answer == CALL_ME) or not (reply or hint_in(text)):
            return False
        found = await find_reminded(await turn.db(), turn.claim.address_id)
        return {"booking": found} if found else False


class AnswersReminder(Filter):
    """Words that answer a reminder which this chat got.

    In a step only where the reminder came after the step's question.
    """

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """The appointment's number and the answer; looked up only for words like an answer."""
        reply = reply_in(message.text or "")
        if reply is None:
            return False
        db, address = await turn.db(), turn.claim.address_id
        just_now = reply.plain or in_step(turn)
        found = await find_asked(db, address, turn.now, just_now=just_now)
        return {"appointment": found.id, "answer": reply.answer} if found else False


class SpeaksOfReminder(Filter):
    """Words right after a reminder that may speak of it, though they answer nothing."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """The appointment's number, and whether they ask about it or are unsure."""
        hint = None if in_step(turn) else hint_in(message.text or "")
        if hint is None:
            return False
        db, address = await turn.db(), turn.claim.address_id
        found = await find_asked(db, address, turn.now, just_now=True)
        return {"appointment": found.id, "hint": hint} if found else False


@router.message(SpeaksOfBooking())
async def near_booking(
    message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str, booking: int
) -> None:
    """Shows what was booked, with the way to cancel it; nothing is changed."""
    turn.language = turn.claim.language or turn.language  # two words tell little of a language
    await MyBookings(bot, turn, mind, turn.language or lang).show_one(booking)


@router.message(AnswersReminder())
async def answer(
    message: Message,
    bot: Bot,
    turn: Turn,
    mind: Mind,
    lang: str,
    appointment: int,
    answer: str,
) -> None:
    """Stores what was said as the answer."""
    turn.language = turn.claim.language or turn.language  # two words tell little of a language
    await FollowUp(bot, turn, mind, turn.language or lang).answer(appointment, answer)


@router.message(SpeaksOfReminder())
async def near_answer(
    message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str, appointment: int, hint: str
) -> None:
    """Shows when and where it is, or the answers to choose from; nothing is stored."""
    turn.language = turn.claim.language or turn.language
    talk = FollowUp(bot, turn, mind, turn.language or lang)
    await (talk.show_details(appointment) if hint == "asks" else talk.ask_answer(appointment))
