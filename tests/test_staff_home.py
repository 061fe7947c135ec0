"""The first page: what waits for whom, and whether things run."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.actions.mind import Mind
from bot.actions.overview import Read, how_read
from bot.actions.staff import add_staff
from db import call_back, heartbeat, inbox, outbox, unanswered
from db.addresses import get_or_add_address
from db.engine import Database, Db
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, ROLES, change_account
from tests.conftest import Clock
from tests.office import Office

CALL, VAIN, LOST = "1 person wants a call.", "2 questions got no answer.", "1 message may not"
DEAD, GUESSED, LATE = "1 message to Innom", "Someone guesses", "are not sent in time"
STILL = "stands still"


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def message(db: Db, office: Office, state: str = outbox.DUE) -> None:
    now = office.clock()
    chat = await get_or_add_address(db, 7, "a" * 64, now)
    row = {"address_id": chat, "purpose": "booking-reminder", "about": "booking:1", "due_at": now}
    row |= {"useful_until": now + timedelta(days=1)}
    message_id = await outbox.queue(db, row)
    table = outbox.table
    await db.execute(table.update().where(table.c.id == message_id).values(state=state))


async def fill(office: Office) -> None:
    now = office.clock()
    question = {"lang": "nb", "day": now.date(), "near": [], "origins": [], "count": 1}
    question["state"] = unanswered.OPEN
    async with office.database.write() as db:
        chat = await get_or_add_address(db, 7, "b" * 64, now)
        values = {"address_id": chat, "first_name": "Anna", "phone": "40000000", "created_at": now}
        await call_back.add_call_back(db, {"wanted": None, "lang": "nb", **values})
        for text in ("one", "two"):
            await db.execute(insert(unanswered.table).values(text=text, key=text, **question))
        await message(db, office, state=outbox.FAILED)
        key = await inbox.add_update(
            db, {"bot_id": 7, "key": "k", "address_id": chat, "payload": {}, "received_at": now}
        )
        assert key
        await inbox.end_update(db, key, inbox.DEAD, now)
        guessed = await add_staff(db, "guessed@example.org", "Guessed", [HOST], now)
        await change_account(db, guessed, failures=11, failed_at=now)


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (ADMIN, {CALL, VAIN, LOST, DEAD, GUESSED}),
        (EDITOR, {VAIN}),
        (HOST, {CALL}),
        (CASE_WORKER, {CALL, LOST}),
    ],
)
async def test_each_role_sees_what_waits_for_it(office: Office, role: str, sees: set[str]) -> None:
    await fill(office)
    async with office.sign_in(role) as browser:
        said = await browser.open("/staff")
        assert {line for line in (CALL, VAIN, LOST, DEAD, GUESSED) if line in said} == sees
        assert ("How Innom runs" in said) is (role == ADMIN)


@pytest.mark.parametrize("role", ROLES)
async def test_editors_see_how_much_is_read_in_each_language(office: Office, role: str) -> None:
    async with office.sign_in(role) as browser:
        table = "Texts that staff have read" in await browser.open("/staff")
        assert table is (role in (ADMIN, EDITOR))


async def test_a_text_that_was_read_counts_and_leaves_the_list(office: Office) -> None:
    unread = "/staff/entries?state=unread&lang=en"
    texts = sum("en" in entry.texts for entry in office.mind.knowledge.entries.values())
    async with office.sign_in(EDITOR) as browser:
        await browser.open("/staff")
        assert browser.page is not None
        assert unread.replace("&", "&amp;") in browser.page.text
        assert f"{texts} of" in await browser.open(unread)
        assert "/staff/entries/aks?lang=en" in browser.page.text
        await browser.send("/staff/entries/aks/read", {"lang": "en"})
        assert f"{texts - 1} of" in await browser.open(unread)
        assert "/staff/entries/aks?" not in browser.page.text
        await browser.open("/staff/entries?state=unread&lang=nb")
        assert "/staff/entries/aks?lang=nb" in browser.page.text
        assert "No entry is like that" in await browser.open("/staff/entries?lang=xx")
    assert {r.lang: r.read for r in how_read(office.mind.knowledge)}["en"] == 1


def test_all_is_said_of_nothing_less() -> None:
    assert [Read("en", 609, read).share for read in (0, 5, 608, 609)] == [0, 0, 0.99, 1]
    assert Read("en", 0, 0).share == 0


async def test_where_nothing_waits_that_is_said(office: Office) -> None:
    async with office.sign_in(HOST) as browser:
        assert "Nothing waits for you just now." in await browser.open("/staff")


async def test_messages_that_wait_too_long_are_an_alarm(office: Office, clock: Clock) -> None:
    async with office.database.write() as db:
        await message(db, office)
    async with office.sign_in(EDITOR) as browser:
        assert LATE not in await browser.open("/staff")
        clock.move(minutes=3)
        assert LATE in await browser.open("/staff")


async def test_a_task_that_gives_no_sign_is_an_alarm(office: Office, clock: Clock) -> None:
    async with office.database.write() as db:
        await heartbeat.beat(db, "outbox", clock())
    async with office.sign_in(*ROLES) as browser:
        assert STILL not in await browser.open("/staff")
        clock.move(minutes=3)
        assert STILL in await browser.open("/staff")


async def test_the_menu_has_what_the_role_may_see(office: Office) -> None:
    shown = {}
    for role in ROLES:
        async with office.sign_in(role) as browser:
            await browser.open("/staff")
            assert browser.page is not None
            nav = browser.page.text.partition("<nav")[2].partition("</nav>")[0]
            shown[role] = nav.count("<li>")
            for path in ("accounts", "log"):
                assert (f'"/staff/{path}"' in nav) is (role == ADMIN)
    assert min(shown.values()) > 1
