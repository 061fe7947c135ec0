"""Is this person, or someone they write about, in danger? Fixed rules, in memory, before all else.

The rules are data, written in the phrases of `bot.knowledge.phrases`: `danger/rules-LANGUAGE*.yaml`
(nordic is nb, nn, sv and da in one). A file has `words` (lists to use by name), `ordinary` (words
spelled right), `first` (words for oneself), `silent` (phrases that mean no harm; their own words
are struck, the rest of the message is still read), `topics` (a lecture, an essay: silences the
rules marked `weak`, which hear only the subject), `over` (the writer tells of what is over and
well: what stands before that is not heard), `past` (it was long ago: level 1), `child` (the writer
says to be a child), `grown` (years that are nobody's age: "gift i tolv år") and `rules` by need.
Where no rule hears anything a second ear listens (`bot.knowledge.second_ear`), and where this
machine compares meanings a third (`bot.knowledge.third_ear`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.phrases import Phrase, Reader, match, matches, tokens
from bot.knowledge.second_ear import hear
from bot.knowledge.text import fold
from bot.knowledge.vocabulary import Positions, Vocabulary

NEEDS = ("child", "overdose", "acute-medical", "suicide", "sexual-abuse", "violence", "self-harm")
"""Most pressing first: this one is answered when a message speaks of several."""
_HURT_BY_OTHERS = frozenset({"violence", "sexual-abuse"})
_MAY_BE_PAST = _HURT_BY_OTHERS | {"self-harm"}
# libyaml's loader, where it is built in, starts the bot two seconds sooner.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FEWEST = 4
_RULES = Path(__file__).with_name("danger")


@dataclass(frozen=True, slots=True)
class Danger:
    """What was understood: the need (one of `NEEDS`), how serious, by which rule, and about whom.

    Level 1: show help. Level 2: serious, or happening now.
    """

    need: str
    level: int
    rule: str
    about_other: bool


@dataclass(frozen=True, slots=True)
class _Rule:
    danger: Danger
    weak: bool
    unless: tuple[Phrase, ...]


_Heard = tuple[Danger, list[int]]
"""A danger, and the places of the words that tell of it."""


class _Lookup:
    """Phrases by their first word, so that only those that can match are tried."""

    def __init__(self) -> None:
        self._by_word: dict[int, list[tuple[Phrase, int]]] = defaultdict(list)

    def add(self, phrase: Phrase, owner: int) -> None:
        self._by_word[phrase.parts[0][0].word].append((phrase, owner))

    def candidates(self, where: Positions) -> Iterator[tuple[Phrase, int]]:
        present = where.keys()
        for word in present & self._by_word.keys():
            for phrase, owner in self._by_word[word]:
                if phrase.needs <= present:
                    yield phrase, owner


class _Rules:
    """The rules of all languages together: people mix languages within a message."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._vocabulary = Vocabulary()
        self._rules: list[_Rule] = []
        self._first: set[str] = set()
        self._spoken, self._silent, self._topics, self._child = (_Lookup() for _ in range(4))
        self._grown, self._over, self._past = (_Lookup() for _ in range(3))
        for name, data in _by_language(files).items():
            self._load(name, data)

    def find(self, text: str) -> Danger | None:
        message = tokens(text)
        struck = self._struck(message)
        where = self._vocabulary.positions(message, struck)
        found = list(self._heard(where))
        if not found:
            return None if self._explained(struck, where) else self._second(message)
        worst, _ = min(found, key=lambda one: (NEEDS.index(one[0].need), -one[0].level))
        about_other = self._is_about_other(message, [o for o in found if o[0].need == worst.need])
        if worst.need in _HURT_BY_OTHERS and self._is_child(where):
            worst = replace(worst, need="child", level=2)
        elif worst.need in _MAY_BE_PAST and _any(self._past, where):
            worst = replace(worst, level=1)
        return replace(worst, about_other=about_other)

    def _is_child(self, where: Positions) -> bool:
        return _any(self._child, where) and not _any(self._grown, where)

    def raise_alarm(self, text: str, need: str, rule: str) -> Danger | None:
        message = tokens(text)
        struck = self._struck(message)
        if len(message) < _FEWEST + 1:
            return None
        if self._explained(struck, self._vocabulary.positions(message, struck)):
            return None
        return self._alarm(message, need, rule)

    def _explained(self, struck: frozenset[int], where: Positions) -> bool:
        """Whether an exception explained a word: the rest is no danger by its sound alone."""
        return bool(struck or _any(self._topics, where) or self._end_of_past(where))

    def _second(self, words: Sequence[str]) -> Danger | None:
        """What the second ear hears, from four words (and both ends) on."""
        need = hear(words) if len(words) >= _FEWEST + 2 else None
        return self._alarm(words, need, "second-ear") if need else None

    def _alarm(self, words: Sequence[str], need: str, rule: str) -> Danger:
        return Danger(need, 1, rule, self._first.isdisjoint(words))

    def _is_about_other(self, message: Sequence[str], found: Sequence[_Heard]) -> bool:
        """Whether somebody else stands nearer to what is said than the writer does."""
        others = [_reach(path) for danger, path in found if danger.about_other]
        own = [
            _reach(path)
            for danger, path in found
            if not danger.about_other and any(message[place] in self._first for place in path)
        ]
        return bool(others) and min(others) < min(own, default=len(message))

    def _struck(self, message: Sequence[str]) -> frozenset[int]:
        where = self._vocabulary.positions(message)
        found = (matches(phrase, where) for phrase, _ in self._silent.candidates(where))
        return frozenset(place for paths in found for path in paths for place in path)

    def _heard(self, where: Positions) -> Iterator[_Heard]:
        topic, over = _any(self._topics, where), self._end_of_past(where)
        for phrase, owner in self._spoken.candidates(where):
            rule = self._rules[owner]
            path = [] if topic and rule.weak else match(phrase, where)
            if path and path[0] >= over and not any(match(other, where) for other in rule.unless):
                yield rule.danger, path

    def _end_of_past(self, where: Positions) -> int:
        """The place up to which what is told is over and well; 0 where nothing is."""
        found = (matches(phrase, where) for phrase, _ in self._over.candidates(where))
        return max((max(path) for paths in found for path in paths), default=0)

    def _load(self, name: str, data: dict[str, Any]) -> None:
        reader = Reader(self._vocabulary, data.get("words", {}))
        self._vocabulary.add_ordinary(data.get("ordinary", "").split())
        self._first.update(fold(word) for word in data.get("first", "").split())
        for lookup, key in (
            (self._silent, "silent"),
            (self._topics, "topics"),
            (self._child, "child"),
            (self._grown, "grown"),
            (self._over, "over"),
            (self._past, "past"),
        ):
            for phrase in _read_all(reader, data.get(key, [])):
                lookup.add(phrase, 0)
        for need, rules in data.get("rules", {}).items():
            for rule in rules:
                self._add(reader, name, need, rule)

    def _add(self, reader: Reader, name: str, need: str, rule: dict[str, Any]) -> None:
        danger = Danger(
            need, rule.get("level", 1), f"{name}/{need}/{rule['id']}", rule.get("about") == "other"
        )
        unless = tuple(_read_all(reader, rule.get("unless", [])))
        self._rules.append(_Rule(danger, rule.get("weak", False), unless))
        for phrase in _read_all(reader, rule["say"]):
            self._spoken.add(phrase, len(self._rules) - 1)


