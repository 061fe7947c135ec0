"""What was asked in vain: redacted, and kept without who asked.

A chat that is cleared or erased takes its questions along. For that each row has a fingerprint of
the chat, salted by the row, for as long as the chat itself is kept: it can be compared, not read.
"""

import hashlib
import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, String, cast, delete, func, insert, select, update
from sqlmodel import Field, SQLModel

from db.base import NONE, Instant, Key, table_of
from db.engine import Db

OPEN, USED, DROPPED = "open", "used", "dropped"
MOST_ORIGINS = 50


class Unanswered(SQLModel, table=True):
    """A question without an answer. The day is enough: an instant would lead to the chat.

    `key` is a digest of the folded text: what is asked again is counted. `origins` are the
    fingerprints of the chats that asked.
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
    origins: list[str] = Field(sa_type=JSON, sa_column_kwargs=NONE)
    state: str = Field(default=OPEN, max_length=10, sa_column_kwargs=NONE)
    handled_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    handled_by: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="staff.id", sa_column_kwargs=NONE
    )


table = table_of(Unanswered)


async def count_again(db: Db, key: str, day: date, asked_by: str) -> bool:
    """Counts an open question once more; False where it is not on the list.

    Of many who ask, no more are remembered: one tab must not make a row grow without end. Of those
    who are remembered nothing is counted then, so that they can still take all of theirs back.
    """
    query = select(table.c.id, table.c.origins).where(table.c.key == key, table.c.state == OPEN)
    row = (await db.execute(query.with_for_update())).first()
    if row is None:
        return False
    values: dict[str, Any] = {"day": day}
    if len(row.origins) < MOST_ORIGINS:
        values |= {"count": table.c.count + 1, "origins": [*row.origins, fingerprint(asked_by)]}
    elif not any(_is_of(asked_by, origin) for origin in row.origins):
        values["count"] = table.c.count + 1
    await db.execute(update(table).where(table.c.id == row.id).values(**values))
    return True


async def add_question(db: Db, values: dict[str, Any], asked_by: str) -> None:
    """Puts a question on the list. `asked_by` is the chat's external id."""
    origins = [fingerprint(asked_by)]
    await db.execute(insert(table).values(state=OPEN, count=1, origins=origins, **values))


def fingerprint(asked_by: str, salt: str | None = None) -> str:
    """A chat's fingerprint in one row: `salt:digest`, another one in each row."""
    salt = salt or secrets.token_hex(8)
    return f"{salt}:{hashlib.sha256(f'{salt}{asked_by}'.encode()).hexdigest()}"


def _is_of(asked_by: str, origin: str) -> bool:
    return fingerprint(asked_by, origin.partition(":")[0]) == origin


async def take_back(db: Db, asked_by: str) -> int:
    """Takes a chat's questions off, or counts them less where others asked, too; how many."""
    rows = (await db.execute(select(table.c.id, table.c.count, table.c.origins))).all()
    taken = 0
    for question_id, count, origins in rows:
        others = [origin for origin in origins if not _is_of(asked_by, origin)]
        if own := len(origins) - len(others):
            await _lessen(db, question_id, count - own, others)
            taken += own
    return taken


async def _lessen(db: Db, question_id: int, count: int, origins: list[str]) -> None:
    if count < 1:
        await db.execute(delete(table).where(table.c.id == question_id))
    else:
        less = update(table).where(table.c.id == question_id)
        await db.execute(less.values(count=count, origins=origins))


async def forget_origins(db: Db, before: date) -> int:
    """Parts questions last asked before a day from the chats that asked; returns how many."""
    old = (table.c.day < before, func.length(cast(table.c.origins, String)) > len("[]"))
    return (await db.execute(update(table).where(*old).values(origins=[]))).rowcount


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


async def list_dropped(db: Db, since: datetime) -> list[Unanswered]:
    """What was taken off the list since, newest first."""
    query = select(table).where(table.c.state == DROPPED, table.c.handled_at >= since)
    rows = await db.execute(query.order_by(table.c.handled_at.desc(), table.c.id.desc()))
    return [Unanswered(**row._mapping) for row in rows]


async def put_back(db: Db, question_id: int) -> bool:
    """Puts what was taken off back on the list; False where it was not taken off."""
    which = (table.c.id == question_id, table.c.state == DROPPED)
    values = {"state": OPEN, "handled_by": None, "handled_at": None}
    return (await db.execute(update(table).where(*which).values(**values))).rowcount == 1


async def forget_questions(db: Db, before: date) -> int:
    """Deletes what was last asked before a day; returns how many."""
    return (await db.execute(delete(table).where(table.c.day < before))).rowcount
