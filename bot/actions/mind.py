"""What all conversations think with: the knowledge and its understanding."""

from dataclasses import dataclass

from bot.knowledge.entries import Knowledge
from bot.knowledge.understanding import Understander, Understanding


@dataclass(slots=True)
class Mind:
    """The knowledge in use, and what understands messages by it."""

    knowledge: Knowledge
    understander: Understander

    @classmethod
    def of(cls, knowledge: Knowledge) -> "Mind":
        """Builds the index; takes about a second for a hundred entries."""
        return cls(knowledge, Understander(knowledge))

    def understand(self, text: str, prior: str | None) -> Understanding:
        """What a message asks for; `prior` is the language to expect."""
        return self.understander.understand(text, prior=prior)
