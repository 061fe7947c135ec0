"""Who waits to be rung: staff see the list and tick off what is done."""

import re
from datetime import timedelta
from typing import Any

from babel import Locale
from starlette.responses import Response

from bot.actions.call_back import spaced
from bot.actions.errors import NotFound
from bot.web.staff.visit import Pages, Visit
from db import call_back as stored
from db.call_back import CallBack
from db.staff import ADMIN, CASE_WORKER, HOST, change_account, list_accounts

pages = Pages()
CALLERS = frozenset({ADMIN, HOST, CASE_WORKER})
SHOWN_DONE = timedelta(days=7)
HERE = "/staff/call-backs"


@pages.get(HERE, roles=CALLERS, writes=True)
async def show(visit: Visit) -> Response:
    """Who waits, oldest first, and what was done lately."""
    names = {account.id: account.name for account in await list_accounts(visit.db)}
    done = await stored.list_done(visit.db, visit.now - SHOWN_DONE)
    # A case worker's look is noted where the answers of the young are.
    if CASE_WORKER not in visit.staff.roles:
        await change_account(visit.db, visit.staff.id, looked_at=visit.now)
    return await visit.show(
        "call-backs.html",
        waiting=[_row(each, visit) for each in await stored.list_open(visit.db)],
        done=[{**_row(each, visit), "by": names.get(each.done_by or 0)} for each in done],
    )


@pages.post(HERE + "/{id}/done", roles=CALLERS)
async def tick_off(visit: Visit) -> Response:
    """Somebody has rung. A second press says the same."""
    number = visit.number()
    if await stored.tick_off(visit.db, number, visit.staff.id, visit.now):
        await visit.note("call-back.done", about=f"call-back:{number}")
    return visit.go(HERE, visit.words.t("It is ticked off. You can undo it below."))


@pages.post(HERE + "/{id}/undo", roles=CALLERS)
async def undo(visit: Visit) -> Response:
    """It was not done after all. Raises NotFound where it is gone or waits already."""
    number = visit.number()
    if not await stored.untick(visit.db, number):
        raise NotFound
    await visit.note("call-back.undo", about=f"call-back:{number}")
    return visit.go(HERE, visit.words.t("It is on the list again."))


def _row(wish: CallBack, visit: Visit) -> dict[str, Any]:
    return {
        "id": wish.id,
        "name": wish.first_name or visit.words.t("No name"),
        "phone": spaced(wish.phone or ""),
        "tel": re.sub(r"[^\d+]", "", wish.phone or ""),
        "wanted": wish.wanted,
        "language": _language(wish.lang, visit.words.lang),
        "asked": wish.created_at,
        "done": wish.done_at,
    }


def _language(code: str, shown_in: str) -> str:
    """A language's name in the language of the page."""
    return str(Locale.parse(shown_in).languages.get(code, code))
