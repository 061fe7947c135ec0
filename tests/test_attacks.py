"""What somebody may try who means no good, or got what was meant for another."""

import asyncio

import pytest
from sqlalchemy import text

from bot.actions import follow_up, staff
from bot.actions import taking_part as taking_part_actions
from bot.actions.errors import Refused
from bot.actions.invitations import token_like, token_of
from bot.actions.mind import Mind
from db.engine import Database
from db.staff import list_events
from tests.conftest import Clock
from tests.followed import Office, address_of, joins, postman_of, taking_part
from tests.office import Office as Console
from tests.posted import deliver
from tests.talk import Talk
from tests.test_my_data import files

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
async def office(talk: Talk, clock: Clock) -> Office:
    talk.turns.pace.burst = 10_000
    return await Office(talk.database, clock).open()


@pytest.mark.parametrize("left", [False, True])
async def test_one_who_joined_with_anothers_link_learns_nothing_of_them(
    talk: Talk, office: Office, left: bool
) -> None:
    """Until the case worker has confirmed, nobody knows who it is."""
    eve = talk.person("en")
    await joins(eve, await office.enrol("Anna"))
    await office.appoint(place="Room seven")
    if left:
        await eve.presses("fu:leave")
    heard = await eve.press("do:my-data")
    await eve.press("md:copy", 9)
    told = heard + "".join(files(eve).values())
    for secret in ("Anna", "Room seven", "Veien videre", "2026-11-25", "case.", "own case"):
        assert secret not in told
    assert "I wait for your contact" in heard


async def test_one_who_joined_with_anothers_link_erases_only_themselves(
    talk: Talk, office: Office
) -> None:
    eve = talk.person("en")
    await joins(eve, await office.enrol("Anna"))
    made = await office.appoint()
    await eve.press("md:erase")
    assert "Your contact still sees" not in await eve.presses("Yes, erase everything")
    found = await office.found()
    assert (found.state, found.address_id, found.first_name) == ("invited", None, "Anna")
    assert (await office.appointment(made)).place == "Rådhusgata 1"


async def waits(database: Database) -> None:
    """Returns when a transaction waits for another one; on SQLite each does so from its start."""
    async with asyncio.timeout(60):
        while not database.is_sqlite:
            async with database.read() as db:
                if (await db.execute(WAITING)).scalar_one():
                    return
            await asyncio.sleep(0.01)


async def test_an_answer_of_one_who_is_being_removed_does_not_count(
    talk: Talk, office: Office, clock: Clock
) -> None:
    eve = talk.person("en")
    await taking_part(office, eve)
    made = await office.appoint()
    address = await address_of(eve)

    async def answer() -> object:
        async with talk.database.write() as db:
            return await taking_part_actions.answer_appointment(
                db, address, made, "cannot", clock(), mail=False
            )

    async with talk.database.write() as db:
        await follow_up.unlink(db, office.enrolment, clock())
        late = asyncio.create_task(answer())
        await waits(talk.database)  # it has looked, and waits for this transaction
    assert await late is None
    assert (await office.appointment(made)).answer is None


async def test_who_has_left_is_told_nothing_more(
    talk: Talk, office: Office, clock: Clock, norway: Mind
) -> None:
    """A cancelled appointment waits for the morning; leaving in the night ends that too."""
    anna, postman = talk.person("en"), postman_of(talk, clock, norway)
    await taking_part(office, anna)
    made = await office.appoint()
    await anna.press(f"fu:a:{made}:coming")
    clock.move(hours=13)
    await office.does(follow_up.cancel_appointment, made)
    await anna.press("fu:leave", 5)
    await office.does(follow_up.end_enrolment, office.enrolment)
    clock.move(hours=12)
    await deliver(postman)
    assert await anna.hears() == ""


@pytest.mark.parametrize("hidden", ["\u202e", "\x00", "\x7f", "\u200b", "\x1b", "\ud800"])
async def test_name_and_address_of_staff_hide_nothing(
    database: Database, clock: Clock, hidden: str
) -> None:
    async with database.write() as db:
        name = f"Ka{hidden}ri\nNordmann"
        await staff.add_staff(db, f"ka{hidden}ri@example.org", name, ["editor"], clock())
        [found] = await staff.list_staff(db)
    assert (found.email, found.name) == ("kari@example.org", "Kari Nordmann")


@pytest.mark.parametrize(
    ("email", "name", "reason"),
    [
        ("kari@example.org\nBcc: eve@example.org", "Kari", "email"),
        ("kari@example.org", " \n ", "name"),
        ("kari@example.org", "x" * 81, "name"),
    ],
)
async def test_what_is_no_name_or_address_is_refused(
    database: Database, clock: Clock, email: str, name: str, reason: str
) -> None:
    async with database.write() as db:
        with pytest.raises(Refused, match=reason):
            await staff.add_staff(db, email, name, ["editor"], clock())


async def test_the_first_administrator_cannot_take_anothers_address(
    database: Database, norway: Mind, clock: Clock
) -> None:
    office = Console(database, norway, clock)
    async with database.write() as db:
        token = await staff.ensure_first_admin(db, clock())
    await office.hire("editor", email="kari@example.org")
    good = "grønn hest spiser gress"
    fields = {"token": token, "password": good, "again": good, "name": "Eve"}
    async with office.browser() as browser:
        await browser.open("/staff/link")
        await browser.send("/staff/link", {**fields, "email": "kari@example.org"}, 422)
        await browser.send("/staff/link", {**fields, "email": "eve@example.org"})


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-16", "utf-7", "idna", "hex", "x"])
async def test_a_form_in_a_strange_charset_fails_softly(
    database: Database, norway: Mind, clock: Clock, charset: str
) -> None:
    office = Console(database, norway, clock)
    await office.hire("editor", email="kari@example.org")
    async with office.browser() as browser:
        await browser.open("/staff/sign-in")
        part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
        values = {"csrf": browser.csrf, "email": "kari@example.org", "password": r"\ud800\x00"}
        body = "".join(part.format(*each) for each in values.items()) + "--x--\r\n"
        kind = f"multipart/form-data; boundary=x; charset={charset}"
        answer = await browser.client.post(
            "/staff/sign-in", content=body.encode(), headers={"Content-Type": kind}
        )
    assert answer.status_code in (400, 403, 422)


@pytest.mark.parametrize("action", ["cancel", "seen"])
async def test_anothers_appointment_under_an_own_case_is_not_there_and_noted(
    talk: Talk, office: Office, norway: Mind, clock: Clock, action: str
) -> None:
    await office.enrol("Anna")
    made = await office.appoint()
    console = Console(talk.database, norway, clock)
    async with console.sign_in("case-worker") as carla:
        async with talk.database.write() as db:
            own, _ = await follow_up.enrol(db, office.programme, carla.staff_id, "Ola", clock())
        path = f"/staff/cases/{own}/appointments/{made}/{action}"
        await carla.send(path, {"answer": ""}, 404)
        async with talk.database.read() as db:
            events = await list_events(db, staff_id=carla.staff_id)
    assert (events[0].about, events[0].outcome) == (f"appointment:{made}", "denied")
    assert (await office.appointment(made)).state == "planned"


def test_a_form_used_again_for_another_person_makes_another_link() -> None:
    made = {token_of("x" * 24, 1, name) for name in ("Anna", "Ola", "Anna")}
    assert len(made) == 2
    assert all(token_like(token) and token != "x" * 24 for token in made)
