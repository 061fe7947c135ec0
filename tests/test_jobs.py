"""Ticks: a failure is one line in the log that names the tick, and the next one runs."""

import asyncio

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import jobs
from bot.jobs import end_ticks, quietly


async def test_a_tick_that_fails_is_named_and_quotes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def sweep() -> None:
        raise KeyError("canary")

    tick = quietly(sweep)
    await tick()
    await tick()
    assert tick.__name__ == "sweep", "the scheduler's own lines name it, too"
    assert caplog.text.count("sweep failed: KeyError") == 2
    assert "canary" not in caplog.text


@pytest.mark.parametrize("ends", [True, False], ids=["soon", "late"])
async def test_at_the_end_ticks_that_run_are_waited_for(
    ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end, closed = asyncio.Event(), asyncio.Event(), []

    async def tick() -> None:
        begun.set()
        try:
            await may_end.wait()
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    monkeypatch.setattr(jobs, "END_SECONDS", 20 if ends else 0)
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(quietly(tick), "interval", seconds=0.01)
    scheduler.start()
    await begun.wait()
    if ends:
        asyncio.get_running_loop().call_later(0.01, may_end.set)
    await end_ticks(scheduler)
    assert closed == [True]
