"""Cases handed over: by their worker, by an administrator who sees numbers alone, by command."""

import asyncio
from pathlib import Path

import pytest

from bot.actions import caseload, follow_up
from bot.actions import staff as accounts
from bot.actions.errors import NotFound, Refused
from bot.actions.mind import Mind
from bot.actions.outbox import Mail
from bot.actions.reminders import compose_staff_answer
from bot.commands.context import Context
from bot.commands.registry import run
from bot.control import DONE, FAILED, WRONG
from bot.settings import Settings
from db.appointments import change_appointment
from db.engine import Database
from db.follow_up import find_enrolment
from db.outbox import Message
from db.staff import ADMIN, CASE_WORKER, EDITOR, list_events
from tests.builders import NOW
from tests.conftest import Clock
from tests.office import Browser, Office

OLD, NEW = "old@example.org", "new@example.org"


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def hire(office: Office, *names: str) -> tuple[int, int]:
    """Two case workers; the first one follows up the people of these names."""
    old = await office.hire(CASE_WORKER, email=OLD, name="Bruno Olsen")
    new = await office.hire(CASE_WORKER, email=NEW, name="Carla Nilsen")
    async with office.database.write() as db:
        plan = await follow_up.make_programme(db, "Step by step", day=True, hour=True, now=NOW)
        for name in names:
            await follow_up.enrol(db, plan, old, name, NOW)
    return old, new


async def worker_of(office: Office, case: int) -> int:
    async with office.database.read() as db:
        found = await find_enrolment(db, case)
    assert found
    return found.staff_id


async def noted(office: Office) -> list[tuple[str, str | None, str | None]]:
    """What the log says of handing over, oldest first."""
    async with office.database.read() as db:
        events = [e for e in await list_events(db) if "hand-over" in e.action or "take" in e.action]
    return [(event.action, event.about, event.why) for event in reversed(events)]


# --- the case worker's own case


async def test_a_case_worker_hands_one_case_over(office: Office) -> None:
    old, new = await hire(office, "Anna", "Britt")
    async with office.sign_in(staff_id=old) as bruno, office.sign_in(staff_id=new) as carla:
        page = await bruno.open("/staff/cases/1")
        assert "afterwards. Choose Carla Nilsen Hand over the case" in page
        said = await bruno.send("/staff/cases/1/hand-over", {"to": str(new)})
        assert "Carla Nilsen has the case from now on." in said
        assert "Anna" not in said
        assert "Britt" in said
        await bruno.open("/staff/cases/1", 404)
        assert "Anna" in await carla.open("/staff/cases")
        assert "Gave a case to another case worker" in await carla.open("/staff/cases/1")
    assert await noted(office) == [
        ("case.hand-over", "enrolment:1", "new case worker"),
        ("cases.take", f"staff:{new}", f"1, staff:{old}"),
    ]


@pytest.mark.parametrize("to", ["", "0", "999", "self", "editor", "gone", "-1", "9" * 30])
async def test_only_another_active_case_worker_takes_over(office: Office, to: str) -> None:
    old, _ = await hire(office, "Anna")
    editor, gone = await office.hire(EDITOR), await office.hire(CASE_WORKER)
    async with office.database.write() as db:
        await accounts.disable(db, gone)
    chosen = {"self": str(old), "editor": str(editor), "gone": str(gone)}.get(to, to)
    async with office.sign_in(staff_id=old) as bruno:
        await bruno.open("/staff/cases/1")
        said = await bruno.send("/staff/cases/1/hand-over", {"to": chosen}, 422)
    assert "Choose another case worker from the list." in said
    assert await worker_of(office, 1) == old
    assert not await noted(office)


async def test_nobody_hands_over_anothers_case(office: Office) -> None:
    old, new = await hire(office, "Anna")
    async with office.sign_in(staff_id=new) as carla, office.sign_in(ADMIN) as admin:
        await carla.open("/staff/cases")
        await carla.send("/staff/cases/1/hand-over", {"to": str(new)}, 404)
        await admin.open("/staff/accounts")
        await admin.send("/staff/cases/1/hand-over", {"to": str(new)}, 403)
    assert await worker_of(office, 1) == old


async def test_a_case_that_has_ended_stays_where_it_is(office: Office) -> None:
    old, new = await hire(office, "Anna")
    async with office.database.write() as db:
        await follow_up.end_enrolment(db, 1, NOW)
        with pytest.raises(NotFound):
            await caseload.hand_over(db, old, 1, new)
        assert await caseload.count_cases(db, old) == 0


# --- an administrator


async def test_an_administrator_hands_over_by_number(office: Office) -> None:
    old, new = await hire(office, "Anna", "Britt")
    async with office.sign_in(ADMIN) as admin:
        page = await admin.open(f"/staff/accounts/{old}")
        assert "2 cases are open." in page
        said = await admin.send(f"/staff/accounts/{old}/cases", {"cases-to": str(new)})
        assert "2 cases are handed over." in said
        assert "are open" not in said
        for seen in (page, said, await admin.open(f"/staff/accounts/{new}")):
            assert "Anna" not in seen
            assert "Step by step" not in seen
    assert {await worker_of(office, case) for case in (1, 2)} == {new}
    assert [about for _, about, _ in await noted(office)] == [
        "enrolment:1",
        "enrolment:2",
        f"staff:{new}",
    ]


ENDS = [("disable", {}), ("roles", {"roles": ["editor"]})]


