"""The editor's pages: all entries, one entry with its answer as people see it, and its form."""

from typing import Any

from starlette.responses import Response

from bot.actions import publishing, unanswered
from bot.actions.entry_desk import Desk, counts, get_desk, list_desks
from bot.actions.errors import Conflict, NotFound
from bot.actions.learning import catch_up
from bot.knowledge.edited import blank, content_of, difference
from bot.knowledge.entries import Entry
from bot.knowledge.entry_files import SLUG
from bot.texts import OWN_NAMES
from bot.web.staff import entry_form, entry_views
from bot.web.staff.entry_preview import preview
from bot.web.staff.entry_views import base_of, editor_of, reader_of, show_form
from bot.web.staff.form import Form
from bot.web.staff.visit import Pages, Visit
from db import publishing as stored
from db.staff import ADMIN, EDITOR

pages = Pages()
EDITORS = frozenset({ADMIN, EDITOR})
HOME = "/staff/entries"


@pages.get(HOME, roles=EDITORS)
async def list_entries(visit: Visit) -> Response:
    """Entries by words, topic and what wants a look."""
    await catch_up(visit.db, visit.console.mind)
    names = ("q", "topic", "state", "lang")
    asked = {name: visit.request.query_params.get(name, "") for name in names}
    desks = await list_desks(visit.db, base_of(visit))
    found = [desk for desk in desks if desk.fits(*asked.values())]
    return await visit.show(
        "entries.html",
        rows=[entry_views.row_of(visit, desk) for desk in found],
        asked=asked,
        topics=entry_views.topics_of(visit),
        states=entry_views.states_of(visit),
        languages=[(lang, OWN_NAMES[lang]) for lang in reader_of(visit).languages],
        counts=counts(desks),
        total=len(desks),
    )


@pages.get(f"{HOME}/new", roles=EDITORS)
async def new_entry(visit: Visit) -> Response:
    """An empty form; a question that was asked in vain may stand in it already."""
    asked, spoken = visit.request.query_params, reader_of(visit).languages
    lang = asked.get("lang", "") if asked.get("lang", "") in spoken else spoken[0]
    question = asked.get("question", "")
    values = Form({f"said-{lang}": [asked.get("said", "")[:300]], "question": [question]})
    return await show_form(visit, None, values)


@pages.post(f"{HOME}/new", roles=EDITORS)
async def make_entry(visit: Visit) -> Response:
    """Stores a new entry, as a draft or published."""
    await publishing.take_turns(visit.db)
    base, reader = base_of(visit), reader_of(visit)
    entry, wrong = entry_form.read_entry(visit.form, blank("", base), reader)
    if wrong:
        return await show_form(visit, None, visit.form, entry_form.explain(wrong, visit.words))
    taken = {desk.slug: desk for desk in await list_desks(visit.db, base)}
    slug = entry_form.new_slug(entry, reader.languages[0], taken)
    if question := _number(visit, "question"):
        await unanswered.answered(visit.db, editor_of(visit), question)
    return await _save(visit, slug, entry, 0)


@pages.get(f"{HOME}/{{slug}}", roles=EDITORS)
async def one_entry(visit: Visit) -> Response:
    """The entry: what people see, what waits, and what can be done."""
    await catch_up(visit.db, visit.console.mind)
    desk, spoken = await _desk(visit), reader_of(visit).languages
    lang = visit.request.query_params.get("lang", "")
    lang = lang if lang in spoken else spoken[0]
    return await visit.show(
        "entry.html",
        desk=desk,
        title=entry_views.title_of(visit, desk.shown),
        states=entry_views.states_of(visit),
        seen=preview(visit, desk.entry, lang),
        draft=preview(visit, desk.draft, lang) if desk.draft else None,
        pack=preview(visit, desk.pack, lang) if desk.pack and desk.published else None,
        chosen=lang,
        texts=[(code, OWN_NAMES[code], desk.entry.texts.get(code)) for code in spoken],
        versions=await stored.list_versions(visit.db, desk.slug),
        version_states=entry_views.version_states(visit),
        is_learning=visit.console.mind.is_behind,
    )


@pages.get(f"{HOME}/{{slug}}/edit", roles=EDITORS)
async def edit_entry(visit: Visit) -> Response:
    """The form with the draft, else with what people see."""
    desk = await _desk(visit)
    return await show_form(visit, desk, entry_form.fields_of(desk.shown))


@pages.post(f"{HOME}/{{slug}}/edit", roles=EDITORS)
async def save_entry(visit: Visit) -> Response:
    """Stores the form as a draft, or publishes it; on an error nothing that was typed is lost."""
    await publishing.take_turns(visit.db)
    desk = await _desk(visit)
    entry, wrong = entry_form.read_entry(visit.form, desk.shown, reader_of(visit))
    if wrong:
        errors = entry_form.explain(wrong, visit.words)
        return await show_form(visit, desk, visit.form, errors)
    if visit.form["based_on"] != str(desk.number):
        return await show_form(visit, desk, visit.form, theirs=desk.shown)
    return await _save(visit, desk.slug, entry, desk.number, desk)


