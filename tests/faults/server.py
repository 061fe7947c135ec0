"""The real program, made to die at a named point.

`python -m tests.faults.server` imports the program once, then forks a server for each line of JSON
on standard input ({"environment": {...}, "log": PATH}) and prints its process id: importing anew
for each of many kills would cost seconds every time.
"""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from bot import app, cli
from bot import serve as serving  # what a server needs is imported before the fork
from bot.actions.outbox import PURPOSES, Composed, Message, Say
from bot.actions.wording import Answer
from bot.channels import lanes, sending, telegram, turns
from bot.channels.post import Postman
from bot.channels.telegram import TelegramChannel
from bot.channels.turn import Reply, Turn
from bot.channels.turns import Incoming, Turns
from bot.knowledge.entries import Knowledge
from db.engine import Db

POINTS = (
    "after the inbox commit",
    "before the turn's commit",
    "after the turn's commit",
    "in mid-send",
    "after the send",
)

REMINDER_POINTS = ("before the claim", "after the claim", "in mid-send", "after the send")

MARK = "\u2192 "  # what follows in a reply is the message that it answers
LEASE = timedelta(seconds=3)
DOUBT_SECONDS = 0.5

# Names in a server's environment that are ours, not the program's.
PLAN, LATE = "FAULTS_PLAN", "FAULTS_LATE"
CLOCK = "clock"  # the name of a file beside the plans


def main() -> None:
    """Forks servers until standard input ends."""
    for line in sys.stdin:
        bury()
        pid = os.fork()
        if pid == 0:
            serve(json.loads(line))
        print(pid, flush=True)


def bury() -> None:
    """Lets go of the servers that have died; until then their numbers stay theirs."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def serve(order: dict[str, Any]) -> NoReturn:
    """Becomes one server; never returns."""
    os.environ.update(order["environment"])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    random.seed()
    code = 1
    try:
        prepare(Path(os.environ[PLAN]), float(os.environ.get(LATE, 0)))
        code = cli.main(["run"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def prepare(plan: Path, late: float) -> None:
    """Shortens what a crash waits for, marks the replies and watches the points."""
    replace(turns, "LEASE", LEASE)
    replace(telegram, "LEASE", LEASE)
    replace(lanes, "LEASE", LEASE)
    replace(TelegramChannel, "doubt_seconds", lambda _: DOUBT_SECONDS)
    replace(Postman, "doubt_seconds", lambda _: DOUBT_SECONDS)
    replace(app, "_handle", marked)
    replace(app, "make_composers", lambda _: dict.fromkeys(PURPOSES, remind))
    replace(serving, "running", partial(app.running, now=Shifted(plan.with_name(CLOCK))))
    watch = Watch(plan)
    replace(turns, "passed", watch.passed)
    for place in (lanes, sending):
        replace(place, "passed", watch.passed)
    if late:
        replace(Turns, "receive", later(late))


def replace(place: Any, name: str, value: Any) -> None:
    """Puts `value` where the program looks for `name`; fails where there is no such name."""
    patch.object(place, name, value).start()


class Watch:
    """Reads the plan ({"point", "nth"}) at each point, and kills its own process there."""

    def __init__(self, plan: Path) -> None:
        self.plan, self.passings = plan, 0

    def passed(self, point: str) -> None:
        """Counts passings of the planned point from the moment that it is planned."""
        try:
            planned = json.loads(self.plan.read_bytes())
        except FileNotFoundError:
            self.passings = 0
            return
        self.passings += planned["point"] == point
        if planned["point"] == point and self.passings >= planned["nth"]:
            self.plan.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


_handle = app._handle


async def marked(dispatcher: Any, bot: Any, update: Any, turn: Turn) -> None:
    """Handles the update, and lets its last reply name what it answers."""
    await _handle(dispatcher, bot, update, turn)
    if turn.replies and update.message and update.message.text:
        last = turn.replies.pop()
        text = f"{last.method.text}\n\n{MARK}{escape(update.message.text, quote=False)}"
        turn.replies.append(Reply(last.method.model_copy(update={"text": text}), last.lang))


async def remind(db: Db, message: Message, now: datetime, knowledge: Knowledge) -> Composed:
    """Words that name what they are about."""
    return Say(Answer(f"Remember.\n\n{MARK}{message.about}", (), "nb"))


class Shifted:
    """A clock that a file shifts by its number of seconds."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> datetime:
        try:
            return app.utc_now() + timedelta(seconds=float(self.file.read_text()))
        except FileNotFoundError:
            return app.utc_now()


_receive = Turns.receive
_late: set[asyncio.Task[None]] = set()


def later(seconds: float) -> Any:
    """A `receive` that acknowledges first and commits afterwards: what must not be."""

    async def receive(self: Turns, bot_id: int, batch: Sequence[Incoming]) -> None:
        async def commit() -> None:
            await asyncio.sleep(seconds)
            await _receive(self, bot_id, batch)

        _late.add(asyncio.create_task(commit()))

    return receive


if __name__ == "__main__":
    main()
