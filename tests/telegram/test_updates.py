"""Polling: every update reaches the inbox once, whatever the one before it was."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from aiogram import Bot
from sqlalchemy.exc import OperationalError

from bot.actions.mind import Mind
from bot.app import make_turns
from bot.channels import telegram_updates
from bot.channels.telegram import TelegramChannel, make_bot
from bot.channels.telegram_updates import KINDS, TelegramUpdates
from bot.channels.turns import Incoming, Turns
from bot.handlers.errors import apology
from bot.knowledge.redaction import MARK
from db import inbox
from db.engine import Database
from tests.conftest import Clock
from tests.telegram.conftest import TOKEN, Emulator
from tests.telegram.test_webhook import message
from tests.telegram.wire import Misdeed, Wire, cut, page, refusal, serving

ANNA, BRUNO = 1001, 1002


@pytest.fixture
async def turns(
    database: Database, bot: Bot, norway: Mind, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Turns]:
    """The engine with Telegram as its channel, and a polling that runs."""
    monkeypatch.setattr(telegram_updates, "POLL_SECONDS", 1)
    monkeypatch.setattr(telegram_updates, "PAUSE", 0.01)
    channel = TelegramChannel(bot, database, "test", clock, lambda lang: "Again.")
    made = make_turns(database, {bot.id: channel}, norway, "test", clock)
    polling = asyncio.create_task(TelegramUpdates(bot, made, lambda words: None).poll())
    yield made
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling
    await made.close()


def update(number: int, text: str = "/start", chat: int = ANNA, **changes: Any) -> dict[str, Any]:
    people = {"chat": {"id": chat, "type": "private"}}
    return {"update_id": number, "message": message(text=text, **people), **changes}


# Updates of this chat that aiogram has no form for.
UNREADABLE: dict[str, dict[str, Any]] = {
    "no date": {"message": {"message_id": 1, "chat": {"id": ANNA, "type": "private"}}},
    "a text that is a number": {"message": message(text=5)},
    "a photo that is no list": {"message": message(photo={"file_id": 7})},
    "a press without an id": {"callback_query": {"data": "topics", "message": message()}},
}


@pytest.mark.parametrize("case", UNREADABLE)
async def test_an_update_that_cannot_be_read_stops_nobody(
    turns: Turns, wire: Wire, norway: Mind, case: str
) -> None:
    bad = {"update_id": 1, **UNREADABLE[case]}
    wire.has_for_bot(bad, update(2, "/topics"), update(3, "/start", BRUNO))
    await wire.until(lambda: len(wire.sent(ANNA)) == 2 and wire.sent(BRUNO))
    await turns.idle()
    sorry, topics = wire.sent(ANNA)
    main = norway.knowledge.profile.main_language
    assert sorry.buttons == [
        {"text": b.text, "callback_data": b.data}
        for row in apology(norway.knowledge, main).rows
        for b in row
    ]
    assert topics.buttons[0]["callback_data"].startswith("t:")
    async with turns.database.read() as db:
        [(key, error, _)] = await inbox.list_dead(db)
    assert (key, error) == ("1", "ValidationError")


# What is no update at all; nobody can be asked whether it mattered.
NOT_UPDATES: tuple[Any, ...] = (
    None,
    5,
    "hello",
    [],
    {"message": message(text="hei")},
    {"update_id": 1, "message": {"chat": None}},
)


async def test_what_is_no_update_is_passed_over(
    wire: Wire, bot: Bot, norway: Mind, database: Database, clock: Clock
) -> None:
    channel = TelegramChannel(bot, database, "test", clock, lambda lang: "Again.")
    turns = make_turns(database, {bot.id: channel}, norway, "test", clock)
    updates = TelegramUpdates(bot, turns, lambda words: None)
    await updates.take([*NOT_UPDATES, update(2)])
    await turns.idle()
    assert len(wire.sent(ANNA)) == 1
    await turns.close()


async def test_an_edited_message_is_answered_anew(turns: Turns, wire: Wire) -> None:
    edited = message(text="/topics", edit_date=2)
    wire.has_for_bot(update(1, "hei"), {"update_id": 2, "edited_message": edited})
    await wire.until(lambda: len(wire.sent(ANNA)) == 2)
    await turns.idle()


async def test_polling_asks_for_what_is_handled_and_acknowledges_after_the_commit(
    turns: Turns, wire: Wire
) -> None:
    wire.has_for_bot(update(5), update(6))
    await wire.until(lambda: any(c.fields.get("offset") == "7" for c in wire.calls))
    polls = [call for call in wire.calls if call.name == "getUpdates"]
    assert "offset" not in polls[0].fields
    assert all(kind in polls[0].fields["allowed_updates"] for kind in KINDS)
    await turns.idle()
    assert len(wire.sent(ANNA)) == 2


FAILURES: dict[str, Misdeed] = {
    "a proxy's page": page(502),
    "a page of success": page(200),
    "a server error": refusal(500, "Internal Server Error"),
    "a flood": refusal(429, "Too Many Requests", retry_after=1),
    "another poller": refusal(409, "Conflict: terminated by other getUpdates request"),
    "a cut line": cut,
}


@pytest.mark.parametrize("case", FAILURES)
async def test_polling_goes_on_after_a_failure(turns: Turns, wire: Wire, case: str) -> None:
    wire.will["getUpdates"] += [FAILURES[case]] * 2
    wire.has_for_bot(update(1))
    await wire.until(lambda: wire.sent(ANNA))
    await turns.idle()
    assert len(wire.sent(ANNA)) == 1


async def test_polling_with_a_refused_token_ends_and_names_the_setting(
    wire: Wire, bot: Bot, norway: Mind, database: Database, clock: Clock, caplog: Any
) -> None:
    turns = make_turns(database, {}, norway, "test", clock)
    wire.will["getUpdates"].append(refusal(401, "Unauthorized"))
    await asyncio.wait_for(TelegramUpdates(bot, turns, lambda words: None).poll(), 20)
    assert "INNOM_TELEGRAM_TOKEN" in caplog.text
    assert TOKEN not in caplog.text


async def test_updates_wait_at_telegram_while_the_database_is_away(
    turns: Turns, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(turns.database, "write", _away)
        wire.has_for_bot(update(1))
        polls = len(wire.calls)
        await wire.until(lambda: len(wire.calls) > polls + 3)
        assert not any(call.fields.get("offset") for call in wire.calls)
    await wire.until(lambda: wire.sent(ANNA))
    await turns.idle()
    assert len(wire.sent(ANNA)) == 1


def _away() -> Any:
    raise OperationalError("INSERT", {}, Exception("disk full"))


async def test_a_chat_whose_first_message_was_rolled_back_is_not_mixed_up_with_the_next(
    database: Database, bot: Bot, wire: Wire, norway: Mind, clock: Clock
) -> None:
    channel = TelegramChannel(bot, database, "test", clock, lambda lang: "Again.")
    turns = make_turns(database, {bot.id: channel}, norway, "test", clock)
    updates = TelegramUpdates(bot, turns, lambda words: None)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(inbox, "add_update", lambda *_: _away())
        with pytest.raises(OperationalError):
            await updates.take([update(1, "/start", ANNA)])
    await updates.take([update(2, "/topics", BRUNO)])
    await updates.take([update(1, "/start", ANNA)])
    await turns.idle()
    assert len(wire.sent(ANNA)) == len(wire.sent(BRUNO)) == 1
    await turns.close()


async def test_what_is_written_right_after_clear_is_answered(turns: Turns, wire: Wire) -> None:
    wire.has_for_bot(update(1), update(2, "/clear"), update(3, "/topics"), update(4, "/start"))
    await wire.until(lambda: len(wire.sent(ANNA)) == 4)
    await turns.idle()


async def test_an_unreadable_update_over_the_emulator_stops_nobody(
    emulator: Emulator, database: Database, norway: Mind, clock: Clock
) -> None:
    """The wire only watches; the updates come from a Bot API that is not ours."""
    async with serving(Wire(upstream=emulator.url)) as watched:
        bot = make_bot(TOKEN, watched.url)
        channel = TelegramChannel(bot, database, "test", clock, lambda lang: "Again.")
        turns = make_turns(database, {bot.id: channel}, norway, "test", clock)
        polling = asyncio.create_task(TelegramUpdates(bot, turns, lambda words: None).poll())
        for changes in UNREADABLE.values():
            await emulator.gives(dict(changes))
        await emulator.gives({"message": message(text="/topics")})
        await watched.until(lambda: len(watched.sent(ANNA)) == len(UNREADABLE) + 1)
        await turns.idle()
        async with database.read() as db:
            assert len(await inbox.list_dead(db)) == len(UNREADABLE)
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling
        await turns.close()
        await bot.session.close()
    code, report = await emulator.verdict("--require-response")
    assert (code, report["refusals"]) == (0, []), report


@pytest.mark.parametrize(
    ("first", "second"),
    [("130972", "48022 takk"), ("mitt nr: 811218", "-9876"), ("811218-", "9876")],
)
async def test_the_second_half_of_a_split_number_is_not_stored(
    bot: Bot, turns: Turns, monkeypatch: pytest.MonkeyPatch, first: str, second: str
) -> None:
    taken: list[Incoming] = []

    async def receive(_: int, batch: Sequence[Incoming]) -> None:
        taken.extend(batch)

    monkeypatch.setattr(turns, "receive", receive)
    updates = TelegramUpdates(bot, turns, lambda words: None)
    await updates.take([update(1, first), update(2, second, BRUNO)])
    await updates.take([update(3, second)])
    texts = [incoming.payload(0)["message"]["text"] for incoming in taken]
    assert second[-4:] in texts[1], "another person's words are left alone"
    assert texts[2].startswith(MARK)
    assert second[:4] not in texts[2]
