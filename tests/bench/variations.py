"""The matcher with one ingredient taken out at a time."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from typing import Any
from unittest.mock import patch

from bot.knowledge import intents
from bot.knowledge.corpus import Label
from bot.knowledge.entries import Knowledge
from bot.knowledge.features import features
from bot.knowledge.text import clean

SIGNALS = ("bayes", "words", "nearest", "local")  # the columns of what the matcher says
_WORD = re.compile(r"[^\W_]+")


def utterances_alone(knowledge: Knowledge) -> list[tuple[Label, str]]:
    """What people say, without titles, audiences and answers."""
    said = intents.in_languages(knowledge.profile.languages)
    found = {(Label(kind, name), text) for kind, name, text in said}
    for entry in knowledge.entries.values():
        texts = chain.from_iterable(entry.utterances.values())
        found |= {(Label("entry", entry.slug), text) for text in texts}
    return sorted(found)


def plain_words(text: str) -> list[str]:
    """Words in lower case that keep their accents and letter forms."""
    return _WORD.findall(clean(text).lower())


def _instead(name: str, new: Any) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: patch(f"bot.knowledge.{name}", new)


WHOLE = "everything"
VARIATIONS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    WHOLE: nullcontext,
    "spelling repair": _instead("spelling.Speller.slips", lambda self, said: {}),
    "repaired text for embeddings": _instead("matching.mend", lambda text, *rest: text),
    "nevers": _instead("matching.nevers", lambda knowledge: []),
    "titles and answers": _instead("matching.documents", utterances_alone),
    "whole words": _instead("features.features", lambda word: features(word)[1:]),
    "letter groups": _instead("features.features", lambda word: features(word)[:1]),
    "folded letters": _instead("features.words", plain_words),
    "the cone's middle taken off": _instead("meaning.TAKEN_OFF", 0.0),
}
