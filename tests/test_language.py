"""Which language a message is in."""

import json
from pathlib import Path

import pytest

from bot.knowledge.language import detect

QUESTIONS = Path(__file__).parent / "data" / "questions-dev.jsonl"
SPOKEN = {"no": ("nb", "nn", "en", "uk", "ar", "pl", "so"), "se": ("sv", "en", "ar", "so", "uk")}


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Hvor kan jeg få hjelp til å finne en jobb?", "nb"),
        ("Kvar kan eg få hjelp til å finna ein jobb?", "nn"),
        ("Where can I get help to find a job?", "en"),
        ("Де я можу отримати допомогу?", "uk"),
        ("أين يمكنني الحصول على مساعدة؟", "ar"),
        ("Gdzie mogę dostać pomoc w znalezieniu pracy?", "pl"),
        ("Xaggee baan ka heli karaa caawimaad?", "so"),
    ],
)
def test_a_clear_sentence(text: str, lang: str) -> None:
    assert detect(text, SPOKEN["no"]) == lang


@pytest.mark.parametrize("text", ["", "ok", "👍", "123", "IPS"])
def test_what_tells_nothing_keeps_the_expected_language(text: str) -> None:
    assert detect(text, SPOKEN["no"], "pl") == "pl"
    assert detect(text, SPOKEN["no"]) == "nb"


def test_a_language_that_is_not_spoken_here_gives_the_expected_one() -> None:
    assert detect("أين يمكنني الحصول على مساعدة؟", ("sv", "en"), "en") == "en"


def test_the_questions_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    right = sum(
        merged(detect(q["text"], SPOKEN[q["deployment"]])) == merged(q["lang"]) for q in lines
    )
    with capsys.disabled():
        print(f"\nlanguage: {right} of {len(lines)} right, bokmål and nynorsk as one")
    assert right / len(lines) >= 0.97


def merged(lang: str) -> str:
    return "nb" if lang == "nn" else lang
