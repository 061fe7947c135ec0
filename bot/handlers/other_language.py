"""A language that nobody here speaks, which gets one line and a menu; and one asked for by name."""

from collections.abc import Sequence

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.types import Message

from bot.actions import services
from bot.actions.mind import Mind
from bot.channels.turn import Turn
from bot.handlers.chosen_language import choose
from bot.handlers.speak import say
from bot.knowledge.language import NORDIC, detect
from bot.knowledge.language_names import named_language
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


class AsksForLanguage(Filter):
    """Words that ask for another language."""

    async def __call__(self, message: Message, understanding: Understanding | None) -> bool:
        """True for that action."""
        return understanding is not None and understanding.slug == "change-language"


@router.message(AsksForLanguage())
async def by_name(
    message: Message, bot: Bot, turn: Turn, mind: Mind, understanding: Understanding
) -> None:
    """Speaks the language that was named; where none was, another handler shows the menu."""
    knowledge = mind.knowledge
    named = named_language(understanding.text, services.languages(knowledge))
    if named and _may_be_learned(understanding.text, named, services.languages(knowledge)):
        raise SkipHandler
    answer = services.language_chosen(knowledge, named) if named else None
    if named is None or answer is None or named == turn.claim.language:  # it was spoken already
        raise SkipHandler
    choose(turn, named)
    await say(bot, turn, answer)


def _may_be_learned(text: str, named: str, languages: Sequence[str]) -> bool:
    """Whether who names a language may want to learn it: who asks for Norwegian lessons in Arabic
    must not be answered in Norwegian from then on."""
    return named in NORDIC and detect(text, languages, named) not in NORDIC
