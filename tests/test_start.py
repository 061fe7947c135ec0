"""The program as people start it: a process with a port, a folder, and a way to end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.channels.visitors import new_token
from tests.ports import held_port
from tests.site import bearer, say
from tests.small_pack import write_pack

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds; the first start of a busy machine takes a while
SECRETS = ("canary-of-words", "13097248022", "48022")


def start(folder: Path, port: int, *arguments: str) -> subprocess.Popen[str]:
    """Starts the program with its data in `folder`."""
    settings = {"INNOM_DATA_DIR": str(folder), "INNOM_PORT": str(port), "INNOM_PACKS": "liten"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INNOM_")}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *(arguments or ("run",))],
        cwd=ROOT,
        env={**kept, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass
class Program:
    """A program that runs."""

    process: subprocess.Popen[str]
    folder: Path
    port: int
    greeting: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> tuple[int, str, str]:
        """Ends it as Ctrl+C does; returns the exit code and what else it printed."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    write_pack(tmp_path)
    port = held_port()
    process = start(tmp_path, port, "-v", "run")
    try:
        assert process.stdout is not None
        yield Program(process, tmp_path, port, process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def end_of(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """How a start ends that cannot succeed."""
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    return process.returncode, out, err


def client_of(program: Program, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=program.url, headers=headers, trust_env=False, timeout=PATIENCE)


def test_it_starts_serves_refuses_a_second_and_ends(program: Program, tmp_path: Path) -> None:
    assert program.greeting == (
        f"Innom is ready. Open the chat: http://localhost:{program.port}\n"
    ), "the address alone is for programs"
    token, headers = new_token(), {"Connection": "close"}
    with client_of(program, headers) as client:
        assert client.get("/").status_code == 200
        headers = bearer(token)
        for text in ("canary-of-words", "fnr 13097248022", "130972", "48022"):
            sent = client.post("/chat/send", json=say(text), headers=headers)
            assert sent.status_code == 200
        client.post("/chat/send", content=b"canary-of-words", headers=headers)
        client.get("/canary-of-words")
        assert client.get("/chat/events", headers=headers).json()["events"]

    write_pack(tmp_path / "other")
    second, elsewhere = start(program.folder, held_port()), start(tmp_path / "other", program.port)
    code, out, err = end_of(second)
    assert (code, out) == (1, "")
    assert f"INNOM_DATA_DIR: Innom already runs on {program.folder}" in err
    assert f"(process {program.process.pid})" in err
    assert err.count("\n") == 1

    code, out, err = end_of(elsewhere)
    assert (code, out) == (1, "")
    assert f"INNOM_PORT: cannot listen on 127.0.0.1:{program.port}" in err
    assert err.count("\n") == 1

    code, out, err = program.stop()
    assert (code, out) == (0, "")
    assert "Traceback" not in err
    for secret in (*SECRETS, token):
        assert secret not in err, "even with -v"


def test_after_it_was_killed_it_starts_again(program: Program) -> None:
    token = new_token()
    with client_of(program, bearer(token)) as client:
        assert client.post("/chat/send", json=say("before")).status_code == 200
    program.process.kill()
    program.process.communicate()
    process = start(program.folder, program.port)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == program.greeting
        with client_of(program, bearer(token)) as client:
            events = client.get("/chat/events").json()["events"]
            assert "before" in str(events)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in err
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()
