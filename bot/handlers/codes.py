"""Codes and links that somebody writes: heard in every step, before the step takes the words."""

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.actions.invitations import hash_of_code, is_secret, token_in
from bot.actions.mind import Mind
from bot.channels.turn import Turn
from bot.handlers.booking_base import is_old
from bot.handlers.follow_up_steps import FollowUp
from bot.handlers.joining import CODE_STEP

router = Router(name="codes")


class Code(Filter):
    """A text that is a code or a link and nothing else, or may be one where it was asked for."""

    async def __call__(self, message: Message, turn: Turn) -> bool:
        """True where it may open something."""
        text = message.text or ""
        asked = turn.step == CODE_STEP and not is_old(turn)
        return is_secret(text) or (asked and hash_of_code(text) is not None)


@router.message(Code())
async def code(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Opens what the code or the link is of; a step that waits for something else stays open."""
    lang = turn.language or turn.step_data.get("lang", lang)
    talk, text = FollowUp(bot, turn, mind, lang), message.text or ""
    token = token_in(text)
    await (talk.look_at_token(token) if token else talk.open_code(text))
