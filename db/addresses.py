"""Addresses: a person's handle on one channel, with the step of its conversation and its lease."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    UniqueConstraint,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from db.base import NONE, PERSONAL, SPECIAL, Instant, Key, table_of
from db.engine import Db
from db.inbox import WAITING, Inbox


class Address(SQLModel, table=True):
    """A chat. `step` and `context` are the conversation's; `lease_*` and `fence` its order.

    `paused_at`: the person wants nothing that was not asked for; `hold_until`: nor does Telegram.
    `erased_at`: everything about the person is gone, and the row follows when its turn is over.
    """

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("bot_id", "external_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key, sa_column_kwargs=NONE)
    bot_id: int = Field(sa_type=BigInteger, sa_column_kwargs=NONE)
    external_id: str = Field(max_length=128, sa_column_kwargs=PERSONAL)
    language: str | None = Field(default=None, max_length=8, sa_column_kwargs=PERSONAL)
    step: str | None = Field(default=None, max_length=128, sa_column_kwargs=PERSONAL)
    step_data: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs=SPECIAL)
    context: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs=SPECIAL)
    last_no: int = Field(default=0, sa_column_kwargs=NONE)
    lease_owner: str | None = Field(default=None, max_length=64, sa_column_kwargs=NONE)
    lease_until: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    fence: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=NONE)
    paused_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=PERSONAL)
    hold_until: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    erased_at: datetime | None = Field(default=None, sa_type=Instant, sa_column_kwargs=NONE)
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)
    seen_at: datetime = Field(sa_type=Instant, sa_column_kwargs=PERSONAL)


WEB_BOT, TERMINAL_BOT = 7, 8  # the bot ids of our own channels; any other bot is Telegram's

table = table_of(Address)
_inbox = table_of(Inbox)


@dataclass(frozen=True, slots=True)
class Claim:
    """A chat that this process may work on until `lease_until`, if `fence` is still its fence."""

    address_id: int
    bot_id: int
    external_id: str
    language: str | None
    step: str | None
    step_data: dict[str, Any]
    context: dict[str, Any]
    last_no: int
    fence: int
    oldest_waiting: int | None


async def get_or_add_address(db: Db, bot_id: int, external_id: str, now: datetime) -> int:
    """The id of an address, which is made where it is new."""
    found = await db.execute(_FIND, {"bot": bot_id, "external": external_id})
    if (address_id := found.scalar()) is not None:
        return int(address_id)
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    add = dialect.insert(table).on_conflict_do_nothing()
    values = {"bot_id": bot_id, "external_id": external_id, "step_data": {}, "context": {}}
    values |= {"last_no": 0, "fence": 0, "created_at": now, "seen_at": now}
    await db.execute(add, values)
    found = await db.execute(_FIND, {"bot": bot_id, "external": external_id})
    return int(found.scalar_one())


async def find_address(db: Db, bot_id: int, external_id: str) -> int | None:
    """The id of an address, or None where nobody has written from it."""
    found = await db.execute(_FIND, {"bot": bot_id, "external": external_id})
    return found.scalar()


async def get_external_id(db: Db, address_id: int) -> str:
    """A chat's id on its channel; empty where there is no such chat."""
    found = await db.execute(select(table.c.external_id).where(table.c.id == address_id))
    return found.scalar() or ""


async def claim(
    db: Db, address_id: int, owner: str, now: datetime, until: datetime, count: int = 0
) -> Claim | None:
    """Takes the chat for `owner` unless somebody else's lease still runs. Raises the fence.

    Reserves `count` history numbers on the way, so that one statement does both.
    """
    values: dict[str, Any] = {"address": address_id, "owner": owner, "count": count}
    row = (await db.execute(_CLAIM, {**values, "now": now, "until": until})).first()
    return Claim(address_id, *row) if row else None


