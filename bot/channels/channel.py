"""What the turns need of a channel."""

from typing import Any, Protocol

from aiogram import Bot

from bot.channels.turn import Turn
from db.engine import Db


class Channel(Protocol):
    """A way to talk. `keep` stores a turn's replies with the turn; `send` goes out after it."""

    bot: Bot

    async def keep(self, db: Db, turn: Turn, last_no: int) -> Any:
        """Stores the replies in the turn's transaction. What it returns is given to `send`."""

    async def send(self, turn: Turn, kept: Any) -> None:
        """Carries the committed replies out, at once. Must not raise for a failed delivery."""
