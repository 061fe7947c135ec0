"""A postman for tests, with words of its own, and what it has sent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.actions.mind import Mind
from bot.actions.outbox import (
    BOOKING_REMINDER,
    PURPOSES,
    STAFF_ANSWER,
    Composed,
    Mail,
    Message,
    Never,
    Say,
    queue_for_chat,
    queue_for_staff,
)
from bot.actions.wording import Answer, Button
from bot.channels.lanes import Desk
from bot.channels.notify import Notifier
from bot.channels.post import Postman
from bot.channels.web import BOT_ID, WebChannel
from bot.knowledge.entries import Knowledge
from bot.knowledge.packs import load
from db import outbox
from db.addresses import get_or_add_address
from db.engine import Database, Db
from db.staff import CASE_WORKER, accounts

DAY = timedelta(days=1)
BUTTON = Button("I am coming", "fu:a:1:coming")

_known: list[Mind] = []


def a_mind() -> Mind:
    """The default packs without an index, which reminders do not need."""
    if not _known:
        _known.append(Mind(load(("norge", "sandnes")), None))
    return _known[0]


async def reminds(db: Db, message: Message, now: datetime, knowledge: Knowledge) -> Composed:
    """Says what it is about; a `gone` cause is not reminded of."""
    if message.about.startswith("gone"):
        return Never(outbox.CANCELLED, "gone")
    if message.staff_id is not None:
        return Mail("bruno@example.org", "Somebody has answered", f"About {message.about}.")
    return Say(Answer(f"<b>Remember</b> {message.about}", ((BUTTON,),), message.lang or "en"))


def a_postman(
    database: Database,
    now: Callable[[], datetime],
    *,
    composer: Any = reminds,
    quiet: tuple[int, int] = (0, 0),
    owner: str = "one",
    **channels: Any,
) -> Postman:
    """A postman whose every purpose has the same words."""
    composers = dict.fromkeys(PURPOSES, composer)
    desk = Desk(database, owner, now, a_mind(), composers, quiet)
    web = channels.pop("web", None) or WebChannel(Notifier(database))
    return Postman(desk, web, **channels)


async def remind(
    database: Database,
    now: datetime,
    about: str = "booking:1",
    *,
    chat: str = "anna",
    bot: int = BOT_ID,
    **changes: Any,
) -> int:
    """Queues a reminder to a chat that is due now and of use for a day; returns its id."""
    values: dict[str, Any] = {"purpose": BOOKING_REMINDER, "due_at": now, "useful_until": now + DAY}
    async with database.write() as db:
        address = await get_or_add_address(db, bot, chat, now)
        return await queue_for_chat(db, address_id=address, about=about, **{**values, **changes})


async def tell_staff(database: Database, now: datetime, about: str = "call:1") -> int:
    """Queues an e-mail to Bruno that is due now and of use for a day; returns its id."""
    times = {"due_at": now, "useful_until": now + DAY}
    async with database.write() as db:
        staff = (await db.execute(accounts.select())).first() or await _add_bruno(db, now)
        return await queue_for_staff(
            db, staff_id=staff.id, purpose=STAFF_ANSWER, about=about, **times
        )


async def _add_bruno(db: Db, now: datetime) -> Any:
    values: dict[str, Any] = {"email": "bruno@example.org", "name": "Bruno", "roles": [CASE_WORKER]}
    values |= {"totp_step": 0, "is_active": True, "version": 1, "failures": 0, "created_at": now}
    return (await db.execute(accounts.insert().values(**values).returning(accounts.c.id))).one()


async def deliver(postman: Postman) -> None:
    """One tick, until its lanes have come to their end."""
    await postman.tick()
    await postman.idle()


async def rows(database: Database, *names: str) -> list[tuple[Any, ...]]:
    """These columns of each message, in order; its state and outcome unless others are named."""
    columns = [outbox.table.c[name] for name in names or ("state", "outcome")]
    async with database.read() as db:
        return [tuple(r) for r in await db.execute(select(*columns).order_by(outbox.table.c.id))]


async def change(database: Database, message: int, **values: Any) -> None:
    """Changes a row as another process would."""
    async with database.write() as db:
        which = outbox.table.c.id == message
        await db.execute(outbox.table.update().where(which).values(**values))
