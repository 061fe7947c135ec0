"""A small language for phrases, so that rules about what people say are data and quick to match.

A phrase is words in order: `vil ..2 dø` lets up to two other words stand between. A word may be
`a|b` (either), `selvmord*`, `*skade` or `*skad*` (starts with, ends with, has), `=4-17` (a number), `<name>` (a word
list or phrase list of the file), `word?` (may be missing), `^` and `$` (start and end of the
message). Parts joined by ` & ` may stand in any order, near each other. Plain words of six letters
and more are also found with one letter wrong. Matching is linear in the length of the message.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from bot.knowledge.text import fold

NEAR = 14
"""Words between which the parts of an any-order phrase must stand."""
_SPELLABLE = 6
_LONGEST_WORD = 40
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[\u2600-\u27bf\U0001f300-\U0001faff]")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def tokens(text: str) -> list[str]:
    """The folded words, numbers and emoji of a message between `^` and `$` ("døøø" is "dø")."""
    folded = _STRETCHED.sub(r"\1", _APOSTROPHE.sub("", fold(text)))
    return ["^", *_TOKEN.findall(folded), "$"]


@dataclass(frozen=True, slots=True)
class Step:
    """One word of a phrase: its id in the vocabulary, and how many words may stand before it."""

    word: int
    gap: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Parts, each a row of steps; more than one part may stand in any order."""

    parts: tuple[tuple[Step, ...], ...]
    needs: frozenset[int]


Positions = Mapping[int, Sequence[int]]
"""Where each word id stands in a message."""


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
            if word[0] == token[0] and OSA.distance(word, token, score_cutoff=1) <= 1:
                yield word


def _shortened(word: str) -> set[str]:
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


class Reader:
    """Reads written phrases into `Phrase`s, with one file's word lists and phrase lists."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        words: Mapping[str, str],
        phrases: Mapping[str, Sequence[str]],
    ) -> None:
        self._vocabulary = vocabulary
        self._words = {name: forms.split() for name, forms in words.items()}
        self._phrases = phrases

    def read(self, written: str) -> list[Phrase]:
        """All phrases that one written phrase stands for. Raises KeyError for an unknown name."""
        return [self._phrase(plain) for plain in self._spell_out(written)]

    def _spell_out(self, written: str) -> Iterator[str]:
        """Replaces `<phrase list>` and `word?` until only words are left."""
        choices = [list(self._choices(piece)) for piece in written.split()]
        for chosen in product(*choices):
            yield " ".join(piece for piece in chosen if piece)

    def _choices(self, piece: str) -> Iterator[str]:
        if piece.endswith("?"):
            yield ""
            piece = piece[:-1]
        name = piece[1:-1]
        if piece.startswith("..") or piece == "&":
            yield piece
            return
        if piece.startswith("<") and name in self._phrases:
            for written in self._phrases[name]:
                yield from self._spell_out(written)
        else:
            forms = list(self._forms(piece))
            yield from (form.replace("_", " ") for form in forms if "_" in form)
            yield from _joined(form for form in forms if "_" not in form)

    def _phrase(self, plain: str) -> Phrase:
        parts = tuple(tuple(self._steps(part.split())) for part in plain.split(" & "))
        return Phrase(parts, frozenset(step.word for part in parts for step in part))

    def _steps(self, pieces: Sequence[str]) -> Iterator[Step]:
        gap = 0
        for piece in pieces:
            if piece.startswith(".."):
                gap = int(piece[2:])
            else:
                yield Step(self._vocabulary.add(self._forms(piece)), gap)
                gap = 0

    def _forms(self, piece: str) -> Iterator[str]:
        for form in piece.replace("<", "").replace(">", "").split("|"):
            if form in self._words:
                yield from self._listed(form)
            elif "<" in piece and "|" not in piece:
                raise KeyError(form)
            else:
                yield form

    def _listed(self, name: str) -> Iterator[str]:
        for form in self._words[name]:
            if form.startswith("<"):
                yield from self._listed(form[1:-1])
            else:
                yield form


def _joined(forms: Iterable[str]) -> Iterator[str]:
    piece = "|".join(forms)
    if piece:
        yield piece


def match(phrase: Phrase, where: Positions) -> list[int]:
    """The places of the matched words of the first match, or an empty list."""
    return next(iter(matches(phrase, where)), [])


def matches(phrase: Phrase, where: Positions) -> Iterator[list[int]]:
    """All matches of a phrase: one for each place where its first part ends."""
    first, *others = (_match_part(part, where) for part in phrase.parts)
    for path in first:
        around = [next((p for p in other if _are_near(path, p)), None) for other in others]
        if None not in around:
            yield path + [place for near in around if near for place in near]


def _match_part(part: Sequence[Step], where: Positions) -> list[list[int]]:
    """One path for each place where the part can end, with the nearest words before it."""
    paths = [[place] for place in where.get(part[0].word, ())]
    for step in part[1:]:
        paths = list(_continued(paths, step, where.get(step.word, ())))
    return paths


def _continued(
    paths: Sequence[list[int]], step: Step, places: Sequence[int]
) -> Iterator[list[int]]:
    # Paths are ordered by their last place, and so are places: one walk over both is enough.
    nearest = -1
    for place in places:
        while nearest + 1 < len(paths) and paths[nearest + 1][-1] < place:
            nearest += 1
        if nearest >= 0 and place - paths[nearest][-1] - 1 <= step.gap:
            yield [*paths[nearest], place]


def _are_near(one: Sequence[int], other: Sequence[int]) -> bool:
    return max(one[-1], other[-1]) - min(one[0], other[0]) <= NEAR and not set(one) & set(other)
