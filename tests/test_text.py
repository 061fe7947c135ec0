"""What counts as the same text."""

import pytest

from bot.knowledge.text import MAX_TEXT, clean, fold, words
from tests.speed import cost


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  Hei\n\tdu \u00a0 der ", "Hei du der"),
        ("a\x00b\x07c", "abc"),
        ("\u202eabc\u202c", "abc"),
        ("k\u200bi\u00adll", "kill"),
        ("\ud83dhei\udc00", "hei"),
        ("Ａｂｃ １２", "Abc 12"),
        ("e" + "\u0301" * 50, "é" + "\u0301" * 3),
        ("", ""),
        ("\x00\u202e", ""),
        ("👩‍🚒", "👩‍🚒"),
        ("blåbær", "blåbær"),
        ("bla\u030abær", "blåbær"),
    ],
)
def test_clean_keeps_what_people_read(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_clean_caps_the_length() -> None:
    assert len(clean("a" * 10_000)) == MAX_TEXT
    assert len(clean("ﷺ" * 10_000)) <= MAX_TEXT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SKÄR", "skær"),
        ("dör", "dør"),
        ("Håndværk", "handvark"),
        ("d’accord", "d'accord"),
        ("żołądek", "zoladek"),
        ("أُمّي", "امي"),
        ("مرحبـــا", "مرحبا"),
        ("١٢", "12"),
        ("ещё", "еще"),
        ("é", "e"),
    ],
)
def test_fold_makes_spellings_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_cyrillic_letters_apart() -> None:
    assert fold("й") != fold("и")
    assert fold("їжа") == "їжа"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("б'є мене", ["бє", "мене"]),
        ("I can’t, 12 pills!", ["i", "cant", "12", "pills"]),
        ("snake_case", ["snake", "case"]),
        ("عمري ١٢ سنة", ["عمري", "12", "سنه"]),
        ("!!! 💀", []),
    ],
)
def test_words_of_any_script(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("piece", ["a", "aaaa!", "\u0301", "a\u0301", " ", "\x00", "'a", "ﷺ"])
def test_long_texts_are_quick(piece: str) -> None:
    assert cost(lambda: words(piece * 10_000)) < 100
