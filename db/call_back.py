"""Call-backs: who asked to be rung, and whether somebody has done it."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from db.base import NONE, PERSONAL, SPECIAL, Instant, Key, table_of


class CallBack(SQLModel, table=True):
    """A wish to be rung: first name, phone, and when it suits, in the person's own words."""

    __tablename__ = "call_back"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    address_id: int | None = Field(
        default=None,
        sa_type=BigInteger,
        foreign_key="address.id",
        index=True,
        sa_column_kwargs=PERSONAL,
    )
    first_name: str | None = Field(default=None, max_length=40, sa_column_kwargs=PERSONAL)
    phone: str | None = Field(default=None, max_length=24, sa_column_kwargs=PERSONAL)
    wanted: str | None = Field(default=None, max_length=80, sa_column_kwargs=SPECIAL)
    lang: str = Field(max_length=8, sa_column_kwargs=PERSONAL)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)
    done_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=PERSONAL)
    done_by: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="staff.id", sa_column_kwargs=NONE
    )


table = table_of(CallBack)
