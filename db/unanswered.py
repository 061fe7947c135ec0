"""What was asked in vain: redacted, and without any way back to who asked."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, func, select
from sqlmodel import Field, SQLModel

from db.base import NONE, Instant, Key, table_of
from db.engine import Db

OPEN, USED, DROPPED = "open", "used", "dropped"


class Unanswered(SQLModel, table=True):
    """A question without an answer. The day is enough: an instant would lead to the chat."""

    __tablename__ = "unanswered"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    text: str = Field(max_length=300, sa_column_kwargs=NONE)
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


async def count_open(db: Db) -> int:
    """How many questions nobody has looked after."""
    query = select(func.count()).where(table.c.state == OPEN)
    return int((await db.execute(query)).scalar_one())
