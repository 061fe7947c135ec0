"""A small language for phrases, so that rules about what people say are data and quick to match.

A phrase is words in order: `vil ..2 dø` lets up to two other words stand between. A word may be
`a|b` (either; `a_c` is two words), `selvmord*`, `*skade` or `*skad*` (starts with, ends with, has),
`=4-17` (a number), `<name>` (a word list of the file), `word?` (may be missing), `^` and `$` (start
and end of the message). Parts joined by ` & ` may stand in any order, near each other. Plain words
of six letters and more are also found with one letter wrong. The time to match grows evenly with
the length of the message.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from bot.knowledge.text import fold
from bot.knowledge.vocabulary import Positions, Vocabulary

NEAR = 14
"""Words between which the parts of an any-order phrase must stand."""
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[\u2600-\u27bf\U0001f198\U0001f300-\U0001faff]")
_ALTERNATIVE = re.compile(r"<[^>]+>|[^|]+")
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


class Reader:
    """Reads written phrases into `Phrase`s, with the word lists of one language."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        words: Mapping[str, str],
    ) -> None:
        self._vocabulary = vocabulary
        self._words = {name: forms.split() for name, forms in words.items()}

    def read(self, written: str) -> list[Phrase]:
        """All phrases that one written phrase stands for. Raises KeyError for an unknown name."""
        return [self._phrase(plain) for plain in self._spell_out(written)]

    def _spell_out(self, written: str) -> Iterator[str]:
        """Replaces `word?` and `a_c` until only single words are left."""
        choices = [list(self._choices(piece)) for piece in written.split()]
        for chosen in product(*choices):
            yield " ".join(piece for piece in chosen if piece)

    def _choices(self, piece: str) -> Iterator[str]:
        if piece.endswith("?"):
            yield ""
            piece = piece[:-1]
        if piece.startswith("..") or piece == "&":
            yield piece
            return
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
        for form in _ALTERNATIVE.findall(piece):
            if form.startswith("<"):
                yield from self._named(form[1:-1].split("|"))
            else:
                yield form

    def _named(self, forms: Sequence[str]) -> Iterator[str]:
        if len(forms) == 1 and forms[0] not in self._words:
            raise KeyError(forms[0])
        for form in forms:
            if form in self._words:
                yield from self._listed(form)
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
