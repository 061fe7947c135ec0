"""Whole messages, in many languages and manners; and the questions that measure."""

from time import perf_counter

import pytest

from tests.knowing import understander


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("seniorsenter", "seniorsentre"),
        ("mor på 81 spiser middag alene hver dag, hun savner selskap", "seniorsentre"),
        ("kem kan eg snakka med om rusen min med ein gong", "rus-samtale-na"),
        ("tung til sinns, vil ikke vente på psykolog", "rask-psykisk-helsehjelp"),
        ("how do I change my doctor", "fastlege"),
        ("chcę zmienić lekarza rodzinnego", "fastlege"),
        ("як змінити сімейного лікаря", "fastlege"),
        ("أريد تغيير طبيب الأسرة", "fastlege"),
        ("vi er flyktninger og trenger vinterklær", "sandnes-hjelpelager"),
        ("jeg sitter i rullestol og trenger hjelp på kontoret", "funksjonsassistanse"),
    ],
)
def test_a_question_is_answered_by_its_entry(text: str, slug: str) -> None:
    found = understander("no").understand(text)
    assert (found.outcome, found.slug) == ("answer", slug)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("har hoppat av gymnasiet, vem hjälper mig", "kaa"),
        ("vill plugga in grundskolan som vuxen", "vuxenutbildning"),
        ("adult education while I learn Swedish", "vuxenutbildning"),
    ],
)
def test_a_swedish_question_is_answered_by_its_entry(text: str, slug: str) -> None:
    found = understander("se").understand(text)
    assert (found.outcome, found.slug) == ("answer", slug)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("meld meg på lunsjen onsdag", "book-activity"),
        ("kan dere hente meg hjemme og kjøre meg til kafeen", "book-ride"),
        ("når går neste buss til sentrum", "plan-trip"),
        ("jeg vil ta en frivillig vakt på lørdag", "volunteer-shift"),
        ("cancel my booking", "my-bookings"),
        ("when do I meet my case worker", "my-follow-up"),
        ("jeg vil snakke med en ansatt", "talk-to-human"),
        ("zmień język na polski", "change-language"),
        ("видаліть мої дані", "my-data"),
    ],
)
def test_an_action_starts(text: str, slug: str) -> None:
    found = understander("no").understand(text)
    assert (found.outcome, found.slug) == ("action", slug)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("hei", "hello"), ("tusen takk", "thanks"), ("hvem er du", "who-are-you"), ("ok", "ok")],
)
def test_small_talk_is_told_apart(text: str, kind: str) -> None:
    found = understander("no").understand(text)
    assert (found.outcome, found.slug) == ("smalltalk", kind)


@pytest.mark.parametrize(
    ("text", "signpost"),
    [
        ("når kommer skattepengene mine", "tax"),
        ("jeg må fornye passet mitt", "police"),
        ("søppelet ble ikke hentet", "waste"),
        ("hva blir været på søndag", "weather"),
        ("oppskrift på lasagne", None),
        ("asdf qwerty", None),
        ("", None),
        ("🦄🦄", None),
    ],
)
def test_what_is_not_ours_is_unknown(text: str, signpost: str | None) -> None:
    found = understander("no").understand(text)
    assert found.outcome == "unknown"
    assert found.slug is None
    assert found.signpost == signpost


def test_danger_comes_before_everything() -> None:
    found = understander("no").understand("hvor er seniorsenteret, jeg vil ta livet mitt")
    assert (found.outcome, found.need) == ("danger", "suicide")
    assert found.danger is not None
    assert found.slug is None


def test_what_is_kept_is_redacted() -> None:
    found = understander("no").understand("jeg heter Kari, 01010012345, hvor er seniorsenteret")
    assert "01010012345" not in found.text
    assert found.slug == "seniorsentre"


def test_the_language_is_the_one_told_or_heard() -> None:
    ask = understander("no").understand
    assert ask("where can old people meet for lunch").lang == "en"
    assert ask("where can old people meet for lunch", lang="pl").lang == "pl"
    assert ask("?", prior="so").lang == "so"


def test_choices_are_few_and_differ() -> None:
    choices = understander("no").understand("hjelp til barna").choices
    assert 2 <= len(choices) <= 4 or not choices
    assert len(set(choices)) == len(choices)


def test_scores_and_times_are_told() -> None:
    ask, began = understander("no").understand, perf_counter()
    found = ask("hva er seniorsentre")
    assert 0.5 < found.score <= 1
    assert 0 < found.ms <= (perf_counter() - began) * 1000


def test_every_entry_is_found_by_its_own_utterances() -> None:
    for deployment in ("no", "se"):
        by_words = understander(deployment, "words")  # comparing meanings would take a minute
        matcher = by_words._matcher
        said = [
            (entry.slug, text)
            for entry in by_words._knowledge.entries.values()
            for texts in entry.utterances.values()
            for text in texts[::8]
        ]
        found = [matcher.evidence(text).first.slug == slug for slug, text in said]
        assert sum(found) / len(found) > 0.98
