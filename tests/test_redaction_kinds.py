"""Every way to write a number: other digits, other gaps, and what only looks like one."""

from typing import Any

import pytest

from bot.channels.intake import safe_all
from bot.knowledge.redaction import MARK, redact, redact_split
from tests.speed import cost


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
    "bankgiro, tlf 41 23 45 67",
    "pg-13",
    "født 12.05.1990, kom hit i 2023",
    "jeg har ikke personnummer, kom i 2023",
    "de siste fem årene",
    "12.05.2026 10.30, 13.05.2026 11.30",
    "12.05.26\n13.05.26\n14.05.26",
    "buss 10 lol 15 og 20",
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


_PIECES = [
    "bg ",
    "O1 ",
    "12.05.2026 ",
    "personnummer: ",
    "1234, ",
    "1",
    "1 ",
    "12.",
    "aaaa!",
    "+4",
    "0047",
    "1\u200b",
    "123456 ",
    "- ",
    "NO93 ",
    "1234-5 ",
]


@pytest.mark.parametrize("piece", _PIECES)
def test_long_texts_are_quick(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    assert cost(lambda: redact(text)) < 500
