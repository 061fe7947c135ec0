"""What was asked in vain: redacted, and without any way back to who asked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, delete, func, insert, select, update
from sqlmodel import Field, SQLModel

from db.base import NONE, Instant, Key, table_of
from db.engine import Db

OPEN, USED, DROPPED = "open", "used", "dropped"


class Unanswered(SQLModel, table=True):
    """A question without an answer. The day is enough: an instant would lead to the chat.

    `key` is a digest of the folded text: what is asked again is counted.
    """

    __tablename__ = "unanswered"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    text: str = Field(max_length=300, sa_column_kwargs=NONE)
    key: str = Field(max_length=64, index=True, sa_column_kwargs=NONE)
    lang: str = Field(max_length=8, sa_column_kwargs=NONE)
    day: date = Field(index=True, sa_column_kwargs=NONE)
    count: int = Field(default=1, sa_column_kwargs=NONE)
    signpost: str | None = Field(default=None, max_length=64, sa_column_kwargs=NONE)
    near: list[str] = Field(sa_type=JSON, sa_column_kwargs=NONE)
    state: str = Field(default=OPEN, max_length=10, sa_column_kwargs=NONE)
    handled_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    handled_by: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="staff.id", sa_column_kwargs=NONE
    )


table = table_of(Unanswered)


async def count_again(db: Db, key: str, day: date) -> bool:
    """Counts an open question once more; False where it is not on the list."""
    same = update(table).where(table.c.key == key, table.c.state == OPEN)
    counted = await db.execute(same.values(count=table.c.count + 1, day=day))
    return counted.rowcount > 0


async def add_question(db: Db, values: dict[str, Any]) -> None:
    """Puts a question on the list."""
    await db.execute(insert(table).values(state=OPEN, count=1, **values))


async def list_open(db: Db, limit: int = 200) -> list[Unanswered]:
    """Open questions, the most asked first, then the newest."""
    query = select(table).where(table.c.state == OPEN)
    ordered = query.order_by(table.c.count.desc(), table.c.day.desc(), table.c.id.desc())
    return [Unanswered(**row._mapping) for row in await db.execute(ordered.limit(limit))]


async def count_open(db: Db) -> int:
    """How many questions are on the list."""
    query = select(func.count()).select_from(table).where(table.c.state == OPEN)
    return int((await db.execute(query)).scalar_one())


async def find_open(db: Db, question_id: int) -> Unanswered | None:
    """An open question."""
    query = select(table).where(table.c.id == question_id, table.c.state == OPEN)
    row = (await db.execute(query)).first()
    return Unanswered(**row._mapping) if row else None


async def end_question(
    db: Db, question_id: int, state: str, staff_id: int | None, now: datetime
) -> bool:
    """Takes a question off the list; False where it was not on it."""
    which = (table.c.id == question_id, table.c.state == OPEN)
    values = {"state": state, "handled_by": staff_id, "handled_at": now}
    return (await db.execute(update(table).where(*which).values(**values))).rowcount == 1


async def forget_questions(db: Db, before: date) -> int:
    """Deletes what was last asked before a day; returns how many."""
    return (await db.execute(delete(table).where(table.c.day < before))).rowcount
