"""Call-backs: who asked to be rung, and whether somebody has done it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, delete, func, insert, or_, select, text, update
from sqlmodel import Field, SQLModel

from db.addresses import table as addresses
from db.base import NONE, PERSONAL, SPECIAL, Instant, Key, table_of
from db.engine import Db
from db.staff import accounts

_COUNTING = 7_233_104  # a lock of PostgreSQL; any number that is only ours


class CallBack(SQLModel, table=True):
    """A wish to be rung: first name, phone, and when it suits, in the person's own words."""

    __tablename__ = "call_back"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    address_id: int | None = Field(
        default=None,
        sa_type=BigInteger,
        foreign_key="address.id",
        index=True,
        sa_column_kwargs=PERSONAL,
    )
    first_name: str | None = Field(default=None, max_length=40, sa_column_kwargs=PERSONAL)
    phone: str | None = Field(default=None, max_length=24, sa_column_kwargs=PERSONAL)
    wanted: str | None = Field(default=None, max_length=80, sa_column_kwargs=SPECIAL)
    lang: str = Field(max_length=8, sa_column_kwargs=PERSONAL)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)
    done_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=PERSONAL)
    done_by: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="staff.id", sa_column_kwargs=NONE
    )


table = table_of(CallBack)


async def add_call_back(db: Db, values: dict[str, Any]) -> int:
    """Stores a wish; returns its id."""
    added = insert(table).values(**values).returning(table.c.id)
    return int((await db.execute(added)).scalar_one())


async def list_own(db: Db, address_id: int) -> list[CallBack]:
    """What a chat has asked for and nobody has ticked off, oldest first."""
    mine = (table.c.address_id == address_id, table.c.done_at.is_(None))
    rows = await db.execute(select(table).where(*mine).order_by(table.c.id))
    return [CallBack(**row._mapping) for row in rows]


async def count_lately(db: Db, bots: Sequence[int], since: datetime) -> int:
    """How many wishes came from these channels since; counted by one transaction at a time.

    PostgreSQL holds a lock until the transaction ends; SQLite has one writer.
    """
    if db.dialect.name == "postgresql":
        await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _COUNTING})
    join = table.join(addresses, addresses.c.id == table.c.address_id)
    lately = (addresses.c.bot_id.in_(bots), table.c.created_at > since)
    query = select(func.count()).select_from(join).where(*lately)
    return int((await db.execute(query)).scalar_one())


async def withdraw(db: Db, address_id: int, call_back_id: int) -> bool:
    """Deletes a chat's own open wish; False where it has none such."""
    mine = (table.c.id == call_back_id, table.c.address_id == address_id)
    gone = await db.execute(delete(table).where(*mine, table.c.done_at.is_(None)))
    return gone.rowcount == 1


async def find_last_look(db: Db, roles: Sequence[str], without: str) -> datetime | None:
    """When somebody with one of these roles last looked; None where nobody has.

    Those who have the role `without` as well look at other lists, and their look says nothing.
    """
    query = select(accounts.c.looked_at, accounts.c.roles).where(accounts.c.is_active)
    rows = await db.execute(query.where(accounts.c.looked_at.is_not(None)))
    looks = (at for at, has in rows if set(has) & set(roles) and without not in has)
    return max(looks, default=None)


async def list_open(db: Db) -> list[CallBack]:
    """What nobody has ticked off, oldest first; for staff."""
    rows = await db.execute(select(table).where(table.c.done_at.is_(None)).order_by(table.c.id))
    return [CallBack(**row._mapping) for row in rows]


async def list_done(db: Db, since: datetime) -> list[CallBack]:
    """What was ticked off since, newest first."""
    done = select(table).where(table.c.done_at >= since).order_by(table.c.done_at.desc())
    return [CallBack(**row._mapping) for row in await db.execute(done)]


async def count_open(db: Db) -> int:
    """How many wait to be rung."""
    query = select(func.count()).where(table.c.done_at.is_(None))
    return int((await db.execute(query)).scalar_one())


async def tick_off(db: Db, call_back_id: int, staff_id: int, now: datetime) -> bool:
    """Notes that it is done, and by whom; False where it is gone or was done already."""
    this = (table.c.id == call_back_id, table.c.done_at.is_(None))
    ticked = update(table).where(*this).values(done_at=now, done_by=staff_id)
    return (await db.execute(ticked)).rowcount == 1


async def untick(db: Db, call_back_id: int) -> bool:
    """Puts it back on the list; False where it is gone or was not done."""
    this = (table.c.id == call_back_id, table.c.done_at.is_not(None))
    back = update(table).where(*this).values(done_at=None, done_by=None)
    return (await db.execute(back)).rowcount == 1


async def forget_call_backs(db: Db, done_before: datetime, asked_before: datetime) -> int:
    """Deletes what was ticked off before, and what nobody took up since; returns how many."""
    old = or_(table.c.done_at < done_before, table.c.created_at < asked_before)
    return (await db.execute(delete(table).where(old))).rowcount
