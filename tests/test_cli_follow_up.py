"""`innom follow-up`: programmes, invitations and appointments from the command line."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions import follow_up
from bot.actions.invitations import find_invited, hash_of
from bot.cli import parser
from bot.commands.context import Context
from bot.commands.registry import run
from bot.control import DONE, FAILED, WRONG, Answer
from bot.knowledge.packs import load
from bot.settings import Settings
from db import follow_up as stored
from db import staff as accounts
from db.engine import Database
from tests.conftest import Clock

BRUNO, CARLA = "bruno@example.org", "carla@example.org"
BASE = "https://chat.example.org"


@pytest.fixture
async def context(database: Database, tmp_path: Path, clock: Clock) -> Context:
    """An installation with Bruno, a case worker, and Carla, an editor."""
    settings = Settings(data_dir=tmp_path, base_url=BASE)
    made = Context(database, settings, lambda: load(("norge", "sandnes")), clock)
    for email, name, role in ((BRUNO, "Bruno", "case-worker"), (CARLA, "Carla", "editor")):
        await run(made, "staff add", {"email": email, "name": name, "role": [role]})
    return made


async def innom(context: Context, *words: str) -> Answer:
    """Runs a command as it is typed."""
    options = vars(parser().parse_args(["follow-up", *words]))
    names = options.keys() - {"command", "does", "verbose"}
    return await run(context, options["does"], {name: options[name] for name in names})


async def enrolled(context: Context) -> Answer:
    assert (await innom(context, "programme", "add", "Krafttak")).code == DONE
    return await innom(context, "enrol", "Krafttak", "Anna", "--case-worker", BRUNO)


async def noted(context: Context, part: str = "follow-up") -> list[tuple[str, str | None]]:
    async with context.database.read() as db:
        events = await accounts.list_events(db)
    return [(e.action, e.about) for e in reversed(events) if part in e.action]


async def rows(context: Context, table: Any) -> list[Any]:
    async with context.database.read() as db:
        return list(await db.execute(select(table)))


@pytest.mark.parametrize(
    ("options", "plan"),
    [
        ([], {"day": True, "hour": True}),
        (["--no-day"], {"day": False, "hour": True}),
        (["--no-hour", "--no-day"], {"day": False, "hour": False}),
    ],
)
async def test_a_programme_says_which_reminders_go_out(
    context: Context, options: list[str], plan: dict[str, bool]
) -> None:
    assert (await innom(context, "programme", "list")).out == ("No programmes yet.",)
    made = await innom(context, "programme", "add", "Krafttak", *options)
    assert made.out == ("Programme 1: Krafttak",)
    [row] = await rows(context, stored.programmes)
    assert row.plan == plan
    assert (await innom(context, "programme", "list")).out == ("1  Krafttak",)
    assert await noted(context) == [("command.follow-up.programme", "programme:1")]


async def test_an_invitation_is_shown_once_and_opens_the_case(context: Context) -> None:
    answer = await enrolled(context)
    assert answer.out == (
        f"Case 1 with {BRUNO}. The invitation is good once, until 2026-11-30 10:00.",
    )
    link, code = answer.once
    assert link.startswith(f"Link: {BASE}/#join=")
    secrets = [link.rpartition("=")[2], code.removeprefix("Code: ")]
    async with context.database.read() as db:
        for secret in secrets:
            assert await find_invited(db, hash_of(secret), context.now())
    assert ("command.follow-up.enrol", "enrolment:1") in await noted(context)
    kept = str(await rows(context, stored.enrolments))
    assert not any(secret in kept for secret in secrets)


async def test_a_programme_is_named_or_numbered(context: Context) -> None:
    await enrolled(context)
    answer = await innom(context, "enrol", "1", "Ali", "--case-worker", BRUNO)
    assert answer.out[0].startswith("Case 2 with")


async def test_an_appointment_is_made_listed_and_cancelled(context: Context) -> None:
    await enrolled(context)
    place = ["--minutes", "45", "--place", "Town hall"]
    made = await innom(context, "appoint", "1", "24.11.2026 10:00", *place)
    assert made == Answer(out=("Appointment 1: 2026-11-24 10:00 (Europe/Oslo)",))
    [row] = await rows(context, stored.appointments)
    assert (row.minutes, row.place, row.wall) == (45, "Town hall", "2026-11-24T10:00")

    listed = await innom(context, "list", "--case-worker", BRUNO)
    [line] = listed.out
    assert line.startswith("1  Anna  Krafttak  invited")
    assert "appointment 1 2026-11-24 10:00, no answer" in line

    assert (await innom(context, "cancel", "1")).out == ("Cancelled: appointment 1",)
    again = await innom(context, "cancel", "1")
    assert again.code == FAILED
    assert "cancelled already" in str(again.error)
    [line] = (await innom(context, "list", "--case-worker", BRUNO)).out
    assert "appointment" not in line
    seen = [each for each in await noted(context) if each[0].endswith((".list", ".cancel"))]
    assert [about for _, about in seen] == ["enrolment:1", "appointment:1", "enrolment:1"]


@pytest.mark.parametrize(
    ("when", "out"),
    [
        ("2027-03-28T02:30", ("Appointment 1: 2027-03-28 03:30 (Europe/Oslo)", "does not exist")),
        ("2027-10-31T02:30", ("Appointment 1: 2027-10-31 02:30 (Europe/Oslo)", "comes twice")),
    ],
)
async def test_on_the_nights_of_the_clocks_it_says_what_is_meant(
    context: Context, when: str, out: tuple[str, str]
) -> None:
    await enrolled(context)
    answer = await innom(context, "appoint", "1", when)
    assert answer.out[0] == out[0]
    assert out[1] in answer.out[1]


REFUSED = [
    (["enrol", "Krafttak", "Anna", "--case-worker", "none@x.no"], FAILED, "no such account"),
    (["enrol", "Krafttak", "Anna", "--case-worker", CARLA], FAILED, "no active case worker"),
    (["enrol", "Other", "Anna", "--case-worker", BRUNO], FAILED, "Other: no such programme"),
    (["enrol", "Krafttak", " ", "--case-worker", BRUNO], WRONG, "the name is"),
    (["programme", "add", "Krafttak"], FAILED, "it exists already"),
    (["programme", "add", " "], WRONG, "the name is"),
    (["appoint", "1", "tomorrow"], WRONG, "WHEN: must be a local time"),
    (["appoint", "1", "2026-02-30 10:00"], WRONG, "WHEN: must be a local time"),
    (["appoint", "1", "2026-11-23 09:59"], FAILED, "in the past"),
    (["appoint", "1", "2031-11-24 10:00"], FAILED, "more than two years"),
    (["appoint", "1", "2026-11-24 10:00", "--minutes", "0"], WRONG, "--minutes"),
    (["appoint", "1", "2026-11-24 10:00", "--place", "x" * 121], WRONG, "--place"),
    (["appoint", "1", "2026-11-25 10:00"], FAILED, "at that time already"),
    (["appoint", "9", "2026-11-24 10:00"], FAILED, "no such thing"),
    (["appoint", str(10**30), "2026-11-24 10:00"], WRONG, "no such number"),
    (["cancel", "9"], FAILED, "no such thing"),
    (["cancel", "0"], WRONG, "no such number"),
    (["list", "--case-worker", "none@x.no"], FAILED, "no such account"),
]


@pytest.mark.parametrize(("words", "code", "error"), REFUSED)
async def test_what_is_refused_changes_nothing(
    context: Context, words: list[str], code: int, error: str
) -> None:
    await enrolled(context)
    await innom(context, "appoint", "1", "2026-11-25 10:00")
    before = await noted(context)
    answer = await innom(context, *words)
    assert (answer.code, answer.out, answer.once) == (code, (), ())
    assert error in str(answer.error)
    assert await noted(context) == before
    assert len(await rows(context, stored.enrolments)) == 1


async def test_a_case_worker_without_cases_and_a_stranger_to_them(context: Context) -> None:
    await enrolled(context)
    assert (await innom(context, "list", "--case-worker", CARLA)).out == ("No cases yet.",)
    async with context.database.read() as db:
        assert await follow_up.list_cases(db, 2, context.now()) == []
