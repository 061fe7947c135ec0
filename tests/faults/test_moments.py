"""Single moments: two updates of one chat in flight at a kill, and a disk that is full."""

import asyncio
import resource
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from db.engine import sqlite_url
from tests.faults.outcome import answered, replies, words
from tests.faults.processes import Forge
from tests.faults.runner import FIRST_CHAT
from tests.faults.server import POINTS
from tests.faults.town import Town

SECONDS = 60  # until something that must come has come
ROOM = "4m"


async def until(true: Callable[[], bool]) -> None:
    """Waits for what must come."""
    async with asyncio.timeout(SECONDS):
        while not true():
            await asyncio.sleep(0.02)


@pytest.fixture
async def town(forge: Forge, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town.built(forge, tmp_path, sqlite_url(tmp_path)) as made:
        yield made


@pytest.mark.parametrize("point", POINTS)
async def test_two_updates_of_one_chat_in_flight(town: Town, point: str) -> None:
    first, second = "er det te i dag", "er det te i morgen"
    page = town.open_page()
    server = town.servers[0]
    server.die_at(point, 2)
    page.say(first)
    page.say(second)
    await town.stub.say(FIRST_CHAT, first, second)
    await town.start()
    assert await server.died(SECONDS)
    await town.start()
    await town.settle({"web": 2, "telegram": 2}, SECONDS)
    assert replies(page.shown) == [first, second]
    assert [words(event) for event in page.shown if event["kind"] == "in"] == [first, second]
    assert town.answers("telegram") == 2
    assert len(town.stub.sent) - 2 <= (await town.count_left())["uncertain"]
    assert len(town.stub.sent) <= 3


class Disk:
    """A place for the data that can be filled and emptied while the server writes there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, pid: int) -> None:
        """No write finds room any more."""

    def free(self, pid: int) -> None:
        """There is room again."""


class SmallDisk(Disk):
    """A file system in memory with a ballast that leaves no room."""

    def fill(self, pid: int) -> None:
        with (self.folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(b"x" * 4096)

    def free(self, pid: int) -> None:
        (self.folder / "ballast").unlink()


class SmallFiles(Disk):
    """No file of the server may become larger than it is, as a quota does it."""

    def fill(self, pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    def free(self, pid: int) -> None:
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


@pytest.fixture(params=[SmallDisk, SmallFiles])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param is SmallFiles:
        yield SmallFiles(folder)
        return
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    command = [mount or "", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder)]
    if not mount or not unmount or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk; the limit on files covers the rest")
    yield SmallDisk(folder)
    subprocess.run([unmount, "-l", str(folder)], check=True)


async def test_a_full_disk_is_said_kindly_and_loses_nothing(forge: Forge, disk: Disk) -> None:
    before, kept, danger = "er det te i dag", "er det te i morgen", "jeg vil ta livet mitt"
    async with Town.built(forge, disk.folder, sqlite_url(disk.folder)) as town:
        page = town.open_page()
        await town.start()
        pid = town.servers[0].pid
        assert pid
        page.say(before)
        await town.stub.say(FIRST_CHAT, before)
        await town.settle({"web": 1, "telegram": 1}, SECONDS)

        disk.fill(pid)
        frames = [page.frame(text) for text in (kept, danger)]
        for frame in frames:
            page.tell(frame)
        await town.stub.say(FIRST_CHAT, kept, danger)
        await until(lambda: len(page.refused) == 2 and len(town.stub.sent) == 2)
        busy, helped = page.refused
        assert busy["later"], "kind words"
        assert busy["phone"]["tel"], "and a phone number"
        assert "113" in helped["text"], "danger is answered directly"
        assert "113" in town.stub.sent[1].text, "on Telegram too, and only danger"

        disk.free(pid)
        for frame in frames:
            page.again(frame)
        await town.settle({"web": 3, "telegram": 4}, SECONDS)
        assert replies(page.shown) == [before, kept, danger]
        assert [text for sent in town.stub.sent if (text := answered(sent.text))] == [
            before,
            kept,
            danger,
        ]
        assert "113" not in page.shown[-1]["body"]["runs"][0]["text"], "help is not said twice"
        assert town.servers[0].pid == pid, "it never stopped"
