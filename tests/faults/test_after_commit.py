"""What fails after a turn's commit does not make the turn run again."""

from typing import Any

import pytest

from bot.channels.web import BOT_ID
from db.engine import Database
from tests.conftest import Clock
from tests.test_turns import echo, engine, said, update


@pytest.mark.parametrize("error", [TimeoutError, RuntimeError, ConnectionResetError])
async def test_a_reply_that_could_not_be_sent_is_not_made_again(
    database: Database, clock: Clock, error: type[Exception]
) -> None:
    turns = engine(database, clock, echo)

    async def send(*_: Any) -> None:
        raise error

    turns.channels[BOT_ID].send = send  # type: ignore[method-assign, assignment]
    for number in range(2):
        await turns.receive(BOT_ID, [update(f"m{number}", f"k{number}")])
        await turns.idle()
    assert await said(turns) == ["[m0]", "echo m0", "[m1]", "echo m1"]
