"""The bot's own name is learned at the start, for links into it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.actions.mind import Mind
from bot.actions.reach import Reach
from bot.app import running
from bot.settings import Settings
from tests.telegram.conftest import TOKEN
from tests.telegram.wire import Misdeed, Wire, result

ME = {"id": 4242, "is_bot": True, "first_name": "Innom", "username": "innom_bot"}


def says(value: Any) -> Misdeed:
    async def answer(_: Any) -> Any:
        return result(value)

    return answer


@pytest.mark.parametrize("value", [ME, True, {**ME, "username": None}])
async def test_the_name_is_learned_and_without_it_messages_come_all_the_same(
    wire: Wire, norway: Mind, tmp_path: Path, value: Any
) -> None:
    wire.will["getMe"].append(says(value))
    mind = Mind(norway.knowledge, norway.understander, reach=Reach(telegram=True))
    settings = Settings(data_dir=tmp_path, telegram_token=TOKEN, telegram_api_url=wire.url)
    async with running(settings, mind):
        async with asyncio.timeout(20):
            await wire.until(lambda: any(call.name == "getUpdates" for call in wire.calls))
        link = mind.reach.telegram_link("abc")
    assert link == ("https://t.me/innom_bot?start=abc" if value == ME else None)
