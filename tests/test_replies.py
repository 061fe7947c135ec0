"""Answers to a reminder in people's own words."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.mind import Mind
from bot.knowledge import replies
from bot.knowledge.replies import Reply, hint_in, reply_in, wish_in
from bot.knowledge.text import words

FILE = Path(replies.__file__).with_suffix(".yaml")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Kan ikke", "cannot"),
        ("Hei, jeg kan dessverre ikke", "cannot"),
        ("Jeg kan dessverre ikke komme, ring meg", "call-me"),
        ("rekker det ikke, kan dere ringe", "call-me"),
        ("Rekk ikkje. Kan de ringje?", "call-me"),
        ("jag hinner inte, kan ni ringa", "call-me"),
        ("ok. ses i morgen", "coming"),
        ("jepp jeg er der", "coming"),
        ("kjæm itj", "cannot"),
        ("æ kjæm", "coming"),
        ("kommer, kommer ikke", None),
        ("jeg kommer, men jeg har lyst til å dø", None),
        ("ja nei", None),
        ("beklager, rekker ikke i dag", "cannot"),
        ("Nei, jeg kommer ikke", "cannot"),
        ("eg kjem ikkje likevel", "cannot"),
        ("hinner inte, tyvärr", "cannot"),
        ("i can't make it, sorry", "cannot"),
        ("не зможу", "cannot"),
        ("لا أستطيع الحضور", "cannot"),
        ("Nie mogę przyjść, przepraszam", "cannot"),
        ("ma imaan karo", "cannot"),
        ("Ja, jeg kommer!", "coming"),
        ("eg kjem", "coming"),
        ("Ja jag kommer", "coming"),
        ("I'll be there, thanks", "coming"),
        ("Так, прийду", "coming"),
        ("waan imanayaa", "coming"),
        ("ring meg", "call-me"),
        ("Kan du ringe meg?", "call-me"),
        ("please call me", "call-me"),
        ("zadzwoń do mnie", "call-me"),
        ("kommer jeg?", None),
        ("kan ikke?", None),
        ("", None),
        ("?", None),
        ("kan ikke mer", None),
        ("jeg kan ikke mer", None),
        ("i can't anymore", None),
        ("jag orkar inte mer", None),
        ("jeg kan ikke finne biblioteket", None),
        ("når kommer bussen", None),
        ("ring meg ikke", None),
        ("hei", None),
        ("takk", None),
    ],
)
def test_an_answer_in_words(text: str, answer: str | None) -> None:
    assert reply_in(text) == (Reply(answer) if answer else None)


@pytest.mark.parametrize(
    ("text", "answer"),
    [("ja", "coming"), ("Ok, takk", "coming"), ("👍", "coming"), ("👍️", "coming"),
     ("nei", "cannot"), ("det går ikke", "cannot"),
     ("👍🏼", "coming"), ("No.", "cannot"), ("نعم", "coming"), ("haa", "coming")],
)  # fmt: skip
def test_a_plain_answer_needs_its_question(text: str, answer: str) -> None:
    assert reply_in(text) == Reply(answer, plain=True)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("kanskje", "unsure"),
        ("ja, men jeg blir sein", "unsure"),
        ("hei jeg kan ikke i morgen har prøve på skolen", "unsure"),
        ("jag vet inte", "unsure"),
        ("don't call me", "unsure"),
        ("hvor er det?", "asks"),
        ("hei, kvar skal eg?", "asks"),
        ("where is it?", "asks"),
        ("takk", None),
        ("krisesenter", None),
        ("", None),
    ],
)
def test_what_is_no_answer_may_still_speak_of_the_appointment(text: str, hint: str | None) -> None:
    assert reply_in(text) is None
    assert hint_in(text) == hint


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("jeg vil slutte med påminnelser", "off"),
        ("Slutt med påminnelsene, takk", "off"),
        ("stoppa påminnelserna", "off"),
        ("turn off the reminders", "off"),
        ("start påminnelser igjen", "on"),
        ("börja påminna igen", "on"),
        ("hva er påminnelser", None),
        ("stopp", None),
    ],
)
def test_reminders_off_and_on_in_words(text: str, wish: str | None) -> None:
    assert wish_in(text) == wish


@pytest.mark.parametrize("text", ["orker ikke mer", "jeg orker ikke mer", "vil ikke leve"])
def test_what_tells_of_danger_is_no_answer(norway: Mind, text: str) -> None:
    assert norway.understand(text, "nb").outcome == "danger"
    assert reply_in(text) is None


def test_each_phrase_has_one_answer() -> None:
    phrases = [
        (" ".join(words(str(said))), answer)
        for answer, said_so in (*_told().items(), *_told()["plain"].items())
        if answer in ("coming", "cannot", "call-me", "asks", "off", "on")
        for said in said_so
    ]
    answers: dict[str, set[str]] = {}
    for said, answer in phrases:
        answers.setdefault(said, set()).add(answer)
    assert {said: found for said, found in answers.items() if len(found) > 1} == {}


def test_no_answer_is_taken_for_danger(norway: Mind) -> None:
    phrases = [said for answer in ("coming", "cannot", "call-me") for said in _told()[answer]]
    heard = {said for said in phrases if norway.understand(said, "nb").outcome == "danger"}
    assert heard == set()


def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return told
