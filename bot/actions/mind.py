"""What all conversations think with: the knowledge and its understanding."""

from dataclasses import dataclass

from bot.knowledge.entries import Knowledge
from bot.knowledge.understanding import Understander, Understanding


@dataclass(slots=True)
class Mind:
    """The knowledge in use, and what understands messages by it."""

    knowledge: Knowledge
    understander: Understander | None
    samples: bool = False  # whether made-up slots may be shown and booked

    @classmethod
    def of(cls, knowledge: Knowledge, *, samples: bool = False) -> "Mind":
        """A mind that can understand at once."""
        return cls(knowledge, Understander(knowledge), samples)

    def build(self) -> None:
        """Builds the index where there is none yet; takes some seconds for a hundred entries."""
        if self.understander is None:
            self.understander = Understander(self.knowledge)

    def understand(self, text: str, prior: str | None) -> Understanding:
        """What a message asks for; `prior` is the language to expect. Needs a built index."""
        if self.understander is None:
            raise RuntimeError("the index is not built yet")
        return self.understander.understand(text, prior=prior)
