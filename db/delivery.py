"""Delivery: who may send which message of the outbox now, and how it ended.

`sending` is committed before the call, so that a crash in mid-send is known: the row is then
uncertain, sent once more and counted (`attempt`). Each claim raises the row's fence. Whoever was
stopped for longer than its lease finds another fence, and neither sends nor records.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    literal,
    null,
    or_,
    select,
    update,
)

from db.addresses import Address
from db.base import Instant, table_of
from db.engine import Db
from db.outbox import (
    CANCELLED,
    DUE,
    EXPIRED,
    FAILED,
    INTERRUPTED,
    IS_OPEN,
    MISSED,
    ON_DUTY,
    OPEN,
    REPLY,
    SENDING,
    TOO_OFTEN,
    UNCERTAIN,
    WITHDRAWN,
    Message,
    rates,
    table,
)
from db.rates import MOST_HELD

MOST_UNCERTAIN, MOST_INTERRUPTED = 2, 5  # attempts
CHAT_PAUSE = timedelta(seconds=1)  # between two messages to one chat, as Telegram asks for
DAY = timedelta(days=1)
FAR = timedelta(minutes=10)  # a lease that ends later was taken before the clock was put back

_address = table_of(Address)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A call that this process may make now; attempt 2 is the one resend of an uncertain one."""

    id: int
    address_id: int
    method: dict[str, Any]
    attempt: int
    fence: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a message that is still ours, directly before it is sent."""

    paused: bool
    withdrawn: bool


async def take_reply(
    db: Db, bot_id: int, owner: str, now: datetime, until: datetime
) -> Delivery | None:
    """Claims the oldest reply of a bot that a turn left unsent; of each chat the oldest alone."""
    values = {"now": now, "bot": bot_id, "held": now + MOST_HELD}
    if (row := (await db.execute(_REPLY_DUE, values)).first()) is None:
        return None
    attempt, fence = await _claim(db, row.id, owner, until)
    return Delivery(row.id, row.address_id, row.method, attempt, fence, until)


async def take_message(
    db: Db, bot_id: int, owner: str, now: datetime, until: datetime
) -> Message | None:
    """Claims the oldest message that is due to a chat of this bot and was not asked for.

    A chat's replies go first, then its oldest; and no chat is written to twice in a second.
    """
    values = {"now": now, "bot": bot_id, "held": now + MOST_HELD, "lately": now - CHAT_PAUSE}
    row = (await db.execute(_MESSAGE_DUE, values)).first()
    return await _claimed(db, row, owner, until)


async def take_mail(db: Db, owner: str, now: datetime, until: datetime) -> Message | None:
    """Claims the oldest e-mail that is due."""
    row = (await db.execute(_MAIL_DUE, {"now": now})).first()
    return await _claimed(db, row, owner, until)


async def begin_sending(db: Db, message: Delivery, owner: str) -> bool:
    """Marks a reply as being sent. False where anybody has had it (taken, cancelled)."""
    key = (table.c.id == message.id, table.c.state == DUE, table.c.fence == message.fence - 1)
    return await _mark_sending(db, key, owner, message.lease_until) is not None


async def find_held(db: Db, message: Message, now: datetime) -> Held | None:
    """What to know directly before sending; None where the message is not this claim's any more."""
    key = (table.c.id == message.id, table.c.fence == message.fence, table.c.state == SENDING)
    columns = (_address.c.paused_at, table.c.outcome)
    query = select(*columns).select_from(table.outerjoin(_address)).where(*key)
    row = (await db.execute(query.where(table.c.lease_until > now))).first()
    return Held(row.paused_at is not None, row.outcome == WITHDRAWN) if row else None


async def end_sending(
    db: Db, message: Delivery | Message, state: str, outcome: str | None, now: datetime
) -> bool:
    """Records how a send ended, if the claim still holds; the text goes."""
    values = {"message": message.id, "held": message.fence, "to": state, "why": outcome}
    return (await db.execute(_END, {**values, "now": now})).rowcount == 1


