"""How this installation reaches people who did not just write."""

from dataclasses import dataclass

from bot.actions.quiet_hours import Quiet


@dataclass(frozen=True, slots=True)
class Reach:
    """When it stays silent, and which ways are set up: e-mail to staff, Telegram for people."""

    quiet_hours: Quiet = (21, 8)
    mail: bool = False
    telegram: bool = False
    chat_url: str = ""
