"""The real program as a subprocess, on a port and a data folder of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.ports import held_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 120  # the machine may be busy


class RealServer:
    """`python -m bot run`; it can be killed and started again on the same data."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.port = held_port()
        self.url = f"http://localhost:{self.port}/"
        own = {"INNOM_DATA_DIR": str(data), "INNOM_PORT": str(self.port), **settings}
        others = {key: value for key, value in os.environ.items() if not key.startswith("INNOM_")}
        self.environment = {**others, **own}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the page is served."""
        command = [sys.executable, "-m", "bot", "run"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, "the server ended"
            try:
                with urlopen(self.url + "health", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends the server and waits for it."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None
