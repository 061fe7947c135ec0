"""Follow-up in the chat: joining by a button, one's own appointments, reminders off and on."""

from typing import Any

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.actions.booking import list_bookings
from bot.actions.invitations import token_like
from bot.actions.mind import Mind
from bot.actions.taking_part import has_plans, list_enrolments
from bot.channels.turn import Turn
from bot.handlers.buttons import pressed_just_now, unknown_button
from bot.handlers.follow_up_steps import FollowUp
from bot.handlers.my_bookings import MyBookings
from bot.handlers.speak import say
from bot.knowledge.replies import wish_in
from bot.knowledge.understanding import Understanding

router = Router(name="follow_up")

MINE = "my-follow-up"


class FollowUpButton(Filter):
    """A button of a follow-up, or the way to it."""

    async def __call__(self, query: CallbackQuery) -> bool:
        """True for fu:... and do:my-follow-up."""
        data = query.data or ""
        return data.startswith("fu:") or data == f"do:{MINE}"


class WantsReminders(Filter):
    """Words that want reminders to end, or to come again."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """Which of the two, where reminders can come at all."""
        wish = wish_in(message.text or "")
        if wish is None:
            return False
        plans = await has_plans(await turn.db(), turn.claim.address_id, turn.now)
        return {"wish": wish} if plans else False


class WantsFollowUp(Filter):
    """Words that ask for one's own follow-up."""

    async def __call__(self, message: Message, understanding: Understanding | None) -> bool:
        """True for the action my-follow-up."""
        asked = understanding is not None and understanding.outcome == "action"
        return asked and understanding is not None and understanding.slug == MINE


@router.callback_query(FollowUpButton())
async def press(query: CallbackQuery, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Does what the button says; one that is no longer known leads on."""
    await query.answer()
    talk, data = FollowUp(bot, turn, mind, lang), query.data or ""
    name, _, rest = data.removeprefix("fu:").partition(":")
    if name == "look":  # its token must not stay in the chat's row
        await (talk.look_at_token(rest) if token_like(rest) else talk.look(""))
        return
    if pressed_just_now(turn, query.message.message_id if query.message else 0, data):
        return
    if data == f"do:{MINE}":
        await talk.show()
    elif not await talk.press(name, rest):
        await say(bot, turn, unknown_button(mind.knowledge, lang))


@router.message(WantsReminders())
async def reminders(
    message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str, wish: str
) -> None:
    """No reminders any more, or again."""
    talk = FollowUp(bot, turn, mind, lang)
    await (talk.pause() if wish == "off" else talk.resume())


@router.message(WantsFollowUp())
async def wants(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Shows one's own appointments; who has only booked something sees that."""
    db, address = await turn.db(), turn.claim.address_id
    booked = await list_bookings(db, address, turn.now)
    if booked and not await list_enrolments(db, address):
        await MyBookings(bot, turn, mind, lang).show()
    else:
        await FollowUp(bot, turn, mind, lang).show()
