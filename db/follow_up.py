"""Follow-up: programmes, who takes part in them with which case worker, and their appointments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, delete, func, insert, or_, select, update
from sqlmodel import Field, SQLModel

from db.addresses import Address
from db.base import NONE, PERSONAL, SPECIAL, Instant, Key, table_of
from db.engine import Db

INVITED, JOINED, CONFIRMED, LEFT, ENDED = "invited", "joined", "confirmed", "left", "ended"
ACTIVE = (INVITED, JOINED, CONFIRMED)
PLANNED, CANCELLED = "planned", "cancelled"
COMING, CANNOT, CALL_ME = "coming", "cannot", "call-me"


class Programme(SQLModel, table=True):
    """A follow-up plan. `plan` says which reminders go out: {"day": true, "hour": true}."""

    __tablename__ = "programme"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    name: str = Field(max_length=120, sa_column_kwargs=NONE)
    plan: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs=NONE)
    is_active: bool = Field(default=True, sa_column_kwargs=NONE)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)


class Enrolment(SQLModel, table=True):
    """A person's part in a programme; `staff_id` is the case worker.

    It is joined by a one-time link or code, of which only the SHA-256 is stored, and confirmed by
    the case worker with `check_number`, which the person sees. Leaving keeps the address, so that
    the person can come back; unlinking and erasing take it away.
    """

    __tablename__ = "enrolment"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    programme_id: int = Field(
        sa_type=BigInteger, foreign_key="programme.id", sa_column_kwargs=SPECIAL
    )
    staff_id: int = Field(
        sa_type=BigInteger, foreign_key="staff.id", index=True, sa_column_kwargs=PERSONAL
    )
    first_name: str | None = Field(default=None, max_length=40, sa_column_kwargs=SPECIAL)
    address_id: int | None = Field(
        default=None,
        sa_type=BigInteger,
        foreign_key="address.id",
        index=True,
        sa_column_kwargs=PERSONAL,
    )
    state: str = Field(max_length=12, sa_column_kwargs=SPECIAL)
    link_hash: str | None = Field(
        default=None, max_length=64, unique=True, sa_column_kwargs=PERSONAL
    )
    code_hash: str | None = Field(
        default=None, max_length=64, unique=True, sa_column_kwargs=PERSONAL
    )
    code_expires_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    check_number: str | None = Field(default=None, max_length=4, sa_column_kwargs=PERSONAL)
    joined_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    left_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    ended_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=SPECIAL)


class Appointment(SQLModel, table=True):
    """A meeting with the case worker. `wall` is the local time that was meant (2026-11-24T10:00).

    `starts_at` follows from `wall` and `zone`, and anew when the zone's rules change.
    """

    __tablename__ = "appointment"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    enrolment_id: int = Field(
        sa_type=BigInteger, foreign_key="enrolment.id", index=True, sa_column_kwargs=SPECIAL
    )
    wall: str = Field(max_length=16, sa_column_kwargs=SPECIAL)
    zone: str = Field(max_length=40, sa_column_kwargs=NONE)
    starts_at: datetime = Field(sa_type=Instant, index=True, sa_column_kwargs=SPECIAL)
    minutes: int = Field(default=30, sa_column_kwargs=SPECIAL)
    place: str | None = Field(default=None, max_length=120, sa_column_kwargs=SPECIAL)
    state: str = Field(max_length=10, sa_column_kwargs=SPECIAL)
    answer: str | None = Field(default=None, max_length=10, sa_column_kwargs=SPECIAL)
    answered_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    seen_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=SPECIAL)
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)


class CodeTry(SQLModel, table=True):
    """A wrong code, so that guessing ends: many wrong ones in an hour close the door for all."""

    __tablename__ = "code_try"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    address_id: int = Field(
        sa_type=BigInteger, foreign_key="address.id", index=True, sa_column_kwargs=PERSONAL
    )
    at: datetime = Field(sa_type=Instant, index=True, sa_column_kwargs=PERSONAL)


@dataclass(frozen=True, slots=True)
class Part:
    """An enrolment with its programme's name, and its chat's bot, pause and language."""

    enrolment: Enrolment
    programme: str
    bot_id: int | None
    paused_at: datetime | None
    lang: str | None


programmes = table_of(Programme)
enrolments = table_of(Enrolment)
appointments = table_of(Appointment)
code_tries = table_of(CodeTry)


async def add_programme(db: Db, name: str, plan: dict[str, Any], now: datetime) -> int:
    """Stores a programme; returns its id."""
    added = insert(programmes).values(name=name, plan=plan, is_active=True, created_at=now)
    return int((await db.execute(added.returning(programmes.c.id))).scalar_one())


async def list_programmes(db: Db) -> list[Programme]:
    """The active programmes by name."""
    query = select(programmes).where(programmes.c.is_active).order_by(programmes.c.name)
    return [Programme(**row._mapping) for row in await db.execute(query)]


async def find_programme(db: Db, programme_id: int) -> Programme | None:
    """A programme, or None where there is none such."""
    row = (await db.execute(select(programmes).where(programmes.c.id == programme_id))).first()
    return Programme(**row._mapping) if row else None


async def add_enrolment(db: Db, values: dict[str, Any]) -> int:
    """Stores an enrolment; returns its id."""
    added = insert(enrolments).values(**values).returning(enrolments.c.id)
    return int((await db.execute(added)).scalar_one())


async def find_enrolment(
    db: Db, enrolment_id: int, staff_id: int | None = None
) -> Enrolment | None:
    """An enrolment; with `staff_id` only where that is its case worker."""
    which = [enrolments.c.id == enrolment_id]
    if staff_id is not None:
        which.append(enrolments.c.staff_id == staff_id)
    return await _find_one(db, *which)


async def lock_enrolment(db: Db, enrolment_id: int) -> Enrolment | None:
    """An enrolment that nobody else changes until this transaction ends."""
    query = select(enrolments).where(enrolments.c.id == enrolment_id).with_for_update()
    row = (await db.execute(query)).first()
    return Enrolment(**row._mapping) if row else None


async def find_invited(db: Db, secret_hash: str, now: datetime) -> Enrolment | None:
    """The enrolment that a link or code, given as its hash, still opens."""
    return await _find_one(db, *_opened_by(secret_hash, now))


async def take_invitation(
    db: Db, secret_hash: str, now: datetime, values: dict[str, Any]
) -> int | None:
    """Joins by a link or code, once: its hashes go. Returns the enrolment, or None without one."""
    taken = update(enrolments).where(*_opened_by(secret_hash, now)).values(**values, **_USED)
    found = (await db.execute(taken.returning(enrolments.c.id))).scalar()
    return int(found) if found is not None else None


async def change_enrolment(
    db: Db, enrolment_id: int, states: Sequence[str], values: dict[str, Any]
) -> bool:
    """Writes values where the enrolment is in one of these states; False where it is not."""
    which = (enrolments.c.id == enrolment_id, enrolments.c.state.in_(states))
    return (await db.execute(update(enrolments).where(*which).values(**values))).rowcount == 1


async def list_of_chat(db: Db, address_id: int, states: Sequence[str]) -> list[Enrolment]:
    """What a chat takes part in, in these states."""
    which = (enrolments.c.address_id == address_id, enrolments.c.state.in_(states))
    rows = await db.execute(select(enrolments).where(*which).order_by(enrolments.c.id))
    return [Enrolment(**row._mapping) for row in rows]


async def list_of_staff(db: Db, staff_id: int) -> list[Part]:
    """A case worker's own enrolments."""
    join = enrolments.join(programmes).outerjoin(_addresses)
    chat = (_addresses.c.bot_id, _addresses.c.paused_at, _addresses.c.language)
    query = select(enrolments, programmes.c.name, *chat).select_from(join)
    mine = query.where(enrolments.c.staff_id == staff_id).order_by(enrolments.c.id)
    width = len(enrolments.c)
    return [Part(_enrolment(row[:width]), *row[width:]) for row in await db.execute(mine)]


