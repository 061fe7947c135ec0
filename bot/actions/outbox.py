"""What is sent though nobody asked for it just now: queued with its cause, worded when it is sent.

A row is written in the transaction of its cause, with a purpose and what it is about. When it is
due, the composer of its purpose reads what is true then, and says what to do.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.quiet_hours import Quiet, is_quiet, next_loud
from bot.actions.wording import Answer
from bot.knowledge.entries import Knowledge
from db import outbox
from db.addresses import is_reachable
from db.delivery import Held, find_held
from db.engine import Db
from db.outbox import CANCELLED as CANCELLED
from db.outbox import EXPIRED as EXPIRED
from db.outbox import MISSED, NO_WAY, PAUSED, QUIET, WITHDRAWN
from db.outbox import ON_DUTY as ON_DUTY
from db.outbox import Message as Message
from db.outbox import Trouble as Trouble

BOOKING_REMINDER, APPOINTMENT_REMINDER = "booking-reminder", "appointment-reminder"
SLOT_CANCELLED, APPOINTMENT_CHANGED = "slot-cancelled", "appointment-changed"
STAFF_ANSWER = "staff-answer"
PURPOSES = (
    BOOKING_REMINDER,
    APPOINTMENT_REMINDER,
    SLOT_CANCELLED,
    APPOINTMENT_CHANGED,
    STAFF_ANSWER,
    ON_DUTY,
)

NEWS = (SLOT_CANCELLED, APPOINTMENT_CHANGED)  # staff must know when a person was not told
LISTED_DAYS = 30  # how long staff can see what did not arrive


@dataclass(frozen=True, slots=True)
class Say:
    """Words with buttons for the message's chat."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail to a member of staff, as plain text."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """The message is put off until an instant."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """The message is not sent. EXPIRED stands on staff's list, CANCELLED does not."""

    state: str
    reason: str


Composed = Say | Mail | NotNow | Never
Composer = Callable[[Db, Message, datetime, Knowledge], Awaitable[Composed]]


def why_not_send(
    message: Message, held: Held, now: datetime, zone: str, quiet: Quiet
) -> NotNow | Never | None:
    """Why a message is not sent now, whatever it is about; None where nothing speaks against it.

    E-mails make no noise at night, so quiet hours are for chats alone.
    """
    if held.withdrawn:
        return Never(CANCELLED, WITHDRAWN)
    if message.useful_until <= now:
        return Never(EXPIRED, MISSED)
    if held.paused:
        return Never(EXPIRED if message.purpose in NEWS else CANCELLED, PAUSED)
    if message.address_id is not None and is_quiet(now, zone, quiet):
        return _in_time(message, NotNow(next_loud(now, zone, quiet), QUIET))
    return None


async def compose(
    db: Db,
    message: Message,
    now: datetime,
    knowledge: Knowledge,
    composers: Mapping[str, Composer],
    quiet: Quiet,
) -> Composed | None:
    """What to do with a claimed message, from what is true now; None where it is another's now."""
    if (held := await find_held(db, message, now)) is None:
        return None
    if reason := why_not_send(message, held, now, knowledge.profile.zone, quiet):
        return reason
    composer = composers.get(message.purpose)
    if composer is None:
        return Never(EXPIRED, "nobody words it")
    composed = await composer(db, message, now, knowledge)
    return _in_time(message, composed) if isinstance(composed, NotNow) else composed


async def queue_for_chat(
    db: Db,
    *,
    address_id: int,
    purpose: str,
    about: str,
    due_at: datetime,
    useful_until: datetime,
) -> int:
    """Queues a message to a chat; returns its id.

    `about` is `<kind>:<id>[:detail]`, such as `booking:12` or `appointment:7:day`. After
    `useful_until` it is not sent any more, and stands on staff's list: news at once, where the chat
    cannot be written to.
    """
    row = {"address_id": address_id, **_row(purpose, about, due_at, useful_until)}
    if purpose in NEWS and not await is_reachable(db, address_id):
        row |= {"state": EXPIRED, "outcome": NO_WAY, "ended_at": due_at}
    return await outbox.queue(db, row)


async def queue_for_staff(
    db: Db,
    *,
    staff_id: int,
    purpose: str,
    about: str,
    due_at: datetime,
    useful_until: datetime,
) -> int:
    """Queues an e-mail to a member of staff; returns its id. Only where `mail_is_set`."""
    row = _row(purpose, about, due_at, useful_until)
    return await outbox.queue(db, {"staff_id": staff_id, **row})


async def queue_for_duty(
    db: Db, *, staff_id: int | None, about: str, due_at: datetime, useful_until: datetime
) -> int:
    """Queues an e-mail to those on duty; returns its id. `None`: to the profile's own address."""
    row = _row(ON_DUTY, about, due_at, useful_until)
    return await outbox.queue(db, {"staff_id": staff_id, **row})


async def cancel_about(
    db: Db, about_prefix: str, now: datetime, purposes: Collection[str] | None = None
) -> int:
    """Cancels what is still to be sent about a thing; returns how many messages.

    `booking:12` cancels `booking:12` and `booking:12:day`, never `booking:123`.
    """
    return await outbox.cancel_about(db, about_prefix, now, purposes)


async def list_for_staff(db: Db, now: datetime) -> list[Trouble]:
    """Messages of the last 30 days that did not arrive for certain, newest first."""
    return await outbox.list_trouble(db, now - timedelta(days=LISTED_DAYS))


async def oldest_due(db: Db, now: datetime) -> timedelta | None:
    """How long the oldest message waits that is due, or None where none is."""
    since = await outbox.find_oldest_due(db, now)
    return now - since if since else None


def _in_time(message: Message, later: NotNow) -> NotNow | Never:
    """What would be of no use when it could be sent is left to staff."""
    return later if later.until < message.useful_until else Never(EXPIRED, MISSED)


def _row(purpose: str, about: str, due_at: datetime, useful_until: datetime) -> dict[str, object]:
    if purpose not in PURPOSES:
        raise ValueError("a purpose that nobody composes")
    return {"purpose": purpose, "about": about, "due_at": due_at, "useful_until": useful_until}
