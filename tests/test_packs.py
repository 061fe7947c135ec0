"""Packs load as written, layer, and every mistake is named with its file and line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.entries import Entry, Knowledge
from bot.knowledge.packs import PackError, available, load
from bot.knowledge.questions import DEPLOYMENTS
from tests.speed import cost

DATA = Path(__file__).parent / "data"
PROFILE = """pack: by
kind: municipality
name: NO
country: "no"
zone: Europe/Oslo
languages: [nb, en]
main_language: nb
sample: true
sources:
  plan: {title: En plan, year: 2020}
"""
ENTRY = """---
slug: kafe
topic: activity
source: plan
title: Kafé
utterances:
- on
- hvor er kafeen
---
Åpent for alle.

## next
Spør kommunen.
"""


def write(folder: Path, entry: str = ENTRY, profile: str = PROFILE) -> Path:
    """A pack `by` with one entry `kafe`, in a folder of packs."""
    (folder / "by").mkdir()
    (folder / "by" / "profile.yaml").write_text(profile, "utf-8")
    (folder / "by" / "kafe.md").write_text(entry, "utf-8")
    return folder


def problems(*names: str, folder: Path) -> list[str]:
    """The mistakes of packs, with the file's name only."""
    with pytest.raises(PackError) as raised:
        load(names, [folder])
    return [f"{p.file.name}:{p.line}: {p.reason}" for p in raised.value.problems]


def test_an_entry_is_read_as_written(tmp_path: Path) -> None:
    knowledge = load(["by"], [write(tmp_path)])
    entry = knowledge.entries["kafe"]
    text = entry.text("en", "nb")
    assert (text.lang, text.title, text.short) == ("nb", "Kafé", "Åpent for alle.")
    assert (text.more, text.next) == ("", "Spør kommunen.")
    assert entry.utterances == {"nb": ("on", "hvor er kafeen")}
    assert (entry.source.title, entry.source.year) == ("En plan", 2020)
    assert entry.last_checked is None
    assert text.reviewed_by is None


def test_words_stay_words(tmp_path: Path) -> None:
    knowledge = load(["by"], [write(tmp_path)])
    assert knowledge.profile.name == "NO"
    assert knowledge.profile.country == "no"
    assert knowledge.profile.sample is True


def test_only_topics_with_entries_are_shown(tmp_path: Path) -> None:
    assert list(load(["by"], [write(tmp_path)]).topics) == ["activity"]


def test_a_later_pack_wins_the_whole_entry(tmp_path: Path) -> None:
    entry = ENTRY.replace("kafe", "seniorsentre").replace("Kafé", "Våre sentre")
    folder = write(tmp_path)
    (folder / "by" / "seniorsentre.md").write_text(entry, "utf-8")
    knowledge = load(["norge", "by"], [folder])
    assert knowledge.entries["seniorsentre"].pack == "by"
    assert list(knowledge.entries["seniorsentre"].texts) == ["nb"]
    assert knowledge.entries["vta"].pack == "norge"
    assert knowledge.profile.name == "NO"


def test_the_data_folder_comes_before_the_built_in(tmp_path: Path) -> None:
    write(tmp_path, profile=PROFILE.replace("pack: by", "pack: sandnes"))
    (tmp_path / "by").rename(tmp_path / "sandnes")
    assert list(load(["sandnes"], [tmp_path]).entries) == ["kafe"]


def test_the_hash_follows_the_files(tmp_path: Path) -> None:
    folder = write(tmp_path)
    before = load(["by"], [folder]).hash
    assert load(["by"], [folder]).hash == before
    (folder / "by" / "kafe.md").write_text(ENTRY.replace("alle", "alle hver dag"), "utf-8")
    assert load(["by"], [folder]).hash != before


