"""Signing in and out."""

from starlette.responses import Response

from bot.web.staff.visit import PUBLIC, Pages, Visit

pages = Pages()


@pages.get("/staff/sign-in", roles=PUBLIC)
async def sign_in(visit: Visit) -> Response:
    """The form for e-mail and password."""
    return await visit.show("sign-in.html")
