"""People who book: the way to a booking, for tests of what happens on it and after it."""

from typing import Any

from bot.actions.mind import Mind
from bot.channels.web import BOT_ID
from db import inbox
from db.addresses import find_address
from db.engine import Database
from tests.conftest import Clock
from tests.talk import Person, Talk

GONE = "That button no longer works. Choose anew, or write what you need."
CLOSED = "That is not open any more. Look at your bookings, or begin anew."
NOT_YOURS = "I find no such booking of yours to come."


def talk_with_samples(database: Database, mind: Mind, clock: Clock) -> Talk:
    made = Talk(database, Mind(mind.knowledge, mind.understander, samples=True), clock)
    made.turns.pace.burst = 10_000
    return made


async def dead(talk: Talk) -> list[Any]:
    async with talk.database.read() as db:
        return await inbox.list_dead(db)


async def address_of(person: Person) -> int:
    async with person.talk.database.read() as db:
        found = await find_address(db, BOT_ID, person.visitor.external)
    assert found is not None
    return found


async def to_confirm(person: Person, slot: int, count: int = 1, name: str = "Anna") -> str:
    """As far as the question whether all is right; returns the data of its yes."""
    await person.press(f"bk:s:{slot}", 1)
    if any(label == str(count) for label in person.labels()):
        await person.says(str(count))
    if "What is your first name" in (person.replies and said_last(person)):
        await person.says(name)
    return next(b["data"] for b in person.buttons() if b["data"].startswith("bk:ok:"))


def said_last(person: Person) -> str:
    return "".join(run["text"] for run in person.replies[-1]["body"]["runs"])


async def book(person: Person, slot: int, count: int = 1) -> str:
    return await person.press(await to_confirm(person, slot, count), 2)


async def cancel(person: Person, booking: int | None) -> str:
    await person.press(f"bk:c:{booking}", 30)
    return await person.press(f"bk:cy:{booking}", 31)


async def code_tried(person: Person, code: str) -> str:
    await person.press("bk:code", 77)
    return await person.says(code)
