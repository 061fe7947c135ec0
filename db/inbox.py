"""The inbox: every update, committed before it is acknowledged, handled once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from db.base import NONE, PERSONAL, SPECIAL, Instant, Key, table_of
from db.engine import Db

WAITING, HANDLED, DEAD = "waiting", "handled", "dead"


class Inbox(SQLModel, table=True):
    """One update. Its key is the channel's own; the payload is emptied when it is handled."""

    __tablename__ = "inbox"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    bot_id: int = Field(sa_type=BigInteger, sa_column_kwargs=NONE)
    key: str = Field(max_length=160, sa_column_kwargs=NONE)
    address_id: int = Field(sa_type=BigInteger, foreign_key="address.id", sa_column_kwargs=PERSONAL)
    payload: dict[str, Any] | None = Field(sa_type=JSON, sa_column_kwargs=SPECIAL)
    state: str = Field(max_length=8, sa_column_kwargs=NONE)
    attempts: int = Field(default=0, sa_column_kwargs=NONE)
    error: str | None = Field(default=None, max_length=64, sa_column_kwargs=NONE)
    received_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)
    handled_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=PERSONAL)


table = table_of(Inbox)
table.append_constraint(UniqueConstraint("bot_id", "key"))
Index(
    "ix_inbox_waiting",
    table.c.address_id,
    table.c.id,
    sqlite_where=table.c.state == WAITING,
    postgresql_where=table.c.state == WAITING,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits for its turn; `attempts` counts turns that failed."""

    id: int
    key: str
    payload: dict[str, Any]
    attempts: int


async def add_update(db: Db, values: dict[str, Any]) -> int | None:
    """Stores an update; returns its id, or None where its key was seen before."""
    statement = _ADD_POSTGRES if db.dialect.name == "postgresql" else _ADD_SQLITE
    added = await db.execute(statement, {"state": WAITING, "attempts": 0, **values})
    return cast(int | None, added.scalar())


async def list_waiting(db: Db, address_id: int, limit: int = 20) -> Sequence[Waiting]:
    """The oldest updates of a chat that are not handled."""
    rows = await db.execute(_LIST_WAITING, {"address": address_id, "limit": limit})
    return [Waiting(*row) for row in rows]


async def list_waiting_addresses(db: Db, bots: Sequence[int], limit: int = 200) -> list[int]:
    """Chats of these bots with updates that wait, the longest waiting first; for the sweeper."""
    query = (
        select(table.c.address_id)
        .where(table.c.state == WAITING, table.c.bot_id.in_(bots))
        .group_by(table.c.address_id)
        .order_by(func.min(table.c.id))
        .limit(limit)
    )
    return list((await db.execute(query)).scalars())


async def end_update(db: Db, update_id: int, state: str, now: datetime) -> None:
    """Marks an update handled or dead and empties its payload; the key stays."""
    await db.execute(_END, {"update": update_id, "to": state, "now": now})


async def count_failure(db: Db, update_id: int, error: str) -> int:
    """Adds a failed attempt with the error's name; returns how many there are."""
    return int((await db.execute(_FAIL, {"update": update_id, "name": error[:64]})).scalar_one())


async def list_dead(db: Db, limit: int = 50) -> list[tuple[str, str | None, datetime]]:
    """(key, error's name, when it came) of updates that could not be handled, newest first."""
    query = (
        select(table.c.key, table.c.error, table.c.received_at)
        .where(table.c.state == DEAD)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [tuple(row) for row in await db.execute(query)]


async def forget_updates(db: Db, before: datetime) -> int:
    """Deletes handled and dead updates older than `before`; returns how many."""
    done = and_(table.c.state != WAITING, table.c.received_at < before)
    return (await db.execute(delete(table).where(done))).rowcount


async def erase_updates(db: Db, address_id: int, before: int) -> None:
    """Empties what a chat's updates before `before` said; their keys stay.

    What was written after it still waits for its answer.
    """
    mine = (table.c.address_id == address_id, table.c.id < before)
    await db.execute(update(table).where(*mine).values(payload=None, state=HANDLED))


_ADD_POSTGRES = postgresql.insert(table).on_conflict_do_nothing().returning(table.c.id)
_ADD_SQLITE = sqlite.insert(table).on_conflict_do_nothing().returning(table.c.id)
_LIST_WAITING = (
    select(table.c.id, table.c.key, table.c.payload, table.c.attempts)
    .where(table.c.address_id == bindparam("address"), table.c.state == WAITING)
    .order_by(table.c.id)
    .limit(bindparam("limit"))
)
_END = (
    update(table)
    .where(table.c.id == bindparam("update"))
    .values(state=bindparam("to"), handled_at=bindparam("now", type_=Instant), payload=None)
)
_FAIL = (
    update(table)
    .where(table.c.id == bindparam("update"))
    .values(attempts=table.c.attempts + 1, error=bindparam("name"))
    .returning(table.c.attempts)
)
