"""Commands: the few words that always work, in any step."""

from functools import cache

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject, Filter
from aiogram.types import BotCommand, Message

from bot.actions import answers, my_data, privacy, services
from bot.actions.booking import list_bookings
from bot.actions.invitations import token_like
from bot.actions.mind import Mind
from bot.actions.wording import Answer, one_each, person_button, topics_button, words_for
from bot.channels.turn import Turn
from bot.handlers.booking_base import is_old
from bot.handlers.follow_up_steps import FollowUp
from bot.handlers.speak import say
from bot.knowledge.entries import Knowledge
from bot.knowledge.said import wants_silence
from bot.knowledge.text import fold
from bot.texts import Words, speak, spoken

router = Router(name="commands")


def menu(words: Words) -> list[BotCommand]:
    """The command menu in one language."""
    descriptions = {
        "start": words.t("Say hello and begin"),
        "topics": words.t("See all topics"),
        "person": words.t("Talk to a person"),
        "language": words.t("Change language"),
        "clear": words.t("Clear this chat"),
        "stop": words.t("Stop what we are doing"),
        "help": words.t("What I can do"),
    }
    return [BotCommand(command=name, description=text) for name, text in descriptions.items()]


@router.message(Command("start", "help"))
async def start(
    message: Message, command: CommandObject, bot: Bot, turn: Turn, mind: Mind, lang: str
) -> None:
    """Hello: what this is, what is kept, and where to go; or what the link invites to."""
    turn.step, turn.step_data = None, {}
    if token_like(command.args or ""):
        await FollowUp(bot, turn, mind, lang).look_at_token(command.args or "")
        return
    await say(bot, turn, services.hello_answer(mind.knowledge, lang))


@router.message(Command("topics"))
async def topics(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """All topics."""
    await say(bot, turn, answers.topics_answer(mind.knowledge, lang))


@router.message(Command("person", "language"))
async def service(
    message: Message, command: CommandObject, bot: Bot, turn: Turn, mind: Mind, lang: str
) -> None:
    """A person, or another language."""
    slug = "talk-to-human" if command.command == "person" else "change-language"
    if answer := services.act(mind.knowledge, slug, lang):
        await say(bot, turn, answer)


@router.message(Command("clear"))
async def clear(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Erases this chat."""
    await clear_chat(bot, turn, mind, lang)


@cache
def stop_words() -> frozenset[str]:
    """What people write to stop, folded, in all languages of the interface: they mix them."""
    said = (word for lang in spoken() for word in speak(lang).t("stop, cancel").split(","))
    return frozenset(fold(word) for word in said)


class StopWord(Filter):
    """ "Stop" and nothing else; "where is the bus stop" is a question."""

    async def __call__(self, message: Message) -> bool:
        """True for one of `stop_words`, with or without a full stop, and "do not write to me"."""
        said = message.text or ""
        return fold(said).strip(" .!") in stop_words() or wants_silence(said)


@router.message(Command("stop"))
@router.message(StopWord())
async def stop(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Leaves an open step, or ends what comes by itself; where nothing does, it says so."""
    had_step = turn.step is not None and not is_old(turn)
    turn.step, turn.step_data = None, {}
    if await FollowUp(bot, turn, mind, lang).stop(had_step=had_step):
        return
    words = words_for(mind.knowledge, lang)
    html = words.t("Stopped. I write nothing unless you write first.")
    await say(bot, turn, Answer(html, one_each([topics_button(words)]), words.lang))


class UnknownCommand(Filter):
    """Any other message that begins as a command does."""

    async def __call__(self, message: Message) -> bool:
        """True for a text such as /xyz."""
        return bool(message.text and message.text.startswith("/") and message.text[1:2].isalpha())


@router.message(UnknownCommand())
async def unknown(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Names what works instead."""
    await say(bot, turn, unknown_command(mind.knowledge, lang))


def unknown_command(knowledge: Knowledge, lang: str) -> Answer:
    """The answer to a command that is not there."""
    words = words_for(knowledge, lang)
    html = words.t("I do not know that command. Just write what you need, or choose here.")
    return Answer(html, one_each([topics_button(words), person_button(words)]), words.lang)


async def clear_chat(bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Erases what the chat shows and remembers, then says so."""
    db, address = await turn.db(), turn.claim.address_id
    await privacy.clear_chat(db, address, turn.update_id)
    turn.cleared, turn.context, turn.step, turn.step_data = True, {}, None, {}
    turn.language = None
    booked = bool(await list_bookings(db, address, turn.now))
    more = await my_data.has_more(db, address)
    await say(bot, turn, services.cleared(mind.knowledge, lang, booked=booked, more=more))
