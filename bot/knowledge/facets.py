"""What a short message asks of that which was just shown: who, when, where, price, apply, contact.

The words are `facets.yaml`. Such a message holds nothing but a facet and words that say nothing by
themselves, so "hva koster det" is one, and "hva koster lunsj på seniorsenteret" a full question.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz.distance import OSA

from bot.knowledge.text import words

FACETS = ("who", "when", "where", "price", "apply", "contact")
MOST_WORDS = 10  # a longer message says more than a facet
MOST_NAMED = 2  # words that name what a full question is about
SHORTEST_MENDED = 5  # letters; a slip in a shorter word makes another word
SHORTEST_ALONE = 6  # letters of a message of one word, which may well be a name
SHORTEST_SWAPPED = 4
_FILE = Path(__file__).with_suffix(".yaml")
_GROUP = "{group}"
_TELLS = "tells"
_FILLER = "fillers"

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """What is asked, in the order it was asked; `group` where whom it is for was named."""

    asked: tuple[str, ...]
    group: bool = False


def facets_in(text: str) -> Facets | None:
    """The facets that a whole message asks for, in any language; None where it says more."""
    said = words(text)
    if not 0 < len(said) <= MOST_WORDS:
        return None
    # As it was written in any language first: a Swedish "äldre" is no slip for "alder".
    written = (_tiled(said, _phrases(lang)) for lang in _languages())
    mended = (_tiled(_mended(said, lang), _phrases(lang)) for lang in _languages())
    return next((facets for facets in chain(written, mended) if facets), None)


def facets_before(text: str) -> Facets | None:
    """The facets that a full question begins with, as "hva koster" does in "hva koster alarmen"."""
    said = words(text)
    fewest = max(len(said) - MOST_NAMED, 1)
    beginnings = (said[:count] for count in range(len(said) - 1, fewest - 1, -1))
    found = (_tiled(begun, _phrases(lang)) for begun in beginnings for lang in _languages())
    begun = next((facets for facets in found if facets), None) if len(said) <= MOST_WORDS else None
    if begun is None or begun.group:
        return None
    return Facets(("apply",)) if "apply" in begun.asked else begun  # where to apply, or when


def starts_a_search(text: str) -> bool:
    """Whether it begins as "something for the young" does, which asks of nothing shown before."""
    begins = {word for lang in _languages() for word in _read()[lang]["something"]}
    return words(text)[:1] in [words(word) for word in begins]


def sentences_on(facet: str, sentences: Iterable[str], lang: str) -> list[str]:
    """Those of an entry's sentences that speak of a facet."""
    beginnings = [
        f" {' '.join(words(told))}" for told in _read()[_TELLS].get(facet, {}).get(lang, ())
    ]
    said = ((sentence, f" {' '.join(words(sentence))}") for sentence in sentences)
    return [one for one, spoken in said if any(begin in spoken for begin in beginnings)]


def _tiled(said: Sequence[str], phrases: dict[Phrase, tuple[str, bool]]) -> Facets | None:
    """The facets where phrases cover the whole message, in as few pieces as can be."""
    best: list[tuple[tuple[str, bool], ...] | None] = [()]
    for end in range(1, len(said) + 1):
        ways = (
            (*before, phrases[phrase])
            for start in range(end)
            if (before := best[start]) is not None and (phrase := tuple(said[start:end])) in phrases
        )
        best.append(min(ways, key=len, default=None))
    pieces = [piece for piece in best[-1] or () if piece[0] != _FILLER]
    asked = tuple(dict.fromkeys(facet for facet, _ in pieces))
    return Facets(asked, any(group for _, group in pieces)) if asked else None


def _mended(said: Sequence[str], lang: str) -> list[str]:
    """The words; one that is unknown and a slip away from a known one is replaced by that."""
    known = _words_of(lang)
    if len(said) == 1 and len(said[0]) < SHORTEST_ALONE:
        return list(said)
    return [word if word in known else _near(word, known) or word for word in said]


def _near(word: str, known: Iterable[str]) -> str | None:
    if len(word) < SHORTEST_SWAPPED:
        return None
    return next((one for one in known if one[0] == word[0] and _is_slip(one, word)), None)


def _is_slip(one: str, word: str) -> bool:
    """Whether one letter is wrong, or in a short word two letters change places."""
    if min(len(one), len(word)) < SHORTEST_MENDED and sorted(one) != sorted(word):
        return False
    return OSA.distance(one, word, score_cutoff=1) <= 1


@cache
def _words_of(lang: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for phrase in _phrases(lang) for word in phrase))


@cache
def _phrases(lang: str) -> dict[Phrase, tuple[str, bool]]:
    """Each phrase with its facet (or `fillers`) and whether it names a group."""
    read = _read()[lang]
    found: dict[Phrase, tuple[str, bool]] = {}
    for kind in (*FACETS, _FILLER):
        for written in read[kind]:
            for phrase in _spelled_out(written, read["groups"]):
                found.setdefault(tuple(words(phrase)), (kind, _GROUP in written))
    return found


def _spelled_out(written: str, groups: Iterable[str]) -> Iterator[str]:
    if _GROUP in written:
        yield from (written.replace(_GROUP, group) for group in groups)
    else:
        yield written


def _languages() -> list[str]:
    return [lang for lang in _read() if lang != _TELLS]


@cache
def _read() -> dict[str, Any]:
    with _FILE.open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found
