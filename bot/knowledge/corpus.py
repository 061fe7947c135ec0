"""What the index is built from: every text with the meaning it stands for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from bot.knowledge import intents
from bot.knowledge.entries import Entry, Knowledge


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """A meaning: `kind` is entry, action, smalltalk or outside."""

    kind: str
    slug: str


Document = tuple[Label, str]


def documents(knowledge: Knowledge) -> list[Document]:
    """Everything that leads to an entry, and the utterances of the other kinds, by label."""
    said = intents.in_languages(knowledge.profile.languages)
    found = {(Label(kind, name), text) for kind, name, text in said}
    for entry in knowledge.entries.values():
        found |= {(Label("entry", entry.slug), text) for text in _texts(entry) if text}
    return sorted(found)


def nevers(knowledge: Knowledge) -> list[Document]:
    """What must not lead to the entry it stands under."""
    return [
        (Label("entry", entry.slug), text)
        for entry in knowledge.entries.values()
        for text in chain.from_iterable(entry.never.values())
    ]


def _texts(entry: Entry) -> Iterator[str]:
    yield from chain.from_iterable(entry.utterances.values())
    for text in entry.texts.values():
        yield from (text.title, text.audience, f"{text.short} {text.more}")
