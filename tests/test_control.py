"""The control socket: commands reach the server that runs, and nothing else does."""

import asyncio
import json
import logging
import os
import socket
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import control
from bot.control import DONE, FAILED, LIMIT, NAME, WRONG, Answer, CannotReach, ask, listening

SECRET = "canary-of-arguments"


async def echo(command: str, arguments: Mapping[str, Any]) -> Answer:
    """A server's work: says what it was asked."""
    if command == "break":
        raise ValueError(SECRET)
    return Answer(DONE, (command, json.dumps(arguments)), (SECRET,))


async def sent(folder: Path, said: bytes, *, ends: bool = True) -> dict[str, Any]:
    """The answer to raw bytes."""
    with control.short(folder) as path:
        reader, writer = await asyncio.open_unix_connection(path)
    writer.write(said)
    if ends:
        writer.write_eof()
    answer: dict[str, Any] = json.loads(await reader.read())
    writer.close()
    return answer


async def test_a_command_is_answered(tmp_path: Path) -> None:
    async with listening(tmp_path, echo):
        answer = await ask(tmp_path, "staff list", {"email": "Åse"})
    assert answer == Answer(DONE, ("staff list", '{"email": "\\u00c5se"}'), (SECRET,))


async def test_the_socket_is_for_its_user_alone_and_goes_with_the_server(tmp_path: Path) -> None:
    async with listening(tmp_path, echo):
        mode = (tmp_path / NAME).stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert not (tmp_path / NAME).exists()


async def test_where_no_server_runs_nobody_answers(tmp_path: Path) -> None:
    assert await ask(tmp_path, "staff list", {}) is None
    assert await ask(tmp_path / "none", "staff list", {}) is None


async def test_what_a_killed_server_left_is_replaced(tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / NAME))
    left.close()
    assert await ask(tmp_path, "x", {}) is None, "nobody listens there"
    async with listening(tmp_path, echo):
        assert await ask(tmp_path, "x", {})


async def test_a_file_in_its_place_is_kept_and_the_server_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).write_text("mine")
    async with listening(tmp_path, echo):
        assert "is no socket; remove it" in caplog.text
        assert await ask(tmp_path, "x", {}) is None
    assert (tmp_path / NAME).read_text() == "mine"


REFUSED = {
    "nothing": b"",
    "half": b'{"command": "x", "argu',
    "no JSON": b"{\n",
    "no text": b"\xff\xfe\n",
    "deep": b"[" * 50_000 + b"\n",
    "a list": b"[]\n",
    "null": b"null\n",
    "no arguments": b'{"command": "x"}\n',
    "more": b'{"command": "x", "arguments": {}, "code": 0}\n',
    "command is a number": b'{"command": 1, "arguments": {}}\n',
    "arguments are a list": b'{"command": "x", "arguments": []}\n',
    "too long": b"x" * (LIMIT + 1) + b"\n",
    "too long, without an end": b"x" * (LIMIT + 1),
}


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_no_request_is_refused_and_the_next_is_served(
    tmp_path: Path, said: bytes
) -> None:
    async with listening(tmp_path, echo):
        answer = await sent(tmp_path, said)
        assert (answer["code"], answer["out"], answer["once"]) == (WRONG, [], [])
        assert answer["error"]
        assert await ask(tmp_path, "x", {})


async def test_who_is_too_slow_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "SECONDS", 0.05)
    async with listening(tmp_path, echo):
        answer = await sent(tmp_path, b'{"command"', ends=False)
        assert answer["error"] == "the request was too slow"


async def test_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(tmp_path, echo):
        monkeypatch.setattr(os, "getuid", lambda: 123_456)
        answer = await ask(tmp_path, "x", {})
    assert answer == Answer(WRONG, error="give the command as the user who runs Innom")


async def test_two_at_once_are_both_served(tmp_path: Path) -> None:
    both = asyncio.Barrier(2)

    async def meet(command: str, arguments: Mapping[str, Any]) -> Answer:
        await both.wait()
        return Answer(out=(command,))

    async with listening(tmp_path, meet), asyncio.timeout(20):
        answers = await asyncio.gather(*(ask(tmp_path, name, {}) for name in "ab"))
    assert answers == [Answer(out=("a",)), Answer(out=("b",))]


async def test_a_fault_in_a_command_is_one_line_and_tells_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with listening(tmp_path, echo):
        answer = await ask(tmp_path, "break", {"name": SECRET})
        assert await ask(tmp_path, "go on", {"name": SECRET})
        await sent(tmp_path, SECRET.encode())
    assert answer == Answer(FAILED, error="it could not be done; see the server's log")
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


async def test_a_long_path_is_reached_through_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    async with listening(folder, echo):
        assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
        assert await ask(folder, "x", {})


async def test_where_that_is_not_possible_the_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(control, "OPEN_FOLDERS", tmp_path / "none")
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    async with listening(folder, echo):
        assert "INNOM_DATA_DIR: the path is too long for a socket" in caplog.text
    with pytest.raises(CannotReach, match="INNOM_DATA_DIR"):
        await ask(folder, "x", {})


async def test_an_answer_that_never_comes_is_told(tmp_path: Path) -> None:
    async with _closing(tmp_path):
        with pytest.raises(CannotReach, match="look whether the command was done"):
            await ask(tmp_path, "x", {})


async def test_a_command_that_runs_is_answered_before_the_server_ends(tmp_path: Path) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def work(command: str, arguments: Mapping[str, Any]) -> Answer:
        begun.set()
        await may_end.wait()
        return Answer(out=("done",))

    async with listening(tmp_path, work):
        asking = asyncio.create_task(ask(tmp_path, "x", {}))
        await begun.wait()
        asyncio.get_running_loop().call_later(0.02, may_end.set)
    assert await asking == Answer(out=("done",))


@asynccontextmanager
async def _closing(folder: Path) -> AsyncIterator[None]:
    """A server that ends when it is asked."""
    server = await asyncio.start_unix_server(lambda _, writer: writer.close(), folder / NAME)
    async with server:
        yield
