"""Servers as processes that are started, killed and started again, with a tiny pack."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import IO

import httpx

from tests.faults.server import PLAN
from tests.faults.telegram_stub import TOKEN
from tests.ports import held_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
LOOK_SECONDS = 0.01

PROFILE = """\
pack: tiny
kind: municipality
name: Prøve kommune
country: "no"
zone: Europe/Oslo
languages: [nb, en]
main_language: nb
sources:
  made: {title: Made for a test, year: 2026}
"""
ENTRY = """\
---
slug: %s
topic: activity
source: made
title: %s
utterances: [%s]
---
%s
"""


class Forge:
    """The process that has imported the program and forks servers."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def fork(self, environment: Mapping[str, str], log: Path) -> int:
        """Starts a server; returns its process id."""
        order = json.dumps({"environment": dict(environment), "log": str(log)})
        stdin, stdout = _pipes(self._process)
        stdin.write(f"{order}\n")
        stdin.flush()
        return int(stdout.readline())


@contextmanager
def forging() -> Iterator[Forge]:
    """A forge, ended with the block."""
    command = [sys.executable, "-m", "tests.faults.server"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("INNOM_")}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Forge(process)
        _pipes(process)[0].close()


def make_pack(data: Path) -> None:
    """A pack of two entries in the data folder: a start must not wait for a hundred."""
    folder = data / "packs" / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profile.yaml").write_text(PROFILE)
    for slug, title, asked in (
        ("te", "Te og kaker", "er det te, te og kaker, kan jeg få te, te i dag, hvor er det te"),
        (
            "sjakk",
            "Sjakk",
            "spille sjakk, sjakk for alle, når er det sjakk, lære sjakk, sjakkbrett",
        ),
    ):
        (folder / f"{slug}.md").write_text(ENTRY % (slug, title, asked, f"{title} finnes."))


class Server:
    """One place where a server runs: its port and settings stay, its process changes."""

    def __init__(
        self, forge: Forge, name: str, data: Path, settings: Mapping[str, str], telegram: str
    ) -> None:
        make_pack(data)
        port = held_port()
        self.forge, self.name, self.url = forge, name, f"http://127.0.0.1:{port}"
        self.plan, self.log = data / f"{name}.plan", data / f"{name}.log"
        self.pid: int | None = None
        self._handle: int | None = None
        self._environment = {
            "INNOM_DATA_DIR": str(data),
            "INNOM_PACKS": "tiny",
            "INNOM_PORT": str(port),
            "INNOM_TELEGRAM_TOKEN": TOKEN,
            "INNOM_TELEGRAM_API_URL": f"{telegram}/{name}",
            PLAN: str(self.plan),
            **settings,
        }

    def start(self) -> None:
        """Starts the process; `ready` waits for it."""
        assert not self.is_alive()
        self.pid = self.forge.fork(self._environment, self.log)
        # A number may soon be another process's; this handle stays this one's.
        self._handle = os.pidfd_open(self.pid)

    async def ready(self) -> None:
        """Returns when it serves, or has died of its plan."""
        async with httpx.AsyncClient() as http:
            async with asyncio.timeout(START_SECONDS):
                while self.is_alive() and not await _answers(http, self.url):
                    await asyncio.sleep(LOOK_SECONDS)

    def die_at(self, point: str, nth: int) -> None:
        """Plans its death at the nth passing of a point from now on."""
        made = self.plan.with_suffix(".new")
        made.write_text(json.dumps({"point": point, "nth": nth}))
        made.rename(self.plan)

    async def died(self, patience: float) -> bool:
        """Waits for its death; False if it still lives after `patience` seconds."""
        until = time.monotonic() + patience
        while self.is_alive() and time.monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
        return not self.is_alive()

    def is_alive(self) -> bool:
        """Whether its process runs."""
        if self._handle is None:
            return False
        if select([self._handle], [], [], 0)[0]:
            os.close(self._handle)
            self.pid = self._handle = None
        return self._handle is not None

    async def kill(self) -> None:
        """SIGKILL, now; returns when it is dead."""
        self.plan.unlink(missing_ok=True)
        if self.is_alive() and self._handle:
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            await self.died(START_SECONDS)


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/health")).is_success
    except httpx.HTTPError:
        return False


def _pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout
