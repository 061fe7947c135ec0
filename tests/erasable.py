"""People who leave a mark in everything that is stored of them, for the proof that it goes."""

import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Text, cast, select

from bot.actions import follow_up, my_data
from bot.channels.web import BOT_ID
from db.addresses import find_address
from db.booking import bookings
from db.engine import Database
from db.schema import METADATA
from tests.conftest import Clock
from tests.followed import Office
from tests.talk import Person, Talk


@dataclass
class Marked:
    """A person and the texts that stand nowhere but with this person."""

    person: Person
    number: int
    marks: set[str] = field(default_factory=set)

    def word(self, kind: str) -> str:
        """A word of letters that is this person's alone."""
        digits = f"{self.number:03}"
        made = f"Zq{kind}" + "".join(string.ascii_lowercase[int(d) + 3] for d in digits) + "qz"
        self.marks.add(made)
        return made

    def phone(self) -> str:
        """A phone number that is this person's alone."""
        made = f"9753{self.number:04}"
        self.marks |= {made, f"{made[:3]} {made[3:5]} {made[5:]}"}
        return made


async def live(marked: Marked, office: Office, slot: int) -> None:
    """Writes, books, asks to be called, takes part in follow-up and gets an appointment."""
    person, start = marked.person, marked.number * 100 + 100
    marked.marks |= {person.visitor.external, person.visitor.external[:32]}
    await person.says(f"what is {marked.word('say')}")
    await person.press(f"bk:s:{slot}", start)
    await person.says("1")
    await person.says(marked.word("bookname"))
    await agree(person, "bk:ok:")
    await person.press("cb:new", start + 1)
    for said in (marked.word("callname"), marked.phone(), f"when {marked.word('wish')} sleeps"):
        await person.says(said)
    await agree(person, "cb:ok:")
    await take_part(marked, office, start + 2)
    await person.press("cb:new", start + 5)  # and a step that stays open
    await person.says(marked.word("open"))
    await read_codes(marked)


async def take_part(marked: Marked, office: Office, message: int) -> None:
    invitation = await office.enrol(marked.word("enrolled"))
    marked.marks |= {invitation.link_token, invitation.code}
    await marked.person.press(f"fu:look:{invitation.link_token}", message)
    await marked.person.presses("fu:join")
    await office.does(follow_up.confirm, office.enrolment)
    made = await office.appoint(place=f"Room {marked.word('place')}")
    await marked.person.press(f"fu:a:{made}:cannot", message + 1)


async def read_codes(marked: Marked) -> None:
    """The codes that were made for the person are marks, too."""
    async with marked.person.talk.database.read() as db:
        address = await find_address(db, BOT_ID, marked.person.visitor.external)
        mine = select(bookings.c.code).where(bookings.c.address_id == address)
        marked.marks |= set((await db.execute(mine)).scalars())


async def erase(marked: Marked) -> None:
    """Asks for it and says yes."""
    await marked.person.press("md:erase", marked.number * 100 + 190)
    await agree(marked.person, "md:yes:")
    assert [event["kind"] for event in await marked.person.events(0)] == ["clear", "out", "end"]


async def agree(person: Person, begins: str) -> None:
    """Presses the yes under the last question, whatever language a strange word made it speak."""
    asked = [(e["no"], b["data"]) for e in person.replies for b in person.buttons(e)]
    [(number, data)] = [(no, data) for no, data in asked if data.startswith(begins)]
    await person.press(data, number)


async def finish(talk: Talk, clock: Clock) -> int:
    """What the tick does, an hour later."""
    clock.move(hours=1, minutes=1)
    async with talk.database.write() as db:
        gone = await my_data.finish_erasing(db, clock())
    await talk.database.settle()
    return gone


def found_in_files(folder: Path, marks: Iterable[str]) -> dict[str, int]:
    """How many of the marks each file holds, as bytes; files without any are left out."""
    wanted = [mark.encode() for mark in marks]
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if count := sum(mark in data for mark in wanted):
            found[path.name] = count
    return found


async def found_in_rows(database: Database, marks: Iterable[str]) -> set[str]:
    """The columns of any table in which a mark stands."""
    wanted = list(marks)
    async with database.read() as db:
        found = set()
        columns = [column for table in METADATA.tables.values() for column in table.columns]
        for column in columns:
            values = (await db.execute(select(cast(column, Text)))).scalars()
            text = "\n".join(value for value in values if value)
            if any(mark in text for mark in wanted):
                found.add(f"{column.table.name}.{column.name}")
    return found
