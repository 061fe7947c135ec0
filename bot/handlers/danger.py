"""Danger comes first, in every step of every conversation."""

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.types import Message

from bot.actions import danger_help, on_duty, services
from bot.actions.conversation import Meaning
from bot.actions.mind import Mind
from bot.actions.yes_to_danger import asked_by_help
from bot.channels.turn import Turn
from bot.handlers.knowledge import answer_beside
from bot.handlers.speak import say
from bot.handlers.thread import change_thread, thread_of
from bot.knowledge.corrections import is_not_me
from bot.knowledge.other_languages import Other
from bot.knowledge.understanding import Understanding

router = Router(name="danger")


class InDanger(Filter):
    """A message that tells of danger to life or health."""

    async def __call__(self, message: Message, understanding: Understanding | None) -> bool:
        """True where the rules found danger."""
        return understanding is not None and understanding.outcome == "danger"


@router.message(InDanger())
@router.edited_message(InDanger())
async def help_in_danger(
    message: Message,
    bot: Bot,
    turn: Turn,
    mind: Mind,
    lang: str,
    understanding: Understanding,
    meaning: Meaning | None = None,
    other: Other | None = None,
) -> None:
    """Shows help at once, then answers what was asked besides; an open step stays open.

    Who writes a language that nobody here speaks may not understand the help, or no danger may be
    meant: the languages to choose from follow it.
    """
    asked = asked_by_help(understanding.danger) if understanding.danger else None
    change_thread(turn, helped=True, feared=asked, helping=True)
    told = await _tell_on_duty(turn, mind, understanding)
    if turn.helped_already:  # while nothing could be stored
        await say(bot, turn, danger_help.arrived_now(mind.knowledge, lang, told=told))
    elif answer := danger_help.help_answer(mind.knowledge, understanding, lang, told=told):
        await say(bot, turn, answer)
    if meaning:
        await answer_beside(bot, turn, mind, lang, meaning)
    if other:
        await say(bot, turn, services.other_language(mind.knowledge, other))


class NotMe(Filter):
    """ "It is not about me", written after help in danger."""

    async def __call__(
        self, message: Message, turn: Turn, understanding: Understanding | None
    ) -> bool:
        """True where help was shown a while ago and the message begins so."""
        return bool(understanding and thread_of(turn).helped and is_not_me(understanding.text))


@router.message(NotMe())
async def not_me(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """As the button does; what is asked besides is answered then."""
    await say(bot, turn, danger_help.not_me(mind.knowledge, lang))
    if "?" in (message.text or ""):
        raise SkipHandler


async def _tell_on_duty(turn: Turn, mind: Mind, understanding: Understanding) -> bool:
    """Whether those on duty are told, in the same commit as the help."""
    profile, mail = mind.knowledge.profile, mind.reach.mail
    danger = understanding.danger
    if danger is None or not on_duty.is_set_up(profile, mail):
        return False
    address = turn.claim.address_id
    return await on_duty.alert(await turn.db(), profile, danger, address, turn.now, mail=mail)
