"""People leave marks everywhere; after they erase themselves, no byte of them is left."""

import logging
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.actions.mind import Mind
from db import engine
from db.engine import Database, sqlite_url
from tests.builders import add_slot
from tests.conftest import Clock
from tests.erasable import Marked, erase, finish, found_in_files, found_in_rows, live
from tests.followed import Office
from tests.talk import Talk

PEOPLE = int(os.environ.get("ERASED_PEOPLE", "40"))  # 200 take some minutes on a busy machine
FEW = 4


async def marked_people(talk: Talk, clock: Clock, people: int) -> list[Marked]:
    """People who have left their marks."""
    talk.turns.pace.burst = 100_000
    office = await Office(talk.database, clock).open()
    found = []
    for number in range(people):
        if number % 20 == 0:  # the list of calls takes twenty new ones an hour
            clock.move(hours=1, seconds=1)
            slot = await add_slot(talk.database, ordinary=60)
        clock.move(seconds=1)
        found.append(Marked(talk.person("en"), number))
        await live(found[-1], office, slot)
    return found


async def test_after_erasing_no_byte_is_left(
    tmp_path: Path, empty_sqlite: Path, norway: Mind, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with open_talk(tmp_path, empty_sqlite, norway, clock) as talk:
        people = await marked_people(talk, clock, PEOPLE)
        marks = {mark for marked in people for mark in marked.marks}
        assert len(marks) >= 12 * PEOPLE
        before = found_in_files(tmp_path, marks)
        assert sum(before.values()) > 8 * PEOPLE, "the scan sees"
        for marked in people:
            await erase(marked)
        assert await finish(talk, clock) == PEOPLE
        assert found_in_files(tmp_path, marks) == {}
    assert found_in_files(tmp_path, marks) == {}
    assert [mark for mark in marks if mark in caplog.text] == []


@asynccontextmanager
async def open_talk(folder: Path, empty: Path, mind: Mind, clock: Clock) -> AsyncIterator[Talk]:
    """The engine with a database file in a folder of its own."""
    shutil.copy(empty, folder / "innom.db")
    database = Database(sqlite_url(folder))
    talk = Talk(database, mind, clock)
    yield talk
    await talk.turns.close()
    await database.close()


@pytest.mark.parametrize("without", ["secure_delete=ON", "settling"])
async def test_without_overwriting_or_settling_bytes_are_left(
    tmp_path: Path,
    empty_sqlite: Path,
    norway: Mind,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    without: str,
) -> None:
    plain = tuple(pragma for pragma in engine.WRITING if pragma != without)
    monkeypatch.setattr(engine, "WRITING", (*plain, "secure_delete=OFF")[: len(engine.WRITING)])
    async with open_talk(tmp_path, empty_sqlite, norway, clock) as talk:
        people = await marked_people(talk, clock, FEW)
        marks = {mark for marked in people for mark in marked.marks}
        for marked in people:
            await erase(marked)
        if without == "settling":
            assert found_in_files(tmp_path, marks)
        await finish(talk, clock)
        assert bool(found_in_files(tmp_path, marks)) is (without != "settling")


async def test_after_erasing_no_row_holds_a_mark(talk: Talk, clock: Clock) -> None:
    people = await marked_people(talk, clock, FEW)
    marks = {mark for marked in people for mark in marked.marks}
    assert len(await found_in_rows(talk.database, marks)) > 8, "the scan sees"
    for marked in people[1:]:
        await erase(marked)
    gone = {mark for marked in people[1:] for mark in marked.marks}
    left = await found_in_rows(talk.database, gone)
    assert left <= {"address.external_id", "inbox.key"}, "until the answer was fetched"
    assert await finish(talk, clock) == FEW - 1
    assert await found_in_rows(talk.database, gone) == set()
    assert len(await found_in_rows(talk.database, people[0].marks)) > 8, "another's stays"