@pytest.mark.parametrize(("action", "fields"), ENDS, ids=["disable", "roles"])
async def test_who_stops_leaves_no_case_alone(
    office: Office, action: str, fields: dict[str, object]
) -> None:
    old, new = await hire(office, "Anna", "Britt")
    async with office.sign_in(ADMIN) as admin:
        path = f"/staff/accounts/{old}"
        await admin.open(path)
        said = await admin.send(f"{path}/{action}", fields, 422)
        assert "There are open cases. Choose who takes them over." in said
        assert_led_to(admin, f"{action}-to")
        async with office.database.read() as db:
            who = await accounts.get_staff(db, old)
        assert who.is_active
        assert who.roles == {CASE_WORKER}
        said = await admin.send(f"{path}/{action}", {**fields, f"{action}-to": str(new)})
        assert "2 cases are handed over." in said
    async with office.database.read() as db:
        who = await accounts.get_staff(db, old)
    assert not (who.is_active and CASE_WORKER in who.roles)
    assert await worker_of(office, 2) == new


def assert_led_to(browser: Browser, field: str) -> None:
    assert browser.page
    assert f'href="#{field}"' in browser.page.text
    assert f'id="{field}"' in browser.page.text


async def test_other_roles_beside_case_worker_move_nothing(office: Office) -> None:
    old, _ = await hire(office, "Anna")
    async with office.database.write() as db:
        assert await accounts.set_roles(db, old, [CASE_WORKER, EDITOR]) == []
    assert await worker_of(office, 1) == old


async def test_without_another_case_worker_the_page_says_what_to_do(office: Office) -> None:
    old, new = await hire(office, "Anna")
    async with office.database.write() as db:
        await accounts.disable(db, new)
    async with office.sign_in(ADMIN) as admin:
        page = await admin.open(f"/staff/accounts/{old}")
        assert "Nobody else is a case worker. Make an account for one first." in page
        await admin.send(f"/staff/accounts/{old}/disable", {}, 422)


async def test_an_account_without_cases_is_disabled_as_before(office: Office) -> None:
    _, new = await hire(office)
    async with office.sign_in(ADMIN) as admin:
        assert "Who takes over" not in await admin.open(f"/staff/accounts/{new}")
        said = await admin.send(f"/staff/accounts/{new}/disable")
        assert "is disabled" in said
        assert "handed over" not in said


# --- the next e-mail, and the command


async def test_an_email_that_waits_goes_to_the_new_case_worker(
    office: Office, norway: Mind
) -> None:
    old, new = await hire(office, "Anna")
    wall = follow_up.read_wall("2026-11-25T10:00", "Europe/Oslo")
    async with office.database.write() as db:
        made = await follow_up.make_appointment(db, 1, wall, 30, None, NOW, (21, 8), "Europe/Oslo")
        await change_appointment(db, made.id or 0, {"answer": "cannot", "answered_at": NOW})
        await caseload.hand_over(db, old, 1, new)
        about = f"appointment:{made.id}:answer"
        waits = Message(
            id=1,
            address_id=None,
            staff_id=old,
            bot_id=None,
            external_id=None,
            lang=None,
            purpose="staff-answer",
            about=about,
            attempt=0,
            due_at=NOW,
            useful_until=NOW,
            fence=1,
            lease_until=NOW,
        )
        mail = await compose_staff_answer(db, waits, norway.knowledge, "https://x.example/staff")
    assert isinstance(mail, Mail)
    assert mail.to == NEW


@pytest.mark.parametrize("verb", ["disable", "roles"])
async def test_the_command_asks_who_takes_the_cases_over(
    office: Office, clock: Clock, tmp_path: Path, verb: str
) -> None:
    old, new = await hire(office, "Anna", "Britt")

    def no_knowledge() -> None:
        raise AssertionError("accounts need no packs")

    context = Context(office.database, Settings(data_dir=tmp_path), no_knowledge, clock)  # type: ignore[arg-type]
    given = {"email": OLD, **({"role": ["editor"]} if verb == "roles" else {})}
    answer = await run(context, f"staff {verb}", given)
    assert answer.code == FAILED
    assert "open cases: 2; name who takes them over with --cases-to EMAIL" in (answer.error or "")
    wrong = await run(context, f"staff {verb}", {**given, "cases_to": OLD})
    assert (wrong.code, wrong.error) == (WRONG, "--cases-to: must be another active case worker")
    unknown = await run(context, f"staff {verb}", {**given, "cases_to": "who@example.org"})
    assert "no such account" in (unknown.error or "")
    assert await worker_of(office, 1) == old
    done = await run(context, f"staff {verb}", {**given, "cases_to": NEW})
    assert done.code == DONE
    assert done.out[-1] == f"Cases handed over to {NEW}: 2"
    assert await worker_of(office, 1) == new
    assert [action for action, _, _ in await noted(office)] == [
        "command.staff.hand-over",
        "command.staff.hand-over",
        "command.staff.take",
    ]


async def test_two_who_leave_to_each_other_at_once_leave_no_case_alone(office: Office) -> None:
    old, new = await hire(office, "Anna")
    async with office.database.write() as db:
        await follow_up.enrol(db, 1, new, "Britt", NOW)

    async def leave(staff_id: int, to: int) -> str:
        async with office.database.write() as db:
            try:
                await accounts.disable(db, staff_id, to)
            except Refused as error:
                return error.reason
        return "done"

    ends = await asyncio.gather(leave(old, new), leave(new, old))
    assert sorted(ends) == ["done", "successor"]
    assert await worker_of(office, 1) == await worker_of(office, 2)
