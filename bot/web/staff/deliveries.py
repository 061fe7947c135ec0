"""What did not arrive: purpose and state of each message, never its text."""

from typing import Any

from starlette.responses import Response

from bot.actions.deliveries import Delivery, list_deliveries
from bot.web.staff.delivery_words import purpose_name, state_name, what_to_do
from bot.web.staff.visit import Pages, Visit
from db.staff import ADMIN, CASE_WORKER, HOST

pages = Pages()
READERS = frozenset({ADMIN, CASE_WORKER})


@pages.get("/staff/deliveries", roles=READERS, cases=True)
async def show_deliveries(visit: Visit) -> Response:
    """Uncertain, failed and missed messages; a case worker sees the names of own cases."""
    found = await list_deliveries(visit.db, visit.staff.id, visit.now)
    for case in {each.case for each in found if each.case is not None}:
        await visit.note("case.delivery", about=f"enrolment:{case}", why="own case")
    return await visit.show("deliveries.html", rows=[_row(each, visit) for each in found])


def _row(each: Delivery, visit: Visit) -> dict[str, Any]:
    trouble, words = each.trouble, visit.words
    may_host = not visit.staff.roles.isdisjoint({ADMIN, HOST})
    return {
        "purpose": purpose_name(trouble.purpose, words),
        "state": state_name(trouble.state, words),
        "do": what_to_do(trouble.state, trouble.purpose, words),
        "due": trouble.due_at,
        "case": each.case,
        "name": each.first_name or words.t("No name"),
        "slot": each.slot if may_host else None,
    }
