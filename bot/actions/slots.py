"""Finding slots: by kind, entry, name, topic and day, with the places left."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.knowledge.entries import Knowledge
from bot.knowledge.text import words
from db.booking import Places, Slot, list_open
from db.engine import Db

# Beginnings of words that are said of every slot, folded.
_GENERAL = (
    "aktivit",
    "activit",
    "bestill",
    "boka",
    "book",
    "frivillig",
    "friviljug",
    "plass",
    "plats",
    "place",
    "tilbud",
    "volunteer",
    "volont",
)

Found = list[tuple[Slot, Places]]


async def find_slots(db: Db, now: datetime, *, samples: bool, kind: str | None = None) -> Found:
    """The slots that are open for booking, soonest first, with the places left in each."""
    rows = await list_open(db, now, samples=samples, kind=kind)
    return [(slot, slot.capacity - taken) for slot, taken in rows]


def of_entry(found: Sequence[tuple[Slot, Places]], entry: str) -> Found:
    """Those that belong to one entry."""
    return [(slot, left) for slot, left in found if slot.entry == entry]


def on_day(found: Sequence[tuple[Slot, Places]], day: date) -> Found:
    """Those that begin on a day, where they are."""
    return [(slot, left) for slot, left in found if local_day(slot) == day]


def named(found: Sequence[tuple[Slot, Places]], knowledge: Knowledge, said: str) -> Found:
    """Those that somebody names, by their title, their entry or their topic."""
    return [(slot, left) for slot, left in found if names_slot(knowledge, slot, said)]


def local_day(slot: Slot) -> date:
    """The day on which a slot begins, where it is."""
    return slot.starts_at.astimezone(ZoneInfo(slot.zone)).date()


def names_slot(knowledge: Knowledge, slot: Slot, said: str) -> bool:
    """Whether somebody names a slot, or the entry or the topic that it belongs to."""
    names = list(slot.titles.values())
    if slot.entry and (entry := knowledge.entries.get(slot.entry)):
        names += [text.title for text in entry.texts.values()]
        names += knowledge.topics.get(entry.topic, {}).values()
    told = {word for name in names for word in _telling(name)}
    return any(_alike(one, other) for one in _telling(said) for other in told)


@lru_cache(maxsize=4096)  # the same titles are compared with each message
def _telling(text: str) -> frozenset[str]:
    """The words of a text that tell one slot from another; short ones do not."""
    said = words(text)
    return frozenset(word for word in said if len(word) >= 4 and not word.startswith(_GENERAL))


def _alike(one: str, other: str) -> bool:
    # "lunsjen" means "lunsj", and "språkkafeen" means "språkkafé": endings differ by a few letters.
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(long) - len(short) <= 3 or len(short) >= 6)
