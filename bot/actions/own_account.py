"""What others did to somebody's ways of signing in, for the owner to tell whether it was right.

With a sign-in link or a second factor that is set up anew an administrator could enter as another.
"""

from datetime import datetime

from db.engine import Db
from db.staff import Event, Note, add_event, list_events

RESET, LINK = "reset", "link"
WAYS_IN = {
    "account.reset": RESET,
    "command.staff.reset-second-factor": RESET,
    "account.link": LINK,
    "command.staff.link": LINK,
}
SEEN = "account.seen"
MOST = 200  # rows of the log about one account


async def list_done_to(db: Db, staff_id: int) -> list[Event]:
    """What others did to this account's ways in, newest first, as far as the log goes back."""
    found = await list_events(db, about=f"staff:{staff_id}", limit=MOST)
    return [each for each in found if each.action in WAYS_IN and each.staff_id != staff_id]


async def list_unseen(db: Db, staff_id: int) -> list[Event]:
    """That of it which the owner has not ticked off."""
    found = await list_events(db, about=f"staff:{staff_id}", limit=MOST)
    own = [each for each in found if each.action == SEEN and each.staff_id == staff_id]
    last = max((int(each.why or 0) for each in own), default=0)
    return [each for each in await list_done_to(db, staff_id) if each.id > last]


async def tick_off(db: Db, staff_id: int, last: str, now: datetime) -> None:
    """The owner has seen these, up to the one with this number; any other number is passed over."""
    if last in {str(each.id) for each in await list_unseen(db, staff_id)}:
        await add_event(db, staff_id, now, Note(SEEN, f"staff:{staff_id}", last))
