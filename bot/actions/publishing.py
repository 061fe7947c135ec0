"""Publishing: staff's versions of an entry, and which of them people see.

At most one version of an entry is published and at most one waits as working. Whoever saves says
which version was on the screen: of two who save the same one the second is told.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.actions.errors import Conflict, NotFound, Refused
from bot.knowledge.edit_rules import flaws
from bot.knowledge.edited import Content, content_of, entry_hash, text_data, with_edit
from bot.knowledge.edited import blank as blank_entry
from bot.knowledge.entries import Entry, Knowledge
from db import publishing as stored
from db.engine import Db
from db.publishing import DROPPED, PUBLISHED, REPLACED, WORKING, EntryEdit

Change = Callable[[Entry, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Editor:
    """Who publishes, over which packs, when: `base` is the packs' knowledge without edits."""

    staff_id: int | None
    name: str
    base: Knowledge
    now: datetime
    today: date  # where the municipality is

    def entry(self, slug: str) -> Entry:
        """The pack's entry, or an empty one."""
        return self.base.entries.get(slug) or blank_entry(slug, self.base)


async def find_changes(db: Db, known: int) -> tuple[int, dict[str, Content]] | None:
    """(number, published edits by slug) where the number is not the known one, else None."""
    number = await stored.get_number(db)
    if number == known:
        return None
    return number, {slug: edit.content for slug, edit in (await stored.list_published(db)).items()}


async def take_turns(db: Db) -> None:
    """Lets one editor at a time go on, who then reads what nobody else changes meanwhile."""
    await stored.raise_number(db, by=0)


async def save(db: Db, editor: Editor, slug: str, content: Content, based_on: int) -> int:
    """Stores a working version; returns its number.

    Raises Conflict where a newer version than `based_on` is stored, Refused where a part of the
    entry breaks a rule of `bot.knowledge.edit_rules`.
    """
    _check(with_edit(editor.entry(slug), content), editor)
    await _lock(db, slug, based_on)
    await stored.end_version(db, slug, WORKING, DROPPED)
    base_hash = entry_hash(editor.base.entries.get(slug))
    return await _add(db, editor, slug, dict(content), WORKING, base_hash)


async def publish(db: Db, editor: Editor, slug: str, number: int) -> None:
    """Shows the working version to people. Raises Conflict where it is no longer the newest."""
    await _lock(db, slug, number)
    working = await stored.find_version(db, slug, WORKING)
    if working is None or working.number != number:
        raise Conflict
    await stored.end_version(db, slug, PUBLISHED, REPLACED)
    await stored.publish_version(db, slug, number, editor.now)
    await stored.raise_number(db)


async def drop(db: Db, slug: str, number: int) -> None:
    """Throws the working version away. Raises Conflict where it is no longer the newest."""
    await _lock(db, slug, number)
    await stored.end_version(db, slug, WORKING, DROPPED)


async def undo(db: Db, editor: Editor, slug: str, number: int) -> None:
    """Publishes what was published before, or else lets the pack's own speak again.

    An entry that staff made, and of which nothing else is left, waits as working instead. Raises
    NotFound where nothing of staff's is published, Conflict where it is not version `number`.
    """
    await stored.raise_number(db)
    undone = await stored.find_version(db, slug, PUBLISHED)
    if undone is None:
        raise NotFound
    if undone.number != number:
        raise Conflict
    await stored.end_version(db, slug, PUBLISHED, DROPPED)
    if before := await stored.find_version(db, slug, REPLACED):
        await stored.publish_version(db, slug, before.number, editor.now)
    elif slug not in editor.base.entries and not await stored.find_version(db, slug, WORKING):
        await _add(db, editor, slug, undone.content, WORKING, undone.base_hash)


async def set_hidden(db: Db, editor: Editor, slug: str, hidden: bool) -> None:
    """Takes an entry out of all answers at once, or shows it again."""
    await _amend(db, editor, slug, lambda _, content: _with_flag(content, "hidden", hidden))


async def archive(db: Db, editor: Editor, slug: str, archived: bool = True) -> None:
    """Puts an entry away for good, or takes it back."""
    await _amend(db, editor, slug, lambda _, content: _with_flag(content, "archived", archived))


