"""What all conversations think with: the knowledge and its understanding."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from bot.actions.reach import Reach
from bot.knowledge.corpus import documents, nevers
from bot.knowledge.edited import Content, apply
from bot.knowledge.embeddings import Library
from bot.knowledge.entries import Knowledge
from bot.knowledge.understanding import Understander, Understanding

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Mind:
    """The knowledge in use, and what understands messages by it.

    `base` is what the packs say, `knowledge` the same with staff's edits over it. `number` counts
    the publishings that `knowledge` has, `indexed` those that `understander` was built from.
    `library` knows the meaning of texts, where this machine can compare meanings. `texts_read`
    counts those that it has learned here, `reading` tells how many of how many it has just now.
    """

    knowledge: Knowledge
    understander: Understander | None
    samples: bool = False  # whether made-up slots may be shown and booked
    reach: Reach = field(default=Reach(), kw_only=True)
    library: Library | None = field(default=None, kw_only=True)
    base: Knowledge = field(init=False)
    number: int = field(default=0, init=False)
    indexed: int = field(default=0, init=False)
    texts_read: int = field(default=0, init=False)
    reading: tuple[int, int] | None = field(default=None, init=False)
    _source: Knowledge = field(init=False)
    _indexed_read: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.base = self._source = self.knowledge

    @classmethod
    def of(
        cls, knowledge: Knowledge, *, samples: bool = False, library: Library | None = None
    ) -> "Mind":
        """A mind that can understand at once."""
        mind = cls(knowledge, None, samples, library=library)
        mind.build()
        return mind

    def learn(self, number: int, edits: dict[str, Content]) -> None:
        """Answers with the edits from now on; `build` makes the index follow."""
        self.knowledge, self.number = apply(self.base, edits), number

    @property
    def is_behind(self) -> bool:
        """Whether the index is older than the knowledge, or than what was read of it."""
        used = (self.indexed, self._indexed_read)
        return self.understander is None or used != (self.number, self.texts_read)

    @property
    def compares(self) -> bool:
        """Whether the index in use compares meanings, not words alone."""
        return self.understander is not None and self.understander.compares

    def build(self) -> None:
        """Builds the index where it is behind; takes some seconds for a hundred entries.

        Safe to run in a thread: what it is built from is looked at once. Where no utterance and no
        text changed (but a fact, or a date), the index is right already. One that is farther from
        what holds by now than the index in use is dropped: what was hidden, and is shown again,
        would be lost until the next one.
        """
        knowledge, number, read = self.knowledge, self.number, self.texts_read
        if self.understander is None or read != self._indexed_read or self._lacks(knowledge):
            built = Understander(knowledge, self._library_of(knowledge), self.understander)
            if self.understander and _difference(knowledge, self.knowledge) > self._lacks():
                return
            self.understander, self._indexed_read = built, read
        self._source, self.indexed = knowledge, number

    def _library_of(self, knowledge: Knowledge) -> Library | None:
        """Nothing where the meaning of a text is not known yet: beside others it would be lost,
        while words alone find all alike."""
        texts = (text for _, text in documents(knowledge))
        return self.library if self.library and not self.library.missing(texts) else None

    def _lacks(self, knowledge: Knowledge | None = None) -> int:
        """How many texts the index in use has too few or too many, beside what holds now."""
        return _difference(self._source, knowledge or self.knowledge)

    def understand(self, text: str, prior: str | None) -> Understanding:
        """What a message asks for; `prior` is the language to expect. Needs a built index."""
        if self.understander is None:
            raise RuntimeError("the index is not built yet")
        return self.understander.understand(text, prior=prior)

    async def think(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `work` returns, which may understand messages.

        Comparing meanings is native code of some 30 ms a message, so it goes to a thread and other
        chats go on. Words alone are quicker than a thread.
        """
        if self.compares:
            return await asyncio.to_thread(work, *args, **kwargs)
        return work(*args, **kwargs)

    def knows(self, word: str) -> bool:
        """Whether any entry uses the word; where there is no index yet, none does."""
        return self.understander is not None and self.understander.knows(word)


def _difference(one: Knowledge, other: Knowledge) -> int:
    """How many texts of the index differ between two states of the knowledge."""
    if one is other:
        return 0
    said = {*documents(one)} ^ {*documents(other)}
    return len(said) + len({*nevers(one)} ^ {*nevers(other)})
