"""Slots, which are dated and bookable, and bookings: who has how many places in them.

A booking takes places only while its slot is locked (`lock_slot`): what was counted before may
have changed. A cancelled booking keeps its row, with time, reason and who.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Index,
    Select,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from db.base import NONE, PERSONAL, SPECIAL, Instant, Key, table_of
from db.engine import Db

ACTIVE, CANCELLED = "active", "cancelled"
ACTIVITY, VOLUNTEER, GUIDANCE = "activity", "volunteer", "guidance"


@dataclass(frozen=True, slots=True)
class Places:
    """How many places of each kind: what a slot has, what is taken, what a party needs."""

    ordinary: int = 0
    wheelchair: int = 0
    companion: int = 0

    def __sub__(self, other: "Places") -> "Places":
        return Places(
            self.ordinary - other.ordinary,
            self.wheelchair - other.wheelchair,
            self.companion - other.companion,
        )

    @property
    def total(self) -> int:
        """Places of all kinds."""
        return self.ordinary + self.wheelchair + self.companion


class Slot(SQLModel, table=True):
    """A dated, bookable time. `titles` is keyed by language; `code` keeps it from being doubled."""

    __tablename__ = "slot"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    code: str | None = Field(default=None, max_length=64, unique=True, sa_column_kwargs=NONE)
    kind: str = Field(max_length=12, sa_column_kwargs=NONE)
    entry: str | None = Field(default=None, max_length=64, sa_column_kwargs=NONE)
    titles: dict[str, str] = Field(sa_type=JSON, sa_column_kwargs=NONE)
    starts_at: datetime = Field(sa_type=Instant, index=True, sa_column_kwargs=NONE)
    ends_at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)
    zone: str = Field(max_length=40, sa_column_kwargs=NONE)
    ordinary: int = Field(default=0, sa_column_kwargs=NONE)
    wheelchair: int = Field(default=0, sa_column_kwargs=NONE)
    companion: int = Field(default=0, sa_column_kwargs=NONE)
    opens_at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)
    closes_at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)
    sample: bool = Field(default=False, sa_column_kwargs=NONE)
    place: str | None = Field(default=None, max_length=120, sa_column_kwargs=NONE)
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)

    @property
    def capacity(self) -> Places:
        """The places that the slot has."""
        return Places(self.ordinary, self.wheelchair, self.companion)


class Booking(SQLModel, table=True):
    """A party's places in a slot. `address_id` and the name go when the person is forgotten."""

    __tablename__ = "booking"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    slot_id: int = Field(
        sa_type=BigInteger, foreign_key="slot.id", index=True, sa_column_kwargs=PERSONAL
    )
    address_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="address.id", sa_column_kwargs=PERSONAL
    )
    ordinary: int = Field(default=0, sa_column_kwargs=PERSONAL)
    wheelchair: int = Field(default=0, sa_column_kwargs=SPECIAL)
    companion: int = Field(default=0, sa_column_kwargs=SPECIAL)
    first_name: str | None = Field(default=None, max_length=40, sa_column_kwargs=PERSONAL)
    phone: str | None = Field(default=None, max_length=24, sa_column_kwargs=PERSONAL)
    code: str | None = Field(default=None, max_length=16, unique=True, sa_column_kwargs=PERSONAL)
    state: str = Field(max_length=10, sa_column_kwargs=NONE)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=PERSONAL)
    cancelled_by: str | None = Field(default=None, max_length=16, sa_column_kwargs=NONE)
    reason: str | None = Field(default=None, max_length=24, sa_column_kwargs=NONE)

    @property
    def party(self) -> Places:
        """The places that the booking takes."""
        return Places(self.ordinary, self.wheelchair, self.companion)


slots = table_of(Slot)
bookings = table_of(Booking)
Index("ix_booking_address_id", bookings.c.address_id, bookings.c.created_at)


@dataclass(frozen=True, slots=True)
class Held:
    """What an address has: bookings to come, one of them in this slot, and how many made lately."""

    to_come: int = 0
    this_slot: bool = False
    made_lately: int = 0


