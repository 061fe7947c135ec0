"""Rates: how soon a bot may send again, over all processes, and how long it must be silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.addresses import Address
from db.base import table_of
from db.engine import Db
from db.outbox import rates

# Telegram takes about 30 a second of a bot; 4 at once and 26 a second after that stay below.
INTERVAL = timedelta(seconds=1) / 26
BURST = 4
MAIL = 0  # stands for e-mail where others have a bot's id
FAR = timedelta(minutes=1)  # no token is as far away: the clock was put back
# A longer silence is asked for anew, so that one which ends later is of a clock that ran ahead.
MOST_HELD = timedelta(hours=1)

_address = table_of(Address)


@dataclass(frozen=True, slots=True)
class Rate:
    """From when a bot would have sent everything evenly, and how long Telegram wants silence."""

    bot_id: int
    free_at: datetime
    hold_until: datetime | None

    def wait(self, now: datetime) -> timedelta:
        """How long the next message must wait; zero where it may go now."""
        held = self.hold_until - now if is_held(self.hold_until, now) else timedelta(0)
        early = self._free(now) - now - INTERVAL * (BURST - 1)
        return max(held, early, timedelta(0))

    def after(self, now: datetime) -> datetime:
        """`free_at` when one more message is sent now."""
        return max(self._free(now), now) + INTERVAL

    def _free(self, now: datetime) -> datetime:
        return self.free_at if self.free_at <= now + FAR else now


def is_held(until: datetime | None, now: datetime) -> TypeGuard[datetime]:
    """Whether a silence holds now."""
    return until is not None and now < until <= now + MOST_HELD


async def get_rate(db: Db, bot_id: int, now: datetime) -> Rate:
    """A bot's rate, locked until the transaction ends, and made where it is new."""
    query = select(rates).where(rates.c.bot_id == bot_id).with_for_update()
    if (row := (await db.execute(query)).first()) is None:
        dialect = postgresql if db.dialect.name == "postgresql" else sqlite
        added = dialect.insert(rates).values(bot_id=bot_id, free_at=now)
        await db.execute(added.on_conflict_do_nothing())
        row = (await db.execute(query)).one()
    return Rate(**row._mapping)


async def count_send(db: Db, rate: Rate, now: datetime) -> None:
    """Notes that a bot sends one message now."""
    mine = update(rates).where(rates.c.bot_id == rate.bot_id)
    await db.execute(mine.values(free_at=rate.after(now)))


async def hold_bot(db: Db, bot_id: int, until: datetime, now: datetime) -> None:
    """Lets a bot be silent until an instant, in all processes; for an hour at most."""
    until = min(until, now + MOST_HELD)
    await get_rate(db, bot_id, now)
    await db.execute(update(rates).where(rates.c.bot_id == bot_id).values(hold_until=until))


async def hold_chat(db: Db, address_id: int, until: datetime, now: datetime) -> int:
    """Lets a chat be silent until an instant, for an hour at most; returns its bot's id.

    Telegram does not say which limit was passed: a second held chat says that it is the bot's.
    """
    until, mine = min(until, now + MOST_HELD), _address.c.id == address_id
    held = update(_address).where(mine).values(hold_until=until).returning(_address.c.bot_id)
    bot_id = int((await db.execute(held)).scalar_one())
    silent = and_(_address.c.hold_until > now, _address.c.hold_until <= now + MOST_HELD)
    others = (_address.c.bot_id == bot_id, silent)
    count = await db.execute(select(func.count()).select_from(_address).where(*others))
    if count.scalar_one() > 1:
        await hold_bot(db, bot_id, until, now)
    return bot_id


async def find_hold(db: Db, address_id: int, now: datetime) -> datetime | None:
    """Until when nothing may be sent to a chat, or None where it may be sent now."""
    query = select(_address.c.hold_until, rates.c.hold_until).where(_address.c.id == address_id)
    joined = _address.outerjoin(rates, rates.c.bot_id == _address.c.bot_id)
    row = (await db.execute(query.select_from(joined))).one()
    return max((until for until in row if is_held(until, now)), default=None)
