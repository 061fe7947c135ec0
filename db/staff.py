"""Staff: accounts with roles, sign-in links, sessions, and the log of who did what.

What is told here is about staff, not about those who chat; it goes when the account goes.
"""

from datetime import datetime

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from db.base import NONE, PERSONAL, Instant, Key, table_of

ADMIN, EDITOR, HOST, CASE_WORKER = "admin", "editor", "host", "case-worker"
ROLES = (ADMIN, EDITOR, HOST, CASE_WORKER)


class Staff(SQLModel, table=True):
    """An account. `version` rises when role, password or state change, which ends its sessions."""

    __tablename__ = "staff"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    email: str = Field(max_length=120, unique=True, sa_column_kwargs=PERSONAL)
    name: str = Field(max_length=80, sa_column_kwargs=PERSONAL)
    password_hash: str | None = Field(default=None, max_length=200, sa_column_kwargs=PERSONAL)
    roles: list[str] = Field(sa_type=JSON, sa_column_kwargs=PERSONAL)
    totp_secret: str | None = Field(default=None, max_length=64, sa_column_kwargs=PERSONAL)
    totp_step: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=NONE)
    is_active: bool = Field(default=True, sa_column_kwargs=NONE)
    version: int = Field(default=1, sa_column_kwargs=NONE)
    failures: int = Field(default=0, sa_column_kwargs=NONE)
    failed_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    looked_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=PERSONAL)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)


class StaffSession(SQLModel, table=True):
    """A signed-in browser. Only the SHA-256 of its cookie is stored."""

    __tablename__ = "staff_session"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    token_hash: str = Field(max_length=64, unique=True, sa_column_kwargs=PERSONAL)
    staff_id: int = Field(
        sa_type=BigInteger, foreign_key="staff.id", index=True, sa_column_kwargs=PERSONAL
    )
    version: int = Field(sa_column_kwargs=NONE)
    csrf: str = Field(max_length=64, sa_column_kwargs=PERSONAL)
    second_factor: bool = Field(default=False, sa_column_kwargs=NONE)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)
    seen_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)


class SignInLink(SQLModel, table=True):
    """A link that signs in once; only the SHA-256 of its token is stored."""

    __tablename__ = "sign_in_link"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    token_hash: str = Field(max_length=64, unique=True, sa_column_kwargs=PERSONAL)
    staff_id: int = Field(
        sa_type=BigInteger, foreign_key="staff.id", index=True, sa_column_kwargs=PERSONAL
    )
    expires_at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)
    used_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)


class AuditEvent(SQLModel, table=True):
    """Who did or saw what, and why. `about` is a kind and a number, such as `enrolment:12`."""

    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    at: datetime = Field(sa_type=Instant, index=True, sa_column_kwargs=PERSONAL)
    staff_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="staff.id", sa_column_kwargs=PERSONAL
    )
    action: str = Field(max_length=40, sa_column_kwargs=NONE)
    about: str | None = Field(default=None, max_length=80, index=True, sa_column_kwargs=PERSONAL)
    why: str | None = Field(default=None, max_length=200, sa_column_kwargs=PERSONAL)
    outcome: str = Field(default="done", max_length=20, sa_column_kwargs=NONE)


accounts = table_of(Staff)
sessions = table_of(StaffSession)
links = table_of(SignInLink)
audit = table_of(AuditEvent)
