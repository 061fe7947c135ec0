"""Follow-up: programmes, who takes part in them with which case worker, and their appointments."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from db.base import NONE, PERSONAL, SPECIAL, Instant, Key, table_of

INVITED, JOINED, CONFIRMED, LEFT, ENDED = "invited", "joined", "confirmed", "left", "ended"
PLANNED, CANCELLED = "planned", "cancelled"
COMING, CANNOT, CALL_ME = "coming", "cannot", "call-me"


class Programme(SQLModel, table=True):
    """A follow-up plan. `plan` says which reminders go out: {"day": true, "hour": true}."""

    __tablename__ = "programme"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    name: str = Field(max_length=120, sa_column_kwargs=NONE)
    plan: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs=NONE)
    is_active: bool = Field(default=True, sa_column_kwargs=NONE)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)


class Enrolment(SQLModel, table=True):
    """A person's part in a programme; `staff_id` is the case worker.

    It is joined by a one-time link or code, of which only the SHA-256 is stored, and confirmed by
    the case worker with `check_number`, which the person sees. Leaving keeps the address, so that
    the person can come back; unlinking and erasing take it away.
    """

    __tablename__ = "enrolment"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    programme_id: int = Field(
        sa_type=BigInteger, foreign_key="programme.id", sa_column_kwargs=SPECIAL
    )
    staff_id: int = Field(
        sa_type=BigInteger, foreign_key="staff.id", index=True, sa_column_kwargs=PERSONAL
    )
    first_name: str | None = Field(default=None, max_length=40, sa_column_kwargs=SPECIAL)
    address_id: int | None = Field(
        default=None,
        sa_type=BigInteger,
        foreign_key="address.id",
        index=True,
        sa_column_kwargs=PERSONAL,
    )
    state: str = Field(max_length=12, sa_column_kwargs=SPECIAL)
    link_hash: str | None = Field(
        default=None, max_length=64, unique=True, sa_column_kwargs=PERSONAL
    )
    code_hash: str | None = Field(
        default=None, max_length=64, unique=True, sa_column_kwargs=PERSONAL
    )
    code_expires_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    check_number: str | None = Field(default=None, max_length=4, sa_column_kwargs=PERSONAL)
    joined_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    left_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    ended_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=SPECIAL)


class Appointment(SQLModel, table=True):
    """A meeting with the case worker. `wall` is the local time that was meant (2026-11-24T10:00).

    `starts_at` follows from `wall` and `zone`, and anew when the zone's rules change.
    """

    __tablename__ = "appointment"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    enrolment_id: int = Field(
        sa_type=BigInteger, foreign_key="enrolment.id", index=True, sa_column_kwargs=SPECIAL
    )
    wall: str = Field(max_length=16, sa_column_kwargs=SPECIAL)
    zone: str = Field(max_length=40, sa_column_kwargs=NONE)
    starts_at: datetime = Field(sa_type=Instant, index=True, sa_column_kwargs=SPECIAL)
    minutes: int = Field(default=30, sa_column_kwargs=SPECIAL)
    place: str | None = Field(default=None, max_length=120, sa_column_kwargs=SPECIAL)
    state: str = Field(max_length=10, sa_column_kwargs=SPECIAL)
    answer: str | None = Field(default=None, max_length=10, sa_column_kwargs=SPECIAL)
    answered_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)
    seen_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=SPECIAL)
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=SPECIAL)


class CodeTry(SQLModel, table=True):
    """A wrong code, so that guessing ends: many wrong ones in an hour close the door for all."""

    __tablename__ = "code_try"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    address_id: int = Field(
        sa_type=BigInteger, foreign_key="address.id", index=True, sa_column_kwargs=PERSONAL
    )
    at: datetime = Field(sa_type=Instant, index=True, sa_column_kwargs=PERSONAL)


programmes = table_of(Programme)
enrolments = table_of(Enrolment)
appointments = table_of(Appointment)
code_tries = table_of(CodeTry)
