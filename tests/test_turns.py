"""The life of a message: once, in order, whole, whatever fails."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update

from bot.channels import turns as turns_module
from bot.channels.notify import Notifier
from bot.channels.turn import Turn
from bot.channels.turns import Incoming, Turns
from bot.channels.web import BOT_ID, WebChannel, chat_id
from db import inbox
from db.addresses import find_address
from db.engine import Database
from db.history import list_events
from tests.conftest import Clock


def update(text: str, key: str, external: str = "anna") -> Incoming:
    def payload(address: int) -> dict[str, Any]:
        chat = {"id": chat_id(address), "type": "private"}
        message = {"message_id": 1, "date": 1, "chat": chat, "text": text}
        return {"update_id": 0, "message": message}

    return Incoming(external, key, payload, {"runs": [{"text": text}]})


async def said(turns: Turns, external: str = "anna") -> list[str]:
    """What the chat shows, in order; the person's own words in brackets."""
    async with turns.database.read() as db:
        address = await find_address(db, BOT_ID, external)
        assert address is not None
        rows = await list_events(db, address, 0, 10_000)
    texts = [(kind, body["runs"][0]["text"]) for _, kind, _, body, _ in rows]
    return [f"[{text}]" if kind == "in" else text for kind, text in texts]


def engine(database: Database, clock: Clock, handle: Any, owner: str = "one") -> Turns:
    channels = {BOT_ID: WebChannel(Notifier(database))}

    async def apologise(bot: Bot, update: Update, turn: Turn) -> None:
        await bot.send_message(1, "sorry")

    return Turns(database, channels, handle, apologise, owner=owner, now=clock)


async def echo(bot: Bot, update: Update, turn: Turn) -> None:
    assert update.message is not None
    await bot.send_message(update.message.chat.id, f"echo {update.message.text}")


async def test_a_repeat_is_handled_once(database: Database, clock: Clock) -> None:
    turns = engine(database, clock, echo)
    for _ in range(3):
        await turns.receive(BOT_ID, [update("hello", "k1")])
        await turns.idle()
    assert await said(turns) == ["[hello]", "echo hello"]


async def test_a_hundred_at_once_are_handled_once_each_and_in_order(
    database: Database, clock: Clock
) -> None:
    turns = engine(database, clock, echo)
    turns.pace.burst = 1_000
    people = [f"person{n}" for n in range(10)]

    async def write(external: str) -> None:
        for n in range(10):
            await turns.receive(BOT_ID, [update(f"m{n}", f"{external}-{n}", external)])

    await asyncio.gather(*(write(external) for external in people))
    await turns.idle()
    for external in people:
        shown = await said(turns, external)
        assert [s for s in shown if s.startswith("[")] == [f"[m{n}]" for n in range(10)]
        assert [s for s in shown if s.startswith("echo")] == [f"echo m{n}" for n in range(10)]


async def test_a_fault_is_tried_again_and_nothing_of_it_is_kept(
    database: Database, clock: Clock
) -> None:
    tries = []

    async def stumble(bot: Bot, update: Update, turn: Turn) -> None:
        tries.append(1)
        await echo(bot, update, turn)
        turn.context = {"half": "done"}
        await turn.db()
        if len(tries) < 3:
            raise KeyError("a fault")

    turns = engine(database, clock, stumble)
    await turns.receive(BOT_ID, [update("hello", "k1")])
    await turns.idle()
    assert len(tries) == 3
    assert await said(turns) == ["[hello]", "echo hello"]


async def test_a_dead_update_gets_an_apology_and_does_not_block_its_chat(
    database: Database, clock: Clock
) -> None:
    async def choke(bot: Bot, update: Update, turn: Turn) -> None:
        assert update.message is not None
        if update.message.text == "poison":
            raise RuntimeError("never works")
        await echo(bot, update, turn)

    turns = engine(database, clock, choke)
    await turns.receive(BOT_ID, [update("poison", "k1"), update("after", "k2")])
    await turns.idle()
    assert await said(turns) == ["[poison]", "[after]", "sorry", "echo after"]
    async with database.read() as db:
        [(key, error, _)] = await inbox.list_dead(db)
    assert (key, error) == ("k1", "RuntimeError")


async def test_an_apology_that_fails_blocks_nobody_either(database: Database, clock: Clock) -> None:
    async def choke(bot: Bot, update: Update, turn: Turn) -> None:
        raise RuntimeError("never works")

    turns = engine(database, clock, choke)
    turns.apologise = choke
    async with asyncio.timeout(20):
        await turns.receive(BOT_ID, [update("hello", "k1")])
        await turns.idle()
    async with database.read() as db:
        assert [key for key, _, _ in await inbox.list_dead(db)] == ["k1"]