async def add_try(db: Db, address_id: int, now: datetime) -> None:
    """Notes a wrong code."""
    await db.execute(insert(code_tries).values(address_id=address_id, at=now))


async def count_tries(db: Db, address_id: int, since: datetime) -> tuple[int, int]:
    """How many wrong codes came since: from this chat, and from all."""
    mine = func.count().filter(code_tries.c.address_id == address_id)
    row = (await db.execute(select(mine, func.count()).where(code_tries.c.at > since))).one()
    return int(row[0]), int(row[1])


async def forget_tries(db: Db, before: datetime) -> int:
    """Deletes wrong codes that count no more; returns how many."""
    return (await db.execute(delete(code_tries).where(code_tries.c.at < before))).rowcount


async def _find_one(db: Db, *which: ColumnElement[bool]) -> Enrolment | None:
    row = (await db.execute(select(enrolments).where(*which))).first()
    return Enrolment(**row._mapping) if row else None


def _opened_by(secret_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    secret = or_(enrolments.c.link_hash == secret_hash, enrolments.c.code_hash == secret_hash)
    return secret, enrolments.c.state == INVITED, enrolments.c.code_expires_at > now


def _enrolment(values: Sequence[Any]) -> Enrolment:
    return Enrolment(**dict(zip(enrolments.c.keys(), values, strict=True)))


_USED: dict[str, Any] = {"link_hash": None, "code_hash": None, "code_expires_at": None}
_addresses = table_of(Address)
