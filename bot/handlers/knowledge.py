"""Questions in people's own words, answered from the municipality's knowledge."""

from dataclasses import replace
from datetime import date

from aiogram import Bot, Router
from aiogram.types import Message

from bot.actions import answers, facet_answers, services, simply, small_talk, unanswered
from bot.actions.conversation import Asked, Meaning, Thread, alternatives
from bot.actions.fact_texts import today_in
from bot.actions.mind import Mind
from bot.actions.sample_slots import keep_samples
from bot.actions.slots import Found, find_slots, of_entry
from bot.actions.someone_texts import on_behalf
from bot.actions.wording import Answer, paragraphs, words_for
from bot.channels.turn import Turn
from bot.handlers.booking_base import is_old
from bot.handlers.speak import say
from bot.handlers.thread import change_thread, thread_of
from bot.knowledge.entries import Knowledge
from bot.knowledge.facets import FACETS, Facets, facets_before
from bot.knowledge.understanding import Understanding
from db.history import list_events

router = Router(name="knowledge")

LOOK_BACK = 10  # events between a question and the press under its answer


@router.message()
@router.edited_message()
async def ask(
    message: Message,
    bot: Bot,
    turn: Turn,
    mind: Mind,
    lang: str,
    understanding: Understanding,
    meaning: Meaning | None = None,
) -> None:
    """Answers, offers near answers, or says that it does not know."""
    if meaning and not meaning.asked:
        await say(bot, turn, instead(turn, mind.knowledge, lang))
    else:
        asked = meaning.asked[-1] if meaning else Asked(understanding)
        await answer(bot, turn, mind, lang, asked)


async def answer(bot: Bot, turn: Turn, mind: Mind, lang: str, asked: Asked) -> None:
    """Answers one question, and remembers what it was about."""
    knowledge, understood = mind.knowledge, asked.understood
    today = today_in(knowledge, turn.now)
    if asked.facets:
        await say(bot, turn, await _of_facets(turn, mind, lang, understood.slug, asked.facets))
    elif understood.slug in simply.ASIDES:
        await say(bot, turn, _aside(turn, knowledge, lang, understood.slug))
    else:
        if turn.step is None:  # what is said in the middle of something belongs to that
            await note_in_vain(turn, mind, understood, today)
        note = on_behalf(thread_of(turn).other, words_for(knowledge, lang))
        note = paragraphs(await _not_known(turn, mind, lang, understood), note) or None
        await say(bot, turn, answer_to(knowledge, understood, lang, today, note))
    _remember(turn, asked)


def _aside(turn: Turn, knowledge: Knowledge, lang: str, kind: str | None) -> Answer:
    """To who does not understand, or does not know what to choose."""
    if turn.step is not None and not is_old(turn):
        return simply.in_a_step(knowledge, lang)
    if kind == simply.UNSURE:
        return simply.topics_for_unsure(knowledge, lang)
    return simply.simply(knowledge, thread_of(turn).shown, lang)


async def answer_beside(bot: Bot, turn: Turn, mind: Mind, lang: str, meaning: Meaning) -> None:
    """After help in danger: what was asked besides; a conversation of its own waits for a press."""
    for asked in meaning.asked:
        if asked.understood.outcome == "action":
            offer = services.offer(mind.knowledge, asked.understood.slug or "", lang)
            await say(bot, turn, offer)
        else:
            await answer(bot, turn, mind, lang, asked)


async def facet_chosen(turn: Turn, mind: Mind, value: str, lang: str) -> Answer | None:
    """A button that answers facets of an entry; `value` is FACET+FACET:SLUG, None for others."""
    names, _, slug = value.partition(":")
    asked = tuple(name for name in names.split("+") if name in FACETS)
    if not asked or slug not in mind.knowledge.entries:
        return None
    change_thread(turn, shown=slug)
    return await _of_facets(turn, mind, lang, slug, Facets(asked))


async def _of_facets(turn: Turn, mind: Mind, lang: str, slug: str | None, facets: Facets) -> Answer:
    """What is known of facets of an entry; asks back where it is not known of which one."""
    knowledge, thread = mind.knowledge, thread_of(turn)
    slots = await _slots_of(turn, mind, slug, facets)
    note = on_behalf(thread.other, words_for(knowledge, lang))
    today = today_in(knowledge, turn.now)
    said = facet_answers.facet_answer(
        knowledge, slug or "", facets, lang, today, slots=slots, note=note
    )
    near = [one for one in thread.may_mean if one in knowledge.entries]
    if not said and not near and facets.asked == ("contact",):
        said = services.act(knowledge, "talk-to-human", lang)
    return said or facet_answers.ask_back(knowledge, lang, facets, near)


