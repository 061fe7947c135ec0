"""What is wrong with an entry as staff want it, field by field; the names are those of the form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge import limits
from bot.knowledge.entries import Entry
from bot.knowledge.facts import EMPTY, UNKNOWN, answer_length, fact_flaw
from bot.knowledge.intents import action_slugs
from bot.knowledge.packs import topic_labels

MAX_UTTERANCES = 200  # of one language
MANY, TOGETHER = "many", "together"

_TEXTS = {
    "title": limits.MAX_TITLE,
    "audience": limits.MAX_TITLE,
    "short": limits.MAX_SHORT,
    "more": limits.MAX_PART,
    "next": limits.MAX_PART,
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a field; `limit` is how much of it there may be."""

    reason: str
    limit: int = 0


def flaws(entry: Entry, main: str) -> dict[str, Flaw]:
    """The field (such as title-nb or fact-0-value) -> its flaw; `main` is the main language."""
    found = {name: flaw for name, flaw in _head(entry) if flaw}
    if not entry.texts:
        found[f"title-{main}"] = Flaw(EMPTY)
    for lang, text in entry.texts.items():
        parts = {name: getattr(text, name) for name in _TEXTS}
        found |= _text_flaws(lang, parts)
        if answer_length(text, entry.facts) > limits.MAX_ANSWER:
            found.setdefault(f"short-{lang}", Flaw(TOGETHER))
    for name, said in (("said", entry.utterances), ("never", entry.never)):
        for lang, lines in said.items():
            if flaw := _lines_flaw(lines):
                found[f"{name}-{lang}"] = flaw
    return found | dict(_fact_flaws(entry))


def _head(entry: Entry) -> Iterator[tuple[str, Flaw | None]]:
    known = entry.topic in topic_labels()
    yield "topic", None if known else Flaw(UNKNOWN if entry.topic else EMPTY)
    yield "organization", _flaw(entry.organization or "", limits.MAX_NAME)
    foreign = set(entry.actions) - set(action_slugs())
    yield "actions", Flaw(UNKNOWN) if foreign else None


def _text_flaws(lang: str, parts: Mapping[str, str]) -> dict[str, Flaw]:
    found = {}
    for name, limit in _TEXTS.items():
        if reason := limits.part_flaw(parts[name], limit):
            found[f"{name}-{lang}"] = Flaw(reason, limit)
        elif name in ("title", "short") and not parts[name]:
            found[f"{name}-{lang}"] = Flaw(EMPTY)
    return found


def _lines_flaw(lines: tuple[str, ...]) -> Flaw | None:
    if len(lines) > MAX_UTTERANCES:
        return Flaw(MANY, MAX_UTTERANCES)
    found = (_flaw(line, limits.MAX_UTTERANCE) for line in lines)
    return next((flaw for flaw in found if flaw), None)


def _fact_flaws(entry: Entry) -> Iterator[tuple[str, Flaw]]:
    if len(entry.facts) > limits.MAX_FACTS:
        yield "fact-0-kind", Flaw(MANY, limits.MAX_FACTS)
    for n, fact in enumerate(entry.facts):
        for lang, value in (fact.values or {"": ""}).items():
            if reason := fact_flaw(fact.kind, value):
                name = f"fact-{n}-value-{lang}" if lang else f"fact-{n}-value"
                yield name, Flaw(reason, limits.MAX_FACT)
        if flaw := _flaw(fact.owner or "", limits.MAX_TITLE):
            yield f"fact-{n}-owner", flaw


def _flaw(text: str, limit: int) -> Flaw | None:
    reason = limits.flaw(text, limit)
    return Flaw(reason, limit) if reason else None
