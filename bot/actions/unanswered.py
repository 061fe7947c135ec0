"""What was asked in vain: kept for staff without the person, and what staff make of it."""

import hashlib
from datetime import date

from bot.actions import publishing
from bot.actions.errors import NotFound
from bot.actions.mind import Mind
from bot.actions.publishing import Editor
from bot.knowledge import limits
from bot.knowledge.anonymity import anonymous, says_something
from bot.knowledge.facts import EMPTY
from bot.knowledge.text import fold
from bot.knowledge.understanding import Understanding
from db import follow_up
from db import unanswered as stored
from db.addresses import get_external_id
from db.engine import Db

MAX_TEXT = 300
MAX_OPEN = 1000  # more than that nobody reads, and one tab could fill the list
NEAR = 3
WITH_CASE = (*follow_up.ACTIVE, follow_up.LEFT, follow_up.ENDED)


async def note(db: Db, mind: Mind, asked: Understanding, address_id: int, today: date) -> None:
    """Puts a question without an answer on the list; what is on it already is counted.

    Nothing is kept of danger, nor from a chat that has a case. Staff see no way back to the chat;
    when the chat is cleared, its questions go with it.
    """
    if asked.outcome != "unknown" or await follow_up.list_of_chat(db, address_id, WITH_CASE):
        return
    text = short(anonymous(asked.text, mind.knows))
    if not says_something(text):
        return
    key = hashlib.sha256(fold(text).encode()).hexdigest()
    asked_by = await get_external_id(db, address_id)
    if await stored.count_again(db, key, today, asked_by):
        return
    if await stored.count_open(db) >= MAX_OPEN:
        return
    near = [slug for slug in asked.choices if slug in mind.knowledge.entries][:NEAR]
    values = {"text": text, "key": key, "lang": asked.lang, "day": today}
    await stored.add_question(db, {**values, "signpost": asked.signpost, "near": near}, asked_by)


async def use(db: Db, editor: Editor, question_id: int, slug: str, lang: str, said: str) -> None:
    """From now on the question leads to an entry, in staff's own spelling of it.

    Raises NotFound where question or entry are gone, Refused where the words are no utterance.
    """
    await _end(db, question_id, stored.USED, editor)
    await publishing.add_utterance(db, editor, slug, lang, said)


async def answered(db: Db, editor: Editor, question_id: int) -> None:
    """An entry was made for a question; one that somebody else took off the list is no fault."""
    await stored.end_question(db, question_id, stored.USED, editor.staff_id, editor.now)


def why_not_said(said: str) -> str | None:
    """Why words cannot be an utterance: EMPTY, or a flaw of `bot.knowledge.limits`."""
    return limits.flaw(said, limits.MAX_UTTERANCE) if says_something(said) else EMPTY


async def drop(db: Db, editor: Editor, question_id: int) -> None:
    """Takes a question off the list. Raises NotFound where it is not on it."""
    await _end(db, question_id, stored.DROPPED, editor)


async def put_back(db: Db, question_id: int) -> None:
    """Takes back that a question was taken off. Raises NotFound where it was not."""
    if not await stored.put_back(db, question_id):
        raise NotFound


def short(text: str) -> str:
    """At most `MAX_TEXT` characters, in whole words where there are any."""
    if len(text) <= MAX_TEXT:
        return text
    cut = text[: MAX_TEXT - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut else cut}…"


async def _end(db: Db, question_id: int, state: str, editor: Editor) -> None:
    if not await stored.end_question(db, question_id, state, editor.staff_id, editor.now):
        raise NotFound
