"""Staff's edits over the packs: what an edit may hold, and the knowledge with all of them applied.

The content of an edit is plain data. A part that is missing is the pack's: hidden, archived,
topic, organization, facts, last_checked, related, actions, and by language texts, utterances and
never. A language whose text is None has none.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from bot.knowledge.entries import Entry, Fact, Knowledge, Source, Text
from bot.knowledge.facts import as_data
from bot.knowledge.packs import topic_labels

STAFF = "staff"  # the source of what staff wrote themselves, and its "pack"
PLAIN = ("topic", "organization", "last_checked")
LISTS = ("related", "actions")
BY_LANGUAGE = ("texts", "utterances", "never")

Content = Mapping[str, Any]


def apply(base: Knowledge, edits: Mapping[str, Content]) -> Knowledge:
    """The packs' knowledge with the published edits (slug -> content) over it."""
    if not edits:
        return base
    entries = dict(base.entries)
    for slug, content in edits.items():
        entry = with_edit(base.entries.get(slug) or blank(slug, base), content)
        entries.pop(slug, None)
        if entry.texts and not content.get("hidden") and not content.get("archived"):
            entries[slug] = entry
    return replace(
        base,
        entries={slug: entries[slug] for slug in sorted(entries)},
        topics=_filled(entries),
        hash=_hash([base.hash, edits]),
    )


def with_edit(entry: Entry, content: Content) -> Entry:
    """One entry as the edit wants it, hidden or not."""
    changed: dict[str, Any] = {name: content[name] for name in PLAIN if name in content}
    changed |= {name: tuple(content[name]) for name in LISTS if name in content}
    if "last_checked" in changed:
        changed["last_checked"] = _day(changed["last_checked"])
    if "facts" in content:
        changed["facts"] = tuple(_fact(fact) for fact in content["facts"])
    for name in BY_LANGUAGE:
        if name in content:
            changed[name] = _merged(getattr(entry, name), content[name], _READ[name])
    return replace(entry, **changed)


def blank(slug: str, base: Knowledge) -> Entry:
    """An entry that stands in no pack, still without words."""
    source = Source(STAFF, base.profile.name, None)
    return Entry(slug, STAFF, "", None, source, None, (), (), {}, {})


def content_of(entry: Entry) -> dict[str, Any]:
    """An entry as the content of an edit that would say all of it."""
    return {
        "topic": entry.topic,
        "organization": entry.organization,
        "last_checked": _iso(entry.last_checked),
        "facts": [as_data(fact) for fact in entry.facts],
        "related": list(entry.related),
        "actions": list(entry.actions),
        "texts": {lang: text_data(text) for lang, text in entry.texts.items()},
        "utterances": {lang: list(said) for lang, said in entry.utterances.items()},
        "never": {lang: list(said) for lang, said in entry.never.items()},
    }


def text_data(text: Text) -> dict[str, Any]:
    """A text as plain data; its language is the key that it stands under."""
    data = asdict(text) | {"reviewed_at": _iso(text.reviewed_at)}
    del data["lang"]
    return data


def difference(entry: Entry, wanted: Content) -> dict[str, Any]:
    """What an edit must hold so that `entry` becomes as `wanted`; the rest stays the pack's."""
    now, found = content_of(entry), dict[str, Any]()
    for name, value in wanted.items():
        if name in BY_LANGUAGE:
            value = _changed(now[name], value)
            if not value:
                continue
        elif name in now and now[name] == value:
            continue
        if name in ("hidden", "archived") and not value:
            continue
        found[name] = value
    return found


def entry_hash(entry: Entry | None) -> str | None:
    """A name for all that a pack's entry says; None for one that is in no pack."""
    return _hash(content_of(entry)) if entry else None


def _merged(
    old: Mapping[str, Any], new: Mapping[str, Any], read: Callable[[str, Any], Any]
) -> dict[str, Any]:
    made = dict(old) | {lang: read(lang, value) for lang, value in new.items() if value}
    return {lang: value for lang, value in made.items() if lang not in new or new[lang]}


def _changed(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The languages that differ; one that shall go is None."""
    gone = {lang: None for lang in now if lang in wanted and not wanted[lang]}
    new = {lang: value for lang, value in wanted.items() if value and now.get(lang) != value}
    return {**gone, **new}


def _text(lang: str, data: Mapping[str, Any]) -> Text:
    return Text(**{**data, "lang": lang, "reviewed_at": _day(data.get("reviewed_at"))})


def _said(_: str, lines: list[str]) -> tuple[str, ...]:
    return tuple(lines)


_READ: Mapping[str, Callable[[str, Any], Any]] = {
    "texts": _text,
    "utterances": _said,
    "never": _said,
}


def _fact(data: Mapping[str, Any]) -> Fact:
    days = {name: _day(data.get(name)) for name in ("checked", "valid_until")}
    return Fact(data["kind"], dict(data["values"]), data.get("owner"), **days)


def _filled(entries: Mapping[str, Entry]) -> dict[str, Mapping[str, str]]:
    """The shelves that have entries; a new entry may stand on one that was empty."""
    filled = {entry.topic for entry in entries.values()}
    return {topic: label for topic, label in topic_labels().items() if topic in filled}


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
