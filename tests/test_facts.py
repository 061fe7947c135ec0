"""Facts of an entry: how staff write them in files, what is refused, and how they are shown."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.actions.answers import entry_answer
from bot.actions.mind import Mind
from bot.channels.markup import for_telegram, plain, read_html
from bot.knowledge.entries import Fact, Knowledge
from bot.knowledge.facts import KINDS, fact_flaw, link_of
from bot.knowledge.packs import PackError, load
from tests.test_packs import ENTRY, write

TODAY = date(2026, 11, 23)
FACTS = """facts:
- kind: phone
  value: 51 33 50 00
  owner: Kari
  checked: 2026-11-21
- kind: hours
  value: {nb: Hver dag 10-14, en: Every day 10-14}
  valid_until: 2026-12-31
title: Kafé"""


def packed(folder: Path, facts: str) -> Knowledge:
    return load(["by"], [write(folder, ENTRY.replace("title: Kafé", facts))])


def shown(mind: Mind, *facts: Fact, lang: str = "en") -> str:
    """What a person reads under the short answer."""
    entry = replace(mind.base.entries["aks"], facts=facts)
    knowledge = replace(mind.base, entries={**mind.base.entries, "aks": entry})
    answer = entry_answer(knowledge, "aks", lang, TODAY)
    assert answer
    return answer.html


def test_a_pack_holds_facts(tmp_path: Path) -> None:
    phone, hours = packed(tmp_path, FACTS).entries["kafe"].facts
    assert phone == Fact("phone", {"": "51 33 50 00"}, "Kari", date(2026, 11, 21))
    assert [hours.value(lang, "nb") for lang in ("nb", "en", "sv")] == [
        "Hver dag 10-14",
        "Every day 10-14",
        "Hver dag 10-14",
    ]
    assert hours.valid_until == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("kind: phone", "kind: fax", "kafe.md:6: unknown kind `fax`"),
        ("value: 51 33 50 00", "value: ring oss", "kafe.md:7: `value` cannot be read as phone"),
        ("value: 51 33 50 00", "value:", "kafe.md:7: `value` is missing"),
        ("owner: Kari", "colour: red", "kafe.md:8: unknown field `colour`"),
        ("2026-11-21", "21.11.2026", "kafe.md:9: `checked`: `21.11.2026` is not a date"),
        ("nb: Hver dag", "so: Hver dag", "kafe.md:11: `value`: `so` is not a language"),
        ("Hver dag 10-14", "<b>alltid</b>", "kafe.md:11: `nb`: HTML is not allowed"),
        ("Hver dag 10-14", "x" * 101, "kafe.md:11: `nb` is longer than 100 characters"),
        ("Hver dag 10-14", "a\u202eb", "kafe.md:11: `nb`: signs that cannot be seen"),
        ("- kind: phone", "- phone\n- kind: phone", "kafe.md:6: `facts` must be a list of"),
    ],
)
def test_a_mistake_in_a_fact_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(PackError) as raised:
        packed(tmp_path, FACTS.replace(old, new, 1))
    told = [f"{p.file.name}:{p.line}: {p.reason}" for p in raised.value.problems]
    assert any(line.startswith(problem) for line in told), told


def test_too_many_facts_are_refused(tmp_path: Path) -> None:
    nine = "".join(f"\n- {{kind: other, value: fact {n}}}" for n in range(9))
    with pytest.raises(PackError, match="more than 8 facts"):
        packed(tmp_path, f"facts:{nine}\ntitle: Kafé")


def test_an_answer_that_is_too_long_for_a_message_is_refused(tmp_path: Path) -> None:
    eight = "".join(f"\n- {{kind: other, value: {'x' * 100}}}" for _ in range(8))
    long = ENTRY.replace("title: Kafé", f"facts:{eight}\ntitle: Kafé")
    long = long.replace("Spør kommunen.", "Spør oss. " * 190)
    with pytest.raises(PackError, match="too long for one message"):
        load(["by"], [write(tmp_path, long)])


@pytest.mark.parametrize(
    ("kind", "value", "link"),
    [
        ("phone", "51 33 50 00", "tel:51335000"),
        ("phone", "+47 51 33 50 00", "tel:+4751335000"),
        ("phone", "116 117", "tel:116117"),
        ("email", "post@sandnes.example", "mailto:post@sandnes.example"),
        ("web", "https://www.sandnes.example/aks", "https://www.sandnes.example/aks"),
        ("hours", "10-14", None),
    ],
)
def test_a_good_fact_leads_on(kind: str, value: str, link: str | None) -> None:
    assert (fact_flaw(kind, value), link_of(kind, value)) == (None, link)


@pytest.mark.parametrize(
    ("kind", "value", "flaw"),
    [
        ("phone", "call me", "phone"),
        ("phone", "1" * 40, "phone"),
        ("phone", "javascript:1234", "phone"),
        ("email", "kari", "email"),
        ("email", "a@b.example?bcc=evil@x.example", "email"),
        ("email", "a b@c.example", "email"),
        ("web", "javascript:alert(1)", "web"),
        ("web", "www.sandnes.example", "web"),
        ("web", "https://sandnes.example@evil.example", "web"),
        ("web", 'https://x.example/"onclick', "web"),
        ("web", "https://[::1", "web"),
        ("web", "https://localhost", "web"),
        ("web", "https://x.example/\u202e", "web"),
        ("hours", "", "empty"),
        ("hours", "10\u202e14", "signs"),
        ("price", "<b>0</b>", "html"),
        ("other", "x" * 101, "long"),
        ("fax", "1", "unknown"),
    ],
)
def test_a_bad_fact_is_refused_and_leads_nowhere(kind: str, value: str, flaw: str) -> None:
    assert (fact_flaw(kind, value), link_of(kind, value)) == (flaw, None)


def test_a_fact_is_shown_with_its_label_and_age(norway: Mind) -> None:
    hours = Fact("hours", {"": "10-14"}, checked=date(2026, 11, 21))
    assert "Opening hours: 10-14 (checked 21 November 2026)" in shown(norway, hours)


@pytest.mark.parametrize(
    ("until", "certain"),
    [(date(2026, 11, 22), False), (TODAY, True), (date(2027, 1, 1), True)],
)
def test_a_fact_past_its_end_is_not_certain(norway: Mind, until: date, certain: bool) -> None:
    html = shown(norway, Fact("price", {"": "50 kr"}, valid_until=until))
    assert ("Price: 50 kr" in html, "not certain" not in html) == (True, certain)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_name_and_markup_that_telegram_takes(norway: Mind, kind: str) -> None:
    values = {"phone": "51 33 50 00", "email": "a@b.example", "web": "https://x.example/?a=1&b=2"}
    html = shown(norway, Fact(kind, {"": values.get(kind, "10 < 14 & more")}))
    runs = read_html(html)
    assert values.get(kind, "10 < 14 & more") in plain(runs)
    assert "mailto:" not in for_telegram(runs)


def test_a_fact_stands_between_the_answer_and_its_source(norway: Mind) -> None:
    html = shown(norway, Fact("phone", {"": "51 33 50 00"}))
    text = norway.base.entries["aks"].text("en", "nb")
    places = [html.index(part) for part in (text.short[:20], "51 33 50 00", "Source:")]
    assert places == sorted(places)
