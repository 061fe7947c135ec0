"""The webhook: who may call it, what it takes, and what it says where it cannot take it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiogram import Bot
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.actions import danger_help
from bot.actions.danger_help import first_aid
from bot.actions.mind import Mind
from bot.app import make_turns, running
from bot.channels.markup import for_telegram, read_html
from bot.channels.notify import Notifier
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_updates import TelegramUpdates
from bot.channels.turns import Turns
from bot.cli import main
from bot.settings import Settings
from bot.web.app import SECRET_HEADER, make_app
from bot.web.chat import Chat
from bot.web.page import Page
from db import addresses, inbox
from db.engine import Database
from tests.conftest import Clock
from tests.telegram.conftest import SECRET, TOKEN
from tests.telegram.wire import Wire, cut, refusal

ANNA = 1001
DANGER = "jeg vil dø"


@dataclass
class Hook:
    """The web application with its webhook, called as Telegram calls it."""

    app: Starlette
    turns: Turns
    numbers: Any = field(default_factory=lambda: count(1))

    async def takes(self, body: Any, secret: str | bytes | None = SECRET) -> int:
        """Sends a body (JSON, or as it is); returns the status when the turns have ended."""
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {} if secret is None else {SECRET_HEADER: secret}
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://chat") as client:
            answer = await client.post("/telegram", content=content, headers=headers)  # type: ignore[arg-type]
        await self.turns.idle()
        return answer.status_code

    async def stored(self) -> tuple[int, int]:
        """How many updates and chats there are."""
        async with self.turns.database.read() as db:
            counts = [
                (await db.execute(select(func.count()).select_from(table))).scalar_one()
                for table in (inbox.table, addresses.table)
            ]
        return counts[0], counts[1]

    def update(self, text: str = "hei", **changes: Any) -> dict[str, Any]:
        """An update with a message of Anna's."""
        return {"update_id": next(self.numbers), "message": message(text=text), **changes}


def message(**changes: Any) -> dict[str, Any]:
    """A message as Telegram sends it."""
    anna = {"id": ANNA, "is_bot": False, "first_name": "Anna", "language_code": "nb"}
    chat = {"id": ANNA, "type": "private", "first_name": "Anna"}
    return {"message_id": 1, "date": 1, "from": anna, "chat": chat, **changes}


@pytest.fixture
async def hook(database: Database, bot: Bot, norway: Mind, clock: Clock) -> AsyncIterator[Hook]:
    channel = TelegramChannel(bot, database, "test", clock, lambda lang: "Again.")
    turns = make_turns(database, {bot.id: channel}, norway, "test", clock)
    updates = TelegramUpdates(bot, turns, lambda words: first_aid(norway.knowledge, words))
    chat = Chat(database, turns, Notifier(database), Page(norway), None)
    yield Hook(make_app(chat, database, updates, SECRET), turns)
    await turns.close()


SECRETS: dict[str, str | bytes | None] = {
    "none": None,
    "empty": "",
    "wrong": "another-secret",
    "one byte off": SECRET[:-1] + "T",
    "one byte short": SECRET[:-1],
    "one byte more": SECRET + "x",
    "256 characters": "a" * 256,
    "in capitals": SECRET.upper(),
    "not ASCII": "hemmelighet-å".encode(),
}


@pytest.mark.parametrize("case", SECRETS)
async def test_a_caller_without_the_secret_is_refused(hook: Hook, wire: Wire, case: str) -> None:
    assert await hook.takes(hook.update(), SECRETS[case]) == 401
    assert await hook.stored() == (0, 0)
    assert wire.calls == []


def nested(depth: int) -> str:
    """An update whose message holds lists in lists."""
    inner = "[" * depth + "]" * depth
    return json.dumps({"update_id": 1, "message": message(text="hei", x="#")}).replace('"#"', inner)


