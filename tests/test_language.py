"""Which language a message is in."""

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.knowledge.language import detect, is_clear

DATA = Path(__file__).parent / "data"
QUESTIONS = DATA / "questions-dev.jsonl"
SPOKEN = {"no": ("nb", "nn", "en", "uk", "ar", "pl", "so"), "se": ("sv", "en", "ar", "so", "uk")}
WRITTEN: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (DATA / "languages.yaml").read_text("utf-8")
)
NORDIC = {"nb", "nn", "sv", "da"}
LINES = [(lang, kind, text) for lang, kinds in WRITTEN.items() for kind in kinds
         for text in kinds[kind]]  # fmt: skip


def merged(lang: str) -> str:
    return "nordic" if lang in NORDIC else lang


@pytest.mark.parametrize(("lang", "kind", "text"), LINES)
def test_a_message_is_read_in_its_language(lang: str, kind: str, text: str) -> None:
    for spoken in SPOKEN.values():
        if lang in spoken or lang in NORDIC:
            assert merged(detect(text, spoken)) == merged(lang)


@pytest.mark.parametrize("text", WRITTEN["sv"]["sentences"] + WRITTEN["da"]["sentences"])
def test_a_neighbours_language_is_answered_in_bokmal(text: str) -> None:
    assert detect(text, SPOKEN["no"]) == "nb"


@pytest.mark.parametrize("lang", ["nb", "nn", "da"])
def test_neighbours_are_answered_in_swedish_in_sweden(lang: str) -> None:
    for text in WRITTEN[lang]["sentences"]:
        assert detect(text, SPOKEN["se"]) == "sv"


@pytest.mark.parametrize("text", WRITTEN["nn"]["sentences"])
def test_nynorsk_is_answered_in_nynorsk(text: str) -> None:
    assert detect(text, SPOKEN["no"]) == "nn"


@pytest.mark.parametrize(
    "text",
    [
        *("", "?", "...", "👍", "😢😢", "123", "12:30", "51 33 50 00", "ok", "IPS", "crux", "NAV"),
        *(
            "Ali",
            "Fatima Hassan",
            "Maja Lind",
            "Mbeki",
            "cv",
            "Xamdi Cabdi",
            "Zofia Szymczak",
        ),
        *("asdkjh qwlkej", "sdfsdf sdf sdf", "aaaaaaaaaaaa", "czx vbn mzx", "ooooo", "jksdf sdkfj"),
    ],
)
@pytest.mark.parametrize("expected", ["nb", "en", "pl"])
def test_what_tells_nothing_keeps_the_expected_language(text: str, expected: str) -> None:
    assert detect(text, SPOKEN["no"], expected) == expected


def test_without_an_expected_language_it_is_the_first() -> None:
    assert detect("", SPOKEN["no"]) == "nb"
    assert detect("Ali", SPOKEN["se"], "de") == "sv"


def test_a_language_that_is_not_spoken_here_gives_the_expected_one() -> None:
    assert detect("أين يمكنني الحصول على مساعدة؟", ("sv", "en"), "en") == "en"


@pytest.mark.parametrize(
    ("text", "lang", "kept", "clear"),
    [
        ("where can I find help", "en", "nb", True),
        ("weekend", "en", "nb", False),
        ("nice weekend", "en", "nb", False),  # two words may be a loan
        ("kva kan eg gjera her", "nn", "nb", False),  # who chose bokmål reads it
        ("де я можу знайти роботу", "uk", "nb", True),
        ("лікар", "uk", "nb", False),
        ("hvor kan jeg få hjelp", "nb", "ar", True),
        ("szukam lekarza dla dziecka", "pl", "so", True),
        ("", "en", "nb", False),
    ],
)
def test_some_messages_are_clear(text: str, lang: str, kept: str, clear: bool) -> None:
    assert is_clear(text, lang, kept) is clear


@pytest.mark.parametrize("deployment", SPOKEN)
def test_the_questions_are_told_apart(deployment: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the share right by language (see with `-s`); bokmål and nynorsk count as one."""
    lines = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    asked = [q for q in lines if q["deployment"] == deployment]
    counted = Counter(merged(q["lang"]) for q in asked)
    right = Counter(
        merged(q["lang"])
        for q in asked
        if merged(detect(q["text"], SPOKEN[deployment])) == merged(q["lang"])
    )
    shares = {lang: right[lang] / count for lang, count in counted.items()}
    print(deployment, {lang: round(share, 3) for lang, share in shares.items()})
    assert min(shares.values()) >= 0.9
    assert right.total() / counted.total() >= 0.985
