"""What came of a storm, counted from outside: what pages show and what Telegram was sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.server import MARK

Said = Mapping[int, Sequence[str]]  # what each chat wrote, in order


@dataclass
class Outcome:
    """Numbers of messages; `left` is what the database holds in each state at the end."""

    web_lost: int = 0
    web_copies: int = 0
    web_out_of_order: int = 0
    telegram_lost: int = 0
    telegram_copies: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> int:
        """Messages that were never answered."""
        return self.web_lost + self.telegram_lost

    @property
    def copies(self) -> int:
        """Answers beyond the first of a message."""
        return self.web_copies + self.telegram_copies

    @property
    def killed(self) -> int:
        """How often a server was killed."""
        return self.kills.total()

    @property
    def uncertain(self) -> int:
        """Sends of which nobody knows whether they arrived, and which were done once more."""
        return self.left["uncertain"]

    def count_page(
        self, said: Sequence[str], shown: Sequence[Mapping[str, Any]], history: Sequence[Any]
    ) -> None:
        """Adds one page: everything shown once, in order, as the history has it."""
        answers = Counter(replies(shown))
        self.web_lost += sum(text not in answers for text in said)
        self.web_copies += sum(answers.values()) - len(answers)
        own = [words(event) for event in shown if event["kind"] == "in"]
        numbers = [event["no"] for event in shown]
        fine = (
            own == list(said) and numbers == sorted(set(numbers)) and _told(shown) == _told(history)
        )
        # What was answered must stand in the order in which it was written.
        fine = fine and replies(shown) == [text for text in said if text in answers]
        self.web_out_of_order += not fine

    def count_chat(self, said: Sequence[str], sent: Sequence[str]) -> None:
        """Adds one chat on Telegram."""
        answers = Counter(answered(text) for text in sent)
        self.telegram_lost += sum(text not in answers for text in said)
        self.telegram_copies += sum(answers.values()) - len(answers)


def _told(events: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [[event[name] for name in ("no", "kind", "message", "body")] for event in events]


def words(event: Mapping[str, Any]) -> str:
    """An event's text."""
    return "".join(run["text"] for run in event["body"].get("runs", []))


def replies(shown: Sequence[Mapping[str, Any]]) -> list[str]:
    """Which messages a page shows answers to, in order; "" for a reply that names none."""
    return [answered(words(event)) for event in shown if event["kind"] == "out"]


def answered(reply: str) -> str:
    """The message that a reply names as its own (tests/faults/server.py marks it), or ""."""
    line = next((line for line in reply.splitlines() if line.startswith(MARK)), MARK)
    return line.removeprefix(MARK)