async def test_turns_wait_until_anything_can_be_understood(
    database: Database, clock: Clock
) -> None:
    turns = engine(database, clock, echo)
    turns.ready.clear()
    await turns.receive(BOT_ID, [update("early", "k1")])
    await asyncio.sleep(0.05)
    assert await said(turns) == ["[early]"]
    turns.ready.set()
    await turns.idle()
    assert await said(turns) == ["[early]", "echo early"]


async def test_a_reply_that_telegram_would_refuse_fails_on_every_channel(
    database: Database, clock: Clock
) -> None:
    async def bad(bot: Bot, update: Update, turn: Turn) -> None:
        await bot.send_message(1, "a < b")

    turns = engine(database, clock, bad)
    await turns.receive(BOT_ID, [update("hello", "k1")])
    await turns.idle()
    assert await said(turns) == ["[hello]", "sorry"]


async def test_another_process_takes_over_when_a_lease_ends(
    database: Database, clock: Clock
) -> None:
    begun, hang = asyncio.Event(), asyncio.Event()

    async def stuck(bot: Bot, update: Update, turn: Turn) -> None:
        begun.set()
        await hang.wait()
        await echo(bot, update, turn)

    slow, quick = engine(database, clock, stuck), engine(database, clock, echo, owner="two")
    await slow.receive(BOT_ID, [update("hello", "k1")])
    await begun.wait()
    await quick.sweep()
    await quick.idle()
    assert await said(quick) == ["[hello]"], "the lease still runs"
    clock.move(seconds=20)
    await quick.sweep()
    await quick.idle()
    assert await said(quick) == ["[hello]", "echo hello"]
    hang.set()
    await slow.idle()
    assert await said(slow) == ["[hello]", "echo hello"], "the fence stops the first process"


async def test_a_sweep_finds_what_nobody_was_woken_for(database: Database, clock: Clock) -> None:
    turns = engine(database, clock, echo)
    turns._wake = lambda *_: None  # type: ignore[method-assign]
    await turns.receive(BOT_ID, [update("hello", "k1")])
    later = engine(database, clock, echo, owner="two")
    clock.move(seconds=20)
    await later.sweep()
    await later.idle()
    assert await said(later) == ["[hello]", "echo hello"]


async def test_a_turn_that_takes_too_long_is_ended(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "TURN_SECONDS", 0.05)

    async def sleep(bot: Bot, update: Update, turn: Turn) -> None:
        await asyncio.Event().wait()

    turns = engine(database, clock, sleep)
    await turns.receive(BOT_ID, [update("hello", "k1")])
    await turns.idle()
    assert await said(turns) == ["[hello]", "sorry"] or await said(turns) == ["[hello]"]
    async with database.read() as db:
        assert [error for _, error, _ in await inbox.list_dead(db)] == ["TimeoutError"]


async def test_a_flood_from_one_chat_slows_that_chat_alone(
    database: Database, clock: Clock
) -> None:
    turns = engine(database, clock, echo)
    turns.pace.per_second = 0.001  # so that the flood still waits, however slow the machine is
    flood = [update(f"m{n}", f"flood-{n}", "flooder") for n in range(40)]
    await turns.receive(BOT_ID, flood)
    await turns.receive(BOT_ID, [update("hello", "k1")])
    async with asyncio.timeout(60):
        while len(await said(turns)) < 2:
            await asyncio.sleep(0.02)
    assert len([s for s in await said(turns, "flooder") if s.startswith("echo")]) < 40
    await turns.close()


@pytest.mark.parametrize("moment", ["after the inbox commit", "before the turn's commit"])
async def test_what_a_crash_cuts_is_done_after_it(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    class Crash(BaseException):
        pass

    def crash(point: str) -> None:
        if point == moment:
            raise Crash

    turns = engine(database, clock, echo)
    with monkeypatch.context() as patched:
        patched.setattr(turns_module, "passed", crash)
        try:
            await turns.receive(BOT_ID, [update("hello", "k1")])
            await asyncio.gather(*turns._tasks)
        except Crash:
            pass
    clock.move(seconds=20)
    again = engine(database, clock, echo, owner="two")
    await again.receive(BOT_ID, [update("hello", "k1")])  # the browser did not hear of it
    await again.sweep()
    await again.idle()
    assert await said(again) == ["[hello]", "echo hello"]
