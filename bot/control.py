"""The control socket: a writing command runs inside the server, which is the only writer.

`innom.sock` in the data folder is open to the user alone who runs the server. A connection is one
request and one answer, each a line of JSON: {"command", "arguments"}, then {"code", "out", "once",
"error"}. Neither is ever logged: arguments are names, and `once` holds links that sign in.
"""

import asyncio
import json
import logging
import os
import socket
import stat
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

NAME = "innom.sock"
LIMIT = 64 * 1024  # bytes of a request
SECONDS = 10  # for a request to arrive, and for its answer to be taken
PATIENCE = 30.0  # seconds that a command waits: the server ends what takes longer
LONGEST = 103  # bytes of a socket's path; Linux takes 107, others less
OPEN_FOLDERS = Path("/proc/self/fd")
DONE, FAILED, WRONG = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended. `out` is what it prints; `once` goes to a terminal alone."""

    code: int = DONE
    out: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    error: str | None = None


Run = Callable[[str, Mapping[str, Any]], Awaitable[Answer]]


class CannotReach(Exception):
    """A server may be there, but it cannot be asked: one line for the operator."""


class BadRequest(Exception):
    """Not a request of ours; the message holds nothing of it."""


@asynccontextmanager
async def listening(folder: Path, run: Run) -> AsyncIterator[None]:
    """Takes commands while the block lasts. Whoever calls it holds the data folder's lock.

    Where no socket can be made the server runs all the same, and the log says so.
    """
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.create_task(_serve(run, reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    try:
        made = _bind(folder)
    except (OSError, CannotReach) as error:
        reason = error if isinstance(error, CannotReach) else type(error).__name__
        log.warning("commands cannot reach this server: %s", reason)
        yield
        return
    server = await asyncio.start_unix_server(connected, sock=made, limit=LIMIT)
    try:
        yield
    finally:
        server.close()
        (folder / NAME).unlink(missing_ok=True)
        if connections:
            await asyncio.wait(connections, timeout=SECONDS)


async def ask(
    folder: Path, command: str, arguments: Mapping[str, Any], *, patience: float | None = PATIENCE
) -> Answer | None:
    """What the server of this folder answers; None where none listens. Raises CannotReach."""
    try:
        with short(folder) as path:
            reader, writer = await asyncio.open_unix_connection(path)
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
        return None
    except PermissionError:
        raise CannotReach(f"{folder / NAME}: give the command as the user who runs Innom") from None
    except OSError as error:
        raise CannotReach(f"{folder / NAME}: {error.strerror}") from None
    try:
        writer.write(_line({"command": command, "arguments": dict(arguments)}))
        async with asyncio.timeout(patience):
            return _read_answer(await reader.read())
    except TimeoutError:
        raise CannotReach(f"{folder / NAME}: Innom runs, but does not answer") from None
    except (OSError, ValueError, TypeError):
        raise CannotReach(
            "Innom ended before it answered; look whether the command was done"
        ) from None
    finally:
        writer.close()


@contextmanager
def short(folder: Path) -> Iterator[str]:
    """A name of the folder's socket that the system takes, however long its path is.

    Raises CannotReach where there is none, OSError where the folder cannot be opened.
    """
    path = folder / NAME
    if len(os.fsencode(path)) <= LONGEST:
        yield str(path)
        return
    if not OPEN_FOLDERS.is_dir():
        raise CannotReach("INNOM_DATA_DIR: the path is too long for a socket; choose a shorter one")
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield str(OPEN_FOLDERS / str(opened) / NAME)
    finally:
        os.close(opened)


def _bind(folder: Path) -> socket.socket:
    """A listening socket for this user alone, in the place of one that a killed server left."""
    path = folder / NAME
    if path.exists() and not stat.S_ISSOCK(path.stat().st_mode):
        raise CannotReach(f"{path}: is no socket; remove it")
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(made.fileno(), 0o600)  # on Linux the file is made with this mode
        with short(folder) as name:
            made.bind(name)
        path.chmod(0o600)
        made.listen()
    except BaseException:
        made.close()
        raise
    made.setblocking(False)
    return made


async def _serve(run: Run, reader: StreamReader, writer: StreamWriter) -> None:
    """One connection: one request, one answer."""
    with suppress(OSError, TimeoutError):
        answer = await _answer(run, reader, writer)
        writer.write(_line(asdict(answer)))
        async with asyncio.timeout(SECONDS):
            await writer.drain()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _answer(run: Run, reader: StreamReader, writer: StreamWriter) -> Answer:
    try:
        command, arguments = await _request(reader)  # unread, it would cut off the answer
        if not _is_ours(writer.get_extra_info("socket")):
            raise BadRequest("give the command as the user who runs Innom")
    except BadRequest as error:
        log.warning("the control socket refused a request: %s", error)
        return Answer(WRONG, error=str(error))
    try:
        return await run(command, arguments)
    except Exception as error:
        log.warning("a command failed: %s", type(error).__name__)
        return Answer(FAILED, error="it could not be done; see the server's log")


async def _request(reader: StreamReader) -> tuple[str, dict[str, Any]]:
    """The command and its arguments. Raises BadRequest."""
    try:
        async with asyncio.timeout(SECONDS):
            line = await reader.readuntil(b"\n")
    except TimeoutError:
        raise BadRequest("the request was too slow") from None
    except asyncio.IncompleteReadError:
        raise BadRequest("half a request") from None
    except asyncio.LimitOverrunError:
        raise BadRequest("the request is too long") from None
    return read_request(line)


def read_request(line: bytes) -> tuple[str, dict[str, Any]]:
    """The command and its arguments of one line. Raises BadRequest."""
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        raise BadRequest("not JSON") from None
    if not isinstance(read, dict) or read.keys() != {"command", "arguments"}:
        raise BadRequest("a request has a command and arguments")
    command, arguments = read["command"], read["arguments"]
    if not isinstance(command, str) or not isinstance(arguments, dict):
        raise BadRequest("a request has a command and arguments")
    return command, arguments


def _is_ours(connection: Any) -> bool:
    """Whether the other end is this user, where the system tells (Linux)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    size = struct.calcsize("3i")
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    return bool(struct.unpack("3i", told)[1] == os.getuid())


def _read_answer(line: bytes) -> Answer:
    """Raises ValueError or TypeError for half an answer."""
    read = json.loads(line)
    return Answer(read["code"], tuple(read["out"]), tuple(read["once"]), read["error"])


def _line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content).encode() + b"\n"
