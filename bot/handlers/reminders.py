"""What people write back to a reminder of an appointment.

Asked before bookings are: "can't make it" right after a reminder speaks of the appointment.
"""

from typing import Any

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.actions.mind import Mind
from bot.actions.taking_part import find_asked
from bot.channels.turn import Turn
from bot.handlers.booking_base import is_open
from bot.handlers.follow_up_steps import FollowUp
from bot.knowledge.replies import hint_in, reply_in

router = Router(name="reminders")


class AnswersReminder(Filter):
    """Words that answer a reminder which this chat got."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """The appointment's number and the answer; looked up only for words like an answer."""
        reply = None if is_open(turn) else reply_in(message.text or "")
        if reply is None:
            return False
        db, address = await turn.db(), turn.claim.address_id
        found = await find_asked(db, address, turn.now, just_now=reply.plain)
        return {"appointment": found.id, "answer": reply.answer} if found else False


class SpeaksOfReminder(Filter):
    """Words right after a reminder that may speak of it, though they answer nothing."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """The appointment's number, and whether they ask about it or are unsure."""
        hint = None if is_open(turn) else hint_in(message.text or "")
        if hint is None:
            return False
        db, address = await turn.db(), turn.claim.address_id
        found = await find_asked(db, address, turn.now, just_now=True)
        return {"appointment": found.id, "hint": hint} if found else False


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
