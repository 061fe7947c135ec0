"""What a command works with, and what it can fail with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.actions.reach import Reach
from bot.knowledge.entries import Knowledge
from bot.settings import Settings
from db.engine import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The installation that a command works on. `knowledge` may raise PackError.

    `reach` is that of the running program; a command by itself asks Telegram nothing.
    """

    database: Database
    settings: Settings
    knowledge: Callable[[], Knowledge]
    now: Callable[[], datetime]
    reach: Callable[[], Reach] = Reach


class Wrong(Exception):
    """An argument cannot be used: one line that names it."""


class Cannot(Exception):
    """It cannot be done now: one line with the reason."""