async def put_back(
    db: Db, message: Delivery | Message, state: str, outcome: str | None, due_at: datetime
) -> None:
    """Puts a message back: `due` when certainly not sent this time, `uncertain` if nobody knows.

    What was in doubt before stays so, and what was cancelled meanwhile is not sent again.
    """
    withdrawn = table.c.outcome == WITHDRAWN
    doubted = and_(literal(state == DUE), table.c.attempt > 1)
    late = table.c.useful_until < due_at
    values = {
        "state": case((withdrawn, CANCELLED), (doubted, UNCERTAIN), else_=state),
        "outcome": case((or_(withdrawn, doubted), table.c.outcome), else_=outcome),
        "due_at": case((late, table.c.useful_until), else_=due_at),
        "attempt": table.c.attempt - 1 if state == DUE else table.c.attempt,
        "lease_owner": None,
    }
    key = (table.c.id == message.id, table.c.fence == message.fence, table.c.state == SENDING)
    await db.execute(update(table).where(*key).values(**values))


async def postpone(db: Db, message_id: int, outcome: str, due_at: datetime) -> None:
    """Lets a message that nobody has claimed wait until an instant."""
    waits = update(table).where(table.c.id == message_id, table.c.state.in_((DUE, UNCERTAIN)))
    await db.execute(waits.values(outcome=outcome, due_at=due_at))


async def doubt_lost(db: Db, now: datetime, again_at: datetime) -> int:
    """Marks what was in mid-send when its lease ran out as uncertain; returns how many.

    A crash says nothing about the message, so it may be sent more often than one whose answer was
    lost on the way. Each copy is counted by `attempt`.
    """
    over = or_(table.c.lease_until < now, table.c.lease_until > now + FAR)
    withdrawn, tired = table.c.outcome == WITHDRAWN, table.c.attempt >= MOST_INTERRUPTED
    values = {
        "state": case((withdrawn, CANCELLED), (tired, FAILED), else_=UNCERTAIN),
        "outcome": case((withdrawn, WITHDRAWN), (tired, TOO_OFTEN), else_=INTERRUPTED),
        "due_at": again_at,
        "method": case((or_(withdrawn, tired), null()), else_=table.c.method),
        "lease_owner": None,
    }
    # Only what is due was ever taken; the rest of the index need not be looked at.
    lost = (IS_OPEN, table.c.due_at < now + DAY, table.c.state == SENDING, over)
    return (await db.execute(update(table).where(*lost).values(**values))).rowcount


async def expire(db: Db, now: datetime) -> int:
    """Ends what is of no use any more; returns how many."""
    why = case((table.c.attempt > 0, table.c.outcome), else_=MISSED)
    late = update(table).where(*_waits(now), table.c.useful_until < now)
    ended = {"state": EXPIRED, "outcome": why, "method": None, "ended_at": now}
    return (await db.execute(late.values(**ended))).rowcount


_IS_MAIL = or_(table.c.staff_id.is_not(None), table.c.purpose == ON_DUTY)


async def expire_mail(db: Db, now: datetime, outcome: str) -> int:
    """Ends all e-mails that wait, where none can be sent; returns how many."""
    waits = (_IS_MAIL, table.c.state.in_((DUE, UNCERTAIN)))
    ended = update(table).where(*waits).values(state=EXPIRED, outcome=outcome, ended_at=now)
    return (await db.execute(ended)).rowcount


def _waits(now: Any) -> tuple[ColumnElement[bool], ...]:
    return IS_OPEN, table.c.state != SENDING, table.c.due_at <= now


async def _claimed(db: Db, row: Any, owner: str, until: datetime) -> Message | None:
    if row is None:
        return None
    attempt, fence = await _claim(db, row.id, owner, until)
    return Message(**row._mapping, attempt=attempt, fence=fence, lease_until=until)