async def add_slots(db: Db, rows: Sequence[dict[str, Any]]) -> None:
    """Stores slots; one whose code is known is left as it is."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    await db.execute(dialect.insert(slots).on_conflict_do_nothing(), rows)


async def list_codes(db: Db, codes: Sequence[str]) -> set[str]:
    """Which of these codes have a slot."""
    return set((await db.execute(select(slots.c.code).where(slots.c.code.in_(codes)))).scalars())


async def find_slot(db: Db, slot_id: int) -> Slot | None:
    """A slot as it was last committed; for showing."""
    row = (await db.execute(select(slots).where(slots.c.id == slot_id))).first()
    return Slot(**row._mapping) if row else None


async def lock_slot(db: Db, slot_id: int) -> Slot | None:
    """A slot that nobody else books until this transaction ends.

    PostgreSQL locks the row. On SQLite the transaction itself is alone (`BEGIN IMMEDIATE`).
    """
    query = select(slots).where(slots.c.id == slot_id).with_for_update()
    row = (await db.execute(query)).first()
    return Slot(**row._mapping) if row else None


async def count_taken(db: Db, slot_id: int) -> Places:
    """The places of a slot that active bookings take."""
    mine = (bookings.c.slot_id == slot_id, bookings.c.state == ACTIVE)
    return Places(*(await db.execute(select(*_sums(bookings)).where(*mine))).one())


async def list_open(
    db: Db, now: datetime, *, samples: bool, kind: str | None = None
) -> list[tuple[Slot, Places]]:
    """Slots that can be booked at `now`, soonest first, with what is taken of each."""
    open_now = [slots.c.opens_at <= now, slots.c.closes_at > now, slots.c.starts_at > now]
    open_now.append(slots.c.cancelled_at.is_(None))
    if kind:
        open_now.append(slots.c.kind == kind)
    if not samples:
        open_now.append(~slots.c.sample)
    return await list_with_taken(db, *open_now)


async def list_with_taken(db: Db, *which: ColumnElement[bool]) -> list[tuple[Slot, Places]]:
    """The slots that fit, soonest first, with the places that active bookings take of each."""
    join = slots.outerjoin(
        bookings, and_(bookings.c.slot_id == slots.c.id, bookings.c.state == ACTIVE)
    )
    query = select(slots, *_sums(bookings)).select_from(join).where(*which)
    rows = await db.execute(query.group_by(slots.c.id).order_by(slots.c.starts_at, slots.c.id))
    return [_slot_and_taken(row) for row in rows]


async def count_held(db: Db, address_id: int, slot_id: int, now: datetime, since: datetime) -> Held:
    """What an address has booked, for the limits; `since` begins what counts as lately."""
    active = bookings.c.state == ACTIVE
    query = select(
        func.count().filter(active, slots.c.ends_at > now),
        func.count().filter(active, bookings.c.slot_id == slot_id),
        func.count().filter(bookings.c.created_at > since),
    )
    join = bookings.join(slots)
    mine = query.select_from(join).where(bookings.c.address_id == address_id)
    to_come, here, lately = (await db.execute(mine)).one()
    return Held(int(to_come), here > 0, int(lately))


async def add_booking(db: Db, values: dict[str, Any]) -> int:
    """Stores an active booking; returns its id."""
    added = insert(bookings).values(state=ACTIVE, **values).returning(bookings.c.id)
    return int((await db.execute(added)).scalar_one())


async def find_booking(db: Db, address_id: int, booking_id: int) -> tuple[Booking, Slot] | None:
    """A booking of this address with its slot; another's is not found."""
    return await _find_one(db, bookings.c.id == booking_id, bookings.c.address_id == address_id)


async def list_bookings(db: Db, address_id: int, now: datetime) -> list[tuple[Booking, Slot]]:
    """The active bookings of an address that are not over, soonest first."""
    mine = (bookings.c.address_id == address_id, bookings.c.state == ACTIVE)
    query = _BOTH.where(*mine, slots.c.ends_at > now)
    rows = await db.execute(query.order_by(slots.c.starts_at, bookings.c.id))
    return [_booking_and_slot(row) for row in rows]


async def end_booking(
    db: Db, address_id: int, booking_id: int, now: datetime, by: str, reason: str
) -> bool:
    """Cancels an active booking of this address; False where there is none."""
    mine = (bookings.c.id == booking_id, bookings.c.address_id == address_id)
    ended = update(bookings).where(*mine, bookings.c.state == ACTIVE)
    values = {"state": CANCELLED, "cancelled_at": now, "cancelled_by": by, "reason": reason}
    return (await db.execute(ended.values(**values))).rowcount == 1


async def move_booking(db: Db, code: str, address_id: int, now: datetime) -> bool:
    """Gives the booking to come that has this recovery code to an address; False without one."""
    to_come = select(slots.c.id).where(slots.c.ends_at > now)
    key = (bookings.c.code == code, bookings.c.state == ACTIVE, bookings.c.slot_id.in_(to_come))
    moved = update(bookings).where(*key).values(address_id=address_id)
    return (await db.execute(moved)).rowcount == 1


async def forget_bookings(db: Db, before: datetime) -> int:
    """Takes the person out of bookings of slots that ended before; returns how many."""
    over = select(slots.c.id).where(slots.c.ends_at < before)
    known = or_(bookings.c.address_id.is_not(None), bookings.c.first_name.is_not(None))
    old = update(bookings).where(bookings.c.slot_id.in_(over), known)
    return (await db.execute(old.values(**_NOBODY))).rowcount


async def _find_one(db: Db, *which: ColumnElement[bool]) -> tuple[Booking, Slot] | None:
    row = (await db.execute(_BOTH.where(*which))).first()
    return _booking_and_slot(row) if row else None


def _sums(table: Any) -> list[Any]:
    columns = (table.c.ordinary, table.c.wheelchair, table.c.companion)
    return [func.coalesce(func.sum(column), 0) for column in columns]


def _slot_and_taken(row: Any) -> tuple[Slot, Places]:
    count = len(slots.c)
    return Slot(**dict(zip(slots.c.keys(), row[:count], strict=True))), Places(*row[count:])


def _booking_and_slot(row: Any) -> tuple[Booking, Slot]:
    count = len(bookings.c)
    booking = dict(zip(bookings.c.keys(), row[:count], strict=True))
    return Booking(**booking), Slot(**dict(zip(slots.c.keys(), row[count:], strict=True)))


_NOBODY = {"address_id": None, "first_name": None, "phone": None, "code": None}
_BOTH: Select[Any] = select(bookings, slots).join_from(bookings, slots)
