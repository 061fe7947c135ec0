"""Every text is plain: LIX in the Nordic languages and English, short sentences in the others.

The interface's own words are in test_texts.py and help in danger in test_crisis.py, by the same
measures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from statistics import median

import pytest

from bot.knowledge.entries import Knowledge
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS
from bot.knowledge.readability import (
    LIX_LANGUAGES,
    MAX_WORDS,
    is_choppy,
    lix,
    sentences,
    words_a_sentence,
)

MAX_LIX, MAX_MEDIAN = 40, 34
FEWEST_WORDS = 12  # a single long word decides over the LIX of a shorter text
OTHERS = ("uk", "ar", "pl", "so")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an entry's text, with the names in it that nobody can say more simply."""

    lang: str
    where: str
    text: str
    names: frozenset[str]

    @property
    def hardness(self) -> float:
        """LIX, or words a sentence where LIX says nothing."""
        measure = lix if self.lang in LIX_LANGUAGES else words_a_sentence
        return measure(self.text, self.names)

    @property
    def is_long_enough(self) -> bool:
        return sum(map(len, sentences(self.text, self.names))) >= FEWEST_WORDS


def names_in(knowledge: Knowledge) -> frozenset[str]:
    """What offers, organizations and plans are called."""
    entries = knowledge.entries.values()
    titles = {text.title for entry in entries for text in entry.texts.values()}
    others = {name for entry in entries for name in (entry.organization, entry.source.title)}
    return frozenset(titles | {name for name in others if name} | {knowledge.profile.name})


def parts_of(knowledge: Knowledge) -> Iterator[Part]:
    names = names_in(knowledge)
    for slug, entry in knowledge.entries.items():
        for lang, text in entry.texts.items():
            parts = {name: getattr(text, name) for name in ("short", "more", "next")}
            parts["whole"] = "\n".join(parts.values())
            yield from (Part(lang, f"{slug}.{n}", part, names) for n, part in parts.items() if part)


@cache
def every_part() -> tuple[Part, ...]:
    """All texts of both deployments, each once."""
    found = (part for packs in DEPLOYMENTS.values() for part in parts_of(load(packs)))
    return tuple({(part.lang, part.where): part for part in found}.values())


def parts_in(lang: str) -> list[Part]:
    return [part for part in every_part() if part.lang == lang and part.is_long_enough]


def table() -> str:
    """A line for each language: how many texts, the median, and the most."""
    lines = [f"{'language':10}{'texts':>6}{'median':>8}{'most':>7}"]
    for lang in (*LIX_LANGUAGES, *OTHERS):
        found = [part.hardness for part in parts_in(lang)]
        lines.append(f"{lang:10}{len(found):6}{median(found):8.1f}{max(found):7.1f}")
    return "\n".join(lines)


@pytest.mark.parametrize("lang", [*LIX_LANGUAGES, *OTHERS])
def test_no_text_is_hard_to_read(lang: str) -> None:
    limit = MAX_LIX if lang in LIX_LANGUAGES else MAX_WORDS
    hard = {part.where: part.text for part in parts_in(lang) if part.hardness > limit}
    assert parts_in(lang), f"no texts in {lang}"
    assert hard == {}, f"\n{table()}"


@pytest.mark.parametrize("lang", LIX_LANGUAGES)
def test_most_texts_are_very_easy(lang: str) -> None:
    middle = median(part.hardness for part in parts_in(lang))
    assert middle <= MAX_MEDIAN, f"\n{table()}"


def test_no_text_is_choppy() -> None:
    whole = [part for part in every_part() if part.where.endswith(".whole")]
    assert [(p.lang, p.where, p.text) for p in whole if is_choppy(p.text, p.names)] == []


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("", [], 0.0),
        ("Du kan spise her.", [], 4.0),
        ("Du kan spise her. Det koster lite.", [], 3.5),
        ("Kommunen hjelper deg.", [], 3 + 200 / 3),
        ("Spør tildelingskontoret om hjelp.", ["Tildelingskontor"], 4.0),
        ("Ta med f.eks. mat, bl.a. te, osv. til oss.", [], 9.0),
        ("Ta med mat osv. Det er fint.", [], 3.5),
        ("Kom kl. 10.30 til nr. 5.", [], 7.0),
        ("Spør oss: Vi er her.", [], 2.5),
        ("Spør NAV og NRK.", [], 4.0),
        ("Er du her? Kom inn", [], 2.5),
    ],
)
def test_lix_counts_as_its_author_does(text: str, names: list[str], expected: float) -> None:
    assert lix(text, frozenset(names)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Це для вас, напр. на вул. Мира. Приходьте.", [7, 1]),
        ("To dla ciebie, np. na ul. Nowej. Przyjdź, m.in. z dziećmi.", [7, 4]),
        ("هل تريد المساعدة؟ اتصل بنا.", [3, 2]),
        ("Waa adiga. Noo kaalay maanta!", [2, 3]),
    ],
)
def test_sentences_are_told_apart_in_every_script(text: str, words: list[int]) -> None:
    assert [len(sentence) for sentence in sentences(text)] == words


@pytest.mark.parametrize(
    ("text", "choppy"),
    [
        ("Kom hit. Spis mat. Møt folk. Det er gratis for alle.", True),
        ("Ring oss. Vi svarer på dagtid fra mandag til fredag.", False),
        ("Her kan du spise. Terskelen er lav. Du kan også møte andre på din alder.", False),
        ("", False),
    ],
)
def test_a_text_in_pieces_is_choppy(text: str, choppy: bool) -> None:
    assert is_choppy(text) is choppy
