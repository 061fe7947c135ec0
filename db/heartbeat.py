"""Heartbeats: when each regular task last ran well, so that staff see what stands still."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from db.base import NONE, Instant, table_of
from db.engine import Db


class Heartbeat(SQLModel, table=True):
    """One task, by its name."""

    __tablename__ = "heartbeat"

    name: str = Field(primary_key=True, max_length=40, sa_column_kwargs=NONE)
    at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)


table = table_of(Heartbeat)


async def beat(db: Db, name: str, now: datetime) -> None:
    """Notes that a task ran well."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    add = dialect.insert(table).values(name=name, at=now)
    await db.execute(add.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


async def list_beats(db: Db) -> dict[str, datetime]:
    """When each task last ran well."""
    rows = await db.execute(select(table.c.name, table.c.at).order_by(table.c.name))
    return {str(name): at for name, at in rows}
