"""Many press yes at once for the last places: `python -m tests.race URL FOLDER` is one process.

It reads lines from standard input. "SLOT COUNT" brings COUNT people to the question whether all is
right, and answers "ready"; "go" lets them press at once, and answers what they heard, as JSON.
"""

import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bot.actions.booking import KNOWN, Refused, Wish, book_slot, find_room
from bot.actions.mind import Mind
from bot.channels.web import BOT_ID
from bot.handlers.booking_base import PREFIX
from bot.knowledge.packs import load
from db.addresses import get_or_add_address, save_conversation
from db.booking import Places, add_booking
from db.engine import Database
from tests.builders import NOW
from tests.small_pack import write_pack
from tests.talk import Person, Talk

PEOPLE, PLACES = 50, 5
BOOKED, FULL = "booked", "full"


async def asked(talk: Talk, slot: int, count: int) -> list[Person]:
    """People who were just asked whether their booking is right."""
    people = [talk.person("en") for _ in range(count)]
    async with talk.database.write() as db:
        for person in people:
            external = person.visitor.external
            address = await get_or_add_address(db, BOT_ID, external, NOW)
            data = {"slot": slot, "n": 1, "party": [1, 0, 0], "name": "Anna", "token": "yes"}
            data |= {"at": NOW.isoformat(), "asked": 0, "lang": "en"}
            step = {"step": f"{PREFIX}confirm", "step_data": data}
            await save_conversation(db, address, step)
    return people


async def all_press(talk: Talk, people: list[Person]) -> Counter[str]:
    """Everybody presses yes at once; returns how many heard what."""
    frame = {"t": "press", "data": "bk:ok:yes", "message": 1, "lang": "en"}
    frames = [{**frame, "id": f"yes-of-person-{n}"} for n in range(len(people))]
    await asyncio.gather(*(p.visitor.take(f) for p, f in zip(people, frames, strict=True)))
    await talk.turns.idle()
    return Counter([_kind(await person.hears()) for person in people])


def _kind(heard: str) -> str:
    if heard.startswith("You are booked."):
        return BOOKED
    return FULL if heard.startswith("There are not so many places left.") else heard


def small_mind(folder: Path) -> Mind:
    """A mind that is made quickly."""
    write_pack(folder)
    return Mind.of(load(("liten",), (folder / "packs",)))


async def some_wishes(database: Database, slot: int, ordinary: int = 1) -> list[Wish]:
    """The wishes of people who are new."""
    async with database.write() as db:
        names = [f"person-{n}-at-{slot}" for n in range(PEOPLE)]
        people = [await get_or_add_address(db, BOT_ID, name, NOW) for name in names]
    party = Places(ordinary)
    return [Wish(person, slot, party, "Anna", anonymous=False) for person in people]


async def book_with_lock(database: Database, wish: Wish) -> None:
    """As the chat does it."""
    try:
        async with database.write() as db:
            await book_slot(db, wish, NOW, samples=False)
    except Refused:
        pass


async def book_without_lock(database: Database, wish: Wish, all_looked: asyncio.Barrier) -> None:
    """The control: all look first and write then, as if nobody else did."""
    async with database.read() as db:
        room = await find_room(db, wish.address_id, wish.slot_id, NOW, limits=KNOWN, samples=False)
    await all_looked.wait()
    if wish.party in room.fitting:
        async with database.write() as db:
            values = {"slot_id": wish.slot_id, "address_id": wish.address_id, "created_at": NOW}
            await add_booking(db, {**values, "ordinary": wish.party.ordinary})


async def main(url: str, folder: Path) -> None:
    """One process of a race."""
    database = Database(url)
    talk = Talk(database, small_mind(folder), lambda: datetime(2026, 11, 23, 9, 1, tzinfo=UTC))
    people: list[Person] = []
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if line == "go":
            print(json.dumps(await all_press(talk, people)), flush=True)
        else:
            slot, count = map(int, line.split())
            people = await asked(talk, slot, count)
            print("ready", flush=True)
    await talk.turns.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
