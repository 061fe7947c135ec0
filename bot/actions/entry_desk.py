"""Entries as an editor sees them: the pack's, staff's versions of it, and what wants a look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.actions.errors import NotFound
from bot.knowledge.edited import blank, entry_hash, with_edit
from bot.knowledge.entries import Entry, Knowledge
from bot.knowledge.text import fold
from db import publishing as stored
from db.engine import Db
from db.publishing import EntryEdit

UNCHECKED, UNREAD, EDITED, DRAFT, HIDDEN, ARCHIVED, CONFLICT = (
    "unchecked",
    "unread",
    "edited",
    "draft",
    "hidden",
    "archived",
    "conflict",
)
FILTERS = (UNCHECKED, UNREAD, DRAFT, EDITED, CONFLICT, HIDDEN, ARCHIVED)


@dataclass(frozen=True, slots=True)
class Desk:
    """One entry: `entry` is what people see (also where it is hidden), `draft` what waits.

    `number` is the newest version's, for saving over it; `pack` the entry as the packs have it.
    """

    slug: str
    entry: Entry
    draft: Entry | None
    pack: Entry | None
    published: EntryEdit | None
    working: EntryEdit | None
    number: int

    @property
    def shown(self) -> Entry:
        """What an editor goes on from."""
        return self.draft or self.entry

    @property
    def states(self) -> frozenset[str]:
        """What there is to know of the entry, of `FILTERS`."""
        content = self.published.content if self.published else {}
        hashes = {edit.base_hash for edit in (self.published, self.working) if edit}
        found = {
            UNCHECKED: self.entry.last_checked is None,
            UNREAD: any(text.reviewed_by is None for text in self.entry.texts.values()),
            EDITED: self.published is not None,
            DRAFT: self.working is not None,
            HIDDEN: bool(content.get("hidden")),
            ARCHIVED: bool(content.get("archived")),
            CONFLICT: bool(hashes - {entry_hash(self.pack)}),
        }
        return frozenset(name for name, holds in found.items() if holds)

    def fits(self, words: str, topic: str, state: str, lang: str = "") -> bool:
        """Whether the entry belongs in a list; what is put away stands in its own list alone.

        `lang`: it has a text in this language, and an unread one where `state` asks for that.
        """
        if state != ARCHIVED and ARCHIVED in self.states:
            return False
        said = fold(" ".join([self.slug, *(text.title for text in self.shown.texts.values())]))
        return (
            all(word in said for word in fold(words).split())
            and topic in ("", self.shown.topic)
            and (not state or state in self.states)
            and (not lang or self._fits_language(lang, state))
        )

    def _fits_language(self, lang: str, state: str) -> bool:
        text = self.entry.texts.get(lang)
        return text is not None and (state != UNREAD or text.reviewed_by is None)


async def list_desks(db: Db, base: Knowledge) -> list[Desk]:
    """All entries of the packs and of staff."""
    published, working = await stored.list_published(db), await stored.list_working(db)
    slugs = sorted({*base.entries, *published, *working})
    return [_desk(base, slug, published.get(slug), working.get(slug), 0) for slug in slugs]


async def get_desk(db: Db, base: Knowledge, slug: str) -> Desk:
    """One entry. Raises NotFound where neither a pack nor staff have it."""
    published = await stored.find_version(db, slug, stored.PUBLISHED)
    working = await stored.find_version(db, slug, stored.WORKING)
    number = await stored.last_number(db, slug)
    if not number and slug not in base.entries:
        raise NotFound
    return _desk(base, slug, published, working, number)


def counts(desks: Iterable[Desk]) -> Mapping[str, int]:
    """How many entries are in each state."""
    states = [desk.states for desk in desks]
    return {name: sum(name in found for found in states) for name in FILTERS}


def _desk(
    base: Knowledge, slug: str, published: EntryEdit | None, working: EntryEdit | None, number: int
) -> Desk:
    pack = base.entries.get(slug)
    under = pack or blank(slug, base)
    return Desk(
        slug=slug,
        entry=with_edit(under, published.content if published else {}),
        draft=with_edit(under, working.content) if working else None,
        pack=pack,
        published=published,
        working=working,
        number=number,
    )
