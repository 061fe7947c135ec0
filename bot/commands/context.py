"""What a command works with, and what it can fail with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.knowledge.entries import Knowledge
from bot.settings import Settings
from db.engine import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The installation that a command works on. `knowledge` may raise PackError."""

    database: Database
    settings: Settings
    knowledge: Callable[[], Knowledge]
    now: Callable[[], datetime]


class Wrong(Exception):
    """An argument cannot be used: one line that names it."""


class Cannot(Exception):
    """It cannot be done now: one line with the reason."""
