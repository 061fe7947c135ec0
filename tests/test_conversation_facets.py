"""What is answered about that which was just shown: facts, or openly that they are not known."""

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.actions.conversation import Meaning, Thread, read_meaning
from bot.actions.facet_answers import facet_answer
from bot.actions.mind import Mind
from bot.actions.wording import Answer
from bot.knowledge.entries import Fact, Knowledge
from bot.knowledge.facets import Facets
from bot.texts import speak
from tests.builders import add_slot
from tests.talk import Talk

SLUG = "seniorsentre"
PRICE = {
    "nb": "ka koste det?",
    "nn": "kva kostar det?",
    "sv": "vad kostar det?",
    "en": "how much is it?",
    "uk": "скільки це коштує?",
    "ar": "كم السعر؟",
    "pl": "ile to kosztuje?",
    "so": "waa immisa?",
}
ISOLATES = re.compile("[\u2066-\u2069]")  # around Latin letters in an Arabic text
UNKNOWN = "I do not know what it costs."


def with_facts(knowledge: Knowledge, *facts: Fact, switchboard: str | None = None) -> Knowledge:
    """The knowledge where one entry has facts and says nothing of prices itself."""
    entry = knowledge.entries[SLUG]
    texts = {"en": replace(entry.texts["en"], more="Some are big.")}
    entries = {**knowledge.entries, SLUG: replace(entry, facts=facts, texts=texts)}
    profile = replace(knowledge.profile, switchboard=switchboard)
    return replace(knowledge, entries=entries, profile=profile)


def asked(knowledge: Knowledge, *facets: str) -> Answer:
    answer = facet_answer(knowledge, SLUG, Facets(facets), "en", date(2026, 11, 23))
    assert answer is not None
    return answer


def data_of(answer: Answer) -> list[str]:
    return [button.data for row in answer.rows for button in row]


@pytest.mark.parametrize("lang", PRICE)
async def test_a_facet_is_answered_in_each_language(talk: Talk, norway: Mind, lang: str) -> None:
    anna = talk.person(lang)
    await anna.press(f"e:{SLUG}")
    heard = await anna.says(PRICE[lang])
    entry = norway.knowledge.entries[SLUG]
    own = "nb" if lang == "sv" else lang  # not spoken in this municipality, but understood
    assert entry.text(own, "nb").title in ISOLATES.sub("", heard)
    assert "fb:y:" not in str(anna.replies)
    assert len(anna.replies) == 1


def test_a_known_fact_is_said_and_nobody_need_be_asked(norway: Mind) -> None:
    knowledge = with_facts(norway.knowledge, Fact("price", {"en": "50 kroner", "nb": "50 kr"}))
    answer = asked(knowledge, "price")
    assert "Price: 50 kroner" in answer.html
    assert "You can ask" not in answer.html
    assert "do:talk-to-human" not in data_of(answer)


def test_what_is_not_known_is_said_with_whom_to_ask(norway: Mind) -> None:
    answer = asked(with_facts(norway.knowledge), "price")
    assert UNKNOWN in answer.html
    assert f"You can ask {norway.knowledge.profile.name}." in answer.html
    assert "do:talk-to-human" in data_of(answer)
    assert f"do:book-activity:{SLUG}" in data_of(answer)


def test_who_asks_gets_the_entrys_phone_else_the_switchboard(norway: Mind) -> None:
    phone = Fact("phone", {"": "51 00 00 00"})
    both = asked(with_facts(norway.knowledge, phone, switchboard="51 11 11 11"), "price")
    assert "51 00 00 00" in both.html
    assert "51 11 11 11" not in both.html
    assert (
        "51 11 11 11"
        in asked(with_facts(norway.knowledge, switchboard="51 11 11 11"), "price").html
    )


def test_two_facets_are_answered_in_their_order(norway: Mind) -> None:
    facts = (Fact("hours", {"en": "10 to 14"}), Fact("phone", {"": "51 00 00 00"}))
    html = asked(with_facts(norway.knowledge, *facts), "contact", "when").html
    assert html.index("51 00 00 00") < html.index("10 to 14")