async def next_number(db: Db, address_id: int, count: int = 1) -> int:
    """Reserves `count` history numbers under the row's lock; returns the last of them."""
    return int((await db.execute(_NUMBER, {"address": address_id, "count": count})).scalar_one())


async def finish_turn(
    db: Db, held: Claim, *, handled: int, count: int, now: datetime, until: datetime
) -> tuple[int, bool] | None:
    """Ends a turn on the chat's row: history numbers and lease, if the fence still holds.

    The lease goes on where more updates wait. Returns (last number, whether it goes on), or None
    where the chat was taken over in the meantime and this turn must not commit.
    """
    values: dict[str, Any] = {"address": held.address_id, "held_fence": held.fence}
    values |= {"handled": handled, "count": count, "now": now, "until": until}
    row = (await db.execute(_FINISH, values)).first()
    return (int(row[0]), row[1] is not None) if row else None


async def save_conversation(db: Db, address_id: int, values: dict[str, Any]) -> None:
    """Writes language, step, step_data or context as they are after a turn."""
    await db.execute(update(table).where(table.c.id == address_id).values(**values))


@dataclass(frozen=True, slots=True)
class Chat:
    """What is known of a chat between turns; `seen_at` is when its last turn ended."""

    bot_id: int
    paused_at: datetime | None
    seen_at: datetime


async def get_chat(db: Db, address_id: int) -> Chat:
    """A chat that has an address."""
    columns = (table.c.bot_id, table.c.paused_at, table.c.seen_at)
    return Chat(*(await db.execute(select(*columns).where(table.c.id == address_id))).one())


async def is_reachable(db: Db, address_id: int) -> bool:
    """Whether a chat can be written to later; a terminal is gone by then, and no lane serves it."""
    found = await db.execute(select(table.c.bot_id).where(table.c.id == address_id))
    return found.scalar() != TERMINAL_BOT


async def release_all(db: Db) -> None:
    """Ends every lease; for a start that knows itself to be alone."""
    await db.execute(update(table).where(table.c.lease_owner.is_not(None)).values(lease_owner=None))


_FIND = select(table.c.id).where(
    table.c.bot_id == bindparam("bot"), table.c.external_id == bindparam("external")
)
# By parameter, not by `address.id`: in RETURNING, names go without their table on SQLite, and `id`
# would be the inbox's own.
_OLDEST_WAITING = (
    select(func.min(_inbox.c.id))
    .where(_inbox.c.address_id == bindparam("address"), _inbox.c.state == WAITING)
    .scalar_subquery()
)
_CLAIMED = [table.c[n] for n in list(Claim.__dataclass_fields__)[1:-1]]
_CLAIM = (
    update(table)
    .where(
        table.c.id == bindparam("address"),
        or_(
            table.c.lease_owner.is_(None),
            table.c.lease_owner == bindparam("owner"),
            table.c.lease_until < bindparam("now", type_=Instant),
        ),
    )
    .values(
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until", type_=Instant),
        fence=table.c.fence + 1,
        last_no=table.c.last_no + bindparam("count"),
    )
    .returning(*_CLAIMED, _OLDEST_WAITING)
)
_NUMBER = (
    update(table)
    .where(table.c.id == bindparam("address"))
    .values(last_no=table.c.last_no + bindparam("count"))
    .returning(table.c.last_no)
)
_OTHERS_WAIT = exists(
    select(_inbox.c.id).where(
        _inbox.c.address_id == table.c.id,
        _inbox.c.state == WAITING,
        _inbox.c.id != bindparam("handled"),
    )
)
_FINISH = (
    update(table)
    .where(table.c.id == bindparam("address"), table.c.fence == bindparam("held_fence"))
    .values(
        last_no=table.c.last_no + bindparam("count"),
        seen_at=bindparam("now", type_=Instant),
        lease_until=bindparam("until", type_=Instant),
        lease_owner=case((_OTHERS_WAIT, table.c.lease_owner), else_=None),
    )
    .returning(table.c.last_no, table.c.lease_owner)
)
