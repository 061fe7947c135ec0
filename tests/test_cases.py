"""The case worker's pages: own cases alone, each look noted."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.actions import follow_up, invitations, taking_part
from bot.actions.mind import Mind
from db.addresses import get_or_add_address, save_conversation
from db.engine import Database
from db.follow_up import Enrolment, find_enrolment
from db.outbox import SENT, UNCERTAIN
from db.outbox import table as messages
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, find_account, list_events
from tests.builders import NOW
from tests.conftest import Clock
from tests.office import Browser, Office

HERE = "/staff/cases"
MEETING = {"day": "2026-11-25", "at": "10:00", "minutes": "45", "place": "Town hall"}


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


@pytest.fixture
async def bruno(office: Office) -> AsyncIterator[Browser]:
    """A case worker at his browser."""
    async with office.sign_in(CASE_WORKER) as browser:
        await browser.send(
            "/staff/programmes", {"name": "Step by step", "day": "yes", "hour": "yes"}
        )
        yield browser


async def enrol(bruno: Browser, name: str = "Anna") -> tuple[int, str]:
    """A new case of his; returns its number and the code of its invitation."""
    page = await bruno.send(f"{HERE}/new", {"name": name, "programme": "1"})
    code = re.search(r"Code (\w{4}-\w{4}) ", page)
    assert bruno.page
    number = re.search(rf'href="{HERE}/(\d+)"', bruno.page.text)
    assert code
    assert number
    return int(number[1]), code[1]


async def join(
    database: Database, code: str, chat: str = "anna", bot: int = 7, lang: str | None = "en"
) -> str:
    """A chat joins by that code; returns its number."""
    secret = invitations.hash_of_code(code)
    assert secret
    async with database.write() as db:
        address = await get_or_add_address(db, bot, chat, NOW)
        await save_conversation(db, address, {"language": lang})
        joined = await invitations.join(db, secret, address, NOW)
    assert joined
    assert joined.check_number
    return joined.check_number


async def confirmed(bruno: Browser, name: str = "Anna") -> int:
    """A case whose person has joined and is confirmed."""
    case, code = await enrol(bruno, name)
    number = await join(bruno.office.database, code, name)
    await bruno.send(f"{HERE}/{case}/confirm", {"number": number})
    return case


async def answer(database: Database, case: int, what: str, clock: Clock) -> None:
    """The person of a case answers to the next appointment."""
    async with database.write() as db:
        found = await find_enrolment(db, case)
        assert found
        assert found.address_id
        [first, *_] = await taking_part.list_own(db, found.address_id, clock())
        assert await taking_part.answer_appointment(
            db, found.address_id, first.id or 0, what, clock(), mail=False
        )


async def stored(database: Database, case: int) -> Enrolment:
    async with database.read() as db:
        found = await find_enrolment(db, case)
    assert found
    return found


async def noted(database: Database, case: int) -> list[tuple[str, str]]:
    """What the log says of a case, oldest first."""
    async with database.read() as db:
        events = await list_events(db, about=f"enrolment:{case}")
    return [(event.action, event.outcome) for event in reversed(events)]


async def test_makes_a_programme(office: Office) -> None:
    async with office.sign_in(ADMIN) as admin:
        assert "There is no programme yet." in await admin.open("/staff/programmes")
        page = await admin.send("/staff/programmes", {"name": "Step by step", "day": "yes"})
        assert "Step by step The day before" in page
        again = await admin.send("/staff/programmes", {"name": "Step by step"}, 422)
        assert "with that name already" in again
        assert "Write a name" in await admin.send("/staff/programmes", {"name": ""}, 422)
        assert "Write a name" in await admin.send("/staff/programmes", {"name": "x" * 121}, 422)


async def test_an_invitation_is_shown_once_and_kept_nowhere(bruno: Browser) -> None:
    assert "Step by step" in await bruno.open(f"{HERE}/new")
    case, code = await enrol(bruno)
    assert bruno.page
    html = bruno.page.text
    link = re.search(r"http://\S+/#join=([A-Za-z]{24})<", html)
    assert link
    assert bruno.page.headers["cache-control"] == "no-store"
    assert 'src="data:image/svg' in html
    page = await bruno.open(f"{HERE}/{case}")
    assert "Nobody has joined yet." in page
    assert bruno.page
    assert code not in page
    assert link[1] not in bruno.page.text
    found = await stored(bruno.office.database, case)
    assert link[1] not in str(found)
    assert code.replace("-", "") not in str(found)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "programme": "1"}, "Write a first name."),
        ({"name": "13097248022", "programme": "1"}, "Write a first name."),
        ({"name": "Anna", "programme": "77"}, "Choose a programme."),
        ({"name": "Anna", "programme": "x"}, "Choose a programme."),
        ({"name": "Anna", "programme": ""}, "Choose a programme."),
    ],
)
async def test_an_enrolment_that_is_refused(
    bruno: Browser, fields: dict[str, str], said: str
) -> None:
    assert said in await bruno.send(f"{HERE}/new", fields, 422)
    assert "You have no cases yet." in await bruno.open(HERE)


async def test_without_a_programme_nobody_is_enrolled(office: Office) -> None:
    async with office.sign_in(CASE_WORKER) as bruno:
        assert "There is no programme yet." in await bruno.open(f"{HERE}/new")


async def test_confirms_who_joined_by_the_number(bruno: Browser) -> None:
    database = bruno.office.database
    case, code = await enrol(bruno)
    number = await join(database, code)
    assert "Somebody has joined. Check the number." in await bruno.open(HERE)
    assert f"Number: {number}" in await bruno.open(f"{HERE}/{case}")
    page = await bruno.send(f"{HERE}/{case}/confirm", {"number": number})
    assert "It is confirmed." in page
    assert "It is a web chat." in page
    again = await bruno.send(f"{HERE}/{case}/confirm", {"number": number}, 409)
    assert "This was changed in the meantime." in again


async def test_does_not_confirm_whoever_joined_since(bruno: Browser) -> None:
    database = bruno.office.database
    case, code = await enrol(bruno)
    number = await join(database, code)
    page = await bruno.send(f"{HERE}/{case}/confirm", {"number": str(109 - int(number))}, 409)
    assert "This was changed in the meantime." in page
    assert (await stored(database, case)).state == "joined"


async def test_removes_a_wrong_person_and_invites_again(bruno: Browser) -> None:
    case = await confirmed(bruno)
    page = await bruno.send(f"{HERE}/{case}/unlink")
    assert "That chat is removed" in page
    assert "There is no invitation now." in page
    assert (await stored(bruno.office.database, case)).address_id is None
    page = await bruno.send(f"{HERE}/{case}/invite")
    assert "This is shown only now." in page
    assert "This was changed" in await bruno.send(f"{HERE}/{case}/invite", status=409)
    assert "The invitation is good until" in await bruno.open(f"{HERE}/{case}")


async def test_a_form_that_is_sent_twice_enrols_once(bruno: Browser) -> None:
    token = re.search(r'name="token" value="(\w+)"', await opened(bruno, f"{HERE}/new"))
    assert token
    fields = {"name": "Berit", "programme": "1", "token": token[1]}
    first = await bruno.send(f"{HERE}/new", fields)
    again = await bruno.send(f"{HERE}/new", fields)
    assert "#join=" in first
    assert token[1] not in first, "the link is no part of the form, which the browser keeps"
    assert "You have made that invitation already." in again
    assert again.count("Berit") == 1


async def opened(bruno: Browser, path: str) -> str:
    await bruno.open(path)
    assert bruno.page
    return bruno.page.text


async def test_an_invitation_that_is_used_is_not_made_again(bruno: Browser) -> None:
    case = await confirmed(bruno)
    page = await bruno.send(f"{HERE}/{case}/invite", status=409)
    assert "This was changed in the meantime." in page


async def test_makes_an_appointment_and_sees_how_its_reminder_looks(bruno: Browser) -> None:
    case = await confirmed(bruno)
    page = await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    assert "The appointment is made." in page
    assert "Wed 25 Nov 10:00 45 minutes. Town hall No answer" in page
    assert "The day before: goes out Tue 24 Nov 10:00." in page
    assert "An hour before: goes out Wed 25 Nov 09:00." in page
    assert "Hi. Remember your appointment tomorrow at 10:00." in page
    assert "Wed 25 Nov 10:00" in await bruno.open(HERE)


@pytest.mark.parametrize(
    ("lang", "shown"),
    [("sv", "sv"), ("nn", "nn"), ("en", "en"), (None, "nb")],
)
async def test_the_reminder_is_shown_in_the_persons_own_language(
    bruno: Browser, lang: str | None, shown: str
) -> None:
    case, code = await enrol(bruno)
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    assert "The next reminder says this: Hi. Remember your appointment" in await bruno.open(
        f"{HERE}/{case}"
    )
    number = await join(bruno.office.database, code, lang=lang)
    page = await bruno.send(f"{HERE}/{case}/confirm", {"number": number})
    assert "The next reminder says this, in the person's language:" in page
    assert bruno.page
    assert f'<blockquote lang="{shown}"' in bruno.page.text
    assert ("Remember your appointment" in page) == (shown == "en")


async def test_says_that_nothing_goes_out_before_somebody_is_confirmed(bruno: Browser) -> None:
    case, _ = await enrol(bruno)
    page = await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    assert "The day before: planned for Tue 24 Nov 10:00, when the person is confirmed." in page


async def test_a_reminder_that_comes_too_late_is_not_said_to_be_planned(
    bruno: Browser, clock: Clock
) -> None:
    case, code = await enrol(bruno)
    tomorrow = {**MEETING, "day": "2026-11-24", "at": "10:05"}
    await bruno.send(f"{HERE}/{case}/appointments", tomorrow)
    clock.move(minutes=10)
    number = await join(bruno.office.database, code)
    page = await bruno.send(f"{HERE}/{case}/confirm", {"number": number})
    assert "The day before: not sent." in page
    assert "An hour before: goes out Tue 24 Nov 09:05." in page


async def test_a_reminder_that_has_moved_to_the_morning_is_said_so(
    bruno: Browser, clock: Clock
) -> None:
    case, code = await enrol(bruno)
    early = {**MEETING, "day": "2026-11-24", "at": "08:30"}
    page = await bruno.send(f"{HERE}/{case}/appointments", early)
    assert "planned for Mon 23 Nov 20:00, when the person is confirmed." in page
    clock.move(hours=10, minutes=30)  # 20:30
    async with bruno.office.sign_in(staff_id=bruno.staff_id) as later:
        page = await later.open(f"{HERE}/{case}")
        assert "planned for Tue 24 Nov 08:00, when the person is confirmed." in page
        number = await join(bruno.office.database, code)
        page = await later.send(f"{HERE}/{case}/confirm", {"number": number})
        assert "An hour before: goes out Tue 24 Nov 08:00." in page


async def test_an_appointment_that_is_made_too_late_for_a_reminder_says_so(bruno: Browser) -> None:
    case = await confirmed(bruno)
    soon = {**MEETING, "day": "2026-11-23", "at": "10:40"}
    page = await bruno.send(f"{HERE}/{case}/appointments", soon)
    assert "An hour before: not sent." in page
    assert "Remember your appointment" not in page


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"day": "2026-11-22"}, "day", "That time is over."),
        ({"day": "2030-11-22"}, "day", "too far away"),
        ({"day": "tomorrow"}, "day", "Write the day and the time."),
        ({"at": ""}, "day", "Write the day and the time."),
        ({"minutes": "0"}, "minutes", "from 1 to 480"),
        ({"minutes": "1000"}, "minutes", "from 1 to 480"),
        ({"minutes": "-1"}, "minutes", "from 1 to 480"),
        ({"place": "x" * 121}, "place", "at most 120"),
    ],
)
async def test_an_appointment_that_is_refused_keeps_what_was_typed(
    bruno: Browser, changes: dict[str, str], field: str, said: str
) -> None:
    case, _ = await enrol(bruno)
    page = await bruno.send(f"{HERE}/{case}/appointments", {**MEETING, **changes}, 422)
    assert said in page
    assert bruno.page
    assert f'href="#{field}"' in bruno.page.text
    kept = {**MEETING, **changes}["place"]
    assert f'value="{kept}"' in bruno.page.text
    assert "No appointment is planned now." in page


async def test_two_at_one_time_are_refused(bruno: Browser) -> None:
    case, _ = await enrol(bruno)
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    again = await bruno.send(f"{HERE}/{case}/appointments", MEETING, 422)
    assert "There is an appointment at that time already." in again


async def test_says_what_is_used_when_the_clocks_change(bruno: Browser) -> None:
    case, _ = await enrol(bruno)
    night = {**MEETING, "day": "2027-03-28", "at": "02:30"}
    page = await bruno.send(f"{HERE}/{case}/appointments", night)
    assert "The clocks change that night, and that time is not there." in page
    assert "Sun 28 Mar 03:30" in page


async def test_sees_an_answer_first_and_marks_it(bruno: Browser, clock: Clock) -> None:
    database = bruno.office.database
    await confirmed(bruno, "Bo")
    case = await confirmed(bruno)
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    await answer(database, case, "cannot", clock)
    page = await bruno.open(HERE)
    assert "Anna Cannot come Wed 25 Nov 10:00 Cannot come Takes part" in page
    assert page.index("Anna") < page.index("Bo")
    await bruno.open(f"{HERE}/{case}")
    assert "It is marked as seen." in await bruno.send(
        f"{HERE}/{case}/appointments/1/seen", {"answer": "cannot"}
    )
    assert "Anna Nothing" in await bruno.open(HERE)


async def test_an_answer_that_changed_since_is_not_marked(bruno: Browser, clock: Clock) -> None:
    case = await confirmed(bruno)
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    await answer(bruno.office.database, case, "call-me", clock)
    page = await bruno.send(f"{HERE}/{case}/appointments/1/seen", {"answer": "coming"}, 409)
    assert "This was changed in the meantime." in page
    assert "Wants a call" in await bruno.open(HERE)


async def test_cancels_an_appointment_with_its_reminders(bruno: Browser) -> None:
    case = await confirmed(bruno)
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    page = await bruno.send(f"{HERE}/{case}/appointments/1/cancel")
    assert "The appointment is cancelled." in page
    assert "Wed 25 Nov 10:00 (Cancelled)" in page
    await bruno.send(f"{HERE}/{case}/appointments/1/cancel", status=409)
    async with bruno.office.database.read() as db:
        rows = await db.execute(messages.select())
        assert {row.state for row in rows} == {"cancelled"}


@pytest.mark.parametrize(
    ("state", "said", "waits"),
    [
        (SENT, "The day before: was sent Tue 24 Nov 10:00.", False),
        (UNCERTAIN, "nobody knows whether it came through. Please call.", True),
        ("failed", "The day before: did not come through. Please call.", True),
        ("expired", "The day before: was not sent in time. Please call.", True),
    ],
)
async def test_sees_how_a_reminder_fared(
    bruno: Browser, state: str, said: str, waits: bool
) -> None:
    case = await confirmed(bruno)
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    async with bruno.office.database.write() as db:
        done = messages.update().where(messages.c.about == "appointment:1:day")
        ended = NOW + timedelta(days=1, hours=0)
        await db.execute(done.values(state=state, ended_at=ended))
    assert said in await bruno.open(f"{HERE}/{case}")
    assert ("may not have come through" in await bruno.open(HERE)) is waits


async def test_ends_a_follow_up(bruno: Browser) -> None:
    case = await confirmed(bruno)
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    page = await bruno.send(f"{HERE}/{case}/end")
    assert "This follow-up has ended." in page
    assert "Make an appointment" not in page.split("Who looked at this case")[0]
    for step in ("end", "unlink", "invite"):
        await bruno.send(f"{HERE}/{case}/{step}", status=409)
    refused = await bruno.send(f"{HERE}/{case}/appointments", {**MEETING, "at": "12:00"}, 422)
    assert "This follow-up has ended." in refused


async def test_each_look_and_each_change_is_noted(bruno: Browser) -> None:
    case = await confirmed(bruno)
    await bruno.open(f"{HERE}/{case}")
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    page = await bruno.open(f"{HERE}/{case}")
    assert "Kari Nordmann Looked at a case" in page
    actions = [action for action, _ in await noted(bruno.office.database, case)]
    assert actions == [
        "case.enrol",
        "case.confirm",
        "case.view",
        "case.view",
        "appointment.make",
        "case.view",
        "case.view",
    ]


PATHS = [
    ("GET", "/{}"),
    ("POST", "/{}/invite"),
    ("POST", "/{}/confirm"),
    ("POST", "/{}/unlink"),
    ("POST", "/{}/end"),
    ("POST", "/{}/appointments"),
    ("POST", "/{}/appointments/1/cancel"),
    ("POST", "/{}/appointments/1/seen"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_another_s_case_is_not_found_and_the_try_is_noted(
    bruno: Browser, method: str, path: str
) -> None:
    case = await confirmed(bruno)
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    before = await stored(bruno.office.database, case)
    async with bruno.office.sign_in(CASE_WORKER) as carla:
        assert "You have no cases yet." in await carla.open(HERE)
        pages = []
        for number in (case, 777):
            to = HERE + path.format(number)
            if method == "GET":
                pages.append(await carla.open(to, 404))
            else:
                pages.append(await carla.send(to, {**MEETING, "number": "11"}, 404))
        assert pages[0] == pages[1], "another's looks like none"
    assert (await noted(bruno.office.database, case))[-1][1] == "denied"
    assert await stored(bruno.office.database, case) == before


async def test_an_appointment_of_another_case_is_not_found(bruno: Browser) -> None:
    case, other = await confirmed(bruno), await confirmed(bruno, "Bo")
    await bruno.send(f"{HERE}/{case}/appointments", MEETING)
    for step in ("cancel", "seen"):
        await bruno.send(f"{HERE}/{other}/appointments/1/{step}", status=404)
        await bruno.send(f"{HERE}/{other}/appointments/77/{step}", status=404)
    assert "(Cancelled)" not in await bruno.open(f"{HERE}/{case}")


@pytest.mark.parametrize("roles", [(ADMIN,), (EDITOR,), (HOST,), (ADMIN, EDITOR, HOST)])
async def test_nobody_else_sees_cases(bruno: Browser, roles: tuple[str, ...]) -> None:
    case = await confirmed(bruno)
    async with bruno.office.sign_in(*roles) as other:
        for path in ("", "/new", f"/{case}"):
            assert "Anna" not in await other.open(HERE + path, 403)


async def test_cases_need_the_second_factor(bruno: Browser) -> None:
    case = await confirmed(bruno)
    async with bruno.office.sign_in(second_factor=False, staff_id=bruno.staff_id) as half:
        for path in ("", "/new", f"/{case}"):
            answered = await half.client.get(HERE + path)
            assert answered.status_code == 303
            assert "Anna" not in answered.text


async def test_a_look_at_the_list_is_what_the_young_are_told(bruno: Browser, clock: Clock) -> None:
    clock.move(minutes=5)
    await bruno.open("/staff")
    await bruno.open(HERE)
    async with bruno.office.database.read() as db:
        account = await find_account(db, bruno.staff_id)
    assert account
    assert account.looked_at == clock()


async def test_a_name_is_text(bruno: Browser) -> None:
    programme = {"name": "<b>Bold</b>", "day": "yes"}
    assert "<b>Bold</b>" in await bruno.send("/staff/programmes", programme)
    assert bruno.page
    assert "<b>Bold" not in bruno.page.text


async def test_the_programme_is_made_by_the_action_as_well(bruno: Browser) -> None:
    async with bruno.office.database.read() as db:
        [programme] = await follow_up.list_programmes(db)
    assert programme.plan == {"day": True, "hour": True}
