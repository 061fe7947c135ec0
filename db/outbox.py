"""The outbox: what is to be sent over a channel that cannot be asked what it has shown.

States: due -> sending -> sent | uncertain | failed | cancelled | expired. How a row goes from one
to the next is told in `db/delivery.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Index,
    Update,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from db.base import NONE, PERSONAL, SPECIAL, Instant, Key, table_of
from db.engine import Db

DUE, SENDING, SENT, UNCERTAIN = "due", "sending", "sent", "uncertain"
FAILED, CANCELLED, EXPIRED = "failed", "cancelled", "expired"
OPEN = (DUE, SENDING, UNCERTAIN)
MAY_HAVE_ARRIVED = (SENDING, SENT, UNCERTAIN, FAILED)  # one uncertain too often has failed

# Replies go after 14 days; what staff may have to look into stays for 30.
LISTED_LONGER = timedelta(days=16)

ON_DUTY = "on-duty"  # an e-mail that a chat speaks of danger; may have no account of staff
REPLY = "reply"  # the purpose of what a turn said; everything else was not asked for

# Outcomes: why a message is in its state. Other ones are names of errors.
INTERRUPTED = "interrupted"  # its process ended in mid-send
TOO_OFTEN = "uncertain too often"
MISSED = "missed"  # of no use any more before it could be sent
WITHDRAWN = "withdrawn"  # its cause was cancelled
PAUSED = "paused"  # the person wants nothing that was not asked for
QUIET = "quiet hours"
BLOCKED = "blocked"  # the person has blocked the bot, or is gone
REFUSED = "refused"  # the receiving side says that it never takes this
NO_MAIL = "no mail server"
NO_WAY = "no way there"  # the chat was a terminal's


class Outbox(SQLModel, table=True):
    """One message to send, to a chat or (by e-mail) to a member of staff.

    `method` is a reply's API method with its parameters, until it is sent. Everything else is put
    into words when it is sent, from `purpose` and `about` (a kind and a number: `booking:12`).
    """

    __tablename__ = "outbox"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    address_id: int | None = Field(
        default=None,
        sa_type=BigInteger,
        foreign_key="address.id",
        index=True,
        sa_column_kwargs=PERSONAL,
    )
    staff_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="staff.id", sa_column_kwargs=NONE
    )
    about: str | None = Field(default=None, max_length=80, index=True, sa_column_kwargs=PERSONAL)
    purpose: str = Field(max_length=24, sa_column_kwargs=NONE)
    method: dict[str, Any] | None = Field(sa_type=JSON, sa_column_kwargs=SPECIAL)
    state: str = Field(max_length=10, sa_column_kwargs=NONE)
    attempt: int = Field(default=0, sa_column_kwargs=NONE)
    outcome: str | None = Field(default=None, max_length=64, sa_column_kwargs=NONE)
    due_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)
    useful_until: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)
    lease_owner: str | None = Field(default=None, max_length=64, sa_column_kwargs=NONE)
    lease_until: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    fence: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=NONE)
    ended_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=PERSONAL)


class SendRate(SQLModel, table=True):
    """How soon a bot may send again, over all processes; `hold_until` is Telegram's own word."""

    __tablename__ = "send_rate"

    bot_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs=NONE)
    free_at: datetime = Field(sa_type=Instant, sa_column_kwargs=NONE)
    hold_until: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)


table = table_of(Outbox)
rates = table_of(SendRate)
Index(
    "ix_outbox_open",
    table.c.due_at,
    sqlite_where=table.c.state.in_(OPEN),
    postgresql_where=table.c.state.in_(OPEN),
)


# Written out as in that index: with parameters no planner knows that it may use it.
IS_OPEN = table.c.state.in_([literal_column(f"'{state}'") for state in OPEN])


@dataclass(frozen=True, slots=True)
class Message:
    """A message that this process may compose and send, while its fence is still `fence`.

    To a chat (address_id, bot_id, external_id and lang are set) or to a member of staff.
    """

    id: int
    address_id: int | None
    staff_id: int | None
    bot_id: int | None
    external_id: str | None
    lang: str | None
    purpose: str
    about: str
    attempt: int
    due_at: datetime
    useful_until: datetime
    fence: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that did not arrive for certain, for staff's list; never its text."""

    id: int
    address_id: int | None
    staff_id: int | None
    purpose: str
    about: str | None
    state: str
    outcome: str | None
    attempt: int
    due_at: datetime


