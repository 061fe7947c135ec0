"""The language of a chat: what is chosen stays, what is strange gets a menu, danger comes first."""

import pytest

from bot.actions.mind import Mind
from bot.knowledge.language import detect
from bot.knowledge.language_names import named_language
from bot.texts import speak
from tests.talk import Talk

GERMAN = "Guten Tag, ich verstehe nichts und brauche hier jemanden der mir hilft"
MENU = ["Norsk bokmål", "Norsk nynorsk", "English"]


def spoken_in(lang: str) -> str:
    """What follows the choice of a language, in it."""
    return speak(lang).t("I answer in English from now on.")


async def test_the_menu_names_each_language_by_itself(talk: Talk) -> None:
    anna = talk.person()
    await anna.press("do:change-language")
    assert [label for label in anna.labels() if label in MENU] == MENU


async def test_a_chosen_language_stays_over_short_words_and_one_message(talk: Talk) -> None:
    anna = talk.person("nb")
    assert await anna.press("lang:en") == spoken_in("en")
    for text in ("takk", "hei", "trenger lege", "NAV", "hvor kan jeg lære norsk om kvelden"):
        await anna.says(text)
        assert anna.replies[-1]["body"]["lang"] == "en", text


async def test_two_clear_messages_in_another_language_change_it(talk: Talk) -> None:
    anna = talk.person("nb")
    await anna.press("lang:en")
    await anna.says("hvordan lager jeg vafler til mange barn")
    await anna.says("hvor gammel er egentlig den norske kongen")
    assert anna.replies[-1]["body"]["lang"] == "nb"


async def test_one_message_in_between_begins_the_count_anew(talk: Talk) -> None:
    anna = talk.person("nb")
    await anna.press("lang:en")
    for text in (
        "hvordan lager jeg vafler til mange barn",
        "what is the weather like tomorrow morning",
        "hvor gammel er egentlig den norske kongen",
    ):
        await anna.says(text)
        assert anna.replies[-1]["body"]["lang"] == "en"


async def test_without_a_choice_the_language_follows_the_person(talk: Talk) -> None:
    anna = talk.person("nb")
    await anna.says("what can you help me with here")
    assert anna.replies[-1]["body"]["lang"] == "en"
    await anna.says("hva kan du egentlig hjelpe meg med")
    assert anna.replies[-1]["body"]["lang"] == "nb"


async def test_a_language_that_is_not_spoken_gets_a_line_and_the_menu(talk: Talk) -> None:
    anna = talk.person("nb")
    said = await anna.says(GERMAN)
    assert said.startswith("Ich kann leider noch kein Deutsch.")
    assert "I do not know this language" in said
    assert set(MENU) <= set(anna.labels())
    assert [b["data"] for b in anna.buttons()][:2] == ["lang:nb", "lang:nn"]


async def test_it_is_not_what_the_chat_is_in_from_then_on(talk: Talk) -> None:
    anna = talk.person("nb")
    await anna.says("hva kan du egentlig hjelpe meg med")
    await anna.says(GERMAN)
    await anna.says("ok")
    assert anna.replies[-1]["body"]["lang"] == "nb"


@pytest.mark.parametrize("text", ["Ich suche die Frivilligsentralen und habe kein Auto", "👍"])
async def test_what_is_understood_all_the_same_is_answered(talk: Talk, text: str) -> None:
    anna = talk.person()
    await anna.says(text)
    strange = text != "👍"
    shown = ["kein Deutsch" in words for words in map(str, anna.replies)]
    assert shown == ([True, False] if strange else [False])
    if strange:
        assert anna.replies[-1]["body"]["lang"] == "en"
        assert any(b["data"].startswith("fb:y:") for b in anna.buttons())


async def test_danger_comes_before_any_menu(talk: Talk) -> None:
    anna = talk.person("nb")
    said = await anna.says("Ich bin hier und möchte nicht mehr, jeg vil ta livet mitt")
    assert "kein Deutsch" not in said
    assert "116 123" in said


async def test_after_help_in_danger_the_languages_can_be_chosen(talk: Talk) -> None:
    anna = talk.person("nb")
    await anna.says(f"{GERMAN}. Ich will nicht mehr leben, suicide")
    first, last = anna.replies
    assert "notme" in [button["data"] for button in anna.buttons(first)]
    assert set(MENU) <= {button["text"] for button in anna.buttons(last)}


async def test_help_in_danger_is_in_the_language_of_the_message(talk: Talk) -> None:
    anna = talk.person("nb")
    await anna.press("lang:nb")
    await anna.says("I want to kill myself tonight")
    assert anna.replies[0]["body"]["lang"] == "en"
    await anna.says("hei")
    assert anna.replies[-1]["body"]["lang"] == "nb"


async def test_a_language_that_is_asked_for_by_name_is_spoken_at_once(talk: Talk) -> None:
    anna = talk.person("nb")
    assert await anna.says("switch to English") == spoken_in("en")
    await anna.says("ok")
    assert anna.replies[-1]["body"]["lang"] == "en"


LESSONS = {
    "ar": "أريد تعلم اللغة النرويجية",
    "uk": "хочу вивчити норвезьку",
    "so": "koorso af norwiiji ah",
}


@pytest.mark.parametrize("lang", LESSONS)
async def test_who_wants_lessons_in_norwegian_is_not_answered_in_it(talk: Talk, lang: str) -> None:
    anna = talk.person(lang)
    for said in (LESSONS[lang], "123"):
        await anna.says(said)
        assert anna.replies[-1]["body"]["lang"] == lang


@pytest.mark.parametrize("text", ["change language", "I don't understand Norwegian"])
async def test_where_none_is_asked_for_the_menu_is_shown(talk: Talk, text: str) -> None:
    anna = talk.person("en")
    await anna.says(text)
    assert set(MENU) <= set(anna.labels())


NAMED = {
    "nei takk, fortsett på norsk": "nb",
    "English please": "en",
    "можна українською?": "uk",
    "po polsku proszę": "pl",
    "بالعربية من فضلك": "ar",
    "skriv på nynorsk": "nn",
    "jeg forstår ikke norsk": None,
    "no english": None,
    "norsk eller engelsk?": None,
    "auf Deutsch bitte": None,
}


@pytest.mark.parametrize("text", NAMED)
def test_languages_are_known_by_name(text: str) -> None:
    assert named_language(text, ("nb", "nn", "en", "uk", "ar", "pl", "so")) == NAMED[text]


def test_a_greeting_said_twice_is_in_no_other_language() -> None:
    assert detect("hallo hallo", ("nb", "nn", "en", "uk", "ar", "pl", "so"), "nb") == "nb"


def test_every_topic_has_a_name_in_every_language(norway: Mind, sweden: Mind) -> None:
    for knowledge in (norway.knowledge, sweden.knowledge):
        spoken_here = {*knowledge.profile.languages}
        missing = {t: spoken_here - {*names} for t, names in knowledge.topics.items()}
        assert not any(missing.values()), missing