@pages.post(f"{HOME}/{{slug}}/publish", roles=EDITORS)
async def publish_entry(visit: Visit) -> Response:
    """Shows the draft to people."""
    slug = _slug(visit)
    try:
        await publishing.publish(visit.db, editor_of(visit), slug, _number(visit))
    except Conflict:
        return _changed_meanwhile(visit, slug)
    said = visit.words.t("Published. People see it now.")
    return await _done(visit, "publish", slug, said)


@pages.post(f"{HOME}/{{slug}}/drop", roles=EDITORS)
async def drop_draft(visit: Visit) -> Response:
    """Throws the draft away."""
    slug = _slug(visit)
    try:
        await publishing.drop(visit.db, slug, _number(visit))
    except Conflict:
        return _changed_meanwhile(visit, slug)
    return await _done(visit, "drop", slug, visit.words.t("The draft is gone."))


@pages.post(f"{HOME}/{{slug}}/undo", roles=EDITORS)
async def undo_entry(visit: Visit) -> Response:
    """Goes back to what people saw before."""
    slug = _slug(visit)
    try:
        await publishing.undo(visit.db, editor_of(visit), slug, _number(visit))
    except Conflict:
        return _changed_meanwhile(visit, slug)
    said = visit.words.t("Taken back. People see what was there before.")
    return await _done(visit, "undo", slug, said)


@pages.post(f"{HOME}/{{slug}}/state", roles=EDITORS)
async def change_state(visit: Visit) -> Response:
    """Hides or shows an entry, puts it away or takes it back."""
    slug, wanted, words = _slug(visit), visit.form["to"], visit.words
    said = {
        "hidden": words.t("Hidden. It is in no answer any more."),
        "shown": words.t("Shown. People can find it again."),
        "archived": words.t("Put away. It is in no answer any more."),
        "restored": words.t("Taken back. People can find it again."),
    }
    if wanted not in said:
        raise NotFound
    act = publishing.set_hidden if wanted in ("hidden", "shown") else publishing.archive
    await act(visit.db, editor_of(visit), slug, wanted in ("hidden", "archived"))
    return await _done(visit, wanted, slug, said[wanted])


@pages.post(f"{HOME}/{{slug}}/check", roles=EDITORS)
async def check_entry(visit: Visit) -> Response:
    """All that the entry says is right today."""
    slug = _slug(visit)
    await publishing.check_today(visit.db, editor_of(visit), slug)
    said = visit.words.t("Thank you. It is marked as checked today.")
    return await _done(visit, "check", slug, said)


@pages.post(f"{HOME}/{{slug}}/read", roles=EDITORS)
async def read_text(visit: Visit) -> Response:
    """The text in one language was read."""
    slug, lang = _slug(visit), visit.form["lang"]
    await publishing.mark_read(visit.db, editor_of(visit), slug, lang)
    return await _done(visit, "read", slug, visit.words.t("Marked as read by you."))


async def _save(
    visit: Visit, slug: str, entry: Entry, based_on: int, desk: Desk | None = None
) -> Response:
    """Saves, and publishes where that button was pressed."""
    editor, words = editor_of(visit), visit.words
    content = difference(editor.entry(slug), content_of(entry) | _flags(desk))
    number = await publishing.save(visit.db, editor, slug, content, based_on)
    if visit.form["do"] != "publish":
        said = words.t("Saved as a draft. People do not see it yet.")
        return await _done(visit, "save", slug, said)
    await publishing.publish(visit.db, editor, slug, number)
    return await _done(visit, "publish", slug, words.t("Published. People see it now."))


async def _done(visit: Visit, action: str, slug: str, said: str) -> Response:
    await visit.note(f"entry.{action}", about=f"entry:{slug}")
    gone = action == "drop" and not await _is_there(visit, slug)
    return visit.go(HOME if gone else f"{HOME}/{slug}", said)


async def _is_there(visit: Visit, slug: str) -> bool:
    desk = await get_desk(visit.db, base_of(visit), slug)
    return bool(desk.shown.texts)


def _changed_meanwhile(visit: Visit, slug: str) -> Response:
    said = visit.words.t("Someone else changed this entry. Nothing was done. Look at it again.")
    return visit.go(f"{HOME}/{slug}", said)


async def _desk(visit: Visit) -> Desk:
    return await get_desk(visit.db, base_of(visit), _slug(visit))


def _slug(visit: Visit) -> str:
    """The entry in the path. Raises NotFound for what no entry can be called."""
    slug = str(visit.params["slug"])
    if len(slug) > 64 or not SLUG.fullmatch(slug):
        raise NotFound
    return slug


def _flags(desk: Desk | None) -> dict[str, Any]:
    """Whether the entry is hidden or put away: saving the form does not change that."""
    edit = desk and (desk.working or desk.published)
    kept = edit.content if edit else {}
    return {name: True for name in ("hidden", "archived") if kept.get(name)}


def _number(visit: Visit, name: str = "number") -> int:
    """A number of the form; 0, which nothing has, for anything else."""
    digits = visit.form[name]
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 9 else 0
