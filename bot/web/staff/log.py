"""The log: who did or saw what. Nobody changes a row of it, administrators neither."""

from starlette.responses import Response

from bot.texts import Words
from bot.web.staff.log_words import action_name, outcome_name, why_name
from bot.web.staff.visit import Pages, Visit
from db.staff import ADMIN, LAST_ID, Event, list_events

pages = Pages()
ROWS = 100  # of a page


@pages.get("/staff/log", roles=frozenset({ADMIN}))
async def log(visit: Visit) -> Response:
    """A page of the log, newest first; `before` leads to older rows, `staff` to one person's."""
    before, staff_id = _number(visit, "before"), _number(visit, "staff")
    found = await list_events(visit.db, before=before, staff_id=staff_id, limit=ROWS + 1)
    shown = found[:ROWS]
    return await visit.show(
        "log.html",
        events=[_row(event, visit.words) for event in shown],
        older=shown[-1].id if len(found) > ROWS else None,
        of=staff_id,
    )


def _row(event: Event, words: Words) -> tuple[Event, str, str, str]:
    """An event, and in words what was done, how it ended and why."""
    done, ended = action_name(event.action, words), outcome_name(event, words)
    return event, done, ended, why_name(event, words)


def _number(visit: Visit, name: str) -> int | None:
    """A number in the query; None for what is none."""
    digits = visit.request.query_params.get(name, "")
    usable = digits.isascii() and digits.isdigit() and len(digits) < 20
    return min(int(digits), LAST_ID) if usable else None