def find_danger(text: str) -> Danger | None:
    """The most pressing danger that a raw message speaks of, in any of our languages, or None."""
    return _rules().find(text)


def raise_alarm(text: str, need: str, rule: str) -> Danger | None:
    """The danger (level 1) that a later stage hears in a message of three words or more.

    None where an exception of the rules explains the message. Ask `find_danger` first.
    """
    return _rules().raise_alarm(text, need, rule)


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return _Rules(sorted(_RULES.glob("rules-*.yaml")))


def _by_language(files: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """The sections of each language; a language may have several files."""
    languages: dict[str, dict[str, Any]] = defaultdict(dict)
    for file in files:
        _merge(languages[file.stem.split("-")[1]], _read_yaml(file))
    return languages


def _merge(known: dict[str, Any], more: dict[str, Any]) -> None:
    """Joins tables key by key, and lists end to end; a text (a word list) stands once."""
    for key, content in more.items():
        if isinstance(content, dict):
            _merge(known.setdefault(key, {}), content)
        elif isinstance(content, list):
            known[key] = known.get(key, []) + content
        else:
            known[key] = content


def _read_yaml(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506  a safe loader
    return data


def _read_all(reader: Reader, written: Iterable[str]) -> Iterator[Phrase]:
    for line in written:
        yield from reader.read(line)


def _reach(path: Sequence[int]) -> int:
    return max(path) - min(path)


def _any(lookup: _Lookup, where: Positions) -> bool:
    return any(match(phrase, where) for phrase, _ in lookup.candidates(where))
