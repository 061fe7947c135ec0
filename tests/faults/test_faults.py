"""Whatever moment a server is killed at, nothing that was acknowledged is lost."""

from pathlib import Path

from db.engine import sqlite_url
from tests.faults.processes import Forge
from tests.faults.runner import Storm, run
from tests.faults.server import POINTS
from tests.faults.town import Town


async def test_a_storm_of_kills_loses_nothing(
    forge: Forge, tmp_path: Path, database_url: str
) -> None:
    """200 messages on the web and 200 on Telegram over 20 kills of the one process on SQLite.

    With two processes on PostgreSQL one is killed while the other goes on; that takes longer, so
    the whole size is left to `make faults`.
    """
    alone = database_url.startswith("sqlite")
    storm = Storm() if alone else Storm(each=10, kills=10)
    async with Town.built(forge, tmp_path, database_url, names="a" if alone else "ab") as town:
        outcome = await run(town, storm)
    assert outcome.killed == storm.kills
    assert len(set(POINTS) & set(outcome.kills)) >= 3, outcome
    assert (outcome.web_lost, outcome.web_copies, outcome.web_out_of_order) == (0, 0, 0), outcome
    assert outcome.telegram_lost == 0, outcome
    assert outcome.telegram_copies <= outcome.uncertain, outcome
    assert set(outcome.left) <= {"inbox handled", "outbox sent", "uncertain"}, outcome


async def test_the_storm_finds_a_commit_after_the_acknowledgement(
    forge: Forge, tmp_path: Path
) -> None:
    storm = Storm(chats=4, each=6, kills=3, patience=3)
    async with Town.built(forge, tmp_path, sqlite_url(tmp_path), late=1) as town:
        outcome = await run(town, storm)
    assert outcome.lost > 0, outcome
