"""Innom's matcher over tasks of others: what its signals say, weighed by a fusion."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from bot.knowledge import embeddings
from bot.knowledge.calibration import Fusion
from bot.knowledge.corpus import Label
from bot.knowledge.embedder import Embedder, Floats
from bot.knowledge.embeddings import Library
from bot.knowledge.fusing import Asked
from bot.knowledge.matching import Matcher
from bot.knowledge.text import clean
from tests.bench.figures import Result, judge
from tests.bench.tasks import Query, Task

QUESTIONS = Path(__file__).parents[1] / "data"
LEXICAL_SIGNALS = 2  # the first ones of all; the others need embeddings


class Remembering(Embedder):
    """Embeds a question or a text once in a run, for all that ask."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._questions: dict[str, Floats] = {}
        self._texts: dict[str, Floats] = {}

    def question(self, text: str) -> Floats:
        """As the embedder does."""
        if text not in self._questions:
            self._questions[text] = self._embedder.question(text)
        return self._questions[text]

    def texts(self, texts: Sequence[str]) -> Floats:
        """As the embedder does."""
        for text in texts:
            if text not in self._texts:
                self._texts[text] = self._embedder.texts([text])[0]
        return np.array([self._texts[text] for text in texts])


def make_library() -> Library | None:
    """A library that remembers; None where this machine has no embedder."""
    shipped = embeddings.built_in()
    return Library(Remembering(shipped.embedder)) if shipped else None


def known(task: Task) -> list[tuple[Label, str]]:
    """A task's texts as the matcher takes them."""
    return [(Label("entry", entry), text) for entry, text in task.texts]


def make_matcher(task: Task, library: Library | None) -> Matcher:
    """A matcher of a task's texts, embedded where there is a library."""
    if library:
        library.learn(text for _, text in task.texts)
    return Matcher.of(known(task), library=library)


def hear(name: str, matcher: Matcher, queries: Iterable[Query]) -> list[Asked]:
    """The signals of queries, and which labels are right."""
    numbers = {label.slug: n for n, label in enumerate(matcher.labels)}
    return [
        Asked(
            name,
            matcher.signals(clean(query.text)).values,
            tuple(sorted(numbers[entry] for entry in query.gold if entry in numbers)),
            matcher.few,
        )
        for query in queries
    ]


def weigh(asked: Sequence[Asked], fusion: Fusion) -> Result:
    """How a fusion ranks; one with fewer weights than there are signals takes the first ones."""
    weights = np.array(fusion.weights(asked[0].few), np.float32)
    totals = np.array([one.values[:, : len(weights)] @ weights for one in asked])
    shares = np.exp(totals - totals.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    columns = [str(n) for n in range(shares.shape[1])]
    return judge(shares, columns, [frozenset(map(str, one.gold)) for one in asked])


def without_embeddings(asked: Sequence[Asked]) -> list[Asked]:
    """The same questions with the lexical signals alone."""
    return only(asked, lambda n: n < LEXICAL_SIGNALS)


def only(asked: Sequence[Asked], kept: Callable[[int], bool]) -> list[Asked]:
    """The same questions with some of the signals."""
    columns = [n for n in range(asked[0].values.shape[1]) if kept(n)]
    return [Asked(one.task, one.values[:, columns], one.gold, one.few) for one in asked]
