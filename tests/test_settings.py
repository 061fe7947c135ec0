"""Settings from the environment: read, checked, described."""

from pathlib import Path

import pytest

from bot.settings import SettingError, Settings, describe
from db.engine import Database

TOKEN = "7:AAAA-a-token-for-tests"


def read(**values: str) -> Settings:
    return Settings.from_environment({f"INNOM_{name.upper()}": v for name, v in values.items()})


def test_nothing_needs_to_be_set() -> None:
    settings = read()
    assert settings.packs == ("norge", "sandnes")
    assert settings.chat_url == "http://localhost:8000"
    assert settings.url.startswith("sqlite+aiosqlite:///")
    assert settings.pack_folders == (Path("data/packs"),)
    assert settings.telegram_token is None


def test_an_empty_value_counts_as_unset() -> None:
    assert read(port="", packs=" ", telegram_token="\t", database_url="") == read()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "1", 1),
        ("port", " 65535 ", 65535),
        ("packs", "norge, sandnes,,", ("norge", "sandnes")),
        ("data_dir", "/srv/innom", Path("/srv/innom")),
        ("base_url", "https://chat.example/", "https://chat.example"),
        ("database_url", "postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("database_url", "postgresql://u:p@h:5432/d", "postgresql+asyncpg://u:p@h:5432/d"),
        ("database_url", "sqlite:////srv/innom.db", "sqlite+aiosqlite:////srv/innom.db"),
        ("telegram_secret", "a" * 256, "a" * 256),
        ("trusted_proxies", "10.0.0.5, 10.1.0.0/16,::1", ("10.0.0.5", "10.1.0.0/16", "::1")),
    ],
)
def test_a_value_is_read(name: str, text: str, value: object) -> None:
    assert getattr(read(**{name: text}), name) == value


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://localhost:8000"),
        ("::", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
        ("chat.internal", "http://chat.internal:8000"),
    ],
)
def test_the_chats_address_can_be_opened(host: str, url: str) -> None:
    assert read(host=host).chat_url == url
    assert read(host=host, base_url="https://chat.example").chat_url == "https://chat.example"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("port", text) for text in ("0", "65536", "-1", "80.5", "1e3", "²", "８０", "9" * 5000)),
        *(
            ("database_url", f"{text}hidden")
            for text in ("mysql://", "hidden", "postgresql", "sqlite:", "postgresql://h:port/")
        ),
        ("database_url", "sqlite://"),
        ("database_url", "sqlite:///:memory:"),
        ("database_url", "postgresql://u:hidden@h:70000/d"),
        ("database_url", "postgresql://u:hidden@h"),
        ("base_url", "chat.example"),
        ("base_url", "javascript:alert(1)"),
        ("telegram_api_url", "file:///etc"),
        ("telegram_mode", "pigeon"),
        *(
            ("trusted_proxies", text)
            for text in ("*", "proxy.internal", "10.0.0.0/33", "0.0.0.0/0", "::/0")
        ),
        *(("telegram_secret", text) for text in ("with space", "æøå", "a" * 257, "a.b")),
        *(
            ("telegram_token", text)
            for text in ("hidden", "7:", ":hidden", "a:hidden", "7:hid den", "²:hidden")
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_no_secret_shown(name: str, text: str) -> None:
    with pytest.raises(SettingError) as error:
        read(**{name: text})
    said = str(error.value)
    assert said.startswith(f"INNOM_{name.upper()}: ")
    assert "\n" not in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"base_url": "https://x.example"}, "SECRET"), ({"telegram_secret": "abc"}, "BASE_URL")],
)
def test_a_webhook_needs_a_secret_and_an_address(given: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingError, match=missing):
        read(telegram_token=TOKEN, telegram_mode="webhook", **given)


async def test_an_address_with_sslmode_as_providers_give_it_connects(postgres: str) -> None:
    database = Database(f"{postgres}{'&' if '?' in postgres else '?'}sslmode=prefer")
    assert (await database.version()).startswith("PostgreSQL")
    await database.close()


def test_every_setting_is_described() -> None:
    described = describe()
    assert len(described) == 14
    for name, _, help_line in described:
        assert name.startswith("INNOM_")
        assert len(help_line) > 10, name
    assert ("INNOM_PORT", "8000", "port to listen on") in described
