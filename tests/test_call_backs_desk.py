"""The list of who waits to be rung, as staff see it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.actions.mind import Mind
from db import call_back as stored
from db.engine import Database
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, find_account, list_events
from tests.builders import NOW
from tests.conftest import Clock
from tests.office import Office

HERE = "/staff/call-backs"


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def ask(database: Database, name: str | None, **changes: Any) -> int:
    """Somebody wants to be rung."""
    values: dict[str, Any] = {
        "address_id": None,
        "first_name": name,
        "phone": "90000000",
        "wanted": "mornings",
    }
    values |= {"lang": "uk", "created_at": NOW - timedelta(hours=1)}
    async with database.write() as db:
        return await stored.add_call_back(db, {**values, **changes})


async def waiting(database: Database) -> int:
    async with database.read() as db:
        return await stored.count_open(db)


async def test_the_one_who_waited_longest_is_first(office: Office) -> None:
    await ask(office.database, "Anna")
    await ask(office.database, "Bo", phone="+46701234567", wanted=None, lang="en")
    async with office.sign_in(HOST) as host:
        page = await host.open(HERE)
        assert host.page
        html = host.page.text
    assert "Anna 900 00 000 mornings Ukrainian 23 Nov 2026 09:00" in page
    assert "Bo +46701234567 Not said English" in page
    assert page.index("Anna") < page.index("Bo")
    assert 'href="tel:90000000"' in html
    assert 'href="tel:+46701234567"' in html


async def test_nobody_waits(office: Office) -> None:
    async with office.sign_in(HOST) as host:
        assert "Nobody waits for a call." in await host.open(HERE)


async def test_ticks_off_and_takes_it_back(office: Office) -> None:
    anna = await ask(office.database, "Anna")
    async with office.sign_in(ADMIN) as admin:
        page = await admin.send(f"{HERE}/{anna}/done")
        assert "Nobody waits for a call." in page
        assert "Anna 900 00 000 23 Nov 2026 10:00 Kari Nordmann" in page
        await admin.send(f"{HERE}/{anna}/done")  # pressed twice
        assert await waiting(office.database) == 0
        assert "It is on the list again." in await admin.send(f"{HERE}/{anna}/undo")
        assert await waiting(office.database) == 1
        await admin.send(f"{HERE}/{anna}/undo", status=404)
    async with office.database.read() as db:
        noted = [(e.action, e.about, e.name) for e in reversed(await list_events(db))]
    assert noted == [
        ("call-back.done", f"call-back:{anna}", "Kari Nordmann"),
        ("call-back.undo", f"call-back:{anna}", "Kari Nordmann"),
    ]


async def test_who_ticked_first_stands_there(office: Office, clock: Clock) -> None:
    anna = await ask(office.database, "Anna")
    first = await office.hire(HOST, name="Hanna")
    async with office.sign_in(staff_id=first) as host, office.sign_in(HOST) as other:
        await host.send(f"{HERE}/{anna}/done")
        await other.send(f"{HERE}/{anna}/done")
        assert "10:00 Hanna" in await other.open(HERE)
        clock.move(days=8)
    async with office.sign_in(HOST) as host:
        assert "Anna" not in await host.open(HERE)


@pytest.mark.parametrize(("role", "noted"), [(HOST, True), (ADMIN, True), (CASE_WORKER, False)])
async def test_a_look_is_noted_where_it_was_meant(office: Office, role: str, noted: bool) -> None:
    """A case worker's own look is at the cases; this list alone would not be that."""
    async with office.sign_in(role) as browser:
        await browser.open(HERE)
        async with office.database.read() as db:
            account = await find_account(db, browser.staff_id)
    assert account
    assert account.looked_at == (NOW if noted else None)


async def test_an_editor_sees_no_phone(office: Office) -> None:
    anna = await ask(office.database, "Anna")
    async with office.sign_in(EDITOR) as editor:
        assert "Anna" not in await editor.open(HERE, 403)
        await editor.send(f"{HERE}/{anna}/done", status=403)
    assert await waiting(office.database) == 1


@pytest.mark.parametrize("lang", ["xx", "zz-nonsense", ""])
async def test_a_language_without_a_name_is_shown_as_it_is(office: Office, lang: str) -> None:
    await ask(office.database, "Anna", lang=lang[:8])
    async with office.sign_in(HOST) as host:
        assert "Anna" in await host.open(HERE)
