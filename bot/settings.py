"""The settings: one frozen object, read from the environment (INNOM_*), each with a help line."""

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from db.engine import async_url, sqlite_url

PREFIX = "INNOM_"
MODES = ("polling", "webhook")


class SettingError(Exception):
    """A setting cannot be used; the message is one line that names it."""


def setting(help_line: str, **kwargs: Any) -> Any:
    """A field of the settings with what `innom doctor` and the documentation say about it."""
    return field(metadata={"help": help_line}, **kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs. `from_environment` makes and checks it."""

    database_url: str | None = setting(
        "PostgreSQL for several processes; empty: SQLite in the data folder", default=None
    )
    data_dir: Path = setting("folder of the database and of own packs", default=Path("data"))
    packs: tuple[str, ...] = setting("knowledge packs, country first", default=("norge", "sandnes"))
    host: str = setting("address to listen on", default="127.0.0.1")
    port: int = setting("port to listen on", default=8000)
    base_url: str | None = setting("public https address of the chat", default=None)
    trusted_proxies: tuple[str, ...] = setting(
        "addresses or networks of the web servers in front, which say who asks and how",
        default=("127.0.0.1",),
    )
    telegram_token: str | None = setting("the bot's token; empty: no Telegram", default=None)
    telegram_api_url: str | None = setting("another Bot API server", default=None)
    telegram_mode: str = setting("polling or webhook", default="polling")
    telegram_secret: str | None = setting(
        "secret that Telegram sends with each webhook call", default=None
    )
    smtp_url: str | None = setting(
        "mail server, smtp://user:password@host:587 or smtps://; empty: no e-mail", default=None
    )
    mail_from: str | None = setting("sender of e-mails to staff", default=None)
    quiet_hours: tuple[int, int] = setting(
        "hours in which nothing is sent that was not asked for", default=(21, 8)
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Reads INNOM_*; an empty value counts as unset. Raises SettingError."""
        values = {}
        for item in fields(cls):
            text = environment.get(PREFIX + item.name.upper(), "").strip()
            if text:
                values[item.name] = _parse(item.name, text)
        settings = cls(**values)
        settings._check()
        return settings

    @property
    def url(self) -> str:
        """The database's URL with its driver."""
        return self.database_url or sqlite_url(self.data_dir)

    @property
    def chat_url(self) -> str:
        """Where people open the chat."""
        host = "localhost" if self.host in ("0.0.0.0", "::", "127.0.0.1") else self.host  # noqa: S104 - compared
        host = f"[{host}]" if ":" in host else host
        return self.base_url or f"http://{host}:{self.port}"

    @property
    def pack_folders(self) -> tuple[Path, ...]:
        """Where packs are looked up before the built-in ones."""
        return (self.data_dir / "packs",)

    def _check(self) -> None:
        if self.smtp_url and not self.mail_from:
            raise SettingError("INNOM_MAIL_FROM: e-mails need a sender, such as innom@example.org")
        if self.telegram_mode not in MODES:
            raise SettingError("INNOM_TELEGRAM_MODE: must be polling or webhook")
        if self.telegram_token:
            _check_token(self.telegram_token)
            if self.telegram_mode == "webhook":
                self._check_webhook()

    def _check_webhook(self) -> None:
        if not self.telegram_secret:
            raise SettingError(
                "INNOM_TELEGRAM_SECRET: webhook mode needs a secret (letters, digits, _ and -)"
            )
        if not self.base_url:
            raise SettingError("INNOM_BASE_URL: webhook mode needs the public https address")


def describe() -> list[tuple[str, str, str]]:
    """(name, default, help) of every setting."""
    return [
        (PREFIX + f.name.upper(), _default(f.default), f.metadata["help"]) for f in fields(Settings)
    ]


def _default(value: Any) -> str:
    if value is None or value is MISSING:
        return ""
    if isinstance(value, tuple):
        hours = all(isinstance(part, int) for part in value)
        return "-".join(f"{part:02}" for part in value) if hours else ",".join(value)
    return str(value)


def _parse(name: str, text: str) -> Any:
    variable = PREFIX + name.upper()
    if name == "packs":
        return _parts(text)
    if name == "trusted_proxies":
        return tuple(_network(variable, part) for part in _parts(text))
    if name == "data_dir":
        return Path(text)
    if name == "port":
        if not re.fullmatch("[0-9]{1,5}", text) or not 0 < int(text) < 65536:
            raise SettingError(f"{variable}: must be a number from 1 to 65535, not {text!r}")
        return int(text)
    if name == "database_url":
        try:
            return async_url(text)
        except ValueError as error:
            raise SettingError(f"{variable}: {error}") from None
    if name in ("base_url", "telegram_api_url") and not text.startswith(("http://", "https://")):
        raise SettingError(f"{variable}: must begin with https:// (or http://)")
    if name == "quiet_hours":
        return _hours(variable, text)
    if name == "smtp_url" and not _is_mail_server(text):
        # Without quoting it: it holds a password.
        raise SettingError(f"{variable}: must be smtp://host:port or smtps://host:port")
    if name == "mail_from" and not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", text):
        raise SettingError(f"{variable}: must be one e-mail address")
    if name == "telegram_secret" and not _is_secret(text):
        raise SettingError(f"{variable}: 1 to 256 letters, digits, _ and -")
    return text.rstrip("/") if name.endswith("_url") else text


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _network(variable: str, text: str) -> str:
    """An address or a network. Not everybody: then each visitor could claim any address."""
    try:
        found = ip_network(text)
    except ValueError:
        raise SettingError(
            f"{variable}: addresses or networks such as 10.0.0.5,10.1.0.0/16, not {text!r}"
        ) from None
    if found.prefixlen == 0:
        raise SettingError(f"{variable}: {text} is everybody; name your own web servers alone")
    return text


def _hours(variable: str, text: str) -> tuple[int, int]:
    """Two full hours, from and until, such as 21-08; the same hour twice: never quiet."""
    found = re.fullmatch("([0-9]{1,2})-([0-9]{1,2})", text)
    hours = tuple(int(hour) for hour in found.groups()) if found else (99, 99)
    if max(hours) > 23:
        raise SettingError(f"{variable}: two hours from 0 to 23, such as 21-08, not {text!r}")
    return hours[0], hours[1]


def _is_mail_server(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_secret(text: str) -> bool:
    return len(text) <= 256 and text.replace("_", "").replace("-", "").isalnum() and text.isascii()


def _check_token(token: str) -> None:
    # As aiogram does; importing it for this would make every command wait.
    number, _, secret = token.partition(":")
    if (
        not re.fullmatch("[0-9]{1,19}", number)
        or not secret
        or any(sign.isspace() for sign in token)
    ):
        # The token itself is never shown.
        raise SettingError(
            "INNOM_TELEGRAM_TOKEN: not a token; copy it anew from @BotFather (digits:letters)"
        )
