"""Which language a message is in: letters first, then character grams and small words.

The model is naive Bayes over the letter grams of what the packs' people say (`language.json`,
made by `python -m bot.knowledge.language`). A message too short to tell keeps the language that
was expected.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bot.knowledge.entries import CLOSE
from bot.knowledge.text import clean

MODEL = Path(__file__).with_name("language.json")
GRAMS = (1, 2, 3, 4)
KEPT = 6000  # grams; more give nothing on the questions held out
FLOOR = 2e-5  # the share of a gram that a language does not have
EXPECTED = 8.0  # log units by which the expected language is ahead; about one clear word
ALONE = 20.0  # the same for a word alone that nobody is known to say
DIALECT = 8.0  # further log units for what may be a dialect of the expected language
CLEAR = 12.0  # log units ahead of another language from which a text of some words is surely not it
CLEAR_WORDS, NAME_WORDS = 3, 3
SOUND, SOUND_SIZE = 0.4, 3  # least share of a text's grams of so many letters that its language has

NORDIC = ("nb", "sv", "nn")
"""Who reads one of these reads the others; Danish counts as the Norwegian that it looks like."""

# Scripts that tell the language where only one is offered that uses them.
_SCRIPTS = (("uk", "Ѐ", "ӿ"), ("ar", "؀", "ۿ"))
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")  # "heiiii", "aaaaa": one letter says all of it
_BY_SCRIPT = {lang for lang, _, _ in _SCRIPTS}


def detect(text: str, languages: Sequence[str], prior: str | None = None) -> str:
    """The most likely of `languages`; `prior` (else the first) where the text is too short.

    A Nordic language that is not among them is read as the first one that is.
    """
    expected = prior if prior and prior in languages else languages[0]
    text = _DRAWN_OUT.sub(r"\1", text)
    if script := _script(text):
        return script if script in languages else expected
    scores = _scores(text, languages)
    if not scores:
        return expected
    scores[expected] = scores.get(expected, min(scores.values())) + _lead(text, expected)
    close = CLOSE.get(prior or "")
    if close in scores:
        # A dialect written by somebody who reads one looks like the other.
        scores[close] -= DIALECT
    found = max(scores, key=lambda lang: scores[lang])
    if found != expected and not _sounds(text, found):
        return expected
    if len(_words(text)) == 1 and found != expected:
        found = min(found, CLOSE.get(found, found), key=_place(languages))
    return found if found in languages else min(NORDIC, key=_place(languages))


def is_clear(text: str, lang: str, kept: str) -> bool:
    """Whether a text is surely in `lang` and not in `kept`; bokmål and nynorsk never are."""
    count = len(_words(text))
    if CLOSE.get(kept) == lang or count < CLEAR_WORDS:
        return False
    if {lang, kept} & _BY_SCRIPT:
        return (_script(text) or kept) == lang or kept in _BY_SCRIPT
    scores = _scores(text, (lang, kept))
    return bool(scores) and scores[lang] - scores[kept] >= CLEAR


def _place(languages: Sequence[str]) -> Callable[[str], int]:
    """Orders languages as a deployment does; what it does not speak comes last."""
    return lambda lang: languages.index(lang) if lang in languages else len(languages)


def _lead(text: str, expected: str) -> float:
    """How far the expected language is ahead: names are its own, and so are words it shares."""
    said = list(dict.fromkeys(_words(text)))  # "hello hello" is one word
    languages, grams = _model()
    known = [grams[f" {word} "] for word in said if f" {word} " in grams]
    if not known and _is_a_name(text):
        return math.inf
    if len(said) != 1 or expected not in languages:
        return EXPECTED
    if not known:
        return ALONE  # a slip of the keyboard, or a rare word
    return math.inf if known[0][languages.index(expected)] > math.log(FLOOR) + 0.01 else EXPECTED


def _sounds(text: str, lang: str) -> bool:
    """Whether a text may be of a language: keys struck at random are nearest to one, and none."""
    known = _known(lang)
    if any(len(word) > 1 and f" {word} " in known for word in _words(text)):
        return True
    found = {gram for gram in _grams(text) if len(gram) == SOUND_SIZE}
    return len(found & known) >= SOUND * len(found)


@cache
def _known(lang: str) -> frozenset[str]:
    """The grams that a language has."""
    languages, grams = _model()
    at = languages.index(lang)
    return frozenset(gram for gram, logs in grams.items() if logs[at] > math.log(FLOOR) + 0.01)


def _is_a_name(text: str) -> bool:
    """A few words, each with a capital letter: names of people, places and offers."""
    said = clean(text).split()
    return len(said) <= NAME_WORDS and all(word[0].isupper() for word in said)


def _script(text: str) -> str | None:
    """The language whose script most words have; offers keep their Latin names in any script."""
    said = _words(text)
    for lang, first, last in _SCRIPTS:
        if said and sum(first <= word[0] <= last for word in said) >= len(said) / 2:
            return lang
    return None


def _scores(text: str, languages: Sequence[str]) -> dict[str, float]:
    """Log-likelihoods of the grams that the model knows; empty where it knows none.

    Where one Nordic language is wanted, all are weighed.
    """
    order, grams = _model()
    known = [(n, grams[gram]) for gram, n in Counter(_grams(text)).items() if gram in grams]
    if not known:
        return {}
    wanted = {*languages, *(NORDIC if set(NORDIC) & set(languages) else ())}
    places = {lang: order.index(lang) for lang in order if lang in wanted}
    return {lang: sum(n * logs[at] for n, logs in known) for lang, at in places.items()}


def _grams(text: str) -> Iterable[str]:
    for word in _words(text):
        padded = f" {word} "
        for size in GRAMS:
            yield from (padded[i : i + size] for i in range(len(padded) - size + 1))
        if len(word) > 2:
            yield padded  # a whole word tells more than its parts


def _words(text: str) -> list[str]:
    return "".join(c if c.isalpha() else " " for c in clean(text)[:400].lower()).split()


@cache
def _model() -> tuple[list[str], dict[str, list[float]]]:
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    return model["languages"], model["grams"]


def learn(said: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """The model from sentences per language: log shares of the grams that tell most.

    Shares are smoothed by `FLOOR`; a gram tells much when its shares differ and it is frequent.
    What people say as a word alone ("hello", "crux") is always kept.
    """
    counts = {lang: Counter(g for s in lines for g in _grams(s)) for lang, lines in said.items()}
    totals = {lang: count.total() for lang, count in counts.items()}
    languages, every = sorted(counts), set().union(*counts.values())
    shares = {g: [counts[x][g] / totals[x] + FLOOR for x in languages] for g in every}

    def telling(gram: str) -> float:
        logs = [math.log(share) for share in shares[gram]]
        return max(shares[gram]) * (max(logs) - min(logs))

    best = sorted(sorted(every), key=telling, reverse=True)[:KEPT]
    alone = {f" {_words(s)[0]} " for lines in said.values() for s in lines if len(_words(s)) == 1}
    kept = sorted({*best, *(alone & every)})
    grams = {g: [round(math.log(share), 2) for share in shares[g]] for g in kept}
    return {"languages": languages, "grams": grams}


def sentences() -> dict[str, list[str]]:
    """What people say in the built-in packs and intents, per language written in Latin letters."""
    from bot.knowledge import intents, packs

    said: dict[str, list[str]] = {}
    for names in (("norge", "sandnes"), ("sverige", "vasby")):
        for entry in packs.load(names).entries.values():
            for lang, lines in entry.utterances.items():
                said.setdefault(lang, []).extend(lines)
            for text in entry.texts.values():
                said[text.lang] += [text.short, text.more, text.next]
    for kind in intents.FILES:
        for by_lang in intents.utterances(kind).values():
            for lang, lines in by_lang.items():
                said.setdefault(lang, []).extend(lines)
    return {lang: lines for lang, lines in said.items() if lang not in _BY_SCRIPT}


if __name__ == "__main__":
    text = json.dumps(learn(sentences()), ensure_ascii=False, separators=(",", ":"))
    MODEL.write_text(text.replace("],", "],\n") + "\n", encoding="utf-8")
