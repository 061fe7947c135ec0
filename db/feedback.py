"""Feedback on answers: whether an entry helped. Nothing in it leads to a person."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Field, SQLModel

from db.base import NONE, Instant, Key, table_of
from db.engine import Db


class Feedback(SQLModel, table=True):
    """One press of yes or no under an answer."""

    __tablename__ = "feedback"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    slug: str = Field(max_length=64, index=True, sa_column_kwargs=NONE)
    lang: str = Field(max_length=8, sa_column_kwargs=NONE)
    helped: bool = Field(sa_column_kwargs=NONE)
    at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)


table = table_of(Feedback)


async def add_feedback(db: Db, slug: str, lang: str, helped: bool, at: datetime) -> None:
    """Stores one press."""
    values = {"slug": slug, "lang": lang, "helped": helped, "at": at}
    await db.execute(insert(table).values(**values))


async def count_feedback(db: Db) -> dict[tuple[str, bool], int]:
    """How often each entry helped and did not."""
    query = select(table.c.slug, table.c.helped, func.count())
    rows = await db.execute(query.group_by(table.c.slug, table.c.helped))
    return {(slug, helped): count for slug, helped, count in rows}
