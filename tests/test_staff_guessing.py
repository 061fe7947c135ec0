"""Guessing at the console: whoever has the password has no code, and many at once are no more."""

import asyncio
import re
import threading

import httpx
import pyotp
import pytest

from bot.actions import sign_in as signing
from bot.actions import staff as accounts
from bot.actions.mind import Mind
from bot.actions.passwords import is_password
from db.engine import Database
from db.staff import CASE_WORKER, EDITOR, change_account, find_account, list_events
from tests.conftest import Clock
from tests.office import CSRF, Browser, Office
from tests.test_staff_sign_in import GOOD, WRONG, hire, path_of, sign_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # whose codes at the tests' time are not all zeros
HEARD = signing.FREE_TRIES + 1  # wrong tries that are heard at once


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def hire_with_app(office: Office) -> tuple[int, str]:
    """A case worker who has an app for codes."""
    staff_id, secret = await hire(office, CASE_WORKER), SECRET
    async with office.database.write() as db:
        await change_account(db, staff_id, totp_secret=secret)
    return staff_id, secret


async def denied(office: Office, staff_id: int) -> int:
    """How many wrong tries were heard."""
    async with office.database.read() as db:
        return [e.outcome for e in await list_events(db, staff_id=staff_id)].count("denied")


async def show_code(browser: Browser, secret: str, status: int = 200) -> str:
    code = pyotp.TOTP(secret).at(browser.office.clock())
    return await browser.send("/staff/second-factor", {"code": code}, status)


async def test_signing_in_anew_gives_no_new_tries_at_the_code(office: Office) -> None:
    staff_id, _ = await hire_with_app(office)
    for _ in range(5):
        async with office.browser() as thief:
            await thief.open("/staff/sign-in")
            fields = {"email": "kari@example.org", "password": GOOD, "next": "/staff"}
            await thief.client.post("/staff/sign-in", data={**fields, "csrf": thief.csrf})
            page = (await thief.client.get("/staff/second-factor")).text
            csrf = CSRF.search(page)
            for _ in range(3):
                data = {"csrf": csrf[1] if csrf else "", "code": "000000"}
                await thief.client.post("/staff/second-factor", data=data)
    assert await denied(office, staff_id) == HEARD


async def test_a_password_alone_makes_no_browser_known(office: Office) -> None:
    """Known browsers are spared the waiting, so a thief's must not be one."""
    _, secret = await hire_with_app(office)
    async with office.browser() as browser:
        await sign_in(browser)
        assert "innom-staff-device" not in browser.client.cookies
        await show_code(browser, secret)
        assert "innom-staff-device" in browser.client.cookies


async def test_the_owner_gets_in_while_others_guess(office: Office) -> None:
    staff_id, secret = await hire_with_app(office)
    async with office.browser() as own:
        await sign_in(own)
        await show_code(own, secret)
        await own.send("/staff/sign-out")
        office.clock.move(seconds=60)
        async with office.database.write() as db:
            await change_account(db, staff_id, failures=50, failed_at=office.clock())
        await sign_in(own)
        assert "What waits for you" in await show_code(own, secret)
    async with office.database.read() as db:
        account = await find_account(db, staff_id)
    assert account
    assert account.failures == 0


async def test_many_codes_at_once_are_heard_as_few(office: Office) -> None:
    staff_id, _ = await hire_with_app(office)
    async with office.database.write() as db:
        tokens = [await accounts.open_session(db, staff_id, office.clock()) for _ in range(12)]

    async def guess(token: str) -> httpx.Response:
        async with office.browser() as thief:
            thief.client.cookies.set(office.cookie, token)
            await thief.open("/staff/second-factor")
            data = {"csrf": thief.csrf, "code": "000000"}
            return await thief.client.post("/staff/second-factor", data=data)

    answers = await asyncio.gather(*(guess(token) for token in tokens))
    assert {answer.status_code for answer in answers} == {422}
    assert await denied(office, staff_id) == HEARD


async def test_a_right_password_that_many_wrong_ones_overtake_is_not_heard(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was let through to the comparing while the account was quiet, and waits there."""
    await hire(office, EDITOR)
    arrived, overtaken = threading.Event(), threading.Event()

    def compare(hashed: str | None, password: str) -> bool:
        if password == GOOD:
            arrived.set()
            assert overtaken.wait(60)
        return is_password(hashed, password)

    async def guess(n: int, password: str) -> str:
        async with office.browser(client=(f"10.0.0.{n}", 1)) as thief:
            await thief.open("/staff/sign-in")
            fields = {"csrf": thief.csrf, "email": "kari@example.org", "password": password}
            return (await thief.client.post("/staff/sign-in", data=fields)).text

    monkeypatch.setattr("bot.web.staff.sign_in.is_password", compare)
    right = asyncio.create_task(guess(99, GOOD))
    assert await asyncio.to_thread(arrived.wait, 60)
    await asyncio.gather(*(guess(n, "guess") for n in range(12)))
    overtaken.set()
    assert WRONG in re.sub(r"\s+", " ", await right)


@pytest.mark.parametrize("change", ["password", "roles", "disabled"])
async def test_what_was_compared_with_an_account_that_changed_since_opens_nothing(
    office: Office, change: str
) -> None:
    staff_id, secret = await hire_with_app(office)
    async with office.database.write() as db:
        account = await find_account(db, staff_id)
        token = await accounts.open_session(db, staff_id, office.clock())
        found = await accounts.find_session(db, token, office.clock())
        assert account
        assert found
        if change == "password":
            await signing.set_password(db, staff_id, "new", office.clock())
        else:
            values = {"roles": ["editor"]} if change == "roles" else {"is_active": False}
            await change_account(db, staff_id, ends_sessions=True, **values)
        code = pyotp.TOTP(secret).at(office.clock())
        assert await signing.sign_in(db, account, office.clock(), known=True) is None
        assert await signing.take_code(db, found[0], code, office.clock(), known=True) is None


async def test_half_a_sign_in_leads_nowhere_else(office: Office) -> None:
    await hire_with_app(office)
    async with office.browser() as thief:
        await sign_in(thief)
        assert path_of(thief) == "/staff/second-factor"
