"""Whatever moment a server is killed at, each reminder arrives or stands on staff's list."""

from pathlib import Path

from tests.faults.processes import Forge
from tests.faults.reminders import Storm, run
from tests.faults.server import REMINDER_POINTS
from tests.faults.town import Town


async def test_a_storm_of_kills_loses_no_reminder(
    forge: Forge, tmp_path: Path, database_url: str
) -> None:
    """Two processes on PostgreSQL, one on SQLite; the whole size is left to `make faults`."""
    alone = database_url.startswith("sqlite")
    storm = Storm()
    async with Town.built(forge, tmp_path, database_url, names="a" if alone else "ab") as town:
        outcome = await run(town, tmp_path, storm)
    assert outcome.killed >= storm.kills
    assert set(REMINDER_POINTS) & set(outcome.kills), outcome
    assert outcome.lost == 0, outcome
    assert outcome.copies <= outcome.uncertain, outcome
    assert (outcome.in_quiet_hours, outcome.after_cancel) == (0, 0), outcome
    assert outcome.listed >= storm.each - 1, "who has blocked the bot is known to staff"
    assert outcome.sent > storm.chats * storm.each / 2, outcome
