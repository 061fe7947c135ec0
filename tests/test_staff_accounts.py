"""Accounts: administrators make them and change them, and never lock everybody out."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.actions import staff as accounts
from bot.actions.errors import NotFound, Refused
from bot.actions.mind import Mind
from bot.texts import speak
from bot.web.staff import entries
from bot.web.staff.log_words import action_name, why_name
from db.engine import Database
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, Account, Event, Note, add_event, list_events
from tests.builders import NOW
from tests.conftest import Clock
from tests.office import Office

NEW = {"email": "Ola@Example.org ", "name": " Ola Nordmann", "roles": ["editor", "host"]}


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def staff_of(office: Office) -> dict[int, Account]:
    async with office.database.read() as db:
        return {account.id: account for account in await accounts.list_staff(db)}


async def test_an_administrator_makes_an_account_and_gets_its_link_once(office: Office) -> None:
    async with office.sign_in(ADMIN) as browser:
        said = await browser.send("/staff/accounts", NEW)
        assert browser.page is not None
        link = re.findall(r"http://localhost:8000/staff/sign-in#([\w-]{43})\b", browser.page.text)
        assert len(link) == 1
        assert "shown this one time" in said
        assert "Ola Nordmann" in await browser.open("/staff/accounts")
        assert link[0] not in browser.page.text
        assert "Made an account" in await browser.open("/staff/log")
    made = (await staff_of(office))[browser.staff_id + 1]
    assert (made.email, made.name) == ("ola@example.org", "Ola Nordmann")
    assert set(made.roles) == {EDITOR, HOST}
    assert not made.has_password


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "ola"}, "email"),
        ({"email": "ola@example"}, "email"),
        ({"email": "a b@example.org"}, "email"),
        ({"email": "<b>@example.org"}, "email"),
        ({"email": "x" * 120 + "@example.org"}, "email"),
        ({"email": "taken@example.org"}, "email"),
        ({"email": "TAKEN@example.org"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "\x00\u202e"}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": ["editor", "king"]}, "roles"),
    ],
)
async def test_an_account_that_cannot_be_is_named_by_its_field(
    office: Office, change: dict[str, object], field: str
) -> None:
    await office.hire(EDITOR, email="taken@example.org")
    async with office.sign_in(ADMIN) as browser:
        before = len(await staff_of(office))
        await browser.send("/staff/accounts", {**NEW, **change}, 422)
        assert browser.page is not None
        assert f'href="#{field}"' in browser.page.text
        assert f'id="{field}-error"' in browser.page.text
        assert len(await staff_of(office)) == before


async def test_unknown_fields_of_a_form_change_nothing(office: Office) -> None:
    extra = {"is_active": "0", "version": "99", "id": "1", "staff_id": "1", "password_hash": "x"}
    async with office.sign_in(ADMIN) as browser:
        await browser.send("/staff/accounts", {**NEW, **extra})
        made = max((await staff_of(office)).values(), key=lambda account: account.id)
        assert (made.is_active, made.version, made.has_password) == (True, 1, False)
        async with office.sign_in(EDITOR) as editor:
            await editor.send("/staff/language", {"lang": "en", "roles": "admin", "next": "/staff"})
            assert (await staff_of(office))[editor.staff_id].roles == {EDITOR}


async def test_roles_are_changed_and_the_account_ends_and_begins_again(office: Office) -> None:
    async with office.sign_in(ADMIN) as browser, office.sign_in(EDITOR) as other:
        path = f"/staff/accounts/{other.staff_id}"
        await browser.open(path)
        assert "are saved" in await browser.send(f"{path}/roles", {"roles": ["case-worker"]})
        assert (await staff_of(office))[other.staff_id].roles == {CASE_WORKER}
        assert "is disabled" in await browser.send(f"{path}/disable")
        assert not (await staff_of(office))[other.staff_id].is_active
        assert "works again" in await browser.send(f"{path}/enable")
        assert "is reset" in await browser.send(f"{path}/reset")
        assert "sign-in#" in await browser.send(f"{path}/link")
        said = await browser.open(f"/staff/log?staff={browser.staff_id}")
        for done in ("Changed roles", "Disabled an account", "Enabled", "Reset", "sign-in link"):
            assert done in said


@pytest.mark.parametrize("number", ["0", "999", "-1", "x", "9" * 30, "9" * 5000, "1%00", "٣"])
async def test_an_account_that_is_none_is_not_found(office: Office, number: str) -> None:
    async with office.sign_in(ADMIN) as browser:
        await browser.open("/staff/accounts")
        for action in ("", "/roles", "/disable", "/enable", "/reset", "/link"):
            path = f"/staff/accounts/{number}{action}"
            answer = await (
                browser.client.post(path, data={"csrf": browser.csrf, "roles": "editor"})
                if action
                else browser.client.get(path)
            )
            assert answer.status_code == 404, path


@pytest.mark.parametrize("action", ["roles", "disable"])
async def test_the_last_administrator_stays(office: Office, action: str) -> None:
    gone = await office.hire(ADMIN)
    async with office.database.write() as db:
        await accounts.set_roles(db, gone, [ADMIN, EDITOR])
    async with office.sign_in(ADMIN) as browser:
        async with office.database.write() as db:
            await accounts.disable(db, gone)
        path = f"/staff/accounts/{browser.staff_id}"
        await browser.open(path)
        said = await browser.send(f"{path}/{action}", {"roles": ["editor"]}, 422)
        assert "at least one administrator" in said
        mine = (await staff_of(office))[browser.staff_id]
        assert mine.is_active
        assert set(mine.roles) == {ADMIN}


@pytest.mark.parametrize("round_", range(3))
async def test_two_administrators_who_demote_each_other_at_once_leave_one(
    office: Office, round_: int
) -> None:
    first, second = await office.hire(ADMIN), await office.hire(ADMIN)

    async def demote(staff_id: int) -> str:
        async with office.database.write() as db:
            try:
                await accounts.set_roles(db, staff_id, [EDITOR])
            except Refused as error:
                return error.reason
        return "done"

    ends = await asyncio.gather(demote(first), demote(second), demote(first), demote(second))
    assert "last-admin" in ends
    admins = [a for a in (await staff_of(office)).values() if ADMIN in a.roles]
    assert len(admins) == 1


async def test_an_address_is_taken_once_by_many_at_once(office: Office) -> None:
    async def add() -> str:
        try:
            await office.hire(EDITOR, email="same@example.org")
        except Refused as error:
            return error.reason
        return "made"

    assert sorted(await asyncio.gather(*(add() for _ in range(5)))) == ["made"] + ["taken"] * 4


async def test_the_first_administrator_is_made_once(office: Office) -> None:
    async def ensure() -> str | None:
        async with office.database.write() as db:
            return await accounts.ensure_first_admin(db, office.clock())

    tokens = await asyncio.gather(*(ensure() for _ in range(3)))
    assert sorted(map(bool, tokens)) == [False, False, True], "a link that was shown stays whole"
    office.clock.move(hours=24)
    assert await ensure(), "nobody is locked out by a link that was lost"
    assert [a.roles for a in (await staff_of(office)).values()] == [{ADMIN}]


async def test_where_there_are_accounts_no_link_is_made_by_itself(office: Office) -> None:
    await office.hire(EDITOR)
    async with office.database.write() as db:
        assert await accounts.ensure_first_admin(db, office.clock()) is None


async def test_accounts_are_found_by_address_as_people_write_it(office: Office) -> None:
    staff_id = await office.hire(HOST, email="Ola@Example.org")
    async with office.database.read() as db:
        assert (await accounts.get_staff_of(db, " OLA@example.ORG")).id == staff_id
        with pytest.raises(NotFound):
            await accounts.get_staff_of(db, "who@example.org")


def noted() -> set[str]:
    """What the pages note, by their source."""
    folder = Path(entries.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    states = ("hidden", "shown", "archived", "restored")
    done = re.findall(r'_done\(visit, "(\w+)", slug', text)
    named = re.findall(r'"([a-z-]+\.(?!html|request)[a-z-]+)"', text)
    return {*named, *(f"entry.{action}" for action in (*done, *states))}


def test_the_log_calls_things_by_their_names() -> None:
    assert {"entry.publish", "entry.hidden", "question.use", "case.view"} <= noted()
    for action in noted():
        assert action_name(action, speak("nb")) != action, action
    event = Event(1, NOW, 1, "Kari", "slot.cancel", "slot:1", "host-ill", "done")
    assert why_name(event, speak("en")) == "The one who leads it is ill"


async def test_the_log_shows_older_rows_and_hides_none(office: Office) -> None:
    async with office.sign_in(ADMIN) as browser:
        await browser.open("/staff")
        for _ in range(105):
            async with office.database.write() as db:
                await add_event(db, browser.staff_id, office.clock(), Note("page"))
        await browser.open("/staff/log")
        assert browser.page is not None
        older = re.findall(r'href="(/staff/log\?before=\d+)"', browser.page.text)
        assert len(older) == 1
        rows = browser.page.text.count("<tr>") - 1
        await browser.open(older[0])
        rows += browser.page.text.count("<tr>") - 1
    async with office.database.read() as db:
        assert len(await list_events(db, limit=1000)) == rows
    for query in ("before=x", "before=-1", "before=" + "9" * 400, "staff=0"):
        async with office.sign_in(ADMIN) as browser:
            await browser.open(f"/staff/log?{query}")
