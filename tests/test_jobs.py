"""Ticks: a failure is one line in the log that names the tick, and the next one runs."""

import pytest

from bot.jobs import quietly


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
