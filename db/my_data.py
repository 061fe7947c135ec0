"""What is stored about a person: reading it all, and erasing it. `db/personal.py` says where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from db import addresses, booking, call_back, follow_up, history, inbox, outbox
from db.engine import Db

ERASED = "erased"  # the reason of a booking that ended with the person's data


@dataclass(frozen=True, slots=True)
class Whose:
    """A chat, the update in which it is erased (its own bookkeeping goes on), and when."""

    address_id: int
    update_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One table's share.

    `taken` are the columns of the copy, `more` what is joined to them by `source`; `withheld` says
    why a column is not in it. Erasing deletes the rows (`goes`) or writes `emptied`; `stays` says
    why a column keeps its value, and `later` are columns that go with the chat's address.
    """

    name: str
    table: Table
    mine: Callable[[Whose], ColumnElement[bool]]
    taken: tuple[str, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    source: FromClause | None = None
    more: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    goes: bool = False
    emptied: Callable[[datetime], dict[str, Any]] = lambda _: {}
    stays: Mapping[str, str] = field(default_factory=dict)
    later: tuple[str, ...] = ()


async def list_rows(db: Db, part: Part, whose: Whose) -> list[dict[str, Any]]:
    """A person's rows of one table, as the copy has them."""
    columns = [part.table.c[name] for name in part.taken]
    more = [column.label(name) for name, column in part.more.items()]
    source = part.table if part.source is None else part.source
    query = select(*columns, *more).select_from(source).where(part.mine(whose))
    order = part.table.primary_key.columns.values()
    return [dict(row._mapping) for row in await db.execute(query.order_by(*order))]


async def erase_rows(db: Db, part: Part, whose: Whose) -> None:
    """Deletes a person's rows of one table, or takes the person out of them."""
    if part.goes:
        await db.execute(delete(part.table).where(part.mine(whose)))
    elif values := part.emptied(whose.now):
        await db.execute(update(part.table).where(part.mine(whose)).values(**values))


async def cancel_bookings(db: Db, whose: Whose) -> None:
    """Frees the places of what is to come."""
    slots, bookings = booking.slots, booking.bookings
    to_come = select(slots.c.id).where(slots.c.ends_at > whose.now)
    mine = (bookings.c.address_id == whose.address_id, bookings.c.state == booking.ACTIVE)
    ended = update(bookings).where(*mine, bookings.c.slot_id.in_(to_come))
    values = {"state": booking.CANCELLED, "cancelled_at": whose.now}
    await db.execute(ended.values(**values, cancelled_by="person", reason=ERASED))


async def lock_enrolments(db: Db, whose: Whose) -> None:
    """Holds the chat's follow-ups: an appointment that is just being made comes first, or not."""
    enrolments = follow_up.enrolments
    mine = select(enrolments.c.id).where(enrolments.c.address_id == whose.address_id)
    await db.execute(mine.order_by(enrolments.c.id).with_for_update())


async def free_alerts(db: Db, whose: Whose) -> None:
    """Lets alerts that still wait go out, without the chat's number: they lead to nobody then.

    The person was told that somebody on duty knows; erasing must not make that untrue.
    """
    table, chat = outbox.table, f"address:{whose.address_id}:"
    which = (table.c.purpose == outbox.ON_DUTY, table.c.state.in_(outbox.OPEN))
    mine = table.c.about.startswith(chat, autoescape=True)
    nobody = literal("address:0:") + func.substr(table.c.about, len(chat) + 1)
    await db.execute(update(table).where(*which, mine).values(about=nobody))


async def part_unconfirmed(db: Db, whose: Whose) -> None:
    """Parts the chat from follow-ups that it joined and nobody confirmed: they are another's."""
    enrolments, ended = follow_up.enrolments, follow_up.ENDED
    mine = (enrolments.c.address_id == whose.address_id, enrolments.c.confirmed_at.is_(None))
    state = case((enrolments.c.state == ended, ended), else_=follow_up.INVITED)
    nobody = dict.fromkeys(("address_id", "check_number", "joined_at", "left_at"))
    await db.execute(update(enrolments).where(*mine).values(state=state, **nobody))


async def forget_follow_up(db: Db, before: datetime, now: datetime) -> int:
    """Takes the person out of follow-ups that ended before, or came to nothing; returns how many.

    To nothing came what was not confirmed, or left, before, and has no appointment since.
    """
    enrolments, appointments = follow_up.enrolments, follow_up.appointments
    known = or_(enrolments.c.address_id.is_not(None), enrolments.c.first_name.is_not(None))
    old = or_(_ended(before), _came_to_nothing(before))
    ids = list((await db.execute(select(enrolments.c.id).where(known, old))).scalars())
    await db.execute(delete(appointments).where(appointments.c.enrolment_id.in_(ids)))
    nobody = dict.fromkeys(
        ("address_id", "first_name", "check_number", "link_hash", "code_hash", "code_expires_at")
    )
    ended = {"state": follow_up.ENDED, "ended_at": func.coalesce(enrolments.c.ended_at, now)}
    gone = update(enrolments).where(enrolments.c.id.in_(ids)).values(**nobody, **ended)
    return (await db.execute(gone)).rowcount


def _ended(before: datetime) -> ColumnElement[bool]:
    enrolments = follow_up.enrolments
    return and_(enrolments.c.state == follow_up.ENDED, enrolments.c.ended_at < before)


def _came_to_nothing(before: datetime) -> ColumnElement[bool]:
    enrolments, appointments = follow_up.enrolments, follow_up.appointments
    silent = enrolments.c.state.in_((follow_up.INVITED, follow_up.JOINED, follow_up.LEFT))
    columns = ("created_at", "code_expires_at", "joined_at", "left_at")
    since = [enrolments.c[name] for name in columns]
    met = (appointments.c.enrolment_id == enrolments.c.id, appointments.c.starts_at >= before)
    return and_(silent, *[or_(at.is_(None), at < before) for at in since], ~exists().where(*met))


async def retire_addresses(db: Db, before: datetime) -> int:
    """Marks chats as erased that nobody has used since, unless something is kept for them.

    One who wrote again after erasing has the mark of then, which says nothing any more.
    """
    a = addresses.table
    kept = [t.c.address_id for t in (booking.bookings, call_back.table, follow_up.enrolments)]
    unused = [a.c.seen_at < before, or_(a.c.erased_at.is_(None), a.c.erased_at < a.c.seen_at)]
    unused += [~exists().where(column == a.c.id) for column in kept]
    retired = update(a).where(*unused).values(erased_at=a.c.seen_at)
    return (await db.execute(retired)).rowcount


async def forget_addresses(db: Db, now: datetime, wait: timedelta, tries: timedelta) -> int:
    """Deletes the addresses of erased chats in which nothing goes on any more; returns how many.

    The last answer must have been fetched or sent (`wait`), and wrong codes count for a while
    (`tries`), so that erasing is no way to guess on.
    """
    a, waiting, sending = addresses.table, inbox.table, outbox.table
    code_tries = follow_up.code_tries
    busy = or_(
        exists().where(waiting.c.address_id == a.c.id, waiting.c.state == inbox.WAITING),
        exists().where(sending.c.address_id == a.c.id, sending.c.state.in_(outbox.OPEN)),
        exists().where(code_tries.c.address_id == a.c.id, code_tries.c.at > now - tries),
    )
    # One who wrote again has begun anew with the same key, and needs the address.
    over = (a.c.erased_at <= now - wait, a.c.seen_at <= a.c.erased_at, ~busy)
    ids = list((await db.execute(select(a.c.id).where(*over).with_for_update())).scalars())
    for table in (history.table, inbox.table, outbox.table, code_tries):
        await db.execute(delete(table).where(table.c.address_id.in_(ids)))
    return (await db.execute(delete(a).where(a.c.id.in_(ids)))).rowcount
