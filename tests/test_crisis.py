"""Help in danger: right numbers, plain words, nothing promised that is not so."""

import re
from itertools import product

import pytest

from bot.knowledge.crisis import CHECKED, MOST_LINES, HelpText, help_text, lines_for, unreviewed
from bot.knowledge.danger import NEEDS
from bot.knowledge.readability import LIX_LANGUAGES, MAX_WORDS, lix, words_a_sentence

COUNTRIES = ("no", "se")
LANGUAGES = ("nb", "nn", "sv", "en", "uk", "ar", "pl", "so")
EMERGENCY = {"no": {"113", "112", "110"}, "se": {"112"}}
FIRST = {
    ("no", "suicide"): "113",
    ("no", "violence"): "112",
    ("no", "child"): "112",
    ("no", "overdose"): "113",
    ("no", "acute-medical"): "113",
    ("se", "suicide"): "112",
    ("se", "acute-medical"): "112",
}
MAX_LIX = 22
ALL = list(product(COUNTRIES, NEEDS, LANGUAGES, (False, True), (1, 2)))


def _texts() -> list[tuple[tuple[str, str, str, bool, int], HelpText]]:
    return [(case, help_text(*case)) for case in ALL]


def test_every_need_has_an_emergency_number_and_someone_to_talk_to() -> None:
    for (country, need, *_), text in _texts():
        numbers = {line.number for line in text.lines}
        assert numbers & EMERGENCY[country], (country, need)
        assert 2 <= len(text.lines) <= MOST_LINES


def test_what_is_said_names_the_emergency_number_that_is_shown() -> None:
    for _, text in _texts():
        named = re.findall(r"\b11[0-3]\b", text.opening)
        assert named
        assert set(named) <= {line.number for line in text.lines if line.emergency}


@pytest.mark.parametrize(("case", "number"), FIRST.items())
def test_the_first_number_fits_the_need(case: tuple[str, str], number: str) -> None:
    assert help_text(*case, lang="en", about_other=False, level=2).lines[0].number == number


def test_lines_that_nobody_has_verified_are_not_shown() -> None:
    shown = {line.id for c, n in product(COUNTRIES, NEEDS) for line in lines_for(c, n, "en")}
    assert "hjalplinjen-90390" not in shown
    assert {"ambulance-113", "sos-112", "kirkens-sos", "bris-116111"} <= shown


def test_the_country_decides_about_numbers_whatever_the_language() -> None:
    swedish = {line.number for line in lines_for("se", "suicide", "nb")}
    assert "90101" in swedish
    assert "113" not in swedish


def test_a_language_without_texts_gives_the_main_one() -> None:
    assert help_text("no", "suicide", "da", False, 2).lang == "nb"
    assert help_text("se", "suicide", "ti", False, 2).lang == "sv"


def test_lines_for_the_young_say_so() -> None:
    bris = next(line for line in lines_for("se", "child", "sv") if line.id == "bris-116111")
    assert "under 18" in bris.audience


def test_numbers_can_be_dialled() -> None:
    for _, text in _texts():
        for line in text.lines:
            assert line.tel.isdigit()
            assert line.tel == re.sub(r"\D", "", line.number)


def test_everything_is_said_in_the_persons_language() -> None:
    for (_, _, lang, _, _), text in _texts():
        said = " ".join([text.opening, text.not_read, text.closing])
        assert text.lang == lang
        assert ("\u0600" <= text.opening[0] <= "\u06ff") == (lang == "ar")
        assert bool(re.search("[а-яі]", said)) == (lang == "uk")
        assert all(line.audience for line in text.lines)


def test_texts_are_easy_to_read() -> None:
    for (country, need, lang, other, _), text in _texts():
        said = f"{text.opening} {text.not_read} {text.closing}"
        hard = lix(said) if lang in LIX_LANGUAGES else words_a_sentence(said)
        most = MAX_LIX if lang in LIX_LANGUAGES else MAX_WORDS
        assert hard <= most, (country, need, lang, other, said)


PROMISES = re.compile(
    r"jeg forstår|eg forstår|jag förstår|i understand|vi har varsl|har sagt fra til"
    r"|har fått beskjed|we have told|has been told|have been notified|vi har larmat"
    r"|hjelpen er på vei|help is on",
    re.IGNORECASE,
)


def test_nothing_is_promised() -> None:
    for _, text in _texts():
        assert not PROMISES.search(f"{text.opening} {text.not_read} {text.closing}")


def test_operators_see_that_no_health_staff_has_read_the_texts() -> None:
    assert set(unreviewed()) == {
        lang for _, text in _texts() if not text.reviewed for lang in [text.lang]
    }


def test_the_day_of_checking_is_known() -> None:
    assert CHECKED.year >= 2026


@pytest.mark.parametrize(("country", "need"), [("dk", "suicide"), ("no", "sadness")])
def test_unknown_countries_and_needs_are_refused(country: str, need: str) -> None:
    with pytest.raises(KeyError):
        help_text(country, need, "nb", False, 1)
