"""Whole conversations, in which what was said before counts: `data/talks/conversation.yaml`."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.booking_texts import ask_name
from bot.actions.call_back_texts import ask_name as ask_whom
from bot.actions.mind import Mind
from bot.actions.someone_texts import on_behalf
from bot.knowledge.someone import GROUPS
from bot.knowledge.understanding import Understanding
from bot.texts import speak
from db.engine import Database
from tests.booked import dead
from tests.conftest import Clock
from tests.talk import Person, Talk

TALKS = Path(__file__).parent / "data" / "talks" / "conversation.yaml"
VERBS = ("says", "presses", "press")
MISSING = {
    "where": "I do not know where it is.",
    "when": "I do not know when it is.",
    "price": "I do not know what it costs.",
    "contact": "I have no phone number for it.",
}


def conversations() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(TALKS.read_text("utf-8"))
    return found


@dataclass(slots=True)
class GivenMind(Mind):
    """A mind to which some messages are as near to several entries as it is told."""

    near: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def understand(self, text: str, prior: str | None) -> Understanding:
        heard = Mind.understand(self, text, prior)
        near = self.near.get(text)
        return replace(heard, outcome="choose", slug=None, choices=near) if near else heard


def given(mind: Mind, conversation: dict[str, Any]) -> GivenMind:
    made = GivenMind(mind.knowledge, mind.understander, samples=True)
    steps = (step for step in conversation["talk"] if "near" in step)
    made.near = {step["says"]: tuple(step["near"]) for step in steps}
    return made


@pytest.mark.parametrize("conversation", conversations(), ids=lambda c: c["name"])
async def test_a_conversation(
    database: Database, clock: Clock, conversation: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    mind: Mind = request.getfixturevalue(conversation.get("deployment", "norway"))
    talk = Talk(database, given(mind, conversation), clock)
    person = talk.person(conversation["lang"])
    for step in conversation["talk"]:
        clock.move(seconds=11, minutes=step.get("waits", 0))  # a button may be meant twice
        verb = next(verb for verb in VERBS if verb in step)
        heard = await getattr(person, verb)(step[verb])
        shown = [kind_of(person, event) for event in person.replies]
        assert shown == step["replies"], f"{step}: {heard!r}"
        check(step, heard, person, mind)
    assert await dead(talk) == []
    await talk.turns.close()


def check(step: dict[str, Any], heard: str, person: Person, mind: Mind) -> None:
    lang = person.lang or "en"
    words, knowledge = speak(lang), mind.knowledge
    expected = [*step.get("hears", []), *(words.t(MISSING[f]) for f in step.get("missing", []))]
    expected += [knowledge.entries[s].text(lang, "nb").title for s in step.get("names", [])]
    lines = {group: on_behalf(group, words) or "" for group in GROUPS}
    behalf = step.get("behalf")
    expected += [lines[behalf]] if behalf in lines else []
    unwanted = [*step.get("not", []), *(lines.values() if behalf == "nobody" else [])]
    if step.get("asks_for") == "someone":
        asked = [ask(knowledge, lang, None, other=True).html for ask in (ask_name, ask_whom)]
        assert any(question in heard for question in asked), f"{step}: {heard!r}"
    assert [text for text in expected if text not in heard] == [], f"{step}: {heard!r}"
    assert [text for text in unwanted if text in heard] == [], f"{step}: {heard!r}"
    data = {b.get("data") for event in person.replies for b in person.buttons(event)}
    assert set(step.get("offers", [])) <= data, f"{step}: {data}"
    assert not set(step.get("never", [])) & data, f"{step}: {data}"


def kind_of(person: Person, event: dict[str, Any]) -> str:
    """What a reply is, by the buttons that only such replies have."""
    if "file" in event["body"]:
        return "file"
    data = [str(button.get("data")) for button in person.buttons(event)]
    beginnings = {
        "fb:y:": "answer",
        "notme": "danger",
        "none": "choose",
        "cb:x": "call",
        "m:": "facet",
        "bk:x": "booking",
        "bk:s:": "booking",
    }
    for begin, kind in beginnings.items():
        for one in data:
            if one.startswith(begin):
                return f"{kind} {one.removeprefix(begin)}" if begin in ("fb:y:", "m:") else kind
    if len([one for one in data if one.startswith("t:")]) > 2:
        return "topics"
    return "unknown" if {"topics", "do:talk-to-human"} <= {*data} else "talk"


def test_the_conversations_are_twenty_in_four_languages() -> None:
    found = conversations()
    assert len(found) >= 20
    assert {one["lang"] for one in found} == {"nb", "nn", "sv", "en"}