async def check_today(db: Db, editor: Editor, slug: str) -> None:
    """Staff confirm that all that the entry says is right: it and its facts are checked today."""
    day = editor.today.isoformat()

    def checked(entry: Entry, content: dict[str, Any]) -> dict[str, Any]:
        facts = [fact | {"checked": day} for fact in content_of(entry)["facts"]]
        return content | {"last_checked": day} | ({"facts": facts} if facts else {})

    await _amend(db, editor, slug, checked)


async def mark_read(db: Db, editor: Editor, slug: str, lang: str) -> None:
    """Staff have read the text in a language. Raises NotFound where there is none."""
    read = {"reviewed_by": editor.name, "reviewed_at": editor.today.isoformat()}

    def marked(entry: Entry, content: dict[str, Any]) -> dict[str, Any]:
        if lang not in entry.texts:
            return content
        text = text_data(entry.texts[lang]) | read
        return content | {"texts": {**content.get("texts", {}), lang: text}}

    await _amend(db, editor, slug, marked, needs=lang)


async def add_utterance(db: Db, editor: Editor, slug: str, lang: str, said: str) -> None:
    """From now on the words lead to the entry. Raises NotFound, or Refused for what is no line."""

    def added(entry: Entry, content: dict[str, Any]) -> dict[str, Any]:
        lines = list(entry.utterances.get(lang, ()))
        lines += [said] if said not in lines else []
        changed = replace(entry, utterances={lang: tuple(lines)})
        if flaw := flaws(changed, lang).get(f"said-{lang}"):
            raise Refused(flaw.reason)
        return content | {"utterances": {**content.get("utterances", {}), lang: lines}}

    await _amend(db, editor, slug, added)


async def _amend(
    db: Db, editor: Editor, slug: str, change: Change, needs: str | None = None
) -> None:
    """Publishes a small change at once; a working version keeps what is in it and has it, too.

    Raises NotFound where there is no such entry, or no text in the language that it needs.
    """
    await stored.raise_number(db)
    published = await stored.find_version(db, slug, PUBLISHED)
    working = await stored.find_version(db, slug, WORKING)
    entry = with_edit(editor.entry(slug), published.content if published else {})
    if not entry.texts or (needs and needs not in entry.texts):
        raise NotFound
    await stored.end_version(db, slug, PUBLISHED, REPLACED)
    await stored.end_version(db, slug, WORKING, DROPPED)
    await _amend_one(db, editor, slug, published, change, PUBLISHED)
    if working:
        await _amend_one(db, editor, slug, working, change, WORKING)


async def _amend_one(
    db: Db, editor: Editor, slug: str, edit: EntryEdit | None, change: Change, state: str
) -> None:
    """Stores a version with the change. A pack that changed under it stays a conflict."""
    content = dict(edit.content) if edit else {}
    content = change(with_edit(editor.entry(slug), content), content)
    base_hash = edit.base_hash if edit else entry_hash(editor.base.entries.get(slug))
    await _add(db, editor, slug, content, state, base_hash)


def _check(entry: Entry, editor: Editor) -> None:
    """Raises Refused where the entry breaks a rule; the console names all of them beforehand."""
    if found := flaws(entry, editor.base.profile.main_language):
        raise Refused(next(iter(found.values())).reason)


async def _lock(db: Db, slug: str, number: int) -> None:
    """Lets one editor at a time go on. Raises Conflict where `number` is not the newest."""
    await take_turns(db)
    if await stored.last_number(db, slug) != number:
        raise Conflict


async def _add(
    db: Db,
    editor: Editor,
    slug: str,
    content: dict[str, Any],
    state: str,
    base_hash: str | None,
) -> int:
    number = await stored.last_number(db, slug) + 1
    values = {
        "slug": slug,
        "number": number,
        "content": content,
        "state": state,
        "base_hash": base_hash,
        "staff_id": editor.staff_id,
        "at": editor.now,
        "published_at": editor.now if state == PUBLISHED else None,
    }
    await stored.add_version(db, values)
    return number


def _with_flag(content: dict[str, Any], name: str, value: bool) -> dict[str, Any]:
    rest = {key: kept for key, kept in content.items() if key != name}
    return rest | {name: True} if value else rest
