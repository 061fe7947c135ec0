"""What makes a collection of utterances a good one, measured; prints a table when it is run.

`python -m tests.utterances` shows each entry's number, variety and near-duplicates by language.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.knowledge.entries import Entry, Knowledge
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS, read_questions
from bot.knowledge.text import fold, words

QUESTIONS = Path(__file__).parent / "data" / "questions-dev.jsonl"
LIKE_A_QUESTION = 85  # per cent of the letters, the order of the words apart
LIKE_ANOTHER = 90
SHORT = 2  # words: what is so short is naturally alike
PLAIN = 3  # words: a question about anything may begin with so many
OWN_TO = 2  # entries: a word of so few belongs to what they are about

_BRACKETS = re.compile(r" *\([^)]*\)")


def too_short(text: str) -> bool:
    """Whether a text has so few words that it says little about who wrote it."""
    return len(words(text)) <= SHORT


def variety(texts: Iterable[str]) -> float:
    """The share of different words among all words."""
    said = [word for text in texts for word in words(text)]
    return len(set(said)) / len(said) if said else 0.0


def named(text: str, entry: Entry, cutoff: int) -> bool:
    """Whether the text is hardly more than what the entry is called, in any language."""
    titles = [fold(one.title) for one in entry.texts.values()]
    titles += [_BRACKETS.sub("", title) for title in titles]
    return _nearest(fold(text), titles, cutoff) is not None


def twins(texts: Sequence[str], entry: Entry) -> list[tuple[str, str]]:
    """Utterances that nearly say again what one before them says.

    The same words with a letter or two changed, or in another order. Utterances of up to two words
    are left out, and so is the entry's name, which may stand there misspelled too.
    """
    found, before = [], dict[str, str]()
    for text in texts:
        if too_short(text):
            continue
        folded = fold(text)
        twin = _nearest(folded, list(before), LIKE_ANOTHER)
        if twin is not None and not named(text, entry, LIKE_ANOTHER):
            found.append((before[twin], text))
        before[folded] = text
    return found


def frames(knowledge: Knowledge, lang: str) -> dict[str, dict[str, str]]:
    """Sentences with gaps that occur in several entries: frame to slug to utterance.

    A gap stands for the words that belong to an entry: those of its name, unless a quarter of all
    entries use them, and those that no more than two entries have. "co to jest" with a gap is how
    people ask; from four words on, a frame that many entries share is one sentence written for all.
    """
    owners = defaultdict(set)
    for entry in knowledge.entries.values():
        for text in entry.utterances.get(lang, ()):
            for word in words(text):
                owners[word].add(entry.slug)
    common = {word for word, slugs in owners.items() if 4 * len(slugs) > len(knowledge.entries)}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in knowledge.entries.values():
        name = {word for one in entry.texts.values() for word in words(one.title)} - common
        for text in entry.utterances.get(lang, ()):
            frame = _with_gaps(
                word if word not in name and len(owners[word]) > OWN_TO else None
                for word in words(text)
            )
            if sum(word != "_" for word in frame) > PLAIN:
                found[" ".join(frame)][entry.slug] = text
    return {frame: by for frame, by in found.items() if len(by) > 1}


def near_questions(entries: Iterable[Entry]) -> list[tuple[str, str, str]]:
    """Utterances that are nearly a question of those that measure: (slug, utterance, question).

    Both are folded and their words sorted, so that neither spelling nor order hides a copy. Texts
    of up to two words are left out: everyone asks "legevakt". So is an utterance that is hardly
    more than the entry's name, since a question may name the entry as well.
    """
    asked = [one.text for one in read_questions(QUESTIONS) if not too_short(one.text)]
    said = [
        (entry, text)
        for entry in entries
        for texts in entry.utterances.values()
        for text in texts
        if not too_short(text)
    ]
    scores = process.cdist(
        [fold(text) for _, text in said],
        [fold(text) for text in asked],
        scorer=fuzz.token_sort_ratio,
        score_cutoff=LIKE_A_QUESTION,
    )
    return [
        (entry.slug, text, asked[scores[n].argmax()])
        for n, (entry, text) in enumerate(said)
        if scores[n].any() and not named(text, entry, LIKE_A_QUESTION)
    ]


def rows(knowledge: Knowledge) -> Iterator[str]:
    """A line for each entry and language."""
    for entry in knowledge.entries.values():
        for lang in knowledge.profile.languages:
            texts = entry.utterances.get(lang, ())
            alike = "; ".join(" = ".join(pair) for pair in twins(texts, entry))
            yield f"{entry.slug:34} {lang} {len(texts):3} {variety(texts):.2f} {alike}".rstrip()


def _nearest(text: str, others: Sequence[str], cutoff: int) -> str | None:
    found = process.extractOne(text, others, scorer=fuzz.token_sort_ratio, score_cutoff=cutoff)
    return found[0] if found else None


def _with_gaps(said: Iterable[str | None]) -> list[str]:
    """The words, each row of missing ones as one gap."""
    frame: list[str] = []
    for word in said:
        if word or frame[-1:] != ["_"]:
            frame.append(word or "_")
    return frame


if __name__ == "__main__":
    for names in DEPLOYMENTS.values():
        print("\n".join(rows(load(names))))
