"""A message in a language that nobody here speaks: one line in it, and the languages to choose."""

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.types import Message

from bot.actions import services
from bot.actions.mind import Mind
from bot.channels.turn import Turn
from bot.handlers.speak import say
from bot.knowledge.other_languages import Other
from bot.knowledge.understanding import Understanding

router = Router(name="other_language")

UNDERSTOOD = ("answer", "action")


class InOtherLanguage(Filter):
    """A message in a language that this deployment does not speak."""

    async def __call__(self, message: Message, other: Other | None = None) -> bool:
        """True where the words are surely of such a language."""
        return other is not None


@router.message(InOtherLanguage())
@router.edited_message(InOtherLanguage())
async def not_spoken(
    message: Message, bot: Bot, turn: Turn, mind: Mind, understanding: Understanding, other: Other
) -> None:
    """Says so and offers the languages; what is understood all the same is answered then."""
    await say(bot, turn, services.other_language(mind.knowledge, other))
    if understanding.outcome in UNDERSTOOD:
        raise SkipHandler
