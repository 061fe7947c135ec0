"""Short answers in all eight languages: yes, no, stop, numbers, days, names."""

from datetime import date

import pytest
import yaml

from bot.knowledge import said
from bot.knowledge.text import fold

LANGUAGES = ("nb", "nn", "sv", "en", "uk", "ar", "pl", "so")
TODAY = date(2026, 11, 25)  # a Wednesday
KNOWN = yaml.safe_load(said._FILE.read_text("utf-8"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_everything(lang: str) -> None:
    found = KNOWN[lang]
    assert set(found) == set(KNOWN["nb"])
    assert (len(found["numbers"]), len(found["ordinals"]), len(found["weekdays"])) == (10, 6, 7)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_yes_no_and_stop_are_told_apart(lang: str) -> None:
    kinds = [{fold(word) for word in KNOWN[lang][key]} for key in ("yes", "no", "stop")]
    assert not (kinds[0] & kinds[1])
    assert not (kinds[0] & kinds[2])
    assert not (kinds[1] & kinds[2])
    assert said.is_yes(KNOWN[lang]["yes"][0], lang)
    assert said.is_no(f"{KNOWN[lang]['no'][0]}.", lang)
    assert said.is_stop(KNOWN[lang]["stop"][0].upper(), lang)
    assert not said.is_yes(KNOWN[lang]["no"][0], lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_are_heard_in_words_and_as_places_of_a_list(lang: str) -> None:
    for number, forms in enumerate(KNOWN[lang]["numbers"], 1):
        assert [said.number_in(form, lang) for form in forms] == [number] * len(forms)
    for number, forms in enumerate(KNOWN[lang]["ordinals"], 1):
        assert [said.choice_in(form, lang) for form in forms] == [number] * len(forms)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_of_a_list_or_both_are_chosen_in_words(lang: str) -> None:
    found = KNOWN[lang]
    for pointer in ("", *found["pointers"]):
        for form in found["last"]:
            assert said.choice_in(f"{pointer} {form}", lang, 3) == 3
        for form in found["both"]:
            assert said.takes_both(f"{form} {pointer}")
            assert said.choice_in(form, lang, 3) is None


@pytest.mark.parametrize(
    ("text", "lang", "number"),
    [
        ("the first one, please", "en", 1),
        ("the second of these", "nb", 2),
        ("jeg vil ha den andre", "nb", 2),
        ("андре", "uk", None),
        ("andre tilbud", "nb", None),
        ("siste buss", "nb", None),
        ("the first bus", "en", None),
        ("ugu dambeeya", "so", 4),
    ],
)
def test_a_place_in_a_list_says_no_more_than_that(text: str, lang: str, number: int | None) -> None:
    assert said.choice_in(text, lang, 4) == number


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_is_lost_or_unsure_says_nothing_else(lang: str) -> None:
    found = KNOWN[lang]
    assert len(found["lost"]) > 20
    assert all(said.is_lost(f"{text}?") for text in found["lost"])
    assert all(said.is_unsure(text.upper()) for text in found["unsure"])
    assert not {*map(fold, found["lost"])} & {*map(fold, found["unsure"])}
    heard = found["yes"] + found["no"] + found["stop"] + found["help"] + found["silence"]
    assert not [text for text in heard if said.is_lost(text) or said.is_unsure(text)]


@pytest.mark.parametrize(
    "text", ["jeg forstår ikke norsk", "hva er crux", "what is crux", "vet ikke hvor legevakten er"]
)
def test_what_says_more_is_no_such_word(text: str) -> None:
    assert not said.is_lost(text)
    assert not said.is_unsure(text)


@pytest.mark.parametrize(
    ("text", "lang", "number"),
    [
        ("нас двоє", "uk", 2),
        ("будь ласка, 3", "uk", 3),
        ("نحن ثلاثة", "ar", 3),
        ("٤", "ar", 4),
        ("dla dwóch osób", "pl", 2),
        ("laba qof", "so", 2),
        ("tylko ja", "pl", 1),
        ("وحدي", "ar", 1),
        ("скільки коштує одне?", "uk", None),
    ],
)
def test_a_number_in_a_few_words(text: str, lang: str, number: int | None) -> None:
    assert said.number_in(text, lang) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(("сьогодні", 25), ("завтра", 26), ("у п'ятницю", 27), ("в понеділок", 30)),
        *(("اليوم", 25), ("غدا", 26), ("يوم الجمعة", 27), ("الاثنين", 30)),
        *(("dzisiaj", 25), ("jutro", 26), ("w piątek", 27), ("w poniedziałek", 30)),
        *(("maanta", 25), ("berri", 26), ("jimcaha", 27), ("isniinta", 30)),
        *(("i dag", 25), ("i morgon", 26), ("på fredag", 27), ("måndag", 30)),
    ],
)
def test_days_are_heard_in_every_language(text: str, day: int) -> None:
    assert said.day_in(text, TODAY) == date(2026, 11, day)


@pytest.mark.parametrize("text", ["серед друзів", "czwarta grupa", "piąty raz"])
def test_what_looks_like_a_day_is_none(text: str) -> None:
    assert said.day_in(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(("Мене звати Олена", "Олена"), ("Nazywam się Kasia", "Kasia"), ("اسمي ليلى", "ليلى")),
        *(("Magacaygu waa Xamdi", "Xamdi"), ("Jeg heter Åse", "Åse"), ("Jestem Ola", "Ola")),
    ],
)
def test_a_name_is_heard_after_its_introduction(text: str, name: str) -> None:
    assert said.first_name_in(text) == name


@pytest.mark.parametrize(
    ("text", "lang", "what"),
    [
        *(("я на інвалідному візку", "uk", "wheelchair"), ("z opiekunem", "pl", "companion")),
        *(("مع كرسي متحرك", "ar", "wheelchair"), ("na wózku", "pl", "wheelchair")),
        *(("kursiga curyaanka", "so", "wheelchair"), ("нічого не треба", "uk", "nothing")),
    ],
)
def test_needs_are_heard(text: str, lang: str, what: str) -> None:
    assert said.names(text, lang, what)
