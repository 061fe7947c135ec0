"""History: what a web chat shows, numbered per chat. The browser asks for what it lacks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, bindparam, delete, insert, select, update
from sqlmodel import Field, SQLModel

from db.base import NONE, SPECIAL, Instant, table_of
from db.engine import Db


class History(SQLModel, table=True):
    """One event. `message` is the number of the message that it shows, edits or deletes."""

    __tablename__ = "history"

    address_id: int = Field(
        sa_type=BigInteger, primary_key=True, foreign_key="address.id", sa_column_kwargs=NONE
    )
    no: int = Field(primary_key=True, sa_column_kwargs=NONE)
    kind: str = Field(max_length=10, sa_column_kwargs=NONE)
    message: int = Field(sa_column_kwargs=NONE)
    body: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs=SPECIAL)
    at: datetime = Field(sa_type=Instant, index=True, sa_column_kwargs=SPECIAL)


table = table_of(History)


async def add_events(db: Db, events: Sequence[dict[str, Any]]) -> None:
    """Stores events: dicts of address_id, no, kind, message, body and at."""
    await db.execute(_ADD, events)


async def list_events(db: Db, address_id: int, after: int, limit: int = 200) -> list[Any]:
    """Rows (no, kind, message, body, at) that came after number `after`, in order."""
    rows = await db.execute(_LIST, {"address": address_id, "after": after, "limit": limit})
    return list(rows)


async def find_last_said(db: Db, address_id: int) -> tuple[int, dict[str, Any]] | None:
    """Number and body of the last thing that the person wrote, or None."""
    query = (
        select(table.c.no, table.c.body)
        .where(table.c.address_id == address_id, table.c.kind == "in")
        .order_by(table.c.no.desc())
        .limit(1)
    )
    row = (await db.execute(query)).first()
    return (row[0], row[1]) if row else None


async def rewrite_event(db: Db, address_id: int, no: int, body: dict[str, Any]) -> None:
    """Replaces what an event shows, where something must not stay stored."""
    key = (table.c.address_id == address_id, table.c.no == no)
    await db.execute(update(table).where(*key).values(body=body))


async def clear_history(db: Db, address_id: int) -> None:
    """Deletes everything that a chat shows."""
    await db.execute(delete(table).where(table.c.address_id == address_id))


async def forget_history(db: Db, before: datetime) -> int:
    """Deletes events older than `before`; returns how many."""
    return (await db.execute(delete(table).where(table.c.at < before))).rowcount


_ADD = insert(table)
_LIST = (
    select(table.c.no, table.c.kind, table.c.message, table.c.body, table.c.at)
    .where(table.c.address_id == bindparam("address"), table.c.no > bindparam("after"))
    .order_by(table.c.no)
    .limit(bindparam("limit"))
)
