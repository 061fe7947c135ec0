"""Signposts: whose matter it is, in every language, and nothing that is not known."""

import re
from dataclasses import replace
from typing import Any

import pytest
from rapidfuzz import fuzz, process

from bot.actions.answers import unknown_answer
from bot.actions.signpost_texts import signpost_html
from bot.knowledge import intents
from bot.knowledge.entries import Knowledge
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS, read_questions
from bot.knowledge.readability import lix
from bot.knowledge.signposts import Signpost, find_signpost, signposts
from bot.knowledge.text import fold, words
from bot.texts import speak
from tests.knowing import understander
from tests.test_language import QUESTIONS
from tests.test_texts import MAX_LIX

LANGUAGES = {"nb", "nn", "sv", "en", "uk", "ar", "pl", "so"}
EVERY = [each for country in DEPLOYMENTS for each in signposts(country).values()]
SAID = intents.utterances("outside")
FEWEST = {"nb": 8, "sv": 8}


def knowledge(**profile: Any) -> Knowledge:
    found = load(DEPLOYMENTS["no"])
    return replace(found, profile=replace(found.profile, **profile))


@pytest.mark.parametrize("country", DEPLOYMENTS)
def test_each_country_has_every_matter_that_people_speak_of(country: str) -> None:
    assert set(signposts(country)) == set(SAID) - {intents.NOBODY}


@pytest.mark.parametrize("signpost", EVERY, ids=lambda each: each.slug)
def test_a_signpost_is_named_in_every_language(signpost: Signpost) -> None:
    assert set(signpost.titles) == LANGUAGES
    assert not signpost.whose or set(signpost.whose) == LANGUAGES
    assert set(SAID[signpost.slug]) == LANGUAGES
    for lang, said in SAID[signpost.slug].items():
        assert len(said) >= FEWEST.get(lang, 4), lang


@pytest.mark.parametrize("signpost", EVERY, ids=lambda each: each.slug)
def test_a_signpost_gives_no_contact_facts(signpost: Signpost) -> None:
    named = " ".join([*signpost.titles.values(), *signpost.whose.values()])
    assert not re.search(r"\d|@|www|http|\.(no|se)\b", named)


@pytest.mark.parametrize("lang", ["nb", "nn", "sv", "en"])
@pytest.mark.parametrize("country", DEPLOYMENTS)
def test_what_is_said_is_easy_to_read(country: str, lang: str) -> None:
    base = load(DEPLOYMENTS[country])
    for slug in signposts(country):
        html = signpost_html(base, slug, speak(lang)) or ""
        said = re.sub(r"<b>.*?</b>|<[^>]+>|\([^)]*\)", "", html)  # names are as they are
        assert lix(said) <= MAX_LIX, (slug, said)


def test_the_answer_says_whose_matter_it_is_and_leads_on() -> None:
    answer = unknown_answer(knowledge(), ["seniorsentre"], "en", "tax")
    assert "<b>Tax</b>" in answer.html
    assert "Skatteetaten" in answer.html
    data = [button.data for row in answer.rows for button in row]
    assert data == ["e:seniorsentre", "topics", "do:talk-to-human"]


def test_the_country_decides_whose_matter_it_is() -> None:
    swedish = find_signpost("tax", "se")
    assert swedish is not None
    assert swedish.owner("sv") == "Skatteverket"


@pytest.mark.parametrize("switchboard", ["51 33 50 00", None])
def test_the_municipalitys_own_matter_gives_its_own_number_alone(switchboard: str | None) -> None:
    html = signpost_html(knowledge(switchboard=switchboard), "kindergarten", speak("en")) or ""
    assert ("51 33 50 00" in html) is bool(switchboard)
    assert ("Please call Sandnes kommune." in html) is not bool(switchboard)
    assert "116 117" not in html  # advice on health has nothing to do with it


@pytest.mark.parametrize("slug", [None, "null", "nothing-such"])
def test_without_a_signpost_it_says_that_it_does_not_know(slug: str | None) -> None:
    assert signpost_html(knowledge(), slug, speak("en")) is None
    assert "I do not know" in unknown_answer(knowledge(), [], "en", slug).html


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_the_answer_stands_in_the_persons_language(lang: str) -> None:
    for country in DEPLOYMENTS:
        for slug, signpost in signposts(country).items():
            assert find_signpost(slug, country) is signpost
            assert signpost.title(lang) == signpost.titles[lang]
            assert (signpost.owner(lang) or "") == signpost.whose.get(lang, "")


def test_the_questions_that_measure_are_not_utterances() -> None:
    asked = [fold(question.text) for question in read_questions(QUESTIONS)]
    said = [fold(t) for by_lang in SAID.values() for some in by_lang.values() for t in some]
    assert set(said) & set(asked) <= {"..."}
    longer = [text for text in asked if len(words(text)) > 2]
    long_said = [text for text in said if len(words(text)) > 2]
    scores = process.cdist(long_said, longer, scorer=fuzz.token_sort_ratio, score_cutoff=90)
    assert [long_said[n] for n in scores.max(axis=1).nonzero()[0]] == []


@pytest.mark.parametrize("country", DEPLOYMENTS)
def test_no_entry_is_said_to_be_the_matter_of_others(country: str) -> None:
    """What leads to an entry, asked word for word, is never shown away with a signpost."""
    found, base = understander(country), load(DEPLOYMENTS[country])
    titles = [entry.text(base.profile.main_language, "en").title for entry in base.entries.values()]
    lost = [title for title in titles if found.understand(title).signpost]
    assert lost == []
