"""The doctor: what is broken or missing is named, and nothing looks better than it is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.actions.mind import Mind
from bot.doctor import BAD, GOOD, WARN, Finding, findings, pack_findings
from bot.settings import Settings
from db.engine import Database
from db.feedback import add_feedback
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


def test_nobody_seems_to_be_told_of_danger(norway: Mind) -> None:
    profile = replace(norway.knowledge.profile, on_duty="vakt@example.no")
    known = replace(norway.knowledge, profile=profile)
    told = about(pack_findings(known, LATER), "danger")
    assert [level for level, _ in told] == [WARN, WARN, WARN], "numbers are old by then"
    assert any("nobody on duty is told" in words for _, words in told)


def test_what_staff_have_not_looked_at_is_counted(norway: Mind) -> None:
    texts = sum(len(entry.texts) for entry in norway.knowledge.entries.values())
    said = [words for _, words in about(pack_findings(norway.knowledge, LATER), "packs")]
    assert f"staff have not read {texts} of {texts} texts" in said
    assert any("set `switchboard`" in words for words in said)
