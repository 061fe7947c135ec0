"""All areas of the console, and their pages as routes."""

from starlette.routing import Route

from bot.web.staff import (
    accounts,
    call_backs,
    cases,
    deliveries,
    entries,
    home,
    log,
    me,
    programmes,
    sign_in,
    slots,
    unanswered,
)
from bot.web.staff.console import Console
from bot.web.staff.gate import Gate
from bot.web.staff.visit import PageRoute

AREAS = (
    home,
    me,
    sign_in,
    accounts,
    log,
    slots,
    call_backs,
    cases,
    programmes,
    deliveries,
    entries,
    unanswered,
)


def all_pages() -> list[PageRoute]:
    """Every page of every area."""
    return [page for area in AREAS for page in area.pages.routes]


def staff_routes(console: Console) -> list[Route]:
    """The console's part of the application."""
    found = all_pages()
    console.paths = frozenset(page.path for page in found if page.method == "GET")
    return Gate(console).routes(found)
