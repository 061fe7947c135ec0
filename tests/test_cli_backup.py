"""A copy of the database: whole, for its owner alone, and good to start from again."""

import os
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.commands.client import carry_out
from bot.commands.context import Context
from bot.commands.registry import run
from bot.control import DONE, FAILED, WRONG, Answer, listening
from bot.knowledge.entries import Knowledge
from bot.settings import Settings
from db.engine import Database, sqlite_url
from db.feedback import add_feedback, count_feedback
from db.schema import migrate
from db.staff import audit
from tests.conftest import Clock


@pytest.fixture
async def context(tmp_path: Path, empty_sqlite: Path, clock: Clock) -> AsyncIterator[Context]:
    """An installation on SQLite."""
    shutil.copy(empty_sqlite, tmp_path / "innom.db")
    database = Database(sqlite_url(tmp_path))
    yield Context(database, Settings(data_dir=tmp_path), no_knowledge, clock)
    await database.close()


def no_knowledge() -> Knowledge:
    raise AssertionError("a copy needs no packs")


async def test_a_copy_taken_in_use_is_whole_and_can_be_started_from(
    context: Context, tmp_path: Path
) -> None:
    copy = tmp_path / "else where" / "copy?.db"
    copy.parent.mkdir()
    async with context.database.write() as db:
        await add_feedback(db, "kafe", "nb", True, context.now())
    async with context.database.read() as reading:
        await count_feedback(reading)  # a page that is being shown
        assert (await run(context, "backup", {"file": str(copy)})).code == DONE
    async with context.database.write() as db:
        await add_feedback(db, "kafe", "nb", True, context.now())
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    folder = tmp_path / "restored"
    folder.mkdir()
    copy.replace(folder / "innom.db")
    restored = Database(sqlite_url(folder))
    await migrate(restored)
    async with restored.write() as db:
        assert await count_feedback(db) == {("kafe", True): 1}
        await add_feedback(db, "kafe", "nb", True, context.now())
    await restored.close()


async def test_who_took_a_copy_stands_in_the_log(context: Context, tmp_path: Path) -> None:
    await run(context, "backup", {"file": str(tmp_path / "copy.db")})
    async with context.database.read() as db:
        rows = (await db.execute(select(audit.c.action, audit.c.staff_id))).all()
    assert [tuple(row) for row in rows] == [("command.backup", None)]


async def test_postgres_has_its_own_tool(postgres: str, tmp_path: Path, clock: Clock) -> None:
    database = Database(postgres)
    context = Context(database, Settings(data_dir=tmp_path), no_knowledge, clock)
    answer = await run(context, "backup", {"file": str(tmp_path / "copy.db")})
    assert answer.code == FAILED
    assert "pg_dump" in str(answer.error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
async def test_nothing_is_written_over(context: Context, tmp_path: Path, kind: str) -> None:
    there = tmp_path / "there"
    if kind == "file":
        there.write_text("mine")
    elif kind == "link":
        there.symlink_to(tmp_path / "nowhere")
    else:
        there.mkdir()
    answer = await run(context, "backup", {"file": str(there)})
    assert answer == Answer(WRONG, error=f"{there}: exists already; name a new file")


async def test_where_it_cannot_be_written_nothing_is_left(context: Context, tmp_path: Path) -> None:
    answer = await run(context, "backup", {"file": str(tmp_path / "none" / "copy.db")})
    assert answer.code == FAILED
    assert "No such file or directory" in str(answer.error)


async def test_a_damaged_database_makes_no_copy(context: Context, tmp_path: Path) -> None:
    await context.database.close()
    path = Path(context.database.url.database or "")
    path.write_bytes(path.read_bytes()[:8192] + os.urandom(8192))
    answer = await run(context, "backup", {"file": str(tmp_path / "copy.db")})
    assert answer.code == FAILED
    assert not [left for left in tmp_path.iterdir() if left.name.startswith("copy.db")]


async def test_before_an_upgrade_the_copy_is_of_the_old_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = sqlite3.connect(tmp_path / "innom.db")
    old.execute("CREATE TABLE something_old (id INTEGER)")
    old.close()
    settings = Settings(data_dir=tmp_path)
    assert await carry_out(settings, "backup", {"file": str(tmp_path / "copy.db")}) == DONE
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        tables = copy.execute("SELECT name FROM sqlite_master").fetchall()
    copy.close()
    assert tables == [("something_old",)]
    assert str(tmp_path / "copy.db") in capsys.readouterr().out


async def test_the_server_that_runs_makes_the_copy(context: Context, tmp_path: Path) -> None:
    asked = []

    async def serve(command: str, arguments: object) -> Answer:
        asked.append((command, arguments))
        return Answer()

    async with listening(tmp_path, serve):
        assert await carry_out(context.settings, "backup", {"file": "/there"}) == DONE
    assert asked == [("backup", {"file": "/there"})]