async def _claim(db: Db, message_id: int, owner: str, until: datetime) -> tuple[int, int]:
    row = await _mark_sending(db, [table.c.id == message_id], owner, until)
    if row is None:
        raise RuntimeError("a message that was locked is gone")
    return row


async def _mark_sending(
    db: Db, key: Sequence[ColumnElement[bool]], owner: str, until: datetime
) -> tuple[int, int] | None:
    values = {"attempt": table.c.attempt + 1, "fence": table.c.fence + 1}
    marked = update(table).where(*key).values(state=SENDING, **values)
    marked = marked.values(lease_owner=owner, lease_until=until)
    row = (await db.execute(marked.returning(table.c.attempt, table.c.fence))).first()
    return (row.attempt, row.fence) if row else None


def _is_held(until: ColumnElement[Any]) -> ColumnElement[bool]:
    """As `rates.is_held`."""
    return and_(until > _NOW, until <= bindparam("held", type_=Instant))


_NOW: Any = bindparam("now", type_=Instant)
_WAITS = _waits(_NOW)
_BOT: Any = bindparam("bot")
_MINE = (
    # A sum, or SQLite would begin with all chats of the bot instead of the few due messages.
    _address.c.bot_id + 0 == _BOT,
    or_(_address.c.hold_until.is_(None), ~_is_held(_address.c.hold_until)),
    ~exists(select(rates.c.bot_id).where(rates.c.bot_id == _BOT, _is_held(rates.c.hold_until))),
)
_other = table.alias("other")


def _no_other(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """That the same chat has no other message of this kind."""
    same = (_other.c.address_id == table.c.address_id, _other.c.id != table.c.id)
    return ~exists(select(_other.c.id).where(*same, *which))


def _oldest(query: Select[Any]) -> Select[Any]:
    return query.limit(1).with_for_update(of=table, skip_locked=True)


_REPLY_DUE = _oldest(
    select(table.c.id, table.c.address_id, table.c.method)
    .join(_address, _address.c.id == table.c.address_id)
    .where(*_WAITS, *_MINE, table.c.purpose == REPLY)
    .where(_no_other(_other.c.id < table.c.id, _other.c.purpose == REPLY, _other.c.state.in_(OPEN)))
    .order_by(table.c.due_at, table.c.id)
)
_FIELDS = [table.c[n] for n in ("id", "address_id", "staff_id", "purpose", "about")]
_FIELDS += [table.c.due_at, table.c.useful_until]
_BEFORE = or_(
    _other.c.due_at < table.c.due_at,
    and_(_other.c.due_at == table.c.due_at, _other.c.id < table.c.id),
)
_IN_THE_WAY = or_(
    _other.c.state == SENDING,
    and_(_other.c.purpose == REPLY, _other.c.state.in_(OPEN)),
    and_(_other.c.state.in_((DUE, UNCERTAIN)), _other.c.due_at <= _NOW, _BEFORE),
    and_(_other.c.ended_at > bindparam("lately", type_=Instant), _other.c.ended_at <= _NOW),
)
_MESSAGE_DUE = _oldest(
    select(*_FIELDS, _address.c.bot_id, _address.c.external_id, _address.c.language.label("lang"))
    .join(_address, _address.c.id == table.c.address_id)
    .where(*_WAITS, *_MINE, table.c.purpose != REPLY, _no_other(_IN_THE_WAY))
    .order_by(table.c.due_at, table.c.id)
)
_NOTHING = [null().label(name) for name in ("bot_id", "external_id", "lang")]
_MAIL_DUE = _oldest(
    select(*_FIELDS, *_NOTHING).where(*_WAITS, _IS_MAIL).order_by(table.c.due_at, table.c.id)
)
_END = (
    update(table)
    .where(
        table.c.id == bindparam("message"),
        table.c.fence == bindparam("held"),
        table.c.state == SENDING,
    )
    .values(
        state=bindparam("to"),
        outcome=bindparam("why"),
        method=None,
        lease_owner=None,
        ended_at=_NOW,
    )
)
