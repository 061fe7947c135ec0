"""A form that came after the session ended: what was written comes back, but never about people."""

import pytest

from bot.actions.mind import Mind
from db.engine import Database
from db.staff import CASE_WORKER, EDITOR, HOST
from tests.conftest import Clock
from tests.office import Office

LONG = "Lunch is at noon from now on."


@pytest.mark.parametrize(
    ("role", "path", "comes_back"),
    [
        (EDITOR, "/staff/entries/new", True),
        (CASE_WORKER, "/staff/cases/new", False),
        (CASE_WORKER, "/staff/cases/1/appointments", False),
        (HOST, "/staff/slots/1/change", False),
    ],
)
async def test_what_was_written_comes_back_where_it_is_about_nobody(
    database: Database, norway: Mind, clock: Clock, role: str, path: str, comes_back: bool
) -> None:
    office = Office(database, norway, clock)
    async with office.sign_in(role) as browser:
        await browser.open("/staff")
        clock.move(minutes=31)
        browser.client.headers["Referer"] = f"http://localhost:8000{path}"
        said = await browser.send(path, {"short-en": LONG, "name": LONG, "place": LONG}, 403)
        assert browser.page
        assert f'href="/staff/sign-in?next={path}"' in browser.page.text
        assert browser.page.headers["cache-control"] == "no-store"
    assert "What you just sent was not saved" in said
    assert (LONG in said) == comes_back
