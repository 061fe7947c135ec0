"""Which language a message is in: letters first, then character grams and small words.

The model is naive Bayes over the letter grams of what the packs' people say (`language.json`,
made by `python -m bot.knowledge.language`). A message too short to tell keeps the language that
was expected.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
DIALECT = 8.0  # further log units for what may be a dialect of the expected language

# Scripts that tell the language where only one is offered that uses them.
_SCRIPTS = (("uk", "Ѐ", "ӿ"), ("ar", "؀", "ۿ"))
_BY_SCRIPT = {lang for lang, _, _ in _SCRIPTS}


def detect(text: str, languages: Sequence[str], prior: str | None = None) -> str:
    """The most likely of `languages`; `prior` (else the first) where the text is too short."""
    expected = prior if prior and prior in languages else languages[0]
    if script := _script(text):
        return script if script in languages else expected
    scores = _scores(text, languages)
    if not scores:
        return expected
    scores[expected] = scores.get(expected, min(scores.values())) + EXPECTED
    close = CLOSE.get(prior or "")
    if close in scores:
        # A dialect written by somebody who reads one looks like the other.
        scores[close] -= DIALECT
    return max(scores, key=lambda lang: scores[lang])


def _script(text: str) -> str | None:
    letters = [c for c in text if c.isalpha()]
    for lang, first, last in _SCRIPTS:
        if letters and sum(first <= c <= last for c in letters) > len(letters) / 2:
            return lang
    return None


def _scores(text: str, languages: Sequence[str]) -> dict[str, float]:
    """Log-likelihoods of the grams that the model knows; empty where it knows none."""
    order, grams = _model()
    known = [(n, grams[gram]) for gram, n in Counter(_grams(text)).items() if gram in grams]
    if not known:
        return {}
    places = {lang: order.index(lang) for lang in languages if lang in order}
    return {lang: sum(n * logs[at] for n, logs in known) for lang, at in places.items()}


def _grams(text: str) -> Iterable[str]:
    words = "".join(c if c.isalpha() else " " for c in clean(text)[:400].lower()).split()
    for word in words:
        padded = f" {word} "
        for size in GRAMS:
            yield from (padded[i : i + size] for i in range(len(padded) - size + 1))
        if len(word) > 2:
            yield padded  # a whole word tells more than its parts


@cache
def _model() -> tuple[list[str], dict[str, list[float]]]:
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    return model["languages"], model["grams"]


def learn(said: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """The model from sentences per language: log shares of the grams that tell most.

    Shares are smoothed by `FLOOR`; a gram tells much when its shares differ and it is frequent.
    """
    counts = {lang: Counter(g for s in lines for g in _grams(s)) for lang, lines in said.items()}
    totals = {lang: count.total() for lang, count in counts.items()}
    languages, every = sorted(counts), set().union(*counts.values())
    shares = {g: [counts[x][g] / totals[x] + FLOOR for x in languages] for g in every}

    def telling(gram: str) -> float:
        logs = [math.log(share) for share in shares[gram]]
        return max(shares[gram]) * (max(logs) - min(logs))

    best = sorted(sorted(every), key=telling, reverse=True)[:KEPT]
    grams = {g: [round(math.log(share), 2) for share in shares[g]] for g in sorted(best)}
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
