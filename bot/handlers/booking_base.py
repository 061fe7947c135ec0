"""What the conversations about booking share: whose turn it is, the open step, and its age.

What a booking has gathered stands in the chat's row (`turn.step_data`): slot, n, party, name and
token; `at` is when the step was asked, `asked` in which turn, `lang` in which language.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot

from bot.actions.booking import ANONYMOUS, KNOWN, Limits
from bot.actions.booking_texts import calendar
from bot.actions.mind import Mind
from bot.actions.my_bookings import for_calendar
from bot.actions.wording import Answer, words_for
from bot.channels import terminal, web
from bot.channels.turn import Turn
from bot.handlers.speak import give, say
from bot.knowledge.entries import Knowledge
from bot.texts import Words
from db.booking import Booking, Slot

PREFIX = "booking:"
FRESH = timedelta(hours=1)  # an older step is let go, and an older confirmation asked again
NAMELESS = (web.BOT_ID, terminal.BOT_ID)  # channels where anybody is somebody new when they like


def is_open(turn: Turn) -> bool:
    """Whether a step of a booking waits for an answer."""
    return (turn.step or "").startswith(PREFIX) and not is_old(turn)


def is_confirming(turn: Turn) -> bool:
    """Whether a confirmation waits, however old."""
    return turn.step == f"{PREFIX}confirm"


def is_old(turn: Turn) -> bool:
    """Whether the open step was asked too long ago to be meant."""
    at = turn.step_data.get("at")
    return at is None or turn.now - datetime.fromisoformat(at) > FRESH


@dataclass(slots=True)
class Talk:
    """One turn of somebody who books."""

    bot: Bot
    turn: Turn
    mind: Mind
    lang: str

    @property
    def knowledge(self) -> Knowledge:
        """What the municipality knows."""
        return self.mind.knowledge

    @property
    def words(self) -> Words:
        """The interface in the person's language."""
        return words_for(self.knowledge, self.lang)

    @property
    def step(self) -> str | None:
        """The open step without its prefix."""
        return (self.turn.step or "").removeprefix(PREFIX) if is_open(self.turn) else None

    @property
    def limits(self) -> Limits:
        """How much this chat may book."""
        return ANONYMOUS if self.turn.claim.bot_id in NAMELESS else KNOWN

    @property
    def reminds(self) -> bool:
        """Whether this chat can be written to later; a terminal is gone by then."""
        return self.turn.claim.bot_id != terminal.BOT_ID

    def keep_language(self) -> None:
        """Reminders speak as this conversation does, also where only buttons were pressed."""
        self.turn.language = self.turn.language or self.lang

    async def say(self, answer: Answer) -> None:
        """Answers without a question."""
        await say(self.bot, self.turn, answer)

    async def ask_step(self, step: str, answer: Answer, **data: Any) -> None:
        """Asks a step's question and waits in it."""
        self.turn.step = PREFIX + step
        self.turn.step_data = {
            **self.turn.step_data,
            **data,
            "at": self.turn.now.isoformat(),
            "asked": self.turn.update_id,
            "lang": self.lang,
        }
        await self.say(answer)

    def end(self) -> None:
        """Leaves the open step."""
        self.turn.step, self.turn.step_data = None, {}

    async def give_calendar(self, booking: Booking, slot: Slot) -> None:
        """The booking as a file."""
        name, text = calendar(booking, slot, self.turn.now, self.words)
        await give(self.bot, self.turn, name, text, for_calendar(self.knowledge, slot, self.lang))
