"""Numbers that identify people are taken out; all other numbers stay."""

import pytest

from bot.knowledge.redaction import MARK, redact, redact_split

KEPT = [
    "ring 41 23 45 67",
    "tlf 412 34 567",
    "+47 41 23 45 67",
    "004741234567",
    "+46 70 123 45 67",
    "+46701234567",
    "070-123 45 67",
    "0701234568",
    "08-524 499 10",
    "116 117 og 22 40 00 40",
    "kl. 10.30 den 12.05.2026",
    "2026-05-12 10:30",
    "12.05.2026 - 14.05.2026",
    "buss 24 fra 10.15 til 11.45",
    "4 300 kroner, 12 500 i året",
    "4306 Sandnes",
    "Langgata 12, 4306 Sandnes",
    "født i 1980, fyller 46",
    "90101",
    "020-50 50 50",
]
TAKEN = [
    ("nummeret mitt er 15058012345.", f"nummeret mitt er {MARK}."),
    ("150580 12345", MARK),
    ("15 05 80 123 45", MARK),
    ("15.05.80-12345", MARK),
    ("1 5 0 5 8 0 1 2 3 4 5", MARK),
    ("fnr150580\u00a012345", f"fnr{MARK}"),
    ("١٥٠٥٨٠١٢٣٤٥", MARK),
    ("１５０５８０１２３４５", MARK),
    ("55058012345", MARK),
    ("15458012345", MARK),
    ("15858012345", MARK),
    ("ring 41234567, fnr 15058012345", f"ring 41234567, fnr {MARK}"),
    ("konto 1234.56.78903", f"konto {MARK}"),
    ("1234 56 78903", MARK),
    ("850101-1234", MARK),
    ("19850101-1234", MARK),
    ("198501011234", MARK),
    ("850161+1234", MARK),
    ("8327-9, 123 456 789-0", MARK),
    ("kontonummer 5011 1234567", f"kontonummer {MARK}"),
    ("NO93 8601 1117 947", MARK),
    ("SE45 5000 0000 0583 9825 7466", MARK),
    ("no93-8601-1117-947", MARK),
    ("bankgiro 123-4567", f"bankgiro {MARK}"),
    ("BG: 5050-1055, ring 41234567", f"BG: {MARK}, ring 41234567"),
    ("plusgiro 28 65 43-4 tack", f"plusgiro {MARK} tack"),
    ("l5O58O l2345", MARK),
    ("fnr O7 Ol 82 123 45", f"fnr {MARK}"),
    ("15.05.1980 12345", MARK),
    ("1980-05-15 123 45", MARK),
    ("født 15.05.80, personnr 12345", f"født 15.05.80, personnr {MARK}"),
    ("siste fem siffer er 12345", f"siste fem siffer er {MARK}"),
    ("fyra sista: 1234", f"fyra sista: {MARK}"),
    ("15 05 80\n12.05.2026\n850101-1234", f"15 05 80\n12.05.2026\n{MARK}"),
]


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_numbers_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(("text", "left"), TAKEN)
def test_identifying_numbers_go(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize(
    ("previous", "current"),
    [
        ("jeg er 15", "16 år snart"),
        ("ring 41234567", "etter kl 10"),
        ("hei", "15058012345"),
        ("", ""),
    ],
)
def test_two_messages_without_a_common_number_stay(previous: str, current: str) -> None:
    assert redact_split(previous, current) is None
