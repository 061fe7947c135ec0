"""Staff's own edits of entries, version by version; the packs themselves stay files."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, UniqueConstraint, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from db.base import NONE, Instant, Key, table_of
from db.engine import Db

WORKING, PUBLISHED, REPLACED, DROPPED = "working", "published", "replaced", "dropped"


class EntryEdit(SQLModel, table=True):
    """One version of what staff say about an entry.

    `content` wins over the pack's entry, part by part; `base_hash` is the pack's entry that it was
    written over (None: there is none). `number` counts up for each slug, so that of two editors
    who save the same version one is told. At most one version of a slug is published.
    """

    __tablename__ = "entry_edit"
    __table_args__ = (UniqueConstraint("slug", "number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    slug: str = Field(max_length=64, sa_column_kwargs=NONE)
    number: int = Field(sa_column_kwargs=NONE)
    content: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs=NONE)
    state: str = Field(max_length=10, index=True, sa_column_kwargs=NONE)
    base_hash: str | None = Field(default=None, max_length=64, sa_column_kwargs=NONE)
    staff_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="staff.id", sa_column_kwargs=NONE
    )
    at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)
    published_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)


class KnowledgeVersion(SQLModel, table=True):
    """One row: the number rises with each publishing, and all processes look at it."""

    __tablename__ = "knowledge_version"

    id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs=NONE)
    number: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=NONE)


edits = table_of(EntryEdit)
version = table_of(KnowledgeVersion)


async def get_number(db: Db) -> int:
    """The number of the knowledge that is published; 0 before anything was."""
    return int((await db.execute(select(version.c.number))).scalar() or 0)


async def raise_number(db: Db, by: int = 1) -> int:
    """Counts a publishing; returns the new number.

    The row stays locked until the commit, so that editors come one after the other; `by` 0 only
    locks.
    """
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    add = dialect.insert(version).values(id=1, number=by)
    raised = add.on_conflict_do_update(
        index_elements=["id"], set_={"number": version.c.number + by}
    )
    return int((await db.execute(raised.returning(version.c.number))).scalar_one())


async def list_published(db: Db) -> dict[str, EntryEdit]:
    """The published version of each entry that has one."""
    rows = await db.execute(select(edits).where(edits.c.state == PUBLISHED))
    return {row.slug: EntryEdit(**row._mapping) for row in rows}


async def list_working(db: Db) -> dict[str, EntryEdit]:
    """The unpublished version of each entry that has one."""
    rows = await db.execute(select(edits).where(edits.c.state == WORKING))
    return {row.slug: EntryEdit(**row._mapping) for row in rows}


async def list_versions(db: Db, slug: str, limit: int = 30) -> list[EntryEdit]:
    """The versions of an entry, the newest first."""
    query = select(edits).where(edits.c.slug == slug).order_by(edits.c.number.desc())
    return [EntryEdit(**row._mapping) for row in await db.execute(query.limit(limit))]


async def find_version(db: Db, slug: str, state: str) -> EntryEdit | None:
    """The newest version of an entry in a state."""
    query = select(edits).where(edits.c.slug == slug, edits.c.state == state)
    row = (await db.execute(query.order_by(edits.c.number.desc()).limit(1))).first()
    return EntryEdit(**row._mapping) if row else None


async def last_number(db: Db, slug: str) -> int:
    """The number of an entry's newest version; 0 for none."""
    query = select(func.max(edits.c.number)).where(edits.c.slug == slug)
    return int((await db.execute(query)).scalar() or 0)


async def add_version(db: Db, values: dict[str, Any]) -> None:
    """Stores a version."""
    await db.execute(insert(edits).values(**values))


async def end_version(db: Db, slug: str, state: str, ended: str) -> None:
    """Moves an entry's versions from one state to another."""
    change = update(edits).where(edits.c.slug == slug, edits.c.state == state)
    await db.execute(change.values(state=ended))


async def publish_version(db: Db, slug: str, number: int, now: datetime) -> None:
    """Marks one version as the one that people see."""
    change = update(edits).where(edits.c.slug == slug, edits.c.number == number)
    await db.execute(change.values(state=PUBLISHED, published_at=now))
