"""What all tables share: names of constraints, the type of an instant, and marks of privacy."""

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, DateTime, Integer, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Named constraints can be dropped again by a migration, on both engines.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only where the key is exactly INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")

Privacy = Literal["none", "personal", "special"]


def marked(privacy: Privacy) -> dict[str, Any]:
    """Column arguments that say whether a column tells about a person (`special`: health etc.)."""
    return {"info": {"privacy": privacy}}


NONE, PERSONAL, SPECIAL = marked("none"), marked("personal"), marked("special")


def table_of(model: type[SQLModel]) -> Table:
    """A model's table, for statements in SQLAlchemy's own words."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC. SQLite forgets the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
