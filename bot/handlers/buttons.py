"""Buttons: each carries what it means, so it works after a restart and in an old message."""

from datetime import datetime, timedelta

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.actions import answers, danger_help, feedback, services
from bot.actions.mind import Mind
from bot.actions.wording import Answer, one_each, person_button, topics_button, words_for
from bot.actions.yes_to_danger import ASKED
from bot.channels.turn import Turn
from bot.handlers.chosen_language import choose
from bot.handlers.commands import clear_chat
from bot.handlers.knowledge import facet_chosen, none_fits, note_none_fits, show_entry
from bot.handlers.speak import say
from bot.handlers.thread import change_thread
from bot.knowledge.entries import Knowledge
from bot.knowledge.said import is_no

router = Router(name="buttons")

AGAIN = timedelta(seconds=10)  # a second press of one button within this is a shaking hand


@router.callback_query()
async def press(query: CallbackQuery, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Answers a press; a button that is no longer known leads on."""
    await query.answer()
    data = query.data or ""
    if pressed_just_now(turn, query.message.message_id if query.message else 0, data):
        return
    if data == "do:clear":
        await clear_chat(bot, turn, mind, lang)
        return
    if data == "none":
        await note_none_fits(turn, mind)
    answer = await _answer(turn, mind, data, lang)
    await say(bot, turn, answer or unknown_button(mind.knowledge, lang))


async def _answer(turn: Turn, mind: Mind, data: str, lang: str) -> Answer | None:
    knowledge = mind.knowledge
    kind, _, value = data.partition(":")
    if kind == "f":
        return await facet_chosen(turn, mind, value, lang)
    if kind == "fb":
        return await _feedback(turn, knowledge, value, lang)
    if kind == "lang":
        if answer := services.language_chosen(knowledge, value):
            choose(turn, value)
        return answer
    if kind == "e":
        return show_entry(turn, knowledge, value, lang)
    if data == "none":
        return none_fits(turn, knowledge, lang)
    if kind == "m" and value in knowledge.entries:
        change_thread(turn, shown=value)
    shown = {
        "m": answers.more_answer,
        "t": answers.topic_answer,
        "do": services.act,
    }
    if kind in shown:
        return shown[kind](knowledge, value, lang)
    plain = {
        "topics": answers.topics_answer,
        "notme": danger_help.not_me,
    }
    return plain[data](knowledge, lang) if data in plain else None


class SaysNo(Filter):
    """A "no" to whether the last answer helped, not to an entry that asks about danger."""

    async def __call__(self, message: Message, lang: str, judged: str | None = None) -> bool:
        """True for nothing but a no, directly after an answer."""
        return judged is not None and judged not in ASKED and is_no(message.text or "", lang)


@router.message(SaysNo())
async def did_not_help(
    message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str, judged: str
) -> None:
    """As the button does."""
    answer = await _feedback(turn, mind.knowledge, f"n:{judged}", lang)
    await say(bot, turn, answer or unknown_button(mind.knowledge, lang))


async def _feedback(turn: Turn, knowledge: Knowledge, value: str, lang: str) -> Answer | None:
    verdict, _, slug = value.partition(":")
    if verdict not in ("y", "n") or slug not in knowledge.entries:
        return None
    helped = verdict == "y"
    told: list[str] = turn.context.get("told", [])
    if slug not in told:  # one voice for each answer and chat
        await feedback.tell(await turn.db(), slug, lang, helped, turn.now)
        turn.context = {**turn.context, "told": [*told, slug][-20:]}
    return services.feedback_thanks(knowledge, helped, lang)


def unknown_button(knowledge: Knowledge, lang: str) -> Answer:
    """For a button of an entry that is gone, or one that was tampered with."""
    words = words_for(knowledge, lang)
    html = words.t("That button no longer works. Choose anew, or write what you need.")
    return Answer(html, one_each([topics_button(words), person_button(words)]), words.lang)


def pressed_just_now(turn: Turn, message_id: int, data: str) -> bool:
    """Whether this very button was pressed a moment ago; remembers the press."""
    press = [message_id, data]
    last, at = turn.context.get("press"), turn.context.get("pressed_at")
    turn.context = {**turn.context, "press": press, "pressed_at": turn.now.isoformat()}
    return last == press and at is not None and turn.now - datetime.fromisoformat(at) < AGAIN
