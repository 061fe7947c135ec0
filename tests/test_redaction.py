"""Numbers that identify people are taken out; all other numbers stay."""

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.knowledge.redaction import MARK, redact, redact_split

QUESTIONS = Path(__file__).parent / "data" / "questions-dev.jsonl"

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
]


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_numbers_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(("text", "left"), TAKEN)
def test_identifying_numbers_go(text: str, left: str) -> None:
    assert redact(text) == left


def norwegian(chance: random.Random) -> str:
    """A number with right control digits (Skatteetaten's rule), in one of the ways to write it."""
    while True:
        day = date(1930, 1, 1) + timedelta(days=chance.randrange(30_000))
        first = day.day + chance.choice((0, 0, 40))
        month = day.month + chance.choice((0, 0, 40, 65, 80))
        digits = f"{first:02}{month:02}{day.year % 100:02}{chance.randrange(1000):03}"
        for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
            if len(digits) == len(weights):  # a control digit of 10 is never given out
                digits += str(-sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11)
        if len(digits) == 11:
            cuts = chance.choice(((11,), (6, 5), (2, 2, 2, 5), (2, 2, 2, 3, 2)))
            return chance.choice((" ", ".", "-", "\u00a0")).join(cut(digits, cuts))


def swedish(chance: random.Random) -> str:
    day = date(1930, 1, 1) + timedelta(days=chance.randrange(30_000))
    shown = day.day + chance.choice((0, 0, 60))
    digits = f"{day.year}{day.month:02}{shown:02}{chance.randrange(10_000):04}"
    if chance.random() < 0.5:
        return chance.choice(("", "-")).join((digits[:8], digits[8:]))
    return chance.choice("-+ ").join((digits[2:8], digits[8:]))


def account(chance: random.Random) -> str:
    digits = f"{chance.randrange(1000, 10_000)}{chance.randrange(10**7):07}"
    return chance.choice(". ").join(cut(digits, (4, 2, 5)))


def cut(digits: str, sizes: tuple[int, ...]) -> list[str]:
    parts = []
    for size in sizes:
        parts.append(digits[:size])
        digits = digits[size:]
    return parts


@pytest.mark.parametrize("make", [norwegian, swedish, account])
def test_two_thousand_written_numbers_are_taken(make: Callable[[random.Random], str]) -> None:
    chance = random.Random(make.__name__)
    around = ("{}", "nummeret mitt er {}, hva nå?", "({})", "på {} å ære", "Nr. {}.")
    texts = [chance.choice(around).format(make(chance)) for _ in range(2_000)]
    missed = [text for text in texts if MARK not in redact(text)]
    assert len(missed) <= 2, missed[:5]


@pytest.mark.parametrize("make", [norwegian, swedish])
def test_a_number_split_over_two_messages_is_taken(make: Callable[[random.Random], str]) -> None:
    chance = random.Random(make.__name__)
    for _ in range(500):
        number = make(chance)
        at = chance.randrange(3, len(number) - 3)
        before, after = number[:at].rstrip(" .-+\u00a0"), number[at:].lstrip(" .-+\u00a0")
        both = redact_split(f"jeg heter Kari, {before}", f"{after} er nummeret")
        assert both == (f"jeg heter Kari, {MARK}", f"{MARK} er nummeret"), number


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


def test_ordinary_questions_are_left_alone() -> None:
    texts = [json.loads(line)["text"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    touched = [text for text in texts if redact(text) != text]
    assert len(touched) <= len(texts) * 0.005, touched
