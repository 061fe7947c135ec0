"""Small things that people write: marks alone, "leave me alone", and what cannot be done yet."""

import pytest

from bot.actions.mind import Mind
from bot.actions.phone import phone_of
from bot.actions.services import TRIPS, act
from bot.knowledge.facets import Facets, facets_in
from bot.knowledge.said import wants_silence
from bot.texts import speak
from tests.talk import Talk

SILENCE = (
    "Slutt å skrive til meg|lat meg vere|sluta skriva till mig!|leave me alone.|не пишіть мені|"
    "nie pisz do mnie|لا تكتب لي|ha ii soo qorin"
)
NO_SILENCE = "slutte å røyke|stop smoking|hvordan skriver jeg til dere|jeg vil slutte på skolen"


@pytest.mark.parametrize("text", ["...", "?", "!!!", " . "])
async def test_marks_alone_are_an_empty_message(talk: Talk, text: str) -> None:
    anna = talk.person("en")
    assert await anna.says(text) == speak("en").t("The message was empty. Write what you need.")


@pytest.mark.parametrize("text", ["7", "x"])
async def test_a_letter_or_a_number_is_a_message(talk: Talk, text: str) -> None:
    anna = talk.person("en")
    assert await anna.says(text) != speak("en").t("The message was empty. Write what you need.")


@pytest.mark.parametrize("text", SILENCE.split("|"))
def test_who_wants_silence_is_heard_in_all_languages(text: str) -> None:
    assert wants_silence(text)


@pytest.mark.parametrize("text", NO_SILENCE.split("|"))
def test_who_asks_about_something_wants_no_silence(text: str) -> None:
    assert not wants_silence(text)


async def test_do_not_write_to_me_stops_as_stop_does(talk: Talk) -> None:
    anna = talk.person("en")
    assert await anna.says("do not write to me") == await anna.says("stop")


@pytest.mark.parametrize("slug", ["plan-trip", "book-ride"])
def test_a_trip_that_cannot_be_planned_leads_to_what_is_known(norway: Mind, slug: str) -> None:
    answer = act(norway.knowledge, slug, "en")
    assert answer
    shown = [button.data for row in answer.rows for button in row]
    assert [f"e:{entry}" for entry in TRIPS] == shown[:2]


def test_a_number_is_not_said_twice(sweden: Mind) -> None:
    phone = phone_of(sweden.knowledge.profile, "sv")
    assert phone.number == "1177"
    assert phone.number not in phone.name


def test_how_do_i_call_you_asks_for_no_price() -> None:
    assert facets_in("كيف أتصل بكم؟") == Facets(("contact",))


CRIES = (
    "hjelp|Hjelp!!|jeg trenger hjelp|eg treng hjelp|hjälp mig|help me|I need help|"
    "допоможіть|pomocy!|ساعدني|i caawi"
)


@pytest.mark.parametrize("text", CRIES.split("|"))
async def test_a_cry_for_help_gets_numbers_and_a_question(talk: Talk, text: str) -> None:
    anna = talk.person("nb")
    heard = await anna.says(text)
    assert "113" in heard
    assert "112" in heard
    assert [b["data"] for b in anna.buttons()] == ["topics", "do:talk-to-human"]


@pytest.mark.parametrize("text", ["hjelp til jobb", "hjelp i hjemmet", "help with work"])
async def test_help_with_something_is_a_question(talk: Talk, text: str) -> None:
    assert "112" not in await talk.person("nb").says(text)


@pytest.mark.parametrize("text", ["👍", "👍🏽", "❤️", "🙏🙏"])
async def test_a_thumb_or_a_heart_is_no_laugh(talk: Talk, text: str) -> None:
    laugh = speak("en").t("Good to laugh. Ask when there is something.")
    anna = talk.person("en")
    assert await anna.says(text) != laugh
    assert await anna.says("😂") == laugh
