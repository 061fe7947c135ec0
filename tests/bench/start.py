"""Starting the program: until the page is ready, and what it keeps in memory."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import psutil

from tests.bench.report import Report
from tests.ports import held_port

ROOT = Path(__file__).parents[2]
MESSAGES = 1_000
CHATS = 100  # ten messages each: more at once would be slowed as a flood
LONGEST = 120  # seconds


def measure_start(report: Report, folder: Path) -> None:
    """A first start with an empty data folder, then a second with 1,000 messages."""
    port = held_port()
    with _running(folder, port) as (cold, process):
        worked = _worked(process)
    with _running(folder, port) as (warm, process):
        after_start = _resident(process)
        asyncio.run(_chat(port))
        after_messages = _resident(process)
    report.table(
        "Start of `innom run` with the packs of the default deployment",
        ("first s", "its CPU s", "second s", "resident MB", f"after {MESSAGES} messages MB"),
        [
            (
                f"{cold:.2f}",
                f"{worked:.2f}",
                f"{warm:.2f}",
                f"{after_start:.0f}",
                f"{after_messages:.0f}",
            )
        ],
    )
    report.figure("start.cold_seconds", cold)
    report.figure("start.cold_cpu_seconds", worked)
    report.figure("start.warm_seconds", warm)
    report.figure("start.resident_mb", after_start)
    report.figure(f"start.resident_mb_after_{MESSAGES}", after_messages)


@contextmanager
def _running(folder: Path, port: int) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    """(seconds until the page is served, the process); ends the process."""
    own = {"INNOM_DATA_DIR": str(folder), "INNOM_PORT": str(port)}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("INNOM_")} | own
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not _serves(port):
            if process.poll() is not None or perf_counter() - began > LONGEST:
                raise RuntimeError("the server did not start")
            sleep(0.02)
        yield perf_counter() - began, process
    finally:
        process.terminate()
        process.wait(20)


def _serves(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
            return bool(page.status == 200)
    except OSError:
        return False


async def _chat(port: int) -> None:
    await asyncio.gather(*(_visit(port, MESSAGES // CHATS) for _ in range(CHATS)))


async def _visit(port: int, messages: int) -> None:
    """One browser that asks without a socket, and waits until all is answered."""
    session = await _call(port, "/chat/session", None, {})
    for number in range(messages):
        frame = {"t": "say", "id": f"frame-{number:06d}", "text": f"hvor er senter {number}"}
        await _call(port, "/chat/send", session["token"], frame)
    answers = 0
    while answers < messages:
        events = (await _call(port, "/chat/events?after=0", session["token"], None))["events"]
        answers = sum(event["kind"] == "out" for event in events)
        await asyncio.sleep(0.2)


async def _call(port: int, path: str, token: str | None, frame: Mapping[str, str] | None) -> Any:
    """Posts a frame, or asks without one; returns the JSON."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if frame is None else json.dumps(frame).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)

    def ask() -> Any:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    return await asyncio.to_thread(ask)


def _worked(process: subprocess.Popen[bytes]) -> float:
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def _resident(process: subprocess.Popen[bytes]) -> float:
    return psutil.Process(process.pid).memory_info().rss / 2**20
