"""The gate of the console: who gets in, what comes with every page, and which forms count."""

import pytest

from bot.actions.mind import Mind
from db.engine import Database
from db.staff import EDITOR
from tests.conftest import Clock
from tests.office import Office


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def test_who_signed_in_sees_the_first_page(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        assert "What waits for you" in await kari.open("/staff")


async def test_others_are_led_to_the_sign_in_and_back(office: Office) -> None:
    async with office.browser() as browser:
        answer = await browser.client.get("/staff?x=1")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/staff/sign-in?next=/staff%3Fx%3D1"
        assert "Sign in" in await browser.open("/staff")
