"""When an update could not be handled: an apology with the phone, never a stack trace."""

from aiogram import Bot
from aiogram.types import Update

from bot.actions.mind import Mind
from bot.actions.wording import Answer, one_each, paragraphs, person_button, phone_lines, words_for
from bot.channels.turn import Turn
from bot.handlers.speak import say
from bot.knowledge.entries import Knowledge


async def apologise(mind: Mind, bot: Bot, update: Update, turn: Turn) -> None:
    """Says that it went wrong; the update is listed for the operators."""
    turn.replies.clear()
    lang = turn.language or mind.knowledge.profile.main_language
    await say(bot, turn, apology(mind.knowledge, lang))


def apology(knowledge: Knowledge, lang: str) -> Answer:
    """What a person reads when an update failed for good."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("Something went wrong with us, and I could not handle that. I am sorry."),
        words.t("Please try again."),
        phone_lines(knowledge, words),
    )
    return Answer(html, one_each([person_button(words)]), words.lang)
