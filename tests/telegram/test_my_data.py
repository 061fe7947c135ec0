"""Erasing oneself on Telegram: the answer still goes out, then nothing is left."""

from datetime import timedelta
from itertools import count

import pytest
from aiogram import Bot

from bot.actions import my_data
from bot.actions.mind import Mind
from bot.app import make_turns
from bot.channels.telegram import TelegramChannel
from bot.channels.turns import Incoming, Turns
from db import outbox
from db.addresses import table as addresses
from db.engine import Database
from tests.conftest import Clock
from tests.erasable import found_in_rows
from tests.telegram.wire import Misdeed, Wire, cut

ANNA = 7_310_442_001
NAME = "Zqannaqz"
_numbers = count(1)


@pytest.fixture
def turns(database: Database, clock: Clock, bot: Bot, norway: Mind) -> Turns:
    channel = TelegramChannel(bot, database, "one", clock, lambda lang: "Sent again.")
    return make_turns(database, {bot.id: channel}, norway, "one", clock)


async def presses(turns: Turns, bot: Bot, data: str) -> None:
    number = next(_numbers)
    chat = {"chat": {"id": ANNA, "type": "private"}}
    sender = {"id": ANNA, "is_bot": False, "first_name": NAME, "language_code": "en"}
    message = {"message_id": number, "date": 1, "text": "", **chat}
    query = {"id": str(number), "chat_instance": "x", "data": data, "from": sender}
    payload = {"update_id": number, "callback_query": {**query, "message": message}}
    await turns.receive(bot.id, [Incoming(str(ANNA), str(number), lambda _: payload)])
    await turns.idle()


async def erases(turns: Turns, bot: Bot, wire: Wire, *misdeeds: Misdeed) -> None:
    await presses(turns, bot, "lang:en")
    await presses(turns, bot, "md:erase")
    yes = wire.sent()[-1].fields["reply_markup"].partition("md:yes:")[2][:8]
    wire.will["sendMessage"] += misdeeds
    await presses(turns, bot, f"md:yes:{yes}")


async def finish(turns: Turns, clock: Clock) -> int:
    clock.move(minutes=2)
    async with turns.database.write() as db:
        return await my_data.finish_erasing(db, clock())


async def test_nothing_is_left_when_the_answer_was_sent(
    turns: Turns, bot: Bot, wire: Wire, clock: Clock
) -> None:
    await erases(turns, bot, wire)
    text = wire.sent()[-1].fields["text"]
    assert "It is erased." in text
    assert "Telegram has its own copy of what we wrote." in text
    assert await finish(turns, clock) == 1
    assert await found_in_rows(turns.database, [str(ANNA), NAME]) == set()
    await presses(turns, bot, "do:my-data")
    assert "You have no bookings" in wire.sent()[-1].fields["text"]


async def test_the_address_waits_while_the_answer_is_in_doubt(
    turns: Turns, bot: Bot, wire: Wire, clock: Clock
) -> None:
    await erases(turns, bot, wire, cut)
    assert await finish(turns, clock) == 0
    async with turns.database.write() as db:
        states = [row.state for row in await db.execute(outbox.table.select())]
        assert states == [outbox.UNCERTAIN]
        await db.execute(outbox.table.update().values(state=outbox.SENT))
        left = (await db.execute(addresses.select())).one()
        assert left.erased_at is not None
        assert left.created_at == left.seen_at == clock() - timedelta(minutes=2)
    assert await finish(turns, clock) == 1