BODIES: dict[str, tuple[Any, int]] = {
    "half an object": ("{", 400),
    "nothing": ("", 400),
    "an array": ("[]", 400),
    "null": ("null", 400),
    "a number": ("7", 400),
    "a string": ('"hei"', 400),
    "not UTF-8": (b'{"update_id": "\xff"}', 400),
    "NaN": ('{"update_id": 1, "message": {"date": NaN}}', 400),
    "a number of 5,000 digits": ('{"update_id": ' + "9" * 5000 + "}", 400),
    "nested past reading": ("[" * 100_000, 400),
    "nested deeply": (nested(600), 400),
    "2 MB": (json.dumps({"update_id": 1, "message": message(text="a" * 2_000_000)}), 413),
    "an empty object": ({}, 200),
    "no kind": ({"update_id": 1}, 200),
    "a kind that is not handled": ({"update_id": 1, "channel_post": message(text="hei")}, 200),
    "a kind that does not exist": ({"update_id": 1, "telepathy": message(text="hei")}, 200),
    "a message that is a number": ({"update_id": 1, "message": 5}, 200),
    "a message that is a list": ({"update_id": 1, "message": [message()]}, 200),
    "a message without a chat": ({"update_id": 1, "message": {"text": "hei"}}, 200),
    "a press without a message": ({"update_id": 1, "callback_query": {"id": "1"}}, 200),
}


@pytest.mark.parametrize("case", BODIES)
async def test_what_is_no_message_to_answer_is_not_stored(
    hook: Hook, wire: Wire, case: str
) -> None:
    body, status = BODIES[case]
    assert await hook.takes(body) == status
    assert await hook.stored() == (0, 0)
    assert wire.calls == []


@pytest.mark.parametrize("number", [2**63, 2**80, -1, "5", "", None, True, 1.5, [1], {}])
async def test_an_update_without_a_proper_number_is_not_stored(hook: Hook, number: Any) -> None:
    assert await hook.takes(hook.update(update_id=number)) == 200
    without = hook.update()
    del without["update_id"]
    assert await hook.takes(without) == 200
    assert await hook.stored() == (0, 0)


@pytest.mark.parametrize("chat", [2**63, -(2**63) - 1, "1001", None, True, 1.5, {}, "x" * 500])
async def test_a_chat_without_a_proper_number_is_not_stored(hook: Hook, chat: Any) -> None:
    body = message(text="hei", chat={"id": chat, "type": "private"})
    assert await hook.takes(hook.update(message=body)) == 200
    assert await hook.stored() == (0, 0)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel", "sender", None])
async def test_groups_are_not_listened_to(hook: Hook, wire: Wire, kind: str | None) -> None:
    body = message(text=DANGER, chat={"id": -5, "type": kind})
    assert await hook.takes(hook.update(message=body)) == 200
    assert await hook.stored() == (0, 0)
    assert wire.calls == []


@pytest.mark.parametrize("number", [0, 1, 2**53 + 1, 2**63 - 1])
async def test_every_number_that_telegram_can_give_is_answered_once(
    hook: Hook, wire: Wire, number: int
) -> None:
    for _ in range(3):
        assert await hook.takes(hook.update(update_id=number)) == 200
    assert await hook.stored() == (1, 1)
    assert len(wire.sent(ANNA)) == 1


async def test_a_field_that_nobody_knows_changes_nothing(hook: Hook, wire: Wire) -> None:
    body = message(text="hei", mood={"good": [1, None]}, chat=message()["chat"] | {"aura": "blue"})
    assert await hook.takes(hook.update(message=body, weather="rain")) == 200
    assert len(wire.sent(ANNA)) == 1


async def test_an_update_that_comes_a_hundred_times_at_once_is_answered_once(
    hook: Hook, wire: Wire
) -> None:
    update = hook.update("/start")
    assert set(await asyncio.gather(*(hook.takes(update) for _ in range(100)))) == {200}
    assert await hook.stored() == (1, 1)
    assert len(wire.sent(ANNA)) == 1


async def test_updates_out_of_order_are_each_answered_as_they_come(hook: Hook, wire: Wire) -> None:
    for number, text in ((9, "/topics"), (3, "/start"), (7, "/language")):
        assert await hook.takes(hook.update(text, update_id=number)) == 200
    topics, start, language = wire.sent(ANNA)
    assert topics.fields["text"] != start.fields["text"] != language.fields["text"]
    assert {button["callback_data"][:5] for button in language.buttons} == {"lang:"}


