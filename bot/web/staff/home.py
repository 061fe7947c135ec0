"""The first page: what waits for this person's roles, and whether things run."""

from starlette.responses import Response

from bot.web.staff.visit import EVERYONE, Pages, Visit

pages = Pages()


@pages.get("/staff", roles=EVERYONE)
async def home(visit: Visit) -> Response:
    """What waits."""
    return await visit.show("home.html")
