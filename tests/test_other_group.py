""" "No, I meant for refugees": what is offered then, whatever the index finds just now."""

from dataclasses import dataclass, replace

import pytest

from bot.actions.conversation import Thread, read_meaning
from bot.actions.mind import Mind
from bot.actions.other_group import names_a_group
from bot.knowledge.understanding import Understanding

SHOWN = "fritid-barn-funksjonsnedsettelse"
FOUND = tuple[str, str | None, tuple[str, ...]]
REFUGEES: FOUND = ("answer", "introduksjonsprogrammet", ("introduksjonsprogrammet", "seif"))


@dataclass(slots=True)
class TellingMind(Mind):
    """A mind that finds what it is told to find for a group alone, and with a topic before it."""

    alone: FOUND = ("unknown", None, ())
    beside: FOUND = ("unknown", None, ())

    def understand(self, text: str, prior: str | None) -> Understanding:
        heard = Mind.understand(self, text, prior)
        outcome, slug, choices = self.alone if text.startswith("for ") else self.beside
        return replace(heard, outcome=outcome, slug=slug, choices=choices)


def asked_of(mind: Mind, alone: FOUND, beside: FOUND, thread: Thread) -> FOUND:
    """What "no, I meant for refugees" comes to."""
    telling = TellingMind(mind.knowledge, mind.understander)
    telling.alone, telling.beside = alone, beside
    heard = mind.understand("Nei, jeg mente for flyktninger", "nb")
    (asked,) = read_meaning(telling, heard, thread).asked
    found = asked.understood
    return ("facet" if asked.facets else found.outcome), found.slug, found.choices


@pytest.mark.parametrize(
    ("alone", "beside", "outcome", "slugs"),
    [
        (REFUGEES, ("answer", SHOWN, (SHOWN, "introduksjonsprogrammet")), "answer", REFUGEES[2]),
        (
            REFUGEES,
            ("choose", None, ("aktivitet-for-alle", SHOWN)),
            "choose",
            ("aktivitet-for-alle", "introduksjonsprogrammet", "seif"),
        ),
        (("choose", None, ("seif",)), ("answer", "seif", ("seif",)), "choose", ("seif",)),
        (("unknown", None, ("seif",)), ("answer", "seif", ("seif",)), "facet", ()),
    ],
)
@pytest.mark.parametrize("thread", [Thread(shown=SHOWN), Thread(may_mean=(SHOWN, "uka"))])
def test_the_group_is_asked_anew_on_the_same_subject(
    norway: Mind,
    alone: FOUND,
    beside: FOUND,
    outcome: str,
    slugs: tuple[str, ...],
    thread: Thread,
) -> None:
    found = asked_of(norway, alone, beside, thread)
    assert (found[0], found[2]) == (outcome, slugs)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("for flyktninger", True), ("för äldre", True), ("for mor mi", False), ("prisen", False)],
)
def test_a_group_is_no_one_person(text: str, is_one: bool) -> None:
    assert names_a_group(text) is is_one
