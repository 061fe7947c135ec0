"""Staff's own edits of entries, version by version; the packs themselves stay files."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.base import NONE, Instant, Key, table_of

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
