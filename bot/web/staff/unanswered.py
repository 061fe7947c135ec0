"""What was asked in vain: the list, and one press that makes a question lead to an entry."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from bot.actions import unanswered
from bot.actions.entry_desk import ARCHIVED, Desk, list_desks
from bot.actions.errors import NotFound
from bot.knowledge.edit_rules import MAX_UTTERANCES
from bot.knowledge.signposts import find_signpost
from bot.texts import OWN_NAMES
from bot.web.staff.entry_views import base_of, editor_of, title_of
from bot.web.staff.visit import Pages, Visit
from db import unanswered as stored
from db.staff import ADMIN, EDITOR

pages = Pages()
EDITORS = frozenset({ADMIN, EDITOR})
HOME = "/staff/unanswered"
SHOWN_DROPPED = timedelta(days=7)


@pages.get(HOME, roles=EDITORS)
async def list_questions(visit: Visit) -> Response:
    """Open questions, the most asked first."""
    return await _page(visit)


@pages.post(f"{HOME}/{{id}}/use", roles=EDITORS)
async def use_question(visit: Visit) -> Response:
    """From now on the question leads to the entry that was chosen."""
    question, form = await _question(visit), visit.form
    slug, said = form["slug"], form["said"]
    if wrong := await _why_not(visit, question.lang, slug, said):
        return await _page(visit, question.id, wrong)
    editor = editor_of(visit)
    await unanswered.use(visit.db, editor, question.id or 0, slug, question.lang, said)
    await visit.note("question.use", about=f"entry:{slug}")
    return visit.go(HOME, visit.words.t("Done. This question leads to the entry from now on."))


@pages.post(f"{HOME}/{{id}}/drop", roles=EDITORS)
async def drop_question(visit: Visit) -> Response:
    """Takes a question off the list."""
    question = await _question(visit)
    await unanswered.drop(visit.db, editor_of(visit), question.id or 0)
    await visit.note("question.drop", about=f"question:{question.id}")
    return visit.go(HOME, visit.words.t("Taken off the list. You can undo it below."))


@pages.post(f"{HOME}/{{id}}/undo", roles=EDITORS)
async def undo_drop(visit: Visit) -> Response:
    """It belongs on the list after all. Raises NotFound where it was not taken off."""
    number = visit.number()
    await unanswered.put_back(visit.db, number)
    await visit.note("question.undo", about=f"question:{number}")
    return visit.go(HOME, visit.words.t("It is on the list again."))


async def _page(
    visit: Visit, wrong_id: int | None = None, errors: dict[str, str] | None = None
) -> Response:
    desks = [d for d in await list_desks(visit.db, base_of(visit)) if ARCHIVED not in d.states]
    titles = {desk.slug: title_of(visit, desk.entry) for desk in desks if desk.entry.texts}
    questions = await stored.list_open(visit.db)
    return await visit.show(
        "unanswered.html",
        status=422 if errors else 200,
        rows=[_row(visit, question, titles, wrong_id) for question in questions],
        dropped=await stored.list_dropped(visit.db, visit.now - SHOWN_DROPPED),
        total=await stored.count_open(visit.db),
        errors=errors or {},
    )


def _row(
    visit: Visit, question: stored.Unanswered, titles: dict[str, str], wrong_id: int | None
) -> dict[str, Any]:
    """A question with the entries to choose among, the near ones first."""
    typed = visit.form if question.id == wrong_id else {}
    asked = {"said": question.text, "lang": question.lang, "question": question.id}
    near = [slug for slug in question.near if slug in titles]
    rest = sorted((slug for slug in titles if slug not in near), key=lambda slug: titles[slug])
    return {
        "question": question,
        "language": OWN_NAMES.get(question.lang, question.lang),
        "near": [(slug, titles[slug]) for slug in near],
        "matter": _matter(visit, question),
        "options": [(slug, titles[slug]) for slug in (*near, *rest)],
        "said": typed.get("said", question.text),
        "chosen": typed.get("slug", near[0] if near else ""),
        "new": f"/staff/entries/new?{urlencode(asked)}",
    }


def _matter(visit: Visit, question: stored.Unanswered) -> str | None:
    """What others deal with that it was taken for, by name."""
    signpost = find_signpost(question.signpost, base_of(visit).profile.country)
    return signpost.title(visit.words.lang) if signpost else None


async def _question(visit: Visit) -> stored.Unanswered:
    question = await stored.find_open(visit.db, visit.number())
    if question is None:
        raise NotFound
    return question


async def _why_not(visit: Visit, lang: str, slug: str, said: str) -> dict[str, str] | None:
    """The field of the question's form that cannot be used, and why."""
    number, words = visit.number(), visit.words
    entries: dict[str, Desk] = {d.slug: d for d in await list_desks(visit.db, base_of(visit))}
    if slug not in entries or not entries[slug].entry.texts:
        return {f"slug-{number}": words.t("Please choose an entry.")}
    if len(entries[slug].entry.utterances.get(lang, ())) >= MAX_UTTERANCES:
        return {f"slug-{number}": words.t("This entry has as many questions as it can hold.")}
    if "\n" in said or unanswered.why_not_said(said):
        return {f"said-{number}": words.t("Please write one line, as people would say it.")}
    return None
