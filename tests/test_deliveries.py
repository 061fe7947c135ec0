"""What did not arrive, as staff see it: purpose, state and what to do, never the text."""

from datetime import timedelta

import pytest

from bot.actions import outbox
from bot.actions.mind import Mind
from db.engine import Database
from db.outbox import table as messages
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, list_events
from tests.builders import NOW, add_slot
from tests.conftest import Clock
from tests.office import Browser, Office
from tests.test_cases import HERE as CASES
from tests.test_cases import MEETING, confirmed
from tests.test_hosting import book

HERE = "/staff/deliveries"


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def end(database: Database, about: str, state: str) -> None:
    """A message ended that way."""
    async with database.write() as db:
        this = messages.update().where(messages.c.about == about)
        changed = await db.execute(this.values(state=state, due_at=NOW - timedelta(hours=1)))
    assert changed.rowcount == 1


async def reminded(bruno: Browser, name: str, state: str) -> int:
    """A case of his whose reminder of the day before ended that way."""
    await bruno.send("/staff/programmes", {"name": name, "day": "yes"})
    case = await confirmed(bruno, name)
    await bruno.send(f"{CASES}/{case}/appointments", MEETING)
    await end(bruno.office.database, f"appointment:{case}:day", state)
    return case


async def test_nothing_is_missing(office: Office) -> None:
    async with office.sign_in(ADMIN) as admin:
        assert "No message of the last 30 days is in doubt." in await admin.open(HERE)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("uncertain", "Uncertain 23 Nov 2026 09:00 Call the person to be sure."),
        ("failed", "Failed 23 Nov 2026 09:00 The chat may be gone, or blocked."),
        ("expired", "Missed 23 Nov 2026 09:00 Call the person, if there is still time."),
    ],
)
async def test_says_how_it_fared_and_what_to_do(office: Office, state: str, said: str) -> None:
    async with office.sign_in(CASE_WORKER) as bruno:
        case = await reminded(bruno, "Anna", state)
        page = await bruno.open(HERE)
        assert f"Reminder of an appointment Anna {said}" in page
        assert bruno.page
        assert f'href="{CASES}/{case}"' in bruno.page.text


@pytest.mark.parametrize("state", ["due", "sent", "cancelled"])
async def test_what_arrived_or_waits_is_not_listed(office: Office, state: str) -> None:
    async with office.sign_in(CASE_WORKER) as bruno:
        await reminded(bruno, "Anna", state)
        assert "No message of the last 30 days is in doubt." in await bruno.open(HERE)


async def test_names_are_those_of_own_cases(office: Office) -> None:
    async with (
        office.sign_in(CASE_WORKER) as bruno,
        office.sign_in(CASE_WORKER) as carla,
        office.sign_in(ADMIN) as admin,
    ):
        await reminded(bruno, "Anna", "failed")
        await reminded(carla, "Bo", "failed")
        his, hers, general = [await each.open(HERE) for each in (bruno, carla, admin)]
    assert "Anna" in his
    assert "Bo" not in his
    assert his.index("Anna") < his.index("Not shown to you"), "own cases first"
    assert "Bo" in hers
    assert "Anna" not in hers
    assert general.count("Reminder of an appointment Not shown to you") == 2


async def test_seeing_a_case_here_is_noted(office: Office) -> None:
    async with office.sign_in(CASE_WORKER) as bruno:
        case = await reminded(bruno, "Anna", "failed")
        await bruno.open(HERE)
    async with office.database.read() as db:
        [latest, *_] = await list_events(db, about=f"enrolment:{case}")
    assert latest.action == "case.delivery"


async def test_a_booking_leads_who_hosts_to_its_slot(office: Office) -> None:
    slot = await add_slot(office.database)
    booking = await book(office.database, slot, "Anna")
    await end(office.database, f"booking:{booking}:day", "failed")
    async with office.sign_in(ADMIN) as admin, office.sign_in(CASE_WORKER) as bruno:
        assert "Reminder of a booking This booking Failed" in await admin.open(HERE)
        assert admin.page
        assert f'href="/staff/slots/{slot}"' in admin.page.text
        assert "Reminder of a booking Not shown to you Failed" in await bruno.open(HERE)


async def test_an_e_mail_that_failed_says_whom_to_ask(office: Office) -> None:
    staff = await office.hire(CASE_WORKER)
    async with office.database.write() as db:
        await outbox.queue_for_staff(
            db,
            staff_id=staff,
            purpose=outbox.STAFF_ANSWER,
            about="appointment:77:answer",
            due_at=NOW,
            useful_until=NOW,
        )
    await end(office.database, "appointment:77:answer", "failed")
    async with office.sign_in(ADMIN) as admin:
        page = await admin.open(HERE)
    assert "E-mail to staff about an answer" in page
    assert "Ask who runs Innom" in page


async def test_old_ones_are_gone(office: Office, clock: Clock) -> None:
    slot = await add_slot(office.database)
    booking = await book(office.database, slot, "Anna")
    await end(office.database, f"booking:{booking}:day", "failed")
    clock.move(days=31)
    async with office.sign_in(ADMIN) as admin:
        assert "No message of the last 30 days is in doubt." in await admin.open(HERE)


@pytest.mark.parametrize("role", [HOST, EDITOR])
async def test_others_do_not_see_it(office: Office, role: str) -> None:
    async with office.sign_in(role) as other:
        await other.open(HERE, 403)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("due", "Not sent yet."),
        ("sent", "Sent. Nobody knows whether it is read."),
        ("uncertain", "Nobody knows whether it came through. Please call."),
        ("failed", "It did not come through. Please call."),
        ("expired", "It was not sent in time. Please call."),
        ("cancelled", "Not sent: the person has stopped messages."),
    ],
)
async def test_a_host_sees_whether_those_cancelled_were_told(
    office: Office, state: str, said: str
) -> None:
    slot = await add_slot(office.database)
    booking = await book(office.database, slot, "Anna")
    async with office.sign_in(HOST) as host:
        await host.send(f"/staff/slots/{slot}/cancel", {"because": "weather"})
        await end(office.database, f"booking:{booking}:cancelled", state)
        page = await host.open(f"/staff/slots/{slot}")
    assert f"Whether they were told First name Message Phone Anna {said}" in page
