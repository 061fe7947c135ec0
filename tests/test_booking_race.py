"""No place is given twice: many at once for the last places, on both engines."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine import Database
from tests.builders import add_slot, all_bookings
from tests.conftest import Clock
from tests.race import (
    BOOKED,
    FULL,
    PEOPLE,
    PLACES,
    all_press,
    asked,
    book_with_lock,
    book_without_lock,
    small_mind,
    some_wishes,
)
from tests.talk import Talk

ROUNDS = 4
PATIENCE = 300  # seconds, for a machine that does other things as well
ROOT = Path(__file__).parent.parent


@pytest.fixture
async def quick_talk(database: Database, tmp_path: Path, clock: Clock) -> AsyncIterator[Talk]:
    made = Talk(database, small_mind(tmp_path), clock)
    yield made
    await made.turns.close()


async def taken(database: Database, slot: int) -> int:
    made = await all_bookings(database, slot_id=slot, state="active")
    return sum(booking.party.total for booking in made)


async def test_fifty_at_once_for_five_places(quick_talk: Talk) -> None:
    for _ in range(ROUNDS):
        slot = await add_slot(quick_talk.database, ordinary=PLACES)
        heard = await all_press(quick_talk, await asked(quick_talk, slot, PEOPLE))
        assert heard == {BOOKED: PLACES, FULL: PEOPLE - PLACES}
        assert await taken(quick_talk.database, slot) == PLACES


async def test_without_the_lock_there_are_too_many(database: Database) -> None:
    slot = await add_slot(database, ordinary=PLACES)
    wishes = await some_wishes(database, slot)
    all_looked = asyncio.Barrier(len(wishes))
    await asyncio.gather(*(book_without_lock(database, wish, all_looked) for wish in wishes))
    assert await taken(database, slot) > PLACES


async def test_with_the_lock_parties_of_two_fit_whole_or_not_at_all(database: Database) -> None:
    slot = await add_slot(database, ordinary=PLACES)
    wishes = await some_wishes(database, slot, 2)
    await asyncio.gather(*(book_with_lock(database, wish) for wish in wishes))
    assert await taken(database, slot) == PLACES - 1


async def test_a_freed_place_is_taken_once(quick_talk: Talk) -> None:
    slot = await add_slot(quick_talk.database, ordinary=1)
    [first] = await asked(quick_talk, slot, 1)
    assert await all_press(quick_talk, [first]) == {BOOKED: 1}
    [booking] = await all_bookings(quick_talk.database)
    people = await asked(quick_talk, slot, 20)
    await first.press(f"bk:c:{booking.id}")
    cancelling = first.press(f"bk:cy:{booking.id}")
    _, heard = await asyncio.gather(cancelling, all_press(quick_talk, people))
    assert set(heard) <= {BOOKED, FULL}
    assert await taken(quick_talk.database, slot) == heard[BOOKED] <= 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_processes_and_fifty_at_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE):
        racers = [await start(database_url, tmp_path / str(n)) for n in range(2)]
        try:
            for _ in range(ROUNDS):
                slot = await add_slot(database, ordinary=PLACES)
                await asyncio.gather(*(tell(racer, f"{slot} {PEOPLE // 2}") for racer in racers))
                answers = await asyncio.gather(*(tell(racer, "go") for racer in racers))
                heard = sum((Counter(json.loads(answer)) for answer in answers), Counter[str]())
                assert heard == {BOOKED: PLACES, FULL: PEOPLE - PLACES}
                assert await taken(database, slot) == PLACES
        finally:
            for racer in racers:
                await end(racer)


async def start(url: str, folder: Path) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.race", url, str(folder))
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT)


async def tell(racer: asyncio.subprocess.Process, line: str) -> str:
    assert racer.stdin
    assert racer.stdout
    racer.stdin.write(f"{line}\n".encode())
    await racer.stdin.drain()
    return (await racer.stdout.readline()).decode()


async def end(racer: asyncio.subprocess.Process) -> None:
    assert racer.stdin
    racer.stdin.close()
    assert await racer.wait() == 0
