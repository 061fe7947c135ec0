"""Facets, corrections, parts and other persons in what people write, in all eight languages."""

import pytest

from bot.knowledge.corrections import corrected
from bot.knowledge.facets import Facets, facets_before, facets_in, sentences_on
from bot.knowledge.parts import questions_in
from bot.knowledge.someone import someone_in

FACETS = {
    "when": "når da?|og når er det åpent?|kor tid e det|er det åpent på lørdag|hvilke dager|"
    "när är det öppet|what time?|коли?|متى؟|goorma?|o której?|kva tid opnar det",
    "price": "koster det noe?|hva koster det|ka koste det|hvro mye koster det|er det gratis?|"
    "takk, og hva koster det?|how much|is it free|vad kostar det|ile to kosztuje|"
    "скільки це коштує|waa imisa?|كم السعر|وكم يكلف|immisa waaye|kva kostar det|må jeg betale?",
    "who": "hvem kan komme?|kem kan komma|hvem kan søke|kven kan vere med|who is it for?|"
    "aldersgrense?|vem är det för|dla kogo to jest?|для кого це?|لمن هذا؟|yaa loogu talagalay",
    "where": "hvor er det?|kor e det|where is it|var ligger det|gdzie to jest?|де це?|"
    "أين هو؟|xagee bay ku taal|hvilken adresse?",
    "apply": "hvordan søker jeg?|koss søke eg|hvordan melder jeg meg på?|hur anmäler jag mig|"
    "how do i apply|how do I sign up?|jak się zapisać?|як записатися?|كيف أسجل؟|sidee u codsadaa",
    "contact": "telefon?|har de telefonnummer|whats the phone number|hvem ringer jeg?|"
    "vem kontaktar jag|numer telefonu?|номер телефону?|رقم الهاتف؟|lambarka telefoonka?|tlf",
}
GROUPS = (
    "og for barn?|kan menn komme?|a dla dzieci?|а для дітей?|وللأطفال؟|och för barn då|"
    "and for kids?|carruurta ka warran|för äldre|och för äldre?"
)
WHOLE = (
    "hva koster lunsj på seniorsenteret|hvor er legevakten|telefon til legevakten|hei|takk|ja|"
    "nei|hva er det|jeg vil søke jobb|jeg har ikke penger|hvem er du|who are you|vem är du|"
    "kan du ringe meg|i dag er jeg lei meg|for mye penger|jeg har ingen å ringe|no money|"
    "hvordan er det å bo der|kan jeg snakke med noen|Berit"
)
QUESTIONS = {
    "hvor er seniorsenteret, og hva koster det?": ["hvor er seniorsenteret,", "og hva koster det?"],
    "hva er crux og hvordan får jeg støttekontakt": [
        "hva er crux",
        "og hvordan får jeg støttekontakt",
    ],
    "Min mor er 80. Hvor kan hun spise? Og hva er LPP?": [
        "Min mor er 80. Hvor kan hun spise?",
        "Og hva er LPP?",
    ],
    "Where is the crisis centre? And how do I get help?": [
        "Where is the crisis centre?",
        "And how do I get help?",
    ],
    "var ligger workcenter och vad kostar det": ["var ligger workcenter", "och vad kostar det"],
    "أين المركز وكم السعر": ["أين المركز", "وكم السعر"],
    "Gdzie jest centrum i ile to kosztuje?": ["Gdzie jest centrum", "i ile to kosztuje?"],
    "Де це і скільки коштує?": ["Де це", "і скільки коштує?"],
    "hvor er det åpent for mat og prat for eldre?": [
        "hvor er det åpent for mat og prat for eldre?"
    ],
    "hvem kan snakke med meg når jeg er trist": ["hvem kan snakke med meg når jeg er trist"],
    "kan jeg spille kort og spise middag der": ["kan jeg spille kort og spise middag der"],
    "mat og prat for eldre": [],
    "1) hva er crux 2) hva er lpp": ["hva er crux", "hva er lpp"],
    "hva er crux\nhva er lpp": ["hva er crux", "hva er lpp"],
    "- hva er crux\n- åpner dere kl. 10 i dag?": ["hva er crux", "åpner dere kl. 10 i dag?"],
}
CORRECTIONS = {
    "nei, jeg mente støttekontakt": "støttekontakt",
    "eg meinte krisesenteret": "krisesenteret",
    "Nej, jag menade skyddat boende": "skyddat boende",
    "No, I meant the crisis centre": "the crisis centre",
    "Nie, chodziło mi o pracę": "pracę",
    "ні, я мала на увазі роботу": "роботу",
    "لا، أقصد العمل": "العمل",
    "maya, waxaan ula jeeday shaqo": "shaqo",
    "nei, ikke det": "",
    "Nei, det var ikke det jeg spurte om.": "",
    "not that": "",
    "inte det": "",
    "nie o to mi chodziło": "",
    "nei": None,
    "no": None,
    "nei takk": None,
    "jeg vet ikke hva jeg mente": None,
}
SOMEONE = {
    "parent": "mor mi er 80|mutter'n trenger hjelp|min mamma är ensam|my dad is bored|"
    "моя мама самотня|mojej mamie smutno|أمي وحيدة|hooyaday waa kelideed",
    "grandparent": "besten vil spille bingo|min farmor är ensam|granny watches tv",
    "child": "sonen min vil ha jobb|my daughter is 17|mój syn nie chodzi do szkoły|ابني لا ينام",
    "partner": "gubben vil ikke ut|min fru är sjuk|my husband drinks|моя дружина хворіє",
    "sibling": "broren min ruser seg|syrran behöver jobb|my little brother is bored",
    "friend": "en kompis er på kjøret|a friend of mine drinks|min kompis mår dåligt",
    "someone": "brukeren min trenger støttekontakt|naboen er ensom|my neighbour is lonely",
}
NOBODY = (
    "jeg er ensom|jeg er mamma til tre|how do I find a friend|jeg er blitt bestemor|mat og prat"
)


