"""How this installation reaches people who did not just write."""

from dataclasses import dataclass

from bot.actions.quiet_hours import Quiet


@dataclass(frozen=True, slots=True)
class Reach:
    """When it stays silent, and which ways are set up: e-mail to staff, Telegram for people.

    `telegram_name` is the bot's own name, once Telegram has told it.
    """

    quiet_hours: Quiet = (21, 8)
    mail: bool = False
    telegram: bool = False
    chat_url: str = ""
    telegram_name: str | None = None

    def telegram_link(self, token: str) -> str | None:
        """An invitation's link into Telegram; None where the bot's name is not known."""
        name = self.telegram_name
        return f"https://t.me/{name}?start={token}" if self.telegram and name else None
