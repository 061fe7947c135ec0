"""What the words of a message have in common over all languages: "mannen", "mąż" and زوجي are one.

The concepts are data, `danger/concepts.yaml`; the second ear learns from them beside letters.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from bot.knowledge.vocabulary import Vocabulary

_FILE = Path(__file__).parent / "danger" / "concepts.yaml"
_WINDOW = 6
"""Words within which two concepts belong together in their order."""


class Concepts:
    """The concepts by name, and which of them a word stands for."""

    def __init__(self, words: dict[str, str]) -> None:
        self._vocabulary = Vocabulary()
        self._names: dict[int, str] = {}
        for name, forms in words.items():
            self._names[self._vocabulary.add(forms.split())] = name

    def of(self, word: str) -> list[str]:
        """The names of the concepts of a folded word, in order."""
        return sorted(self._names[one] for one in self._vocabulary.find(word))


def concept_features(words: Sequence[str]) -> Iterator[str]:
    """What stands for a concept, what follows on it, what is with it, and the words beside it."""
    placed = [(place, name) for place, word in enumerate(words) for name in _concepts().of(word)]
    for at, (place, name) in enumerate(placed):
        yield from _twice(name)
        for later, other in placed[at + 1 :]:
            if name != other and place != later:
                yield from _twice("{}&{}".format(*sorted((name, other))))
                if later <= place + _WINDOW:
                    yield from _twice(f"{name}>{other}")
        for beside in (-2, -1, 1, 2):
            if 0 <= place + beside < len(words):
                yield from _twice(f"{name}{beside}={words[place + beside]}")


def _twice(feature: str) -> tuple[str, str]:
    """Concepts are fewer than letter grams; counted double they weigh as much (measured)."""
    return f"@{feature}", f"#{feature}"


@lru_cache(maxsize=1)
def _concepts() -> Concepts:
    return Concepts(yaml.safe_load(_FILE.read_text("utf-8")))
