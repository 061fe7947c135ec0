"""Every way to write a number: other digits, other gaps, and what only looks like one."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.channels.intake import safe_all
from bot.knowledge.redaction import MARK, redact, redact_split

_SENTENCES = [
    "mitt fødselsnummer er {}",
    "{}",
    "hei, jeg heter Åse og er født {} takk",
    "fnr{}",
    "Personnummer: {}.",
    "رقمي {} شكرا",
    "мій номер {}, дякую",
    "nr {}\nhilsen Kåre",
    "ring meg på 41 23 45 67. fnr {}",
    "{} og ring +47 412 34 567",
]
_NORWEGIAN = [(11,), (6, 5), (2, 2, 2, 5), (2, 2, 2, 3, 2), (6, 3, 2), (1,) * 11, (3, 3, 3, 2)]
_SWEDISH = [(6, 4), (8, 4), (12,), (10,), (2, 2, 2, 4), (4, 2, 2, 4)]
_SEPARATORS = [" ", "-", ".", "\u00a0", " - ", "–", "\u2009", "/", "\n", "\u200b"]
_ZEROS = ["0", "٠", "０", "۰"]


def _grouped(digits: str, sizes: tuple[int, ...], separator: str) -> str:
    rest = iter(digits)
    return separator.join("".join(next(rest) for _ in range(size)) for size in sizes)


def _in_script(text: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(c)) if c in "0123456789" else c for c in text)


def _luhn(nine: str) -> str:
    doubled = [int(d) * (2 - n % 2) for n, d in enumerate(nine)]
    return str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def _one_norwegian(rng: random.Random) -> str:
    day = rng.randint(1, 31) + rng.choice([0, 0, 40])
    month = rng.randint(1, 12) + rng.choice([0, 0, 40, 65, 80])
    digits = f"{day:02}{month:02}{rng.randint(0, 99):02}{rng.randint(0, 99999):05}"
    return _grouped(digits, rng.choice(_NORWEGIAN), rng.choice(_SEPARATORS))


def _one_swedish(rng: random.Random) -> str:
    sizes = rng.choice(_SWEDISH)
    year, day = rng.randint(1920, 2023), rng.randint(1, 28) + rng.choice([0, 0, 60])
    nine = f"{year % 100:02}{rng.randint(1, 12):02}{day:02}{rng.randint(0, 999):03}"
    full = nine + _luhn(nine)
    separator = rng.choice([*_SEPARATORS, "+"] if len(sizes) == 2 else ["-", " "])
    return _grouped(full if sum(sizes) == 10 else str(year)[:2] + full, sizes, separator)


def _one_account(rng: random.Random) -> str:
    sizes = rng.choice([(4, 2, 5), (11,)])
    return _grouped(f"{rng.randrange(10**11):011}", sizes, rng.choice([" ", ".", "\u00a0"]))


def _one_swedish_account(rng: random.Random) -> str:
    size = rng.choice([7, 9, 10])
    cleared = f"{rng.randint(1000, 9999)}{rng.choice(['-', ' ', ', ', ',', '-9 '])}"
    return f"{cleared}{rng.randrange(10**size):0{size}}"


_MAKERS: list[Callable[[random.Random], str]] = [
    _one_norwegian,
    _one_norwegian,
    _one_swedish,
    _one_account,
    _one_swedish_account,
]


def _variants(count: int) -> Iterator[tuple[str, str]]:
    rng = random.Random(20261121)
    for _ in range(count):
        number = _in_script(rng.choice(_MAKERS)(rng), rng.choice(_ZEROS))
        yield number, rng.choice(_SENTENCES).format(number)


def test_two_thousand_variants_are_caught() -> None:
    kept = [text for number, text in _variants(2000) if number in redact(text)]
    assert len(kept) <= 2, kept


def test_only_the_number_goes() -> None:
    kept = redact("ring 41 23 45 67, fnr 010190 12345, takk")
    assert kept == f"ring 41 23 45 67, fnr {MARK}, takk"


_ORDINARY = [
    "ring 51 33 50 00",
    "ring +47 51 33 50 00 eller 116 117",
    "0047 412 34 567",
    "0046 70 123 45 67",
    "08-590 970 00",
    "010-456 67 00",
    "020-50 50 50",
    "0771-50 50 50",
    "22 40 00 40, 116 123 og 113",
    "41234567 eller 98765432",
    "12.05.2026 10:00-12:30",
    "12/5-26 kl 18",
    "1. januar 2026",
    "01.01.2026-31.12.2026",
    "fra 12.05 til 14.06",
    "buss 21 kl 10.15, 10.30 og 10.45",
    "buss 10 15 20 25 30",
    "1 250 000 kr",
    "kr 1.250.000,-",
    "org.nr 964 965 137",
    "organisasjonsnummer 964965137",
    "bankgiro 123-4567",
    "1990-2026",
    "58.8517, 5.7361",
    "telefon 51335000 eller 51336000",
    "saksnummer 2026/12345",
    "2024 41 23 45 67",
    "tlf 4306 51335000",
    "isbn 978-82-02",
    "barna er 4, 7, 9 og 12 år",
]


@pytest.mark.parametrize("text", _ORDINARY)
def test_other_numbers_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("previous", "current", "expected"),
    [
        ("010190", "12345 takk", (MARK, f"{MARK} takk")),
        ("0101", "9012345", (MARK, MARK)),
        ("19900101", "1234", (MARK, MARK)),
        ("900101", "-1234", (MARK, MARK)),
        ("1234 56", "78901", (MARK, MARK)),
        ("٠١٠١٩٠", "١٢٣٤٥", (MARK, MARK)),
        ("010190 ", "\n12345", (MARK, MARK)),
        ("er 12", "og 34", None),
        ("41 23 45 67", "116 117", None),
        ("kl 10.30", "12.30", None),
        ("hei", "12345", None),
        ("torsdag 12.05", "10 personer", None),
        ("2026", "2027", None),
        ("fnr 01019012345", "hei", None),
    ],
)
def test_a_number_over_two_messages(
    previous: str, current: str, expected: tuple[str, str] | None
) -> None:
    assert redact_split(previous, current) == expected


def test_an_update_is_redacted_inside_but_for_its_identifiers() -> None:
    update: dict[str, Any] = {
        "message": {"text": "010190-12345", "id": "01019012345", "n": 1019012345}
    }
    update |= {"01019012345": ["900101-1234", None]}
    assert safe_all(update) == {
        "message": {"text": MARK, "id": "01019012345", "n": 1019012345},
        "01019012345": [MARK, None],
    }


def test_redacting_twice_changes_nothing() -> None:
    once = redact("fnr 010190 12345 og konto 1234.56.78901")
    assert redact(once) == once


_PIECES = ["1", "1 ", "12.", "aaaa!", "+4", "0047", "1\u200b", "123456 ", "- ", "NO93 ", "1234-5 "]


@pytest.mark.parametrize("piece", _PIECES)
def test_long_texts_are_quick(piece: str) -> None:
    started = time.process_time()
    redact(piece * (10_000 // len(piece)))
    assert time.process_time() - started < 0.5