@asynccontextmanager
async def database_away(database: Database) -> AsyncIterator[None]:
    """Nothing can be written inside the block."""

    def write() -> Any:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "write", write)
        yield


async def test_what_cannot_be_stored_waits_at_telegram(hook: Hook, wire: Wire) -> None:
    update = hook.update("/start")
    async with database_away(hook.turns.database):
        assert await hook.takes(update) == 503
        assert wire.calls == []
    assert await hook.takes(update) == 200
    assert len(wire.sent(ANNA)) == 1


async def test_danger_is_answered_once_while_nothing_can_be_stored(
    hook: Hook, wire: Wire, norway: Mind
) -> None:
    update = hook.update(DANGER)
    async with database_away(hook.turns.database):
        for _ in range(3):  # Telegram tries again
            assert await hook.takes(update) == 503
        [help_sent] = wire.sent(ANNA)
        expected = first_aid(norway.knowledge, DANGER)
        assert expected is not None
        assert help_sent.fields["text"] == for_telegram(read_html(expected))
    assert await hook.takes(update) == 200
    [_, arrived] = wire.sent(ANNA)
    assert arrived.fields["text"] == danger_help.arrived_now(norway.knowledge, "nb").html


async def test_danger_under_a_picture_is_answered_too(hook: Hook, wire: Wire) -> None:
    photo = [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]
    async with database_away(hook.turns.database):
        update = hook.update(message=message(photo=photo, caption=DANGER))
        assert await hook.takes(update) == 503
    assert len(wire.sent(ANNA)) == 1


@pytest.mark.parametrize("misdeed", [cut, refusal(500), refusal(429, retry_after=1)])
async def test_help_that_did_not_go_out_is_sent_with_the_next_try(
    hook: Hook, wire: Wire, misdeed: Any
) -> None:
    wire.will["sendMessage"].append(misdeed)
    update = hook.update(DANGER)
    async with database_away(hook.turns.database):
        for _ in range(3):
            assert await hook.takes(update) == 503
    assert len(wire.sent(ANNA)) == 2


def test_webhook_mode_without_a_secret_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INNOM_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("INNOM_TELEGRAM_MODE", "webhook")
    monkeypatch.setenv("INNOM_BASE_URL", "https://chat.example")
    monkeypatch.setenv("INNOM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("INNOM_TELEGRAM_SECRET", raising=False)
    assert main(["run"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("INNOM_TELEGRAM_SECRET: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("secret", ["with space", "å", "a" * 257, "semi;colon"])
def test_a_secret_that_telegram_would_refuse_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    monkeypatch.setenv("INNOM_TELEGRAM_SECRET", secret)
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("INNOM_TELEGRAM_SECRET: ")
    assert secret not in said


@pytest.mark.parametrize("code", [401, 404])
async def test_a_wrong_token_is_named_and_the_web_chat_goes_on(
    wire: Wire, norway: Mind, tmp_path: Path, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    wire.will["setMyCommands"].append(refusal(code, "Unauthorized"))
    settings = Settings(data_dir=tmp_path, telegram_token=TOKEN, telegram_api_url=wire.url)
    async with running(settings, norway) as app:
        await wire.until(lambda: wire.calls)
        async with asyncio.timeout(20):
            while "INNOM_TELEGRAM_TOKEN" not in caplog.text:
                await asyncio.sleep(0.01)
        transport = httpx.ASGITransport(app.web)
        async with httpx.AsyncClient(transport=transport, base_url="http://chat") as client:
            token = (await client.post("/chat/session")).json()["token"]
            headers = {"Authorization": f"Bearer {token}"}
            frame = {"t": "say", "id": "message-0001", "text": "hei"}
            assert (await client.post("/chat/send", json=frame, headers=headers)).status_code == 200
            await app.turns.idle()
            heard = (await client.get("/chat/events?after=1", headers=headers)).json()
        assert heard["events"][0]["kind"] == "out"
    assert TOKEN.partition(":")[2] not in caplog.text
