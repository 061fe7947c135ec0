"""What the assistant knows: entries, their texts per language, and the municipality's profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

# Bokmål and nynorsk readers read each other's language better than English.
CLOSE: Mapping[str, str] = {"nn": "nb", "nb": "nn"}
LAST_RESORT = "en"


@dataclass(frozen=True, slots=True)
class Source:
    """A public document that an entry's facts come from; `year` is None where it is not known."""

    id: str
    title: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Text:
    """An entry's answer in one language; `reviewed_by` is None until staff have read it."""

    lang: str
    title: str
    audience: str
    short: str
    more: str
    next: str
    reviewed_by: str | None = None
    reviewed_at: date | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One detail that goes out of date, such as opening hours.

    `values` is keyed by language; "" is said in all of them. `checked` is None until staff confirm
    it, `valid_until` where nobody knows an end.
    """

    kind: str
    values: Mapping[str, str]
    owner: str | None = None
    checked: date | None = None
    valid_until: date | None = None

    def value(self, lang: str, main: str) -> str:
        """The value in `lang`, else for all languages, in a close one, the main one, or any."""
        for wanted in (lang, "", CLOSE.get(lang), main, LAST_RESORT):
            if wanted is not None and wanted in self.values:
                return self.values[wanted]
        return next(iter(self.values.values()), "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One offer, scheme or organisation, with what people say when they mean it.

    `utterances` and `never` (what looks alike but must not lead here) are keyed by language.
    `last_checked` is None until staff confirm the facts.
    """

    slug: str
    pack: str
    topic: str
    organization: str | None
    source: Source
    last_checked: date | None
    related: tuple[str, ...]
    actions: tuple[str, ...]
    texts: Mapping[str, Text]
    utterances: Mapping[str, tuple[str, ...]]
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()

    def text(self, lang: str, main: str) -> Text:
        """The text in `lang`, else in a close language, the main language, English, or any."""
        for wanted in (lang, CLOSE.get(lang), main, LAST_RESORT):
            if wanted is not None and wanted in self.texts:
                return self.texts[wanted]
        return next(iter(self.texts.values()))


@dataclass(frozen=True, slots=True)
class Profile:
    """The municipality (or country) that a deployment speaks for; `sample` means made up."""

    name: str
    country: str
    zone: str
    languages: tuple[str, ...]
    main_language: str
    switchboard: str | None
    hours: str | None
    on_duty: str | None
    sample: bool
    path: Path


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything loaded from the packs of one deployment.

    `topics` holds the labels per language of the topics that have entries: an empty shelf is not
    shown. `hash` changes when any file changes.
    """

    profile: Profile
    entries: Mapping[str, Entry]
    topics: Mapping[str, Mapping[str, str]]
    hash: str
    packs: tuple[str, ...] = ()

    def in_topic(self, topic: str) -> tuple[Entry, ...]:
        """The entries on one shelf, in the order of their slugs."""
        return tuple(
            self.entries[s] for s in sorted(self.entries) if self.entries[s].topic == topic
        )
