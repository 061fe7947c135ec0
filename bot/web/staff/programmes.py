"""Programmes: follow-up plans with their reminders."""

from collections.abc import Mapping

from starlette.responses import Response

from bot.actions import follow_up
from bot.actions.errors import Refused
from bot.actions.reminder_plan import DAY, SOON
from bot.texts import Words
from bot.web.staff.visit import Pages, Visit
from db.follow_up import Programme
from db.staff import ADMIN, CASE_WORKER

pages = Pages()
PLANNERS = frozenset({ADMIN, CASE_WORKER})
HERE = "/staff/programmes"


@pages.get(HERE, roles=PLANNERS)
async def show_programmes(visit: Visit) -> Response:
    """All programmes, and a form for a new one."""
    return await _show(visit, {})


@pages.post(HERE, roles=PLANNERS)
async def make_programme(visit: Visit) -> Response:
    """A new programme with the reminders that were ticked."""
    form, words = visit.form, visit.words
    try:
        number = await follow_up.make_programme(
            visit.db,
            form["name"],
            day=form["day"] == "yes",
            hour=form["hour"] == "yes",
            now=visit.now,
        )
    except Refused as no:
        taken = words.t("There is a programme with that name already.")
        missing = words.t("Write a name of at most 120 letters.")
        return await _show(visit, {"name": taken if no.reason == "taken" else missing})
    await visit.note("programme.make", about=f"programme:{number}")
    return visit.go(HERE, words.t("The programme is made."))


async def _show(visit: Visit, errors: Mapping[str, str]) -> Response:
    found = await follow_up.list_programmes(visit.db)
    return await visit.show(
        "programmes.html",
        422 if errors else 200,
        programmes=[(each.name, reminders_of(each, visit.words)) for each in found],
        typed=visit.form,
        errors=errors,
    )


def reminders_of(programme: Programme, words: Words) -> str:
    """Which reminders a programme has."""
    names = {DAY: words.t("The day before"), SOON: words.t("An hour before")}
    wanted = [name for key, name in names.items() if programme.plan.get(key)]
    return words.listed(wanted) or words.t("No reminders")