async def _not_known(turn: Turn, mind: Mind, lang: str, asked: Understanding) -> str | None:
    """What a full question asks that its answer does not tell."""
    facets = facets_before(asked.text) if asked.outcome == "answer" else None
    if facets is None:
        return None
    slots = await _slots_of(turn, mind, asked.slug, facets)
    today = today_in(mind.knowledge, turn.now)
    return facet_answers.not_known(mind.knowledge, asked.slug or "", facets, lang, today, slots)


async def _slots_of(turn: Turn, mind: Mind, slug: str | None, facets: Facets) -> Found:
    """The times of an entry that can be booked, where a facet is about them."""
    if slug is None or not {"when", "where"} & {*facets.asked}:
        return []
    db = await turn.db()
    if mind.samples:
        await keep_samples(db, mind.knowledge, turn.now)
    return of_entry(await find_slots(db, turn.now, samples=mind.samples), slug)


def _remember(turn: Turn, asked: Asked) -> None:
    understood = asked.understood
    if asked.facets:
        change_thread(turn, shown=understood.slug or thread_of(turn).shown)
    elif understood.outcome in ("answer", "choose", "unknown"):
        shown = understood.slug if understood.outcome == "answer" else None
        may_mean = () if shown else _may_mean(thread_of(turn), understood)
        change_thread(turn, shown=shown, near=understood.choices, refused=(), may_mean=may_mean)
        offered = understood.choices if understood.outcome == "choose" else ()
        change_thread(turn, offered=offered[: answers.MAX_CHOICES], judged=shown)


def _may_mean(thread: Thread, asked: Understanding) -> tuple[str, ...]:
    """What a facet may be asked of after a choice was offered, or after nothing was known."""
    offered = asked.choices if asked.outcome == "choose" else ()
    earlier = (thread.shown,) if thread.shown else thread.may_mean
    return tuple(dict.fromkeys((*offered[: answers.MAX_CHOICES - 1], *earlier)))[
        : answers.MAX_CHOICES
    ]


def show_entry(turn: Turn, knowledge: Knowledge, slug: str, lang: str) -> Answer | None:
    """An entry that was chosen; what was offered beside it is still near."""
    note = on_behalf(thread_of(turn).other, words_for(knowledge, lang))
    if slug in knowledge.entries:
        change_thread(turn, shown=slug, judged=slug)
    return answers.entry_answer(knowledge, slug, lang, today_in(knowledge, turn.now), note)


def instead(turn: Turn, knowledge: Knowledge, lang: str) -> Answer:
    """After "no, not that": the nearest that were not shown yet, or other ways on."""
    thread = thread_of(turn)
    near = alternatives(knowledge, thread)
    if not near:
        return none_fits(turn, knowledge, lang)
    refused = (*thread.refused, *([thread.shown] if thread.shown else []))
    change_thread(turn, shown=None, near=near, refused=refused, offered=near)
    return answers.choices_answer(knowledge, near, lang)


def none_fits(turn: Turn, knowledge: Knowledge, lang: str) -> Answer:
    """After "none of these": leads on, and offers none of them to the next message."""
    thread = thread_of(turn)
    change_thread(turn, shown=None, near=(), refused=(*thread.refused, *thread.near))
    return answers.none_fits(knowledge, lang, thread.near)


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
        asked = await mind.think(mind.understand, text, turn.language)
        if asked.outcome == "choose":
            today = today_in(mind.knowledge, turn.now)
            await note_in_vain(turn, mind, replace(asked, outcome="unknown"), today)


def answer_to(
    knowledge: Knowledge,
    asked: Understanding,
    lang: str,
    today: date | None = None,
    note: str | None = None,
) -> Answer:
    """The answer to what was understood; danger is answered elsewhere."""
    answer: Answer | None = None
    if asked.outcome == "answer":
        answer = answers.entry_answer(knowledge, asked.slug or "", lang, today, note)
    elif asked.outcome == "action":
        answer = services.act(knowledge, asked.slug or "", lang)
    elif asked.outcome == "choose" and (choices := answers.known(knowledge, asked.choices)):
        answer = answers.choices_answer(knowledge, choices, lang)
    elif asked.outcome == "smalltalk":
        kind = small_talk.kind_of(asked.slug or "", asked.text)
        answer = small_talk.small_talk(knowledge, kind, lang)
    return answer or answers.unknown_answer(knowledge, asked.choices, lang, asked.signpost)