def test_an_outdated_fact_is_said_to_be_uncertain(norway: Mind) -> None:
    old = Fact("hours", {"en": "10 to 14"}, valid_until=date(2026, 1, 1))
    assert "not certain" in asked(with_facts(norway.knowledge, old), "when").html


def test_an_entry_that_is_gone_has_no_answer(norway: Mind) -> None:
    assert facet_answer(norway.knowledge, "gone", Facets(("price",)), "en") is None


def read(mind: Mind, text: str, shown: str | None = None) -> Meaning:
    return read_meaning(mind, mind.understand(text, "nb"), Thread(shown=shown))


def test_of_four_questions_three_are_answered_and_one_is_left(norway: Mind) -> None:
    text = "Hvor er krisesenteret? Hva er gatejuristen? Hva er frisklivssentralen?"
    three, four = read(norway, text), read(norway, f"{text} Hva er bofellesskap?")
    slugs = [one.understood.slug for one in three.asked]
    assert slugs == ["krisesenteret", "gatejuristen", "frisklivssentralen"]
    assert [one.about for one in four.asked] == [one.about for one in three.asked]
    assert (three.left, four.left) == (False, True)


def test_the_same_question_twice_is_one(norway: Mind) -> None:
    assert len(read(norway, "Hvor er krisesenteret? Hvor er krisesenteret?").asked) == 1


def test_what_is_told_before_a_facet_does_not_hide_it(norway: Mind) -> None:
    [one] = read(norway, "hun heter Inger og er fra Bryne, koster det noe?", SLUG).asked
    assert (one.understood.slug, one.facets) == (SLUG, Facets(("price",)))


def test_a_facet_is_asked_of_what_was_just_named(norway: Mind) -> None:
    named, facet = read(norway, "trygghetsalarm, hva koster det?", SLUG).asked
    assert (named.understood.slug, named.facets) == ("trygghetsalarm", None)
    assert (facet.understood.slug, facet.facets) == ("trygghetsalarm", Facets(("price",)))


def test_a_cry_for_help_is_no_question_beside_danger(norway: Mind) -> None:
    assert read(norway, "jeg vil dø, hva skal jeg gjøre?").asked == ()
    [one] = read(norway, "jeg vil dø. hvordan får jeg støttekontakt?").asked
    assert one.understood.slug == "stottekontakt"


async def test_a_question_is_no_name(talk: Talk) -> None:
    slot, anna = await add_slot(talk.database), talk.person("en")
    await anna.press(f"bk:s:{slot}")
    await anna.says("1")
    assert "first name" in await anna.says("how much is it")
    assert "Anna" in await anna.says("Anna")


async def test_a_cleared_chat_has_no_context(talk: Talk) -> None:
    anna = talk.person("en")
    await anna.press(f"e:{SLUG}")
    await anna.says("/clear")
    heard = await anna.says("how much is it?")
    assert heard.startswith(speak("en").t("What do you mean?"))


async def test_whoever_is_named_a_facet_is_asked_for(talk: Talk) -> None:
    anna = talk.person("nb")
    await anna.press(f"e:{SLUG}")
    for said in (
        "hvordan søker hun?",
        "kan pappa komme?",
        "og mor mi?",
        "what about my dad?",
        "och för min son?",
        "а для мами?",
    ):
        await anna.says(said)
        assert f"m:{SLUG}" in [button["data"] for button in anna.buttons()], said


@pytest.mark.parametrize("text", ["takk for i dag", "have a good weekend", "det var fint"])
async def test_small_talk_is_no_facet_of_what_was_shown(talk: Talk, text: str) -> None:
    anna = talk.person("nb")
    await anna.press(f"e:{SLUG}")
    await anna.says(text)
    assert f"m:{SLUG}" not in [button["data"] for button in anna.buttons()]


@pytest.mark.parametrize(
    ("first", "text"),
    [(None, "noe for eldre"), ("e:mentor", "noe for eldre"), ("e:mentor", "something for kids")],
)
async def test_who_seeks_something_for_a_group_asks_anew(
    talk: Talk, first: str | None, text: str
) -> None:
    anna = talk.person("nb")
    if first:
        await anna.press(first)
    await anna.says(text)
    data = [button["data"] for button in anna.buttons()]
    assert "fb:y:" in " ".join(data)
    assert "m:mentor" not in data
