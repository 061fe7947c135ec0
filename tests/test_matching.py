"""The index finds, the classifier tells apart, spelling is mended, and the sums are right."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.knowledge import intents
from bot.knowledge.calibration import FULL, LEXICAL, Calibration, Fusion, Model, shipped
from bot.knowledge.classifier import SMOOTHING, Classifier
from bot.knowledge.corpus import documents
from bot.knowledge.entries import Entry, Knowledge, Profile, Source, Text
from bot.knowledge.evidence import Evidence, Nearness
from bot.knowledge.features import Reading, features, tokens
from bot.knowledge.index import Index
from bot.knowledge.matching import Matcher, decide
from bot.knowledge.rows import Rows
from bot.knowledge.spelling import Speller, mend, spellings

TEXTS = ["sykkeltur i parken", "strikkekafé for alle", "tur med hund", "leksehjelp på biblioteket"]


def entry(slug: str, title: str, *said: str, never: tuple[str, ...] = ()) -> Entry:
    """An entry with nothing but what matching looks at."""
    return Entry(
        slug=slug,
        pack="by",
        topic="activity",
        organization=None,
        source=Source("plan", "En plan", None),
        last_checked=None,
        related=(),
        actions=(),
        texts={"nb": Text("nb", title, "", f"{title} er åpent for alle.", "", "")},
        utterances={"nb": said},
        never={"nb": never},
    )


def knowledge(*entries: Entry) -> Knowledge:
    """A small municipality."""
    zone = "Europe/Oslo"
    profile = Profile("By", "no", zone, ("nb",), "nb", None, None, None, True, Path())
    return Knowledge(profile, {e.slug: e for e in entries}, {}, "")


SMALL = knowledge(
    entry("sjakk", "Sjakklubb", "spille sjakk mot andre", "brettspill om kvelden"),
    entry("kor", "Kor", "synge i kor", "jeg vil synge sammen med noen", never=("kort og spill",)),
    entry("hage", "Felles hage", "dyrke grønnsaker", "leie jordlapp", "luke og så sammen"),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(SMALL)


def test_features_are_the_word_and_its_padded_letter_groups() -> None:
    assert features("bil") == ["=bil", " bi", "bil", "il ", " bil", "bil ", " bil "]
    assert features("å") == ["=å", " å "]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("sykkelturer", 0),
        ("strikkekafe", 1),
        ("hunden min", 2),
        ("bibliotek", 3),
        ("leksehjlep", 3),
    ],
)
def test_the_index_finds_by_parts_of_words(query: str, best: int) -> None:
    index = Index(Reading(TEXTS, {}))
    assert int(np.argmax(index.scores(index.vector(tokens(query))))) == best


def test_the_index_scores_by_bm25() -> None:
    index = Index(Reading(["a a b", "b c"], {}))
    scores = index.scores(index.vector(["a"]))
    # Both features of "a" ("=a", " a ") occur twice, in one of two documents, in 6 of 10 / 2.
    idf = np.log1p((2 - 1 + 0.5) / (1 + 0.5))
    long = 1 - 0.6 + 0.6 * 6 / 5
    assert scores == pytest.approx([2 * idf * 2 * 2.2 / (2 + 1.2 * long), 0])


@pytest.mark.parametrize("query", ["", "xyzzy", "🙂"])
def test_the_index_finds_nothing_in_nothing(query: str) -> None:
    index = Index(Reading(TEXTS, {}))
    assert not index.scores(index.vector(tokens(query))).any()


def test_an_unknown_word_weighs_like_the_rarest() -> None:
    index = Index(Reading(TEXTS, {}))
    assert index.weight(["qqq"]) == pytest.approx(len(features("qqq")) * index.rarest)
    assert index.unknown_share(["tur", "qqq"]) == 0.5


def test_rows_tell_which_hold_a_column() -> None:
    cells = np.array([[0, 1], [0, 4], [0, 9], [2, 4], [3, 0]], np.int32)
    rows = Rows.of(cells[:, 0], cells[:, 1], np.ones(len(cells), np.float32), 5)
    wanted = np.array([0, 1, 2, 3, 4], np.int32)
    held = {column: np.flatnonzero(rows.holds(wanted, column)).tolist() for column in (0, 1, 4, 9)}
    assert held == {0: [3], 1: [0], 4: [0, 2], 9: [0]}
    assert not rows.holds(wanted, 5).any()
    assert not rows.holds(wanted[:0], 4).any()


def test_the_classifier_learns_what_tells_neighbours_apart() -> None:
    texts = [
        "hjelp til mor med mat",
        "hjelp til far med mat",
        "hjelp til mor med buss",
        "buss hjelp",
    ]
    read = Reading(texts, {})
    index = Index(read)
    labels = np.array([0, 0, 1, 1], np.int32)
    classifier = Classifier(index.idf, read.vectors, labels, 2)
    scores = classifier.scores(index.vector(tokens("hjelp til mor med bussen")))
    assert scores[1] == 0
    assert scores[0] < -1


def test_the_classifier_counts_by_bayes() -> None:
    read = Reading(["a", "b"], {})
    index = Index(read)
    classifier = Classifier(index.idf, read.vectors, np.array([0, 1], np.int32), 2)
    scores = classifier.scores(index.vector(["a"]))
    # A text has two features ("=a", " a "), each weighs 1 / sqrt(2); four are known in all.
    each = 2**-0.5
    own, other = np.log(each + SMOOTHING), np.log(SMOOTHING)
    assert scores == pytest.approx([0, 2 * each * (other - own)], rel=1e-4)


def test_a_text_of_nothing_known_favours_no_label() -> None:
    read = Reading(["a", "b c"], {})
    index = Index(read)
    classifier = Classifier(index.idf, read.vectors, np.array([0, 1], np.int32), 2)
    assert classifier.scores(index.vector(["qqq"])).tolist() == [0, 0]


def test_a_matcher_built_on_another_is_as_one_built_anew() -> None:
    before = Matcher(knowledge(entry("kor", "Kor", "synge i kor")))
    assert ranked(Matcher(SMALL, before=before)) == ranked(Matcher(SMALL))


def ranked(matcher: Matcher) -> Evidence:
    return matcher.evidence("synge litt")


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        ("biblotek", "biblotek"),
        ("biblioteke", "biblioteket"),
        ("leksehjlep", "leksehjelp"),
        ("sykeltur", "sykkeltur"),
        ("parkken", "parken"),
        ("hun", "hun"),
        ("tog", "tog"),
        ("парк", "парк"),
    ],
)
def test_near_words_are_mended(word: str, mended: str) -> None:
    slips = Speller(w for text in TEXTS for w in tokens(text)).slips([word])
    assert slips.get(word, word) == mended


def test_the_commoner_of_equally_near_words_wins() -> None:
    assert Speller(["hansen", "hanken", "hanken"]).slips(["hanen"]) == {"hanen": "hanken"}


def test_what_is_meant_is_spelled_as_people_spell_it() -> None:
    spelled = spellings(["Få hjelp på båten", "båten", "Can't"])
    assert mend("Kor e boten?", {"boten": "baten"}, spelled) == "Kor e båten?"
    assert mend("Kor e båten?", {}, spelled) == "Kor e båten?"
    assert spelled["cant"] == "can't"


def test_an_entry_is_found(matcher: Matcher) -> None:
    for text, slug in (("sjakk", "sjakk"), ("vil synge", "kor"), ("jordlapper", "hage")):
        assert matcher.evidence(text).first.slug == slug


def test_what_must_not_lead_to_an_entry_does_not(matcher: Matcher) -> None:
    slugs = [label.slug for label, share in matcher.evidence("kort og spill").offers if share > 0]
    assert "kor" not in slugs
    assert matcher.evidence("kor").first.slug == "kor"


def test_shares_sum_to_one(matcher: Matcher) -> None:
    evidence = matcher.evidence("synge eller dyrke")
    total = sum(share for _, share in evidence.offers)
    assert total + evidence.smalltalk[1] + evidence.outside[1] <= 1.001


@pytest.mark.parametrize("text", ["", " ", "?", "🙂", "a", "x" * 4000, "synge " * 600, "\u0000"])
def test_any_text_gives_finite_features(matcher: Matcher, text: str) -> None:
    assert np.isfinite(matcher.evidence(text).features()).all()
    assert 0 <= matcher.match(text).score <= 1


def judged(evidence: Evidence, first: float, among: float) -> str:
    """The outcome when the models are as sure as told."""
    size = len(evidence.features())

    def model(p: float) -> Model:
        return Model([0] * size, [1] * size, [0] * size, float(np.log(p / (1 - p))))

    thresholds = {"answer": 0.6, "talk": 0.45, "choose": 0.3, "least_share": 0.01}
    calibration = Calibration(Fusion([], []), model(first), model(among), **thresholds)
    return decide(evidence, calibration).outcome


@pytest.mark.parametrize(
    ("first", "among", "outcome"),
    [(0.7, 0.1, "answer"), (0.5, 0.4, "choose"), (0.5, 0.2, "unknown")],
)
def test_sure_answers_likely_offers_else_unknown(
    matcher: Matcher, first: float, among: float, outcome: str
) -> None:
    assert judged(matcher.evidence("synge"), first, among) == outcome


def test_small_talk_is_never_a_list_of_offers(matcher: Matcher) -> None:
    assert judged(matcher.evidence("hei på deg"), 0.7, 0.9) == "smalltalk"
    assert judged(matcher.evidence("hei på deg"), 0.4, 0.9) == "unknown"


def test_small_talk_needs_less_to_be_sure(matcher: Matcher) -> None:
    assert judged(matcher.evidence("hei på deg"), 0.5, 0.1) == "smalltalk"
    assert judged(matcher.evidence("synge"), 0.5, 0.1) == "unknown"


def test_nonsense_is_no_small_talk(matcher: Matcher) -> None:
    assert matcher.match("hei på deg").outcome == "smalltalk"
    evidence = replace(matcher.evidence("hei på deg"), near=Nearness(0.2, 0.3, 1.0, 0.2))
    assert judged(evidence, 0.9, 0.1) == "unknown"


def test_an_unknown_says_whose_matter_it_is(matcher: Matcher) -> None:
    match = matcher.match("når kommer skattepengene")
    assert (match.outcome, match.signpost) == ("unknown", "tax")
    assert matcher.match("oppskrift på vafler").signpost is None


def test_the_documents_are_in_the_languages_of_the_deployment() -> None:
    texts = {text for _, text in documents(SMALL)}
    assert "hej hej" not in texts
    assert {"hei", "synge i kor", "Kor"} <= texts


@pytest.mark.parametrize("kind", ["action", "smalltalk", "outside"])
def test_every_intent_has_utterances_in_every_language(kind: str) -> None:
    least = {"nb": 25, "sv": 15, "en": 12} if kind == "action" else {}
    wanted = ("nb", "nn", "sv", "en", "uk", "ar", "pl", "so")
    for name, said in intents.utterances(kind).items():
        for lang in wanted:
            assert len(said.get(lang, ())) >= least.get(lang, 8 if kind == "action" else 2), name


def test_no_utterance_has_two_intents() -> None:
    owners: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for kind in intents.FILES:
        for name, by_lang in intents.utterances(kind).items():
            for lang, said in by_lang.items():
                for text in said:
                    owners.setdefault((lang, text), set()).add((kind, name))
    assert {key: both for key, both in owners.items() if len(both) > 1} == {}


def test_the_shipped_calibration_tells_how_good_it_was() -> None:
    for path in (LEXICAL, FULL):
        assert 0 < shipped(path).choose < shipped(path).answer < 1
