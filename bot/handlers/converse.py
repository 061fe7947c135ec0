"""Between understanding and the handlers: what a message means after what was said before."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import TelegramObject

from bot.actions.answers import number_hidden, something_left
from bot.actions.conversation import Meaning, Thread, read_meaning
from bot.actions.mind import Mind
from bot.actions.yes_to_danger import answer_to_help, yes_to_danger
from bot.channels.turn import Turn
from bot.handlers.knowledge import answer
from bot.handlers.speak import say
from bot.handlers.thread import change_thread, thread_of
from bot.knowledge.redaction import MARK
from bot.knowledge.understanding import Understanding

ONCE: dict[str, Any] = {"offered": (), "judged": None, "feared": None, "helping": False}
"""What the last reply has left; it counts for one update."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Converse(BaseMiddleware):
    """Gives handlers `meaning`; `understanding` becomes the question that is answered last.

    What is asked before that is answered here, so that any conversation may follow.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Reads the message in its conversation, then lets the handlers speak."""
        heard: Understanding | None = data.get("understanding")
        turn: Turn = data["turn"]
        thread = thread_of(turn)
        change_thread(turn, **ONCE)
        if heard is None or heard.text.startswith("/"):
            return await handler(event, data)
        if turn.step is not None:  # a number or a no answers what is going on
            thread = replace(thread, offered=(), judged=None)
        data["judged"] = thread.judged
        mind: Mind = data["mind"]
        data["understanding"] = heard = _after_help(turn, heard, thread)
        meaning = await mind.think(read_meaning, mind, heard, thread, data.get("said"))
        data["meaning"] = meaning
        if heard.outcome == "danger":  # not the time to speak for, or of, whoever is named in it
            change_thread(turn, other=None)
        elif turn.step is None:  # a name in the middle of a booking is nobody else
            _keep_someone(turn, meaning)
        if heard.outcome != "danger" and meaning.asked:
            *before, last = meaning.asked
            data["understanding"] = last.understood
            for asked in before:
                await answer(data["bot"], turn, mind, data["lang"], asked)
        result = await handler(event, data)
        if meaning.left and turn.replies:
            await say(data["bot"], turn, something_left(mind.knowledge, data["lang"]))
        await _tell_hidden(data["bot"], turn, mind, heard, data["lang"])
        return result


def _after_help(turn: Turn, heard: Understanding, thread: Thread) -> Understanding:
    """What was heard, as an answer to what help in danger or an entry about danger has asked."""
    heard = answer_to_help(heard, thread.feared)  # the help speaks last, whatever is going on
    # In the middle of something, a yes to an entry that was shown before answers that.
    return heard if turn.step is not None else yes_to_danger(heard, thread.shown)


async def _tell_hidden(bot: Bot, turn: Turn, mind: Mind, heard: Understanding, lang: str) -> None:
    """Says once in a talk that a number was taken out, where no handler has said so already.

    It stands before the answer, so that a question stays the last word; but help comes first.
    """
    if MARK not in heard.text or not turn.replies or thread_of(turn).hid:
        return
    change_thread(turn, hid=True)
    await say(bot, turn, number_hidden(mind.knowledge, lang))
    if heard.outcome != "danger":
        turn.replies.insert(0, turn.replies.pop())


def _keep_someone(turn: Turn, meaning: Meaning) -> None:
    """Keeps for whom the person asks, until they ask something new without naming anybody."""
    last = meaning.asked[-1] if meaning.asked else None
    asks = ("answer", "choose", "unknown")
    new = last and not last.facets and last.understood.outcome in asks and not meaning.corrects
    if meaning.other:
        change_thread(turn, other=meaning.other)
    elif new and thread_of(turn).other:
        change_thread(turn, other=None)
