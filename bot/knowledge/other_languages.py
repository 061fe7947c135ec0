"""Notices a message in a language that nobody here speaks, and has one line for who wrote it.

By the script first, then by the most frequent short words and the letters that only some languages
have (`other_languages.yaml`). It must be very sure: a dialect, a loan word or a name is no other
language, and who is misjudged is told in a strange tongue that they are not understood.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.text import clean

FILE = Path(__file__).with_suffix(".yaml")
LONGEST = 400  # characters that are looked at
FEWEST = 2  # different words that tell of a language, one by more than its letters
LEAST_SHARE = 0.34  # of all words; a quoted line inside a long message is no other language
AHEAD = 2  # times as much that tells of it as of the languages spoken here

_WORD = re.compile(r"[¿¡]|[^\W\d_]+(?:['’\u200c-][^\W\d_]+)*")
_LATIN, _CYRILLIC, _ARABIC = "latin", "cyrillic", "arabic"
_SCRIPTS: tuple[tuple[str, str, str], ...] = (
    (_LATIN, "A", "\u024f"),
    (_LATIN, "\u1e00", "\u1eff"),
    ("greek", "\u0370", "\u03ff"),
    (_CYRILLIC, "\u0400", "\u052f"),
    ("armenian", "\u0530", "\u058f"),
    ("hebrew", "\u0590", "\u05ff"),
    (_ARABIC, "\u0600", "\u06ff"),
    (_ARABIC, "\u0750", "\u077f"),
    ("devanagari", "\u0900", "\u097f"),
    ("bengali", "\u0980", "\u09ff"),
    ("gurmukhi", "\u0a00", "\u0a7f"),
    ("tamil", "\u0b80", "\u0bff"),
    ("thai", "\u0e00", "\u0e7f"),
    ("georgian", "\u10a0", "\u10ff"),
    ("hangul", "\u1100", "\u11ff"),
    ("ethiopic", "\u1200", "\u139f"),
    ("kana", "\u3040", "\u30ff"),
    ("han", "\u4e00", "\u9fff"),
    ("hangul", "\uac00", "\ud7af"),
)


@dataclass(frozen=True, slots=True)
class Other:
    """A language that is known by sight alone; `line` says so in it, None where nobody wrote it."""

    code: str
    line: str | None
    script: str
    letters: frozenset[str]
    words: frozenset[str]


def find_other(text: str, languages: Collection[str]) -> Other | None:
    """The language of a message where it is surely none of `languages`; else None."""
    said = [word.lower() for word in _WORD.findall(clean(text)[:LONGEST])]
    script = _script("".join(said))
    if script is None:
        return None
    known = [other for other in _others() if other.script == script]
    candidates = [other for other in known if other.code not in languages]
    ours = [other for other in known if other.code in languages]
    if not candidates:
        return None
    if script != _LATIN and not ours:
        return max(candidates, key=lambda other: _told(said, other))
    words = _served() if script == _LATIN else frozenset[str]()
    words = words.union(*(other.words for other in ours))
    letters = frozenset[str]().union(*(other.letters for other in ours))
    return _likeliest(said, candidates, words, letters)


def english_line() -> str:
    """What everybody is told in English besides."""
    line: str = _read()["en"]["line"]
    return line


def _likeliest(
    said: list[str],
    candidates: Collection[Other],
    ours: frozenset[str],
    our_letters: frozenset[str],
) -> Other | None:
    """The candidate that most words tell of, where they are enough and far more than ours."""
    best = max(candidates, key=lambda other: _told(said, other, ours))
    homely = {word for word in said if word in ours or our_letters & set(word)}
    own = {word for word in said if _tells(word, best)} - homely
    foreign = sum(word in own for word in said)
    home = sum(word in homely and word not in best.words for word in said)
    enough = len(own) >= FEWEST and own & best.words and foreign >= LEAST_SHARE * len(said)
    return best if enough and foreign >= AHEAD * home else None


def _told(said: list[str], other: Other, ours: frozenset[str] = frozenset()) -> float:
    """How much tells of a language; a word that we use, too, tells little."""
    return sum(0.1 if word in ours else 1.0 for word in said if _tells(word, other))


def _tells(word: str, other: Other) -> bool:
    return word.replace("’", "'") in other.words or bool(other.letters & set(word))


def _script(letters: str) -> str | None:
    """The script of most letters; Japanese is what has kana among its Han."""
    counts: dict[str, int] = {}
    for letter in letters:
        for script in _scripts_of(letter):
            counts[script] = counts.get(script, 0) + 1
    if not counts:
        return None
    if counts.get("kana") and counts.get("han"):
        counts["kana"] += counts.pop("han")
    script = max(counts, key=lambda name: counts[name])
    return script if counts[script] > len(letters) * 0.6 else None


def _scripts_of(letter: str) -> Iterator[str]:
    return (script for script, first, last in _SCRIPTS if first <= letter <= last)


@cache
def _others() -> tuple[Other, ...]:
    return tuple(
        Other(
            code=code,
            line=known.get("line"),
            script=known.get("script", _LATIN),
            letters=frozenset(known.get("letters", "")),
            words=frozenset(str(known.get("words", "")).split()),
        )
        for code, known in _read().items()
        if code not in ("served", "en")
    )


@cache
def _served() -> frozenset[str]:
    """Frequent short words of the languages that deployments speak in Latin letters."""
    return frozenset(str(_read()["served"]).split())


@cache
def _read() -> dict[str, Any]:
    with FILE.open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.load(file, yaml.CSafeLoader)
    return found