@pytest.mark.parametrize("facet", FACETS)
def test_a_short_question_asks_for_a_facet(facet: str) -> None:
    found = {text: facets_in(text) for text in FACETS[facet].split("|")}
    assert {text: one for text, one in found.items() if one != Facets((facet,))} == {}


def test_whom_it_is_for_may_be_named() -> None:
    found = {text: facets_in(text) for text in GROUPS.split("|")}
    wrong = {text: one for text, one in found.items() if one != Facets(("who",), group=True)}
    assert wrong == {}


def test_two_facets_are_asked_in_their_order() -> None:
    assert facets_in("hva koster det og når er det?") == Facets(("price", "when"))


def test_what_says_more_is_a_full_question() -> None:
    assert [text for text in WHOLE.split("|") if facets_in(text)] == []


def test_an_entrys_own_sentence_speaks_of_a_facet() -> None:
    told = ["Hjelpen er gratis.", "Du treffer andre.", "Det er åpent hele døgnet."]
    assert sentences_on("price", told, "nb") == ["Hjelpen er gratis."]
    assert sentences_on("when", told, "nb") == ["Det er åpent hele døgnet."]
    assert sentences_on("contact", told, "nb") == []


@pytest.mark.parametrize("text", QUESTIONS)
def test_questions_are_told_apart(text: str) -> None:
    assert questions_in(text) == QUESTIONS[text]


@pytest.mark.parametrize("text", CORRECTIONS)
def test_a_correction_says_what_is_meant(text: str) -> None:
    assert corrected(text) == CORRECTIONS[text]


@pytest.mark.parametrize("group", SOMEONE)
def test_somebody_else_is_heard(group: str) -> None:
    found = {text: someone_in(text) for text in SOMEONE[group].split("|")}
    assert {text: one for text, one in found.items() if one != group} == {}


def test_the_writer_is_nobody_else() -> None:
    assert [text for text in NOBODY.split("|") if someone_in(text)] == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("hva koster trygghetsalarm?", ("price",)),
        ("when is the clinic open", ("when",)),
        ("var ligger krisjouren?", ("where",)),
        ("hvor søker jeg om kommunal bolig?", ("apply",)),
        ("hvor kan eldre få mat og prat", None),
        ("hva er gatejuristen", None),
        ("telefon?", None),
    ],
)
def test_a_full_question_may_begin_with_a_facet(text: str, asked: tuple[str, ...] | None) -> None:
    assert facets_before(text) == (Facets(asked) if asked else None)
