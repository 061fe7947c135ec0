"""The emulator of the Bot API and the program, each a process, and the wire between them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot

from bot.channels.telegram import make_bot
from tests.ports import held_port
from tests.telegram.wire import SECONDS, Wire, serving

ROOT = Path(__file__).parents[2]
TOKEN = "4242:a-token-of-no-bot"
SECRET = "a-secret_of-this-test"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with serving(Wire()) as served:
        yield served


@pytest.fixture
async def bot(wire: Wire) -> AsyncIterator[Bot]:
    """The program's own kind of bot, on the wire."""
    made = make_bot(TOKEN, wire.url)
    yield made
    await made.session.close()


@dataclass
class Emulator:
    """The emulator of the Bot API as a process of its own, with its journal."""

    url: str
    journal: Path

    async def gives(self, update: dict[str, Any]) -> None:
        """Lets the bot receive an update, as if Telegram had it."""
        body = {"token": TOKEN, "update": update}
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{self.url}/__fixture/updates", json=body) as answer,
        ):
            assert answer.status == 200, await answer.text()

    async def verdict(self, *options: str) -> tuple[int, dict[str, Any]]:
        """What the emulator says of all requests: exit code and report."""
        code, out = await run(script("lo-bot-api-emulator"), "verdict", str(self.journal), *options)
        return code, json.loads(out)


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    port, journal = held_port(), tmp_path / "journal.jsonl"
    options = ["--port", str(port), "--journal", str(journal)]
    options += ["--enable-control", "--allow-insecure-loopback-webhooks"]
    command = (script("lo-bot-api-emulator"), *options)
    async with started(*command, log=tmp_path / "emulator.log", gently=False):
        made = Emulator(f"http://127.0.0.1:{port}", journal)
        await answering(f"{made.url}/bot{TOKEN}/getMe", method="POST")
        yield made


@dataclass
class Program:
    """The running program."""

    url: str
    folder: Path
    log: Path


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Program]]]:
    """Starts `python -m bot run` with settings of INNOM_*; it serves when this returns."""
    async with AsyncExitStack() as stack:

        async def start(**settings: str) -> Program:
            port, folder, log = held_port(), tmp_path / "data", tmp_path / "program.log"
            url = f"http://127.0.0.1:{port}"
            values = {"port": str(port), "data_dir": str(folder), "telegram_token": TOKEN}
            values |= {"base_url": url, **settings}
            own = {f"INNOM_{name.upper()}": value for name, value in values.items()}
            command = (sys.executable, "-W", "error::ResourceWarning", "-m", "bot", "-v", "run")
            await stack.enter_async_context(started(*command, log=log, own=own))
            await answering(f"{url}/health")
            return Program(url, folder, log)

        yield start


def script(name: str) -> str:
    """A command that is installed beside this Python."""
    return str(Path(sys.executable).parent / name)


@asynccontextmanager
async def started(
    *command: str, log: Path, own: dict[str, str] | None = None, gently: bool = True
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ended with the block; what it says goes to `log`.

    One that is not ended `gently` would wait for its open connections.
    """
    clean = {k: v for k, v in os.environ.items() if not k.startswith("INNOM_")}
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env={**clean, **(own or {})}, stdout=said, stderr=said
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                (process.terminate if gently else process.kill)()
            try:
                await asyncio.wait_for(process.wait(), SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()


async def run(*command: str) -> tuple[int, str]:
    """Runs a command to its end: exit code and standard output."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    return process.returncode or 0, out.decode()


async def answering(url: str, method: str = "GET") -> None:
    """Returns when a server answers."""
    async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.request(method, url) as answer:
                    await answer.read()
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
