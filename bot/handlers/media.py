"""What is no text: voice, photos, stickers, places. Nothing of it is kept."""

from unicodedata import category

from aiogram import Bot, Router
from aiogram.enums import ContentType
from aiogram.filters import Filter
from aiogram.types import Message

from bot.actions import answers, services
from bot.actions.mind import Mind
from bot.actions.wording import (
    Answer,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    topics_button,
    words_for,
)
from bot.channels.turn import Turn
from bot.handlers.speak import say
from bot.handlers.thread import change_thread, thread_of
from bot.knowledge.entries import Knowledge
from bot.knowledge.redaction import MARK

router = Router(name="media")

TOLD_BY_TELEGRAM = {
    ContentType.PINNED_MESSAGE,
    ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
    ContentType.CHAT_BACKGROUND_SET,
    ContentType.WRITE_ACCESS_ALLOWED,
}


class NoWords(Filter):
    """A message without any text."""

    async def __call__(self, message: Message) -> bool:
        """True where text and caption are empty, or nothing but marks such as "..." and "?"."""
        said = (message.text or message.caption or "").strip()
        return all(category(character)[0] in "PZ" for character in said)


class OfTelegram(Filter):
    """What Telegram tells of the chat itself: a message was pinned, the background changed."""

    async def __call__(self, message: Message) -> bool:
        """True where nobody said anything."""
        return message.content_type in TOLD_BY_TELEGRAM


@router.message(OfTelegram())
@router.edited_message(NoWords())
async def nothing_said(message: Message) -> None:
    """Says nothing: a place that is shared live is edited with each step of who carries it."""


@router.message(NoWords())
async def wordless(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Says kindly what cannot be read, and what to do instead."""
    # A text of which nothing was left when it was cleaned is still a text.
    kind = ContentType.TEXT if message.text is not None else message.content_type
    hidden = MARK in (message.text or message.caption or "")
    change_thread(turn, hid=thread_of(turn).hid or hidden)
    await say(bot, turn, wordless_answer(mind.knowledge, kind, lang, hidden=hidden))


def wordless_answer(knowledge: Knowledge, kind: str, lang: str, *, hidden: bool = False) -> Answer:
    """The answer to one kind of message without words; `hidden`: a number was taken out of it."""
    words = words_for(knowledge, lang)
    lines = {
        ContentType.VOICE: words.t("I cannot listen to voice messages. Please write it, or call."),
        ContentType.AUDIO: words.t("I cannot listen to voice messages. Please write it, or call."),
        ContentType.VIDEO_NOTE: words.t("I cannot see pictures. Please write what you need."),
        ContentType.PHOTO: words.t("I cannot see pictures. Please write what you need."),
        ContentType.VIDEO: words.t("I cannot see pictures. Please write what you need."),
        ContentType.STICKER: words.t("Nice. Write what you need, and I will try to help."),
        ContentType.LOCATION: words.t("I cannot plan a trip from a place on the map yet."),
        ContentType.TEXT: words.t("The message was empty. Write what you need."),
    }
    line = lines.get(
        ContentType(kind), words.t("I can only read text. Please write what you need.")
    )
    if hidden:
        line = words.t(
            "That looked like an id or account number, so I hid it. Write what you need."
        )
    spoken = kind in (ContentType.VOICE, ContentType.AUDIO)
    html = paragraphs(line, phone_lines(knowledge, words) if spoken else None)
    trips = (
        answers.entry_buttons(knowledge, services.TRIPS, lang)
        if kind == ContentType.LOCATION
        else []
    )
    buttons = [*trips, topics_button(words), person_button(words)]
    return Answer(html, one_each(buttons), words.lang)
