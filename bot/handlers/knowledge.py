"""Questions in people's own words, answered from the municipality's knowledge."""

from dataclasses import replace
from datetime import date

from aiogram import Bot, Router
from aiogram.types import Message

from bot.actions import answers, services, small_talk, unanswered
from bot.actions.fact_texts import today_in
from bot.actions.mind import Mind
from bot.actions.wording import Answer
from bot.channels.turn import Turn
from bot.handlers.speak import say
from bot.knowledge.entries import Knowledge
from bot.knowledge.understanding import Understanding
from db.history import list_events

router = Router(name="knowledge")

LOOK_BACK = 10  # events between a question and the press under its answer


@router.message()
@router.edited_message()
async def ask(
    message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str, understanding: Understanding
) -> None:
    """Answers, offers near answers, or says that it does not know."""
    today = today_in(mind.knowledge, turn.now)
    if turn.step is None:  # what is said in the middle of something belongs to that
        await note_in_vain(turn, mind, understanding, today)
    await say(bot, turn, answer_to(mind.knowledge, understanding, lang, today))


async def note_in_vain(turn: Turn, mind: Mind, asked: Understanding, today: date) -> None:
    """Keeps for staff what could not be answered, without who asked."""
    if asked.outcome == "unknown":
        await unanswered.note(await turn.db(), mind, asked, turn.claim.address_id, today)


async def note_none_fits(turn: Turn, mind: Mind) -> None:
    """After "none of these": what was asked before it was asked in vain, too.

    Only where the channel has a history: nothing is stored for this alone.
    """
    async with turn.database.read() as db:
        last = turn.claim.last_no
        events = await list_events(db, turn.claim.address_id, max(last - LOOK_BACK, 0))
    written = [row.body for row in events if row.kind == "in" and not row.body.get("press")]
    if written and turn.step is None:
        text = "".join(run["text"] for run in written[-1].get("runs", ()))
        asked = mind.understand(text, turn.language)
        if asked.outcome == "choose":
            today = today_in(mind.knowledge, turn.now)
            await note_in_vain(turn, mind, replace(asked, outcome="unknown"), today)


def answer_to(
    knowledge: Knowledge, asked: Understanding, lang: str, today: date | None = None
) -> Answer:
    """The answer to what was understood; danger is answered elsewhere."""
    answer: Answer | None = None
    if asked.outcome == "answer":
        answer = answers.entry_answer(knowledge, asked.slug or "", lang, today)
    elif asked.outcome == "action":
        answer = services.act(knowledge, asked.slug or "", lang)
    elif asked.outcome == "choose" and (choices := answers.known(knowledge, asked.choices)):
        answer = answers.choices_answer(knowledge, choices, lang)
    elif asked.outcome == "smalltalk":
        answer = small_talk.small_talk(knowledge, asked.slug or "", lang)
    return answer or answers.unknown_answer(knowledge, asked.choices, lang, asked.signpost)