async def add_messages(db: Db, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Stores messages; returns their ids in the order given."""
    if len(rows) == 1:
        return [int((await db.execute(_ADD, rows[0])).scalar_one())]
    ids = await db.execute(_ADD_MANY, rows)
    return [int(i) for i in ids.scalars()]


async def queue(db: Db, row: dict[str, Any]) -> int:
    """Stores a message that is put into words when it is sent; returns its id."""
    added = insert(table).values(**{"state": DUE, "attempt": 0, "fence": 0, **row})
    added = added.returning(table.c.id)
    return int((await db.execute(added)).scalar_one())


async def is_on_its_way(db: Db, purpose: str, about: str, since: datetime) -> bool:
    """Whether a message about a thing was queued since an instant, and may arrive or has."""
    good = table.c.state.in_((DUE, SENDING, SENT, UNCERTAIN))
    key = (table.c.purpose == purpose, table.c.about == about, table.c.due_at > since, good)
    return (await db.execute(select(table.c.id).where(*key).limit(1))).first() is not None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that may have arrived, and when."""

    purpose: str
    about: str
    at: datetime


async def find_latest(db: Db, address_id: int, purposes: Sequence[str]) -> Arrived | None:
    """The latest message to a chat of these purposes that may have arrived."""
    at = func.coalesce(table.c.ended_at, table.c.due_at)
    which = (table.c.address_id == address_id, table.c.purpose.in_(purposes))
    query = select(table.c.purpose, table.c.about, at).where(
        *which, table.c.state.in_(MAY_HAVE_ARRIVED)
    )
    row = (await db.execute(query.order_by(at.desc(), table.c.id.desc()).limit(1))).first()
    return Arrived(*row) if row else None


async def cancel_about(
    db: Db, about: str, now: datetime, purposes: Collection[str] | None = None
) -> int:
    """Cancels what is still to be sent about a thing or a part of it; returns how many.

    `booking:12` is about `booking:12` and `booking:12:day`, never about `booking:123`. What is
    being sent at this moment keeps its state, and is not sent again.
    """
    within = or_(table.c.about == about, table.c.about.startswith(f"{about}:", autoescape=True))
    which = [within, IS_OPEN, table.c.purpose != REPLY]
    if purposes is not None:
        which.append(table.c.purpose.in_(purposes))
    return (await db.execute(_withdraw(now).where(*which))).rowcount


def _withdraw(now: datetime) -> Update:
    sending = table.c.state == SENDING
    state = case((sending, SENDING), else_=CANCELLED)
    ended = case((sending, null()), else_=bindparam("ended", now, type_=Instant))
    return update(table).values(state=state, outcome=WITHDRAWN, ended_at=ended)


async def list_trouble(db: Db, since: datetime) -> list[Trouble]:
    """What failed, was of no use any more, or is in doubt; newest first. No replies."""
    columns = [table.c[name] for name in Trouble.__dataclass_fields__]
    bad = table.c.state.in_((UNCERTAIN, FAILED, EXPIRED))
    query = select(*columns).where(bad, table.c.purpose != REPLY, table.c.due_at >= since)
    rows = await db.execute(query.order_by(table.c.due_at.desc(), table.c.id.desc()))
    return [Trouble(*row) for row in rows]


async def find_oldest_due(db: Db, now: datetime) -> datetime | None:
    """Since when the oldest message waits that is due, or None where none is."""
    waits = (IS_OPEN, table.c.state != SENDING, table.c.due_at <= now)
    oldest: datetime | None = (
        await db.execute(select(func.min(table.c.due_at)).where(*waits))
    ).scalar()
    return oldest


async def count_states(db: Db) -> dict[str, int]:
    """How many messages are in each state; for `innom doctor`."""
    rows = await db.execute(select(table.c.state, func.count()).group_by(table.c.state))
    return {str(state): int(count) for state, count in rows}


async def forget_messages(db: Db, before: datetime) -> int:
    """Deletes replies that ended and were due before, others later; returns how many.

    What was cancelled goes as soon, however far away it would have been due.
    """
    others = func.coalesce(table.c.ended_at, table.c.due_at) < before - LISTED_LONGER
    old = case((table.c.purpose == REPLY, table.c.due_at < before), else_=others)
    return (await db.execute(delete(table).where(table.c.state.not_in(OPEN), old))).rowcount


async def drop_replies(db: Db, address_id: int) -> None:
    """Cancels replies that still wait in a chat; the texts go. Reminders stay."""
    mine = (table.c.address_id == address_id, table.c.state.in_((DUE, UNCERTAIN)))
    dropped = update(table).where(*mine, table.c.purpose == REPLY)
    await db.execute(dropped.values(state=CANCELLED, method=None))


_ADD = insert(table).returning(table.c.id)
_ADD_MANY = insert(table).returning(table.c.id, sort_by_parameter_order=True)
