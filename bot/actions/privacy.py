"""What is stored about a person, and how it goes: at once when asked, else by its age."""

from datetime import datetime, timedelta

from db import booking, call_back, history, inbox, outbox, unanswered
from db.engine import Db

TEXT_DAYS = 14  # what the hello promises
KEY_DAYS = 30  # so long a repeat of an update is recognised
BOOKING_DAYS = 30  # how long a name stays after the time that was booked
QUESTION_DAYS = 90  # how long what was asked in vain stays; it leads to nobody
DONE_DAYS, OPEN_DAYS = 30, 90  # how long a call-back stays: after the call, and without one


async def clear_chat(db: Db, address_id: int, current_update: int) -> None:
    """Erases a chat's history and what waits in it, but for the update that asks; no reminder."""
    await history.clear_history(db, address_id)
    await inbox.erase_updates(db, address_id, current_update)
    await outbox.drop_replies(db, address_id)


async def forget_old(db: Db, now: datetime) -> dict[str, int]:
    """Deletes what is older than promised; returns how many rows of each kind.

    Bookings stay, without the person.
    """
    return {
        "history": await history.forget_history(db, now - timedelta(days=TEXT_DAYS)),
        "inbox": await inbox.forget_updates(db, now - timedelta(days=KEY_DAYS)),
        "outbox": await outbox.forget_messages(db, now - timedelta(days=TEXT_DAYS)),
        "bookings": await booking.forget_bookings(db, now - timedelta(days=BOOKING_DAYS)),
        "unanswered": await unanswered.forget_questions(
            db, (now - timedelta(days=QUESTION_DAYS)).date()
        ),
        "call-backs": await call_back.forget_call_backs(
            db, now - timedelta(days=DONE_DAYS), now - timedelta(days=OPEN_DAYS)
        ),
    }
