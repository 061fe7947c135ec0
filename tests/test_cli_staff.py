"""`innom staff`: accounts and links, told only where nobody else reads them."""

import asyncio
import os
import stat
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.actions.staff import add_staff, digest
from bot.commands import registry
from bot.commands.client import PREFIX, carry_out, keep_once, show_once
from bot.commands.context import Context
from bot.commands.registry import run
from bot.control import DONE, FAILED, WRONG, Answer
from bot.knowledge.entries import Knowledge
from bot.settings import Settings
from db import staff as stored
from db.engine import Database
from tests.conftest import Clock

NEW = {"email": "new@example.org", "name": "New"}
KARI = {"email": "Kari@Example.org", "name": "Kari", "role": ["admin"]}
OLA = {"email": "ola@example.org", "name": "Ola", "role": ["host", "editor"]}
BASE = "https://chat.example.org"


@pytest.fixture
def context(database: Database, tmp_path: Path, clock: Clock) -> Context:
    return Context(database, Settings(data_dir=tmp_path, base_url=BASE), no_knowledge, clock)


def no_knowledge() -> Knowledge:
    raise AssertionError("accounts need no packs")


async def noted(context: Context) -> list[tuple[str, str | None, int | None]]:
    async with context.database.read() as db:
        events = await stored.list_events(db)
    return [(event.action, event.about, event.staff_id) for event in reversed(events)]


async def test_an_account_gets_a_link_that_signs_in_once(context: Context) -> None:
    answer = await run(context, "staff add", KARI)
    assert answer.code == DONE
    assert answer.out == ("kari@example.org: a sign-in link, good once and for 24 hours",)
    [url] = answer.once
    address, _, token = url.partition("#")
    assert address == f"{BASE}/staff/sign-in"
    async with context.database.write() as db:
        assert await stored.use_link(db, digest(token), context.now())
    assert await noted(context) == [("command.staff.add", "staff:1", None)]


async def test_a_new_link_ends_the_one_before(context: Context) -> None:
    first = await run(context, "staff add", KARI)
    second = await run(context, "staff link", {"email": "kari@example.org"})
    tokens = [answer.once[0].partition("#")[2] for answer in (first, second)]
    async with context.database.write() as db:
        used = [await stored.use_link(db, digest(token), context.now()) for token in tokens]
    assert used == [None, 1]


async def test_accounts_are_listed_with_what_they_may_and_lack(context: Context) -> None:
    assert (await run(context, "staff list", {})).out == ("No accounts yet.",)
    await run(context, "staff add", KARI)
    await run(context, "staff add", OLA)
    await run(context, "staff disable", {"email": "ola@example.org"})
    assert (await run(context, "staff list", {})).out == (
        "kari@example.org  admin  active, never signed in  Kari",
        "ola@example.org   editor,host  disabled, never signed in  Ola",
    )


async def test_each_change_is_done_noted_and_ends_the_sessions(context: Context) -> None:
    await run(context, "staff add", OLA)
    who = {"email": "OLA@example.org"}
    for verb, more in (
        ("roles", {"role": ["case-worker"]}),
        ("reset-second-factor", {}),
        ("disable", {}),
        ("enable", {}),
    ):
        answer = await run(context, f"staff {verb}", {**who, **more})
        assert answer.code == DONE, answer
        assert answer.out[0].endswith(("case-worker", "sign-in", "ola@example.org"))
    async with context.database.read() as db:
        row = (await db.execute(select(stored.accounts))).one()
    assert (row.roles, row.is_active, row.version) == (["case-worker"], True, 4)
    done = [action.removeprefix("command.staff.") for action, _, _ in await noted(context)]
    assert done == ["add", "roles", "reset-second-factor", "disable", "enable"]


