"""Staff: accounts with roles, sign-in links, sessions, and the log of who did what.

What is told here is about staff, not about those who chat; it goes when the account goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, delete, insert, select, text, update
from sqlmodel import Field, SQLModel

from db.base import NONE, PERSONAL, Instant, Key, table_of
from db.engine import Db

ADMIN, EDITOR, HOST, CASE_WORKER = "admin", "editor", "host", "case-worker"
ROLES = (ADMIN, EDITOR, HOST, CASE_WORKER)
_ACCOUNTS_LOCK = 7_233_106  # any number that is only ours
LAST_ID = 2**63 - 1  # the largest number that a row can have


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


@dataclass(frozen=True, slots=True)
class Account:
    """An account as pages may know it: without its secrets."""

    id: int
    email: str
    name: str
    roles: frozenset[str]
    is_active: bool
    version: int
    has_password: bool
    has_second_factor: bool
    failures: int
    failed_at: datetime | None
    looked_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Secrets:
    """What proves that somebody is who they say. `totp_step` is the last step that was used."""

    password_hash: str | None
    totp_secret: str | None
    totp_step: int


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser."""

    id: int
    staff_id: int
    version: int
    csrf: str
    second_factor: bool
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What the log shall say. `about` is a kind and a number, such as `enrolment:12`."""

    action: str
    about: str | None = None
    why: str | None = None
    outcome: str = "done"


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the log, with the name of whoever did it (None: a command or the program)."""

    id: int
    at: datetime
    staff_id: int | None
    name: str | None
    action: str
    about: str | None
    why: str | None
    outcome: str


# --- accounts


async def add_account(db: Db, email: str, name: str, roles: Sequence[str], now: datetime) -> int:
    """Stores an account without a password; returns its id."""
    values = {"email": email, "name": name, "roles": list(roles), "created_at": now}
    values |= {"totp_step": 0, "is_active": True, "version": 1, "failures": 0}
    return int((await db.execute(insert(accounts).returning(accounts.c.id), values)).scalar_one())


async def change_account(
    db: Db, staff_id: int, *, ends_sessions: bool = False, **values: Any
) -> None:
    """Writes columns of an account; on request its sessions are of no use afterwards."""
    if ends_sessions:
        values["version"] = accounts.c.version + 1
    await db.execute(update(accounts).where(accounts.c.id == staff_id).values(**values))


async def find_account(db: Db, staff_id: int) -> Account | None:
    """An account by its id."""
    row = (await db.execute(_ACCOUNT.where(accounts.c.id == staff_id))).first()
    return _account(row) if row else None


async def find_account_of(db: Db, email: str) -> Account | None:
    """An account by its e-mail address, in lower case."""
    row = (await db.execute(_ACCOUNT.where(accounts.c.email == email))).first()
    return _account(row) if row else None


async def list_accounts(db: Db) -> list[Account]:
    """All accounts, by name."""
    return [_account(row) for row in await db.execute(_ACCOUNT.order_by(accounts.c.name))]


async def lock_accounts(db: Db) -> list[Account]:
    """All accounts; nobody else makes one or takes its role until this transaction has ended."""
    if db.dialect.name == "postgresql":  # on SQLite there is one writer anyway
        await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ACCOUNTS_LOCK})
    return await list_accounts(db)


async def get_secrets(db: Db, staff_id: int, *, lock: bool = False) -> Secrets:
    """What proves who this is; locked, so that a code that is used twice at once counts once."""
    columns = accounts.c.password_hash, accounts.c.totp_secret, accounts.c.totp_step
    query = select(*columns).where(accounts.c.id == staff_id)
    return Secrets(*(await db.execute(query.with_for_update() if lock else query)).one())


# --- sessions


async def add_session(
    db: Db, account: Account, token_hash: str, csrf: str, now: datetime, *, second_factor: bool
) -> None:
    """Stores a session of this version of the account."""
    values = {"token_hash": token_hash, "staff_id": account.id, "version": account.version}
    values |= {"csrf": csrf, "created_at": now, "seen_at": now, "second_factor": second_factor}
    await db.execute(insert(sessions).values(**values))


async def find_session(db: Db, token_hash: str) -> tuple[Session, Account] | None:
    """The session of a cookie with its account, whether it still counts or not."""
    query = select(*_SESSION, *_ACCOUNT.selected_columns)
    query = query.join_from(sessions, accounts, sessions.c.staff_id == accounts.c.id)
    row = (await db.execute(query.where(sessions.c.token_hash == token_hash))).first()
    return (Session(*row[: len(_SESSION)]), _account(row[len(_SESSION) :])) if row else None


