"""A language that nobody here speaks is noticed; those that are spoken never pass for one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge import intents
from bot.knowledge.other_languages import english_line, find_other
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS, read_questions
from tests.test_language import QUESTIONS, SPOKEN

DATA = Path(__file__).parent / "data"
WRITTEN: dict[str, list[str]] = yaml.safe_load((DATA / "other-languages.yaml").read_text("utf-8"))
FOREIGN = {  # among the messages of danger
    *("нет смысла жить", "папа бьет меня"),
    *("ich möchte nicht mehr leben", "mein Mann schlägt mich", "elle ne respire plus"),
}


@pytest.mark.parametrize("deployment", SPOKEN)
@pytest.mark.parametrize("code", WRITTEN)
def test_another_language_is_noticed(code: str, deployment: str) -> None:
    if code not in SPOKEN[deployment]:
        seen = {text: find_other(text, SPOKEN[deployment]) for text in WRITTEN[code]}
        assert {text: other and other.code for text, other in seen.items()} == dict.fromkeys(
            WRITTEN[code], code
        )


def test_all_but_a_few_scripts_have_a_line_of_their_own() -> None:
    lines = {}
    for code, texts in WRITTEN.items():
        spoken = [lang for lang in SPOKEN["se"] if lang != code]
        other = find_other(texts[0], spoken)
        lines[code] = other.line if other else None
    assert {code for code, line in lines.items() if not line} == {"ka", "hy"}
    assert english_line().startswith("I do not know this language")


@pytest.mark.parametrize(
    "text",
    [
        *("", "?", "👍🙏", "12345678", "ok", "Ali", "Fatima Hassan", "Nguyen Van Minh", "bonjour"),
        *("ciao", "Müller", "São Paulo", "jalapeño", "café", "mañana", "Wilhelm von der Heide"),
        *("æ e itj her å dæm vil itj hør", "eg ha kje råd te mat", "koss går det med deg då"),
        *("jeg er litt down og trenger noen å chille med", "kan vi ta en coffee i weekenden"),
        *("hvor er la dolce vita kafe", "hva betyr carpe diem", "dutch, german og french kurs"),
        *("jeg vil lære tysk: ich bin, du bist", "hej, jag behöver hjälp", "må jeg betale for det"),
        *("hvad koster det og hvornår har I åbent", "jeg kan ikke finde ud af det, kan I hjælpe"),
        *("ah dinnae ken whit tae dae", "I wis wonderin if ye can help ma maw", "where r u"),
        *("jeg ikke kan snakke norsk godt, jeg trenge doctor for min son", "Jeg er fra Iran"),
        *("I no speak good, need job please", "hello, me and my kids need house, thank you sir"),
        *("ich", "por favor", "s'il vous plaît", "Til de det gjelder", "en to tre fire fem"),
    ],
)
def test_dialect_names_loans_and_broken_words_are_no_other_language(text: str) -> None:
    assert find_other(text, SPOKEN["no"]) is None
    assert find_other(text, SPOKEN["se"]) is None


@pytest.mark.parametrize(
    "text",
    [
        *("Де я можу знайти роботу?", "Мені потрібен лікар для дитини", "допоможіть будь ласка"),
        *("Добрый день, я шукаю роботу і житло", "хочу работу, допоможіть мені"),  # mixed
        *("وين لاگي دكتور", "شنو چان الوقت", "أريد طبيبا لابني", "ممكن مساعدة", "سلام"),
        *("Gdzie znajdę lekarza?", "Xaggee baan ka heli karaa dhakhtar?"),
    ],
)
def test_what_is_spoken_here_stays(text: str) -> None:
    assert find_other(text, SPOKEN["no"]) is None


def test_russian_is_told_from_ukrainian_and_persian_from_arabic() -> None:
    for code in ("ru", "bg", "fa", "ur", "ckb"):
        for text in WRITTEN[code]:
            other = find_other(text, ("nb", "en", "uk", "ar"))
            assert other is not None
            assert other.code == code


def test_where_neither_is_spoken_arabic_and_ukrainian_are_others_too() -> None:
    arabic = find_other("أين يمكنني الحصول على مساعدة؟", ("nb", "en"))
    assert arabic is not None
    assert arabic.code == "ar"


def test_no_message_in_a_spoken_language_is_taken_for_another() -> None:
    wrong = {text for deployment, text in everything() if find_other(text, SPOKEN[deployment])}
    assert wrong <= FOREIGN


def everything() -> Iterator[tuple[str, str]]:
    """(deployment, text) of all utterances, texts, questions that measure, and danger."""
    for deployment, names in DEPLOYMENTS.items():
        for entry in load(names).entries.values():
            yield from ((deployment, text) for said in entry.utterances.values() for text in said)
            yield from ((deployment, text.short) for text in entry.texts.values())
        for _, _, text in intents.in_languages(SPOKEN[deployment]):
            yield deployment, text
    yield from ((q.deployment or "no", q.text) for q in read_questions(QUESTIONS))
    for path in sorted((DATA / "danger").glob("*.yaml")):
        yield from (("no", text) for text in leaves(yaml.safe_load(path.read_text("utf-8"))))


def leaves(value: Any) -> Iterator[str]:
    """All texts in nested lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
