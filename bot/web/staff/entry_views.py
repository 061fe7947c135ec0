"""What the editor's pages show: names of topics and states, rows of the list, and the form."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from bot.actions.answers import action_label
from bot.actions.entry_desk import FILTERS, Desk
from bot.actions.fact_texts import today_in
from bot.actions.publishing import Editor
from bot.knowledge.entries import Entry, Knowledge
from bot.knowledge.intents import action_slugs
from bot.knowledge.limits import MAX_FACTS
from bot.knowledge.packs import topic_labels
from bot.texts import OWN_NAMES
from bot.web.staff import entry_form
from bot.web.staff.entry_form import Reader
from bot.web.staff.form import Form
from bot.web.staff.visit import Visit
from db import publishing as stored


def base_of(visit: Visit) -> Knowledge:
    """The packs' knowledge, without staff's edits."""
    return visit.console.mind.base


def editor_of(visit: Visit) -> Editor:
    """Whoever publishes on this visit."""
    base = base_of(visit)
    return Editor(visit.staff.id, visit.staff.name, base, visit.now, today_in(base, visit.now))


def reader_of(visit: Visit) -> Reader:
    """Whoever fills the form in on this visit."""
    base = base_of(visit)
    return Reader(base, visit.staff.name, today_in(base, visit.now))


def title_of(visit: Visit, entry: Entry) -> str:
    """An entry's title in the language of the console."""
    main = base_of(visit).profile.main_language
    return entry.text(visit.words.lang, main).title if entry.texts else entry.slug


def topics_of(visit: Visit) -> dict[str, str]:
    """All topics with their names, also those that nothing stands under."""
    wanted = (visit.words.lang, base_of(visit).profile.main_language, "en")
    return {
        topic: next(labels[lang] for lang in wanted if lang in labels)
        for topic, labels in topic_labels().items()
    }


def states_of(visit: Visit) -> dict[str, str]:
    """What an entry can be, with its name."""
    words = visit.words
    return {
        "unchecked": words.t("Not checked"),
        "unread": words.t("Has unread texts"),
        "draft": words.t("Has a draft"),
        "edited": words.t("Edited by staff"),
        "conflict": words.t("Changed in the pack, too"),
        "hidden": words.t("Hidden"),
        "archived": words.t("Put away"),
    }


def version_states(visit: Visit) -> dict[str, str]:
    """What became of a version."""
    words = visit.words
    return {
        stored.WORKING: words.t("Draft"),
        stored.PUBLISHED: words.t("People see this"),
        stored.REPLACED: words.t("Was seen before"),
        stored.DROPPED: words.t("Not used"),
    }


def row_of(visit: Visit, desk: Desk) -> dict[str, Any]:
    """An entry in the list."""
    names = states_of(visit)
    return {
        "slug": desk.slug,
        "title": title_of(visit, desk.shown),
        "topic": topics_of(visit).get(desk.shown.topic, ""),
        "states": [names[state] for state in FILTERS if state in desk.states],
    }


async def show_form(
    visit: Visit,
    desk: Desk | None,
    values: Form,
    errors: Mapping[str, str] | None = None,
    theirs: Entry | None = None,
) -> Response:
    """The form as it was typed; `theirs` is what somebody else saved meanwhile."""
    words = visit.words
    return await visit.show(
        "entry-form.html",
        status=422 if errors else 409 if theirs else 200,
        slug=desk.slug if desk else None,
        title=title_of(visit, desk.shown) if desk else words.t("New entry"),
        number=desk.number if desk else 0,
        values=values,
        errors=errors or {},
        faulty={name.rpartition("-")[2] for name in errors or {}},
        theirs=_differences(visit, values, theirs) if theirs else None,
        topics=topics_of(visit),
        actions=[(slug, action_label(slug, words)) for slug in action_slugs()],
        spoken=[(lang, OWN_NAMES[lang]) for lang in reader_of(visit).languages],
        kinds=entry_form.kinds(words),
        rows=_rows(values),
        label=lambda name: entry_form.field_label(name, words),
    )


def _differences(visit: Visit, mine: Form, theirs: Entry) -> list[tuple[str, str]]:
    """(label, their value) of each field in which somebody else's version is different."""
    other = entry_form.fields_of(theirs)
    names = dict.fromkeys([*other, *mine])
    known = [name for name in names if name in other or name.partition("-")[0] in _TYPED]
    return [
        (entry_form.field_label(name, visit.words), other[name])
        for name in known
        if name != "actions" and other[name] != mine[name] and not _in_empty_row(name, mine, other)
    ]


def _in_empty_row(name: str, *forms: Form) -> bool:
    """Whether it is of a row of facts that nobody filled in; its kind is set all the same."""
    row = re.match(r"fact-(\d+)-", name)
    return row is not None and not any(entry_form.is_filled(f, int(row[1])) for f in forms)


_TYPED = ("topic", "organization", *entry_form.PARTS, "said", "never", "read", "fact")


def _rows(values: Form) -> range:
    """The rows of facts: those in use, and two empty ones while there is room."""
    used = [n for n in range(MAX_FACTS) if entry_form.is_filled(values, n)]
    return range(min(max(used, default=-1) + 3, MAX_FACTS))
