"""After help in danger, and where an entry asks about danger: what people write next."""

import pytest

from bot.actions.yes_to_danger import ASKED
from bot.knowledge.corrections import is_not_me
from bot.knowledge.danger import NEEDS
from tests.talk import Talk

DANGER = "I want to kill myself"
NOT_ME = (
    "det gjelder ikke meg|nei, det er ikke meg. Det er søstera mi|d e ikkje meg|"
    "det gäller inte mig|"
    "It is not about me, I ask for a friend|це не про мене|to nie o mnie|"
    "هذا ليس عني، أسأل عن صديقتي|"
    "aniga ima khusayso"
)
ABOUT_ME = "det gjelder meg|it is about me|meg|not now|ikke nå|jeg har det slik"


@pytest.mark.parametrize("text", NOT_ME.split("|"))
def test_not_me_is_heard_in_all_languages(text: str) -> None:
    assert is_not_me(text)


@pytest.mark.parametrize("text", ABOUT_ME.split("|"))
def test_what_is_about_oneself_is_not_taken_back(text: str) -> None:
    assert not is_not_me(text)


async def test_it_is_not_about_me_can_be_written_instead_of_pressed(talk: Talk) -> None:
    anna = talk.person("en")
    await anna.says(DANGER)
    pressed = await anna.press("notme")
    await anna.says(DANGER)
    assert await anna.says("No, it is not about me") == pressed


async def test_without_help_before_it_it_takes_nothing_back(talk: Talk) -> None:
    anna, carla = talk.person("en"), talk.person("en")
    written = await anna.says("it is not about me")
    assert written != await carla.press("notme")


async def test_a_question_after_it_is_answered_too(talk: Talk) -> None:
    anna = talk.person("en")
    await anna.says(DANGER)
    await anna.says("It is not about me. Where are the senior centres?")
    assert "e:styrke-balanse" in [button["data"] for button in anna.buttons()]


@pytest.mark.parametrize("slug", [s for s in ASKED if s != "skyddat-boende"])
async def test_a_yes_to_an_entry_that_asks_about_danger_shows_help(talk: Talk, slug: str) -> None:
    anna = talk.person("en")
    await anna.press(f"e:{slug}")
    await anna.says("yes")
    assert "notme" in [button["data"] for button in anna.buttons()]


async def test_a_yes_to_any_other_entry_nor_a_mere_ok_does(talk: Talk) -> None:
    anna = talk.person("en")
    for slug, text in (("seniorsentre", "yes"), ("krisesenteret", "ok")):
        await anna.press(f"e:{slug}")
        await anna.says(text)
        assert "notme" not in [b["data"] for reply in anna.replies for b in anna.buttons(reply)]


def test_each_asks_about_a_danger_that_there_is_help_for() -> None:
    assert {*ASKED.values()} <= {*NEEDS}


ANSWERS = {  # what is said in danger: the answer to what the help asks then, and what is none
    "jeg vil dø": ("ja", "nei"),
    "jeg kutter meg": ("ja, det gjør jeg", "nei"),
    "mannen min slår meg": ("nei", "ja"),
    "I want to kill myself": ("I don't know", "no"),
    "jag vill inte leva längre": ("jo, det gör jag", "nej tack"),
    "я хочу померти": ("так", "ні"),
    "chcę umrzeć": ("tak", "nie"),
    "أريد أن أموت": ("نعم", "لا"),
    "waxaan rabaa inaan dhinto": ("haa", "maya"),
}


@pytest.mark.parametrize("danger", ANSWERS)
async def test_an_answer_to_what_the_help_asks_may_tell_of_danger(talk: Talk, danger: str) -> None:
    for said, is_danger in zip(ANSWERS[danger], (True, False), strict=True):
        anna = talk.person()
        await anna.says(danger)
        await anna.says(said)
        shown = [b["data"] for reply in anna.replies for b in anna.buttons(reply)]
        assert ("notme" in shown) is is_danger, said


async def test_a_yes_after_help_confirms_nothing_else(talk: Talk) -> None:
    anna = talk.person("nb")
    await anna.press("cb:new")
    for said in ("Anna", "41 23 45 67", "i morgen", "jeg vil dø"):
        await anna.says(said)
    assert "notme" in [button["data"] for button in anna.buttons(anna.replies[0])]
    await anna.says("ja")
    assert "notme" in [button["data"] for button in anna.buttons(anna.replies[0])]


@pytest.mark.parametrize("between", ["hva er gatejuristen", "topics"])
async def test_a_yes_to_something_else_is_no_danger(talk: Talk, between: str) -> None:
    anna = talk.person("nb")
    await anna.says("jeg vil dø")
    await (anna.press(between) if between == "topics" else anna.says(between))
    await anna.says("ja")
    assert "notme" not in [b["data"] for reply in anna.replies for b in anna.buttons(reply)]