REFUSED = [
    ("staff add", {**KARI, "email": "kari"}, WRONG, "EMAIL: must be an address"),
    ("staff add", {**KARI, "email": "a@b.no\nx"}, WRONG, "EMAIL: must be an address"),
    ("staff add", {**KARI, "name": " "}, WRONG, "the name is"),
    ("staff add", {**KARI, "name": "x" * 81}, WRONG, "the name is"),
    (
        "staff add",
        {**NEW, "role": ["boss"]},
        WRONG,
        "--role: must be admin, editor",
    ),
    ("staff add", {**NEW, "role": []}, WRONG, "--role"),
    ("staff add", KARI, FAILED, "it exists already"),
    ("staff link", {"email": "none@example.org"}, FAILED, "none@example.org: no such account"),
    ("staff disable", {"email": "kari@example.org"}, FAILED, "the last administrator"),
    ("staff roles", {"email": "kari@example.org", "role": ["host"]}, FAILED, "the last admin"),
    ("staff roles", {"email": "kari@example.org", "role": ["x"]}, WRONG, "--role"),
    ("staff link", {"email": "ola@example.org"}, FAILED, "`innom staff enable`"),
]


@pytest.mark.parametrize(("command", "arguments", "code", "words"), REFUSED)
async def test_what_is_refused_changes_nothing(
    context: Context, command: str, arguments: dict[str, object], code: int, words: str
) -> None:
    await run(context, "staff add", KARI)
    await run(context, "staff add", OLA)
    await run(context, "staff disable", {"email": OLA["email"]})
    before = await noted(context), await run(context, "staff list", {})
    answer = await run(context, command, arguments)
    assert (answer.code, answer.out, answer.once) == (code, (), ())
    assert words in str(answer.error)
    assert "\n" not in str(answer.error)
    assert before == (await noted(context), await run(context, "staff list", {}))


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("staff", {}),
        ("staff __init__", {}),
        ("staff link", {}),
        ("staff link", {"email": 1}),
        ("staff link", {"email": None}),
        ("staff link", {"email": "a@b.no", "more": 1}),
        ("staff link", {"context": "x", "email": "a@b.no"}),
        ("staff add", {**KARI, "role": "admin"}),
        ("staff add", {**KARI, "role": ["admin", 1]}),
    ],
)
async def test_what_no_command_takes_is_refused(
    context: Context, command: str, arguments: dict[str, object]
) -> None:
    answer = await run(context, command, arguments)
    assert answer.code == WRONG
    assert "same version" in str(answer.error)
    assert (await run(context, "staff list", {})).out == ("No accounts yet.",)


async def test_what_takes_too_long_is_ended_and_stores_nothing(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stand_still(context: Context) -> Answer:
        async with context.database.write() as db:
            await add_staff(db, "a@example.org", "A", ["host"], context.now())
            await asyncio.Event().wait()
        return Answer()

    monkeypatch.setitem(registry.COMMANDS, "stand still", stand_still)
    monkeypatch.setattr(registry, "SECONDS", 0.05)
    answer = await run(context, "stand still", {})
    assert answer == Answer(FAILED, error="it took too long; look whether it was done")
    monkeypatch.setattr(registry, "SECONDS", 20)
    assert (await run(context, "staff list", {})).out == ("No accounts yet.",)


# --- where links are shown

LINK = ("https://chat.example.org/staff/sign-in#canary-of-links",)


def test_a_terminal_shows_a_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show_once(LINK, tmp_path)
    assert capsys.readouterr().out == f"{LINK[0]}\n"
    assert list(tmp_path.iterdir()) == []


async def test_elsewhere_a_link_goes_to_a_file_for_its_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path, base_url=BASE)
    assert await carry_out(settings, "staff add", KARI) == DONE
    out, err = capsys.readouterr()
    [path] = tmp_path.glob(f"{PREFIX}*")
    assert str(path) in out
    link = path.read_text().strip()
    assert link.startswith(f"{BASE}/staff/sign-in#")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert link.partition("#")[2] not in out + err
    assert err == f"There was no database: {tmp_path / 'innom.db'} is new.\n"


def test_old_files_with_links_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = keep_once(LINK, tmp_path)
    second = keep_once(LINK, tmp_path)
    assert set(tmp_path.iterdir()) == {first, second}

    os.utime(first, (0, 0))
    third = keep_once(LINK, tmp_path)
    assert set(tmp_path.iterdir()) == {second, third}


async def test_what_fails_is_one_line_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    assert await carry_out(settings, "staff list", {}) == DONE
    capsys.readouterr()
    assert await carry_out(settings, "staff link", {"email": "a@\x1b[2Jb.no"}) == FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "innom staff link: a@?[2Jb.no: no such account; `innom staff list` shows all\n"