async def change_session(db: Db, session_id: int, **values: Any) -> None:
    """Writes columns of a session."""
    await db.execute(update(sessions).where(sessions.c.id == session_id).values(**values))


async def end_session(db: Db, session_id: int) -> None:
    """Deletes one session."""
    await db.execute(delete(sessions).where(sessions.c.id == session_id))


async def forget_sessions(db: Db, before: datetime) -> int:
    """Deletes sessions made before an instant; returns how many."""
    return (await db.execute(delete(sessions).where(sessions.c.created_at < before))).rowcount


# --- sign-in links


async def add_link(db: Db, staff_id: int, token_hash: str, expires_at: datetime) -> None:
    """Stores a new link in place of all older ones of the account."""
    await db.execute(delete(links).where(links.c.staff_id == staff_id))
    values = {"staff_id": staff_id, "token_hash": token_hash, "expires_at": expires_at}
    await db.execute(insert(links).values(**values))


async def find_link(db: Db, token_hash: str, now: datetime) -> int | None:
    """Whose link this is; None where it is unknown, used or too old."""
    query = select(links.c.staff_id).where(*_open_link(token_hash, now))
    found: int | None = (await db.execute(query)).scalar()
    return found


async def has_open_link(db: Db, staff_id: int, now: datetime) -> bool:
    """Whether an account has a link that would still let somebody in."""
    mine = (links.c.staff_id == staff_id, links.c.used_at.is_(None), links.c.expires_at > now)
    return (await db.execute(select(links.c.id).where(*mine))).first() is not None


async def use_link(db: Db, token_hash: str, now: datetime) -> int | None:
    """Marks a link as used; returns whose it is. Of two at once, one gets None."""
    mark = update(links).where(*_open_link(token_hash, now)).values(used_at=now)
    found: int | None = (await db.execute(mark.returning(links.c.staff_id))).scalar()
    return found


async def forget_links(db: Db, before: datetime) -> int:
    """Deletes links that ended before an instant; returns how many."""
    return (await db.execute(delete(links).where(links.c.expires_at < before))).rowcount


# --- the log: rows are added and, by age, forgotten; nothing changes one


async def add_event(db: Db, staff_id: int | None, now: datetime, note: Note) -> None:
    """Notes who did or saw what (None: a command, or the program by itself)."""
    cut = {"about": note.about and note.about[:80], "why": note.why and note.why[:200]}
    values = {"action": note.action, "outcome": note.outcome, **cut}
    await db.execute(insert(audit).values(staff_id=staff_id, at=now, **values))


async def list_events(
    db: Db,
    *,
    about: str | None = None,
    staff_id: int | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Event]:
    """Rows of the log, newest first; `before` is the id of the last one already shown."""
    columns = [audit.c[n] for n in ("id", "at", "staff_id", "action", "about", "why", "outcome")]
    query = select(*columns[:3], accounts.c.name, *columns[3:])
    query = query.outerjoin_from(audit, accounts, audit.c.staff_id == accounts.c.id)
    if about is not None:
        query = query.where(audit.c.about == about)
    if staff_id is not None:
        query = query.where(audit.c.staff_id == staff_id)
    if before is not None:
        query = query.where(audit.c.id < before)
    rows = await db.execute(query.order_by(audit.c.id.desc()).limit(limit))
    return [Event(**row._mapping) for row in rows]


async def forget_events(db: Db, before: datetime) -> int:
    """Deletes rows of the log from before an instant; returns how many."""
    return (await db.execute(delete(audit).where(audit.c.at < before))).rowcount


_PLAIN = ("id", "email", "name", "roles", "is_active", "version")
_ACCOUNT = select(
    *[accounts.c[name] for name in _PLAIN],
    accounts.c.password_hash.is_not(None),
    accounts.c.totp_secret.is_not(None),
    *[accounts.c[name] for name in ("failures", "failed_at", "looked_at", "created_at")],
)
_SESSION = [sessions.c[name] for name in Session.__dataclass_fields__]


def _account(row: Sequence[Any]) -> Account:
    staff_id, email, name, roles, *rest = row
    return Account(staff_id, email, name, frozenset(roles), *rest)


def _open_link(token_hash: str, now: datetime) -> tuple[Any, ...]:
    return links.c.token_hash == token_hash, links.c.used_at.is_(None), links.c.expires_at > now
