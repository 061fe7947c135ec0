"""Commands beside a server that runs: it writes for them, and nobody else does."""

import os
import re
import signal
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import serve
from bot.actions.mind import Mind
from bot.actions.staff import digest
from bot.app import App, running, utc_now
from bot.cli import main
from bot.commands import client
from bot.commands.client import PREFIX, carry_out
from bot.control import DONE, NAME, Answer, ask, listening
from bot.lock import AlreadyRuns, hold
from bot.settings import Settings
from db.staff import find_link
from tests.test_start import Program, end_of, program, start

__all__ = ["program"]

LINK = re.compile(r"http://localhost:\d+/staff/sign-in#(\S+)")


def test_a_running_server_writes_for_commands(program: Program, tmp_path: Path) -> None:
    folder, port = program.folder, program.port
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
    added = [
        start(folder, port, "staff", "add", f"{name}@example.org", "--name", name, "--role", "host")
        for name in ("ada", "bo")
    ]
    for process in added:
        code, out, err = end_of(process)
        assert (code, err) == (DONE, ""), "both at once"
        assert "only-once-" in out
        assert not LINK.search(out)
    copied = start(folder, port, "backup", str(tmp_path / "copy.db"))
    assert end_of(copied)[0] == DONE
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        emails = [email for (email,) in copy.execute("SELECT email FROM staff ORDER BY email")]
    assert emails == ["ada@example.org", "admin@localhost", "bo@example.org"]

    files = list(folder.glob(f"{PREFIX}*"))
    tokens = [match.group(1) for file in files if (match := LINK.search(file.read_text()))]
    assert len(tokens) == 3, "those two, and the first administrator's"
    code, out, err = program.stop()
    assert (code, out) == (DONE, "")
    assert "First administrator, good once and for 24 hours: the link is in " in err
    for secret in (*tokens, "ada@example.org"):
        assert secret not in err, "even with -v"
    assert not (folder / NAME).exists()


def test_a_server_that_stands_still_is_told_of_and_a_killed_one_is_no_hindrance(
    program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INNOM_DATA_DIR", str(program.folder))
    ada = ["ada@example.org", "--name", "Ada", "--role", "host"]
    program.process.send_signal(signal.SIGSTOP)
    with monkeypatch.context() as hurried:
        hurried.setattr("bot.commands.client.PATIENCE", 0.2)
        assert main(["staff", "list"]) == 1
    assert "Innom runs, but does not answer" in capsys.readouterr().err
    program.process.send_signal(signal.SIGCONT)
    assert main(["staff", "add", *ada]) == DONE

    program.process.kill()
    program.process.wait()
    assert (program.folder / NAME).exists()
    assert main(["staff", "list"]) == DONE
    assert "ada@example.org  host  active, never signed in  Ada" in capsys.readouterr().out


async def test_while_a_server_starts_a_command_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    started = []

    async def begin(_: float) -> None:
        """In place of the pause: the server has got as far as its socket."""
        server = listening(tmp_path, served)
        await server.__aenter__()
        started.append(server)

    monkeypatch.setattr("bot.commands.client.asyncio.sleep", begin)
    with hold(settings):
        assert await carry_out(settings, "staff list", {}) == DONE
    [server] = started
    await server.__aexit__(None, None, None)
    assert capsys.readouterr().out == "from the server\n"


async def test_who_holds_the_folder_and_never_listens_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "STARTING", 0.0)
    settings = Settings(data_dir=tmp_path)
    with hold(settings), pytest.raises(AlreadyRuns, match=str(os.getpid())):
        await carry_out(settings, "staff list", {})


async def test_with_postgres_no_server_is_asked(
    tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=postgres)
    async with listening(tmp_path, served):
        assert await carry_out(settings, "staff link", {"email": "none@example.org"}) == 1


async def served(command: str, arguments: Mapping[str, Any]) -> Answer:
    return Answer(out=("from the server",))


# --- the first administrator


@asynccontextmanager
async def app_in(folder: Path, mind: Mind) -> AsyncIterator[App]:
    async with running(Settings(data_dir=folder), mind) as app:
        yield app


async def test_the_first_administrator_gets_a_link_on_a_terminal(
    tmp_path: Path,
    norway: Mind,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with app_in(tmp_path, norway) as app:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        await serve.invite_first(app)
        out, err = capsys.readouterr()
        assert out == ""
        found = LINK.search(err)
        assert found
        async with app.database.read() as db:
            assert await find_link(db, digest(found.group(1)), utc_now()) == 1
        await serve.invite_first(app)
        assert capsys.readouterr().err == "", "the link that was shown still works"
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


async def test_who_has_staff_gets_no_link(
    tmp_path: Path, norway: Mind, capsys: pytest.CaptureFixture[str]
) -> None:
    async with app_in(tmp_path, norway) as app:
        await serve.invite_first(app)
        capsys.readouterr()
        async with app.database.write() as db:
            await db.exec_driver_sql("UPDATE staff SET password_hash = 'x'")
        await serve.invite_first(app)
    assert capsys.readouterr() == ("", "")


async def test_without_a_place_for_the_link_the_server_starts_all_the_same(
    tmp_path: Path, norway: Mind, caplog: pytest.LogCaptureFixture
) -> None:
    async with app_in(tmp_path, norway) as app:
        gone = replace(app.settings, data_dir=tmp_path / "none")
        app.settings = gone
        await serve.invite_first(app)
    assert "no link for the first sign-in was made: FileNotFoundError" in caplog.text


async def test_the_server_takes_commands_with_sqlite_alone(tmp_path: Path, norway: Mind) -> None:
    async with app_in(tmp_path, norway) as app:
        async with serve._commands(app):
            assert await ask(tmp_path, "staff list", {}) == Answer(out=("No accounts yet.",))
        postgres: Any = SimpleNamespace(is_sqlite=False)
        async with serve._commands(replace(app, database=postgres)):
            assert await ask(tmp_path, "staff list", {}) is None
