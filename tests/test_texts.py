"""The interface's words: complete, whole and plain in every language."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from bot.knowledge.readability import LIX_LANGUAGES, MAX_WORDS, lix, words_a_sentence
from bot.texts import FOLDER, choose, speak, spoken
from bot.texts.extract import Sentence, in_python, in_template, messages, refresh

SENTENCES = messages()
LANGUAGES = [lang for lang in spoken() if lang != "en"]
SAME_AS_ENGLISH = {("nb", "Send"), ("nn", "Send"), ("pl", "Menu")}
PLACEHOLDER = re.compile(r"%\(\w+\)s|{\w+}")
ENDS = ".?:؟"
CLDR_TAGS = ("zero", "one", "two", "few", "many", "other")  # in the order of a catalogue's forms
MAX_LIX = 30
FEWEST_WORDS = 12  # a single long word decides over the LIX of a shorter text


@cache
def catalogue(lang: str) -> Catalog:
    with (FOLDER / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang)


def forms(text: Sentence | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def translations() -> Iterator[tuple[str, Message]]:
    for lang in LANGUAGES:
        yield from ((lang, message) for message in catalogue(lang) if message.id)


def every_text() -> Iterator[tuple[str, str]]:
    yield from (("en", form) for sentence in SENTENCES for form in forms(sentence))
    yield from ((lang, form) for lang, found in translations() for form in forms(found.string))


def plain(text: str) -> str:
    """The text as it is read, with a short word for each placeholder."""
    return PLACEHOLDER.sub("x", text)


def test_norwegian_and_swedish_are_spoken() -> None:
    assert {"en", "nb", "nn", "sv"} <= set(spoken())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_catalogue_has_what_the_code_says_and_no_more(lang: str) -> None:
    ids = {message.id for message in catalogue(lang) if message.id}
    assert ids == SENTENCES, "run: python -m bot.texts.extract"
    assert not catalogue(lang).obsolete


def test_everything_is_translated() -> None:
    empty = [(lang, m.id) for lang, m in translations() if not all(forms(m.string))]
    fuzzy = [(lang, m.id) for lang, m in translations() if m.fuzzy]
    assert (empty, fuzzy) == ([], [])


def placeholders(lang: str, message: Message, form: int) -> list[str]:
    """What a form must hold; Arabic has words for one and two, which need no figure."""
    said = lang == "ar" and message.pluralizable and form in (1, 2)
    found = PLACEHOLDER.findall(forms(message.id)[-1])
    return sorted(each for each in found if not (said and each == "{count}"))


def test_a_translation_keeps_the_placeholders() -> None:
    wrong = [
        (lang, message.id, form)
        for lang, message in translations()
        for n, form in enumerate(forms(message.string))
        if sorted(PLACEHOLDER.findall(form)) != placeholders(lang, message, n)
    ]
    assert wrong == []


def test_a_translation_has_its_languages_plural_forms() -> None:
    for lang, message in translations():
        wanted = get_plural(lang).num_plurals  # gettext's; fractions have forms of their own
        assert catalogue(lang).num_plurals == wanted
        assert len(forms(message.string)) == (wanted if message.pluralizable else 1), message.id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_takes_the_form_that_unicode_says(lang: str) -> None:
    plural = speak(lang).catalogue.plural  # type: ignore[attr-defined]
    rule, numbers = Locale.parse(lang).plural_form, range(210)
    tags = [tag for tag in CLDR_TAGS if tag in {rule(number) for number in numbers}]
    assert [tags[plural(number)] for number in numbers] == [rule(number) for number in numbers]


def test_nothing_is_left_in_english() -> None:
    same = {
        (lang, form)
        for lang, message in translations()
        for form in set(forms(message.string)) & set(forms(message.id))
    }
    assert same <= SAME_AS_ENGLISH


@pytest.mark.parametrize("flaw", [r"<", r"&\w+;", r"!", r"^\s|\s$", r"\s\s", r"\t|\n"])
def test_a_text_is_plain(flaw: str) -> None:
    assert [found for found in every_text() if re.search(flaw, found[1])] == []


def test_a_translation_ends_as_the_english_does() -> None:
    def endings(text: Sentence | list[str] | None) -> set[str]:
        ends = {form[-1:] if form[-1:] in ENDS else "" for form in forms(text)}
        return {"?" if end == "؟" else end for end in ends}

    assert [m.id for _, m in translations() if endings(m.id) != endings(m.string)] == []


@pytest.mark.parametrize("lang", ["en", *LANGUAGES])
def test_a_language_is_easy_to_read(lang: str) -> None:
    texts = [
        plain(text) for code, text in every_text() if code == lang and text and text[-1] in ENDS
    ]
    measure, most = (lix, MAX_LIX) if lang in LIX_LANGUAGES else (words_a_sentence, MAX_WORDS)
    longer = [text for text in texts if len(text.split()) >= FEWEST_WORDS]
    hard = {text: round(measure(text)) for text in longer if measure(text) > most}
    assert measure("\n".join(texts)) <= most
    assert hard == {}


@pytest.mark.parametrize(
    ("lang", "person", "days"),
    [
        ("nb", "Snakk med et menneske", "Jeg tar vare på denne chatten i høyst 14 dager"),
        ("nn", "Snakk med eit menneske", "Eg tek vare på denne chatten i høgst 14 dagar"),
        ("sv", "Prata med en människa", "Jag sparar den här chatten i högst 14 dagar"),
        ("en", "Talk to a person", "I keep this chat for at most 14 days"),
        ("xx", "Talk to a person", "I keep this chat for at most 14 days"),
        ("../nb", "Talk to a person", "I keep this chat for at most 14 days"),
    ],
)
def test_speaks_the_language_or_english(lang: str, person: str, days: str) -> None:
    words = speak(lang)
    stored = next(s for s in SENTENCES if isinstance(s, str) and s.startswith("I keep this chat"))
    assert words.t("Talk to a person") == person
    assert words.t(stored, days=14).startswith(days)
    assert words.direction == "ltr"


def test_a_list_has_the_comma_of_its_language() -> None:
    assert speak("ar").listed(["أ", "", None, "ب"]) == "أ، ب"
    assert speak("nb").listed(["a", "", None, "b"]) == "a, b"


@pytest.mark.parametrize(
    ("wanted", "main", "chosen"),
    [("nn", "nb", "nn"), ("xx", "nb", "nb"), (None, "sv", "sv"), ("xx", "yy", "en")],
)
def test_chooses_the_persons_language_then_the_main_one(
    wanted: str | None, main: str, chosen: str
) -> None:
    assert choose(wanted, main) == chosen


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('words.t("A", name=1)', {"A"}),
        ('words.t(\n    "A "\n    "b."\n)', {"A b."}),
        ("f\"{words.t('A')}: {x}\"", {"A"}),
        ('words.n("{count} day", "{count} days", 2)', {("{count} day", "{count} days")}),
        ('print("A"); t = "A"; n("a", "b")', set()),
    ],
)
def test_finds_the_sentences_in_code(source: str, found: set[Sentence]) -> None:
    assert set(in_python(source)) == found


@pytest.mark.parametrize(
    "source", ["words.t(text)", 'words.t("A" if x else "B")', "words.t(f'{x}')"]
)
def test_refuses_a_sentence_that_is_not_written_out(source: str) -> None:
    with pytest.raises(ValueError, match="written out"):
        set(in_python(source))


def test_finds_the_sentences_in_a_template(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p title=\"{{ t('A') }}\">{{ {'b': t(\"B {x}\", x=1)} | tojson }}</p>")
    assert set(in_template(page)) == {"A", "B {x}"}


def test_refreshing_keeps_adds_and_drops(tmp_path: Path) -> None:
    file = tmp_path / "nb.po"
    file.write_text('msgid "Yes"\nmsgstr "Ja"\n\nmsgid "Gone"\nmsgstr "Borte"\n')
    refresh(file, {"Yes", "New", ("{count} day", "{count} days")})
    once = file.read_bytes()
    refresh(file, {"Yes", "New", ("{count} day", "{count} days")})
    assert file.read_bytes() == once
    assert b'msgid "Yes"\nmsgstr "Ja"\n' in once
    assert b'msgid "New"\nmsgstr ""\n' in once
    assert b'msgid_plural "{count} days"\nmsgstr[0] ""\nmsgstr[1] ""\n' in once
    assert b"Gone" not in once
