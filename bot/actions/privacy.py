"""What is stored about a person, and how it goes: at once when asked, else by its age."""

from datetime import datetime, timedelta

from db import booking, call_back, follow_up, history, inbox, my_data, outbox, staff, unanswered
from db.addresses import get_external_id
from db.engine import Db

TEXT_DAYS = 14  # what the hello promises
KEY_DAYS = 30  # so long a repeat of an update is recognised
BOOKING_DAYS = 30  # how long a name stays after the time that was booked
QUESTION_DAYS = 90  # how long what was asked in vain stays; it leads to nobody
UNUSED_DAYS = 180  # how long the address of a chat stays that nobody uses
LOG_DAYS = 730  # how long the log of who looked at what stays
FOLLOW_UP_DAYS = 90  # how long the name stays after a follow-up has ended
DONE_DAYS, OPEN_DAYS = 30, 90  # how long a call-back stays: after the call, and without one


async def clear_chat(db: Db, address_id: int, current_update: int) -> None:
    """Erases a chat's history and what waits in it, but for the update that asks; no reminder.

    What was asked in vain goes with it.
    """
    await history.clear_history(db, address_id)
    await inbox.erase_updates(db, address_id, current_update)
    await outbox.drop_replies(db, address_id)
    await unanswered.take_back(db, await get_external_id(db, address_id))


async def forget_old(db: Db, now: datetime) -> dict[str, int]:
    """Deletes what is older than promised; returns how many rows of each kind.

    Bookings and ended follow-ups stay, without the person.
    """

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    return {
        "history": await history.forget_history(db, ago(TEXT_DAYS)),
        "inbox": await inbox.forget_updates(db, ago(KEY_DAYS)),
        "outbox": await outbox.forget_messages(db, ago(TEXT_DAYS)),
        "bookings": await booking.forget_bookings(db, ago(BOOKING_DAYS)),
        "unanswered": await unanswered.forget_questions(db, ago(QUESTION_DAYS).date()),
        "askers": await unanswered.forget_origins(db, ago(TEXT_DAYS).date()),
        "follow-up": await my_data.forget_follow_up(db, ago(FOLLOW_UP_DAYS), now),
        "call-backs": await call_back.forget_call_backs(db, ago(DONE_DAYS), ago(OPEN_DAYS)),
        "addresses": await my_data.retire_addresses(db, ago(UNUSED_DAYS)),
        "wrong codes": await follow_up.forget_tries(db, ago(1)),
        "sessions": await staff.forget_sessions(db, ago(1)),
        "links": await staff.forget_links(db, ago(KEY_DAYS)),
        "log": await staff.forget_events(db, ago(LOG_DAYS)),
    }
