"""Every entry is asked for in many ways, each in its own words. See `tests.utterances`."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.knowledge.entries import Entry, Knowledge
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS
from bot.knowledge.text import fold
from tests.utterances import frames, near_questions, rows, too_short, twins, variety

HANDFUL = 5  # entries that may share a frame


@pytest.fixture(scope="module", params=DEPLOYMENTS.values(), ids=list(DEPLOYMENTS))
def built_in(request: pytest.FixtureRequest) -> Knowledge:
    return load(request.param)


def floor(knowledge: Knowledge, lang: str) -> tuple[int, float]:
    """How many utterances an entry has at least, and what share of their words must differ.

    The more is said about one thing, the more words come again: the least varied entries had
    0.40 with forty utterances, 0.50 with fifteen and 0.62 with twelve. The floors lie a little
    lower. One sentence with its object exchanged comes to 0.3 and less.
    """
    if lang == knowledge.profile.main_language:
        return 40, 0.38
    return (15, 0.45) if lang in ("nn", "en") else (12, 0.55)


def said(knowledge: Knowledge) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(slug, language, utterances) for every entry and every language of the deployment."""
    for entry in knowledge.entries.values():
        for lang in knowledge.profile.languages:
            yield entry.slug, lang, entry.utterances.get(lang, ())


def test_every_entry_has_enough_utterances(built_in: Knowledge) -> None:
    few = [
        (slug, lang, len(texts))
        for slug, lang, texts in said(built_in)
        if len(texts) < floor(built_in, lang)[0]
    ]
    assert few == []


def test_utterances_have_many_words(built_in: Knowledge) -> None:
    poor = [
        (slug, lang, round(variety(texts), 2))
        for slug, lang, texts in said(built_in)
        if variety(texts) < floor(built_in, lang)[1]
    ]
    assert poor == []


def test_utterances_differ_within_an_entry(built_in: Knowledge) -> None:
    alike = {
        (slug, lang): pairs
        for slug, lang, texts in said(built_in)
        if (pairs := twins(texts, built_in.entries[slug]))
    }
    assert alike == {}


def test_no_utterance_leads_to_two_entries(built_in: Knowledge) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for slug, _, texts in said(built_in):
        for text in texts:
            owners[fold(text)].add(slug)
    assert {text: slugs for text, slugs in owners.items() if len(slugs) > 1} == {}


def test_no_sentence_was_written_for_many_entries(built_in: Knowledge) -> None:
    shared = {
        (lang, frame): sorted(by.values())
        for lang in built_in.profile.languages
        for frame, by in frames(built_in, lang).items()
        if len(by) > HANDFUL
    }
    assert shared == {}


def test_the_questions_that_measure_are_not_utterances(built_in: Knowledge) -> None:
    assert near_questions(built_in.entries.values()) == []


def test_one_sentence_for_all_entries_is_seen() -> None:
    knowledge = load(DEPLOYMENTS["no"])
    entries = {
        slug: replace(entry, utterances={"nb": (*entry.utterances["nb"], told(entry))})
        for slug, entry in knowledge.entries.items()
    }
    found = frames(replace(knowledge, entries=entries), "nb")
    assert len(found["er det venteliste for _"]) > HANDFUL


def told(entry: Entry) -> str:
    """A sentence that fits any entry."""
    return f"er det venteliste for {entry.texts['nb'].title}"


def test_the_same_words_again_are_seen() -> None:
    entry = load(DEPLOYMENTS["no"]).entries["krafttak"]
    assert twins(["hvem kan synge der", "kan hvem synge der", "krafttak"], entry) == [
        ("hvem kan synge der", "kan hvem synge der")
    ]


def test_short_utterances_are_naturally_alike() -> None:
    assert too_short("legevakt i-natt") is False
    assert too_short("Lege, vakt?") is True


def test_every_entry_has_a_row(built_in: Knowledge) -> None:
    table = list(rows(built_in))
    assert len(table) == len(built_in.entries) * len(built_in.profile.languages)