def test_all_mistakes_are_told_together() -> None:
    assert sorted(problems("broken", folder=DATA / "packs-bad")) == [
        "kafe.md:10: `utterances` is empty",
        "kafe.md:14: heading `less`: only more and next, once",
        "kafe.md:3: unknown topic `lavterskel`",
        "kafe.md:4: unknown source `avisa`",
        "kafe.md:5: `last_checked`: `31.01.2026` is not a date like 2026-01-31",
        "kafe.md:6: unknown related entry `kino`",
        "kafe.md:7: unknown actions `dance`",
        "kafe.md:8: `title`: HTML is not allowed",
        "kafe.md:9: unknown field `colour`",
        "kafe.sv.md:1: `sv` is not another language of this pack",
        "kor.md:2: `slug` must be `kor` like the file (a-z, 0-9, hyphens)",
        "kor.md:5: the short answer is missing",
        "turlag.en.md:1: a translation of an entry that does not exist",
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title: Kafé\n", "", "kafe.md:1: `title` is missing"),
        ("title: Kafé", "title: [Kafé]", "kafe.md:5: `title` must be one text"),
        ("title: Kafé", "title: Kafé\ntitle: To", "kafe.md:6: `title` is given twice"),
        ("title: Kafé", "title: &a Kafé", "kafe.md:5: anchors and aliases are not allowed"),
        ("title: Kafé", "title: *a", "kafe.md:5: anchors and aliases are not allowed"),
        ("title: Kafé", "title: !!int 3", "kafe.md:5: tags are not allowed"),
        ("title: Kafé", "title: [[[[[[[[x]]]]]]]]", "kafe.md:5: nested too deeply"),
        ("title: Kafé", 'title: "Kafé', "kafe.md:"),
        ("- on\n", "- {a: b}\n", "kafe.md:7: `utterances`: not a text"),
        ("- on\n", "- <script>\n", "kafe.md:7: `utterances`: HTML is not allowed"),
        ("Åpent", "x" * 601, "kafe.md:10: `short` is longer than 600 characters"),
        ("for alle", "for <i>alle</i>", "kafe.md:10: HTML is not allowed"),
        ("---\nslug", "slug", "kafe.md:1: the file does not begin with ---"),
        ("---\nÅpent", "Åpent", "kafe.md:1: the front matter is not closed by ---"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = problems("by", folder=write(tmp_path, ENTRY.replace(old, new, 1)))
    assert any(line.startswith(problem) for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Europe/Oslo", "Oslo", "profile.yaml:5: unknown zone `Oslo`"),
        ("[nb, en]", "[nb, xx]", "profile.yaml:6: unknown language `xx`"),
        ("main_language: nb", "main_language: sv", "profile.yaml:7: unknown main_language `sv`"),
        ("year: 2020", "year: soon", "profile.yaml:10: `year`: `soon` is not a number"),
        ("pack: by", "pack: bygd", "profile.yaml:1: `pack` must be `by`, like the folder"),
        ("sample: true", "sample: maybe", "profile.yaml:8: `sample` must be true or false"),
        ("name: NO", "name: NO\nmayor: A", "profile.yaml:4: unknown field `mayor`"),
    ],
)
def test_a_mistake_in_the_profile(tmp_path: Path, old: str, new: str, problem: str) -> None:
    folder = write(tmp_path, profile=PROFILE.replace(old, new, 1))
    assert problem in problems("by", folder=folder)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"---\nslug: kafe\ntitle: Kaf\xe9\n---\n", "kafe.md:3: the file is not UTF-8"),
        (b"x" * 300_000, "kafe.md:1: the file is larger than 256 kB"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes, problem: str) -> None:
    (write(tmp_path) / "by" / "kafe.md").write_bytes(content)
    assert problems("by", folder=tmp_path) == [problem]


@pytest.mark.parametrize("name", ["nowhere", "../etc", "", "by/../by"])
def test_a_pack_that_does_not_exist(tmp_path: Path, name: str) -> None:
    assert problems(name, folder=write(tmp_path))[0].endswith(f"there is no pack `{name}`")


def test_a_nested_bomb_is_refused_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, f"---\na: {'[' * 100_000}\n---\n")
    assert cost(lambda: problems("by", folder=folder)) < 2_000


def test_available_packs(tmp_path: Path) -> None:
    assert available([write(tmp_path)]) == ("by", "norge", "sandnes", "sverige", "vasby")


@pytest.fixture(scope="module", params=DEPLOYMENTS.values(), ids=list(DEPLOYMENTS))
def built_in(request: pytest.FixtureRequest) -> Knowledge:
    return load(request.param)


def each(knowledge: Knowledge, wrong: Callable[[Entry], object]) -> list[str]:
    """The slugs of the entries for which something is wrong."""
    return [entry.slug for entry in knowledge.entries.values() if wrong(entry)]


def test_built_in_entries_have_texts(built_in: Knowledge) -> None:
    main = built_in.profile.main_language
    assert each(built_in, lambda entry: not {main, "en"} <= set(entry.texts)) == []
    assert each(built_in, lambda entry: set(entry.related) - set(built_in.entries)) == []


def test_built_in_answers_are_short(built_in: Knowledge) -> None:
    def sentences(text: str) -> int:
        return len(re.findall(r"[.!?](?=\s|$)", text))

    def wrong(entry: Entry) -> bool:
        return any(not 1 <= sentences(text.short) <= 4 for text in entry.texts.values())

    assert each(built_in, wrong) == []
