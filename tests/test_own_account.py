"""The owner of an account is told what others did to the ways into it."""

import pytest

from bot.actions.mind import Mind
from db.engine import Database
from db.staff import CASE_WORKER, EDITOR, HOST, Note, add_event, list_events
from tests.conftest import Clock
from tests.office import Browser, Office
from tests.test_staff_sign_in import GOOD, hire, path_of, sign_in

RESET = "Your second factor was reset on 23 Nov 2026 10:00 by Ada Admin."
LINK = "A sign-in link to your account was made on 23 Nov 2026 10:00 by Ada Admin."
ADVICE = "Tell your leader."


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def done_by_admin(office: Office, staff_id: int, *steps: str) -> None:
    admin = await office.hire("admin", name="Ada Admin")
    async with office.sign_in(staff_id=admin) as ada:
        for step in steps:
            await ada.send(f"/staff/accounts/{staff_id}/{step}")


async def tick_off(browser: Browser, last: str) -> str:
    return await browser.send("/staff/me/seen", {"last": last})


async def newest(office: Office) -> str:
    async with office.database.read() as db:
        return str((await list_events(db))[0].id)


async def test_the_owner_is_told_until_it_is_seen(office: Office) -> None:
    bruno = await office.hire(CASE_WORKER)
    await done_by_admin(office, bruno, "reset", "link")
    last = await newest(office)
    async with office.sign_in(staff_id=bruno) as browser:
        for _ in range(2):
            first = await browser.open("/staff")
            assert all(words in first for words in (RESET, LINK, ADVICE))
        first = await tick_off(browser, last)
        assert RESET not in first
        assert ADVICE not in first
        assert RESET in await browser.open("/staff/me"), "it can still be read"
    await done_by_admin(office, bruno, "link")
    async with office.sign_in(staff_id=bruno) as browser:
        first = await browser.open("/staff")
        assert (first.count("was made on"), RESET in first) == (1, False)


async def test_what_came_meanwhile_is_not_ticked_off(office: Office) -> None:
    bruno = await office.hire(CASE_WORKER)
    await done_by_admin(office, bruno, "reset")
    last = await newest(office)
    await done_by_admin(office, bruno, "link")
    async with office.sign_in(staff_id=bruno) as browser:
        for odd in ("", "-1", "x", "9" * 30, "0"):
            assert RESET in await tick_off(browser, odd)
        first = await tick_off(browser, last)
    assert (RESET in first, LINK in first) == (False, True)


async def test_a_command_is_told_as_one_and_others_read_nothing(office: Office) -> None:
    bruno = await office.hire(CASE_WORKER)
    async with office.database.write() as db:
        note = Note("command.staff.reset-second-factor", f"staff:{bruno}")
        await add_event(db, None, office.clock(), note)
    async with office.sign_in(staff_id=bruno) as browser:
        assert "by a command on the server." in await browser.open("/staff")
    async with office.sign_in(HOST) as other:
        assert ADVICE not in await other.open("/staff")


async def test_what_one_did_oneself_is_not_told(office: Office) -> None:
    ada = await office.hire("admin", name="Ada Admin")
    async with office.sign_in(staff_id=ada) as browser:
        await browser.send(f"/staff/accounts/{ada}/link")
        assert ADVICE not in await browser.open("/staff")


async def test_the_next_sign_in_leads_to_the_first_page(office: Office) -> None:
    kari = await hire(office, EDITOR)
    await done_by_admin(office, kari, "link")
    async with office.browser() as browser:
        first = await sign_in(browser, next="/staff/entries", password=GOOD)
        assert (path_of(browser), LINK in first) == ("/staff", True)
        await tick_off(browser, await newest_link(office, kari))
        await browser.send("/staff/sign-out")
        await sign_in(browser, next="/staff/entries")
        assert path_of(browser) == "/staff/entries"


async def newest_link(office: Office, staff_id: int) -> str:
    async with office.database.read() as db:
        events = await list_events(db, about=f"staff:{staff_id}")
    return str(next(each.id for each in events if each.action == "account.link"))
