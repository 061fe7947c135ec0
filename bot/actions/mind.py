"""What all conversations think with: the knowledge and its understanding."""

from dataclasses import dataclass, field

from bot.actions.reach import Reach
from bot.knowledge.corpus import documents, nevers
from bot.knowledge.edited import Content, apply
from bot.knowledge.entries import Knowledge
from bot.knowledge.understanding import Understander, Understanding


@dataclass(slots=True)
class Mind:
    """The knowledge in use, and what understands messages by it.

    `base` is what the packs say, `knowledge` the same with staff's edits over it. `number` counts
    the publishings that `knowledge` has, `indexed` those that `understander` was built from.
    """

    knowledge: Knowledge
    understander: Understander | None
    samples: bool = False  # whether made-up slots may be shown and booked
    reach: Reach = field(default=Reach(), kw_only=True)
    base: Knowledge = field(init=False)
    number: int = field(default=0, init=False)
    indexed: int = field(default=0, init=False)
    _source: Knowledge = field(init=False)

    def __post_init__(self) -> None:
        self.base = self._source = self.knowledge

    @classmethod
    def of(cls, knowledge: Knowledge, *, samples: bool = False) -> "Mind":
        """A mind that can understand at once."""
        return cls(knowledge, Understander(knowledge), samples)

    def learn(self, number: int, edits: dict[str, Content]) -> None:
        """Answers with the edits from now on; `build` makes the index follow."""
        self.knowledge, self.number = apply(self.base, edits), number

    @property
    def is_behind(self) -> bool:
        """Whether the index is older than the knowledge."""
        return self.understander is None or self.indexed != self.number

    def build(self) -> None:
        """Builds the index where it is behind; takes some seconds for a hundred entries.

        Safe to run in a thread: what it is built from is looked at once. Where no utterance and no
        text changed (but a fact, or a date), the index is right already.
        """
        knowledge, number = self.knowledge, self.number
        if self.understander is None or not _sounds_alike(self._source, knowledge):
            self.understander = Understander(knowledge)
        self._source, self.indexed = knowledge, number

    def understand(self, text: str, prior: str | None) -> Understanding:
        """What a message asks for; `prior` is the language to expect. Needs a built index."""
        if self.understander is None:
            raise RuntimeError("the index is not built yet")
        return self.understander.understand(text, prior=prior)

    def knows(self, word: str) -> bool:
        """Whether any entry uses the word; where there is no index yet, none does."""
        return self.understander is not None and self.understander.knows(word)


def _sounds_alike(one: Knowledge, other: Knowledge) -> bool:
    """Whether two states of the knowledge give the same index."""
    return documents(one) == documents(other) and nevers(one) == nevers(other)
