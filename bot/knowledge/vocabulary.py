"""The words that the danger rules know, and which of them a token of a message is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.knowledge.text import fold

_SPELLABLE = 6
_LONGEST_WORD = 40
# Arabic writes "and" together with the next word.
_ARABIC_AND = "\u0648"
_SHORT_ARABIC = 3

Positions = Mapping[int, Sequence[int]]
"""Where each word id stands in a message, in order."""


class Vocabulary:
    """All words of all phrases; tells which of them a token is."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, ...], int] = {}
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._starts: dict[str, set[int]] = defaultdict(set)
        self._ends: dict[str, set[int]] = defaultdict(set)
        self._inside: list[tuple[str, int]] = []
        self._numbers: list[tuple[int, int, int]] = []
        self._near: dict[str, set[str]] = defaultdict(set)
        self._ordinary: set[str] = set()
        self.find = lru_cache(maxsize=4096)(self._find)

    def add(self, forms: Iterable[str]) -> int:
        """The id of a word with these written forms."""
        key = tuple(sorted(set(forms)))
        if key not in self._ids:
            self._ids[key] = len(self._ids)
            for form in key:
                self._add_form(form, self._ids[key])
        return self._ids[key]

    def add_ordinary(self, forms: Iterable[str]) -> None:
        """Words that are spelled right, however near they come to another."""
        self._ordinary.update(fold(form) for form in forms)

    def positions(self, message: Sequence[str], struck: frozenset[int] = frozenset()) -> Positions:
        """Where each known word stands, without the struck places."""
        found: dict[int, list[int]] = defaultdict(list)
        for place, token in enumerate(message):
            if place not in struck:
                for word in self.find(token):
                    found[word].append(place)
        return found

    def _add_form(self, form: str, word: int) -> None:
        plain = fold(form.strip("*"))
        if form.startswith("="):
            low, _, high = form[1:].partition("-")
            self._numbers.append((int(low), int(high), word))
        elif form.startswith("*") and form.endswith("*"):
            self._inside.append((plain, word))
        elif form.endswith("*"):
            self._starts[plain].add(word)
        elif form.startswith("*"):
            self._ends[plain].add(word)
        else:
            self._add_exact(plain, word)

    def _add_exact(self, plain: str, word: int) -> None:
        if plain not in self._exact and len(plain) >= _SPELLABLE:
            for short in _shortened(plain):
                self._near[short].add(plain)
        self._exact[plain].add(word)

    def _find(self, token: str) -> frozenset[int]:
        if token.isdecimal():
            number = int(token[:9])
            return frozenset(w for low, high, w in self._numbers if low <= number <= high)
        token = token[:_LONGEST_WORD]
        found = set(self._exact.get(token, ()))
        if token[0] == _ARABIC_AND and len(token) > _SHORT_ARABIC and token not in self._exact:
            found |= self._find(token[1:])
        found.update(word for piece, word in self._inside if piece in token)
        for cut in range(1, len(token) + 1):
            found |= self._starts.get(token[:cut], set())
            found |= self._ends.get(token[-cut:], set())
        if token not in self._exact and token not in self._ordinary:
            found.update(*(self._exact[near] for near in self._misspelled(token)))
        return frozenset(found)

    def _misspelled(self, token: str) -> Iterator[str]:
        if len(token) < _SPELLABLE - 1:
            return
        near = {word for short in _shortened(token) for word in self._near.get(short, ())}
        for word in near:
            if word[0] == token[0] and _is_one_slip(word, token):
                yield word


def _is_one_slip(word: str, token: str) -> bool:
    # In short words another letter is mostly another word: "raping", "rating".
    if len(word) == len(token) == _SPELLABLE and sorted(word) != sorted(token):
        return False
    return OSA.distance(word, token, score_cutoff=1) <= 1


def _shortened(word: str) -> set[str]:
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}
