"""`innom doctor`: checks settings, database, packs and channels, and says what to do."""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import GetMe

from bot.channels.telegram import make_bot
from bot.knowledge.crisis import CHECKED, unreviewed
from bot.knowledge.entries import Knowledge, Profile
from bot.knowledge.packs import PackError, load
from bot.settings import Settings
from db import inbox, outbox
from db.engine import DATABASE_DOWN, Database, Db
from db.feedback import count_feedback
from db.schema import current_revision, newest_revision

GOOD, WARN, BAD = "ok", "warning", "fault"
MOST_NOES = 3  # entries named for not having helped
OLD_DAYS = 90  # helplines change their numbers and hours; look at least this often


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do."""

    level: str
    text: str


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
    async for finding in _telegram(settings):
        yield finding


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
    # Setting `on_duty` must not look as if somebody were told: no message goes there yet.
    yield Finding(WARN, "danger: nobody on duty is told yet; people get numbers to ring")


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
            if revision:
                for finding in [await _dead(db), await _outbox(db), await _feedback(db)]:
                    yield finding
    except DATABASE_DOWN as error:
        yield Finding(BAD, f"INNOM_DATABASE_URL: does not answer ({type(error).__name__})")
    finally:
        await database.close()


async def _dead(db: Db) -> Finding:
    dead = await inbox.list_dead(db)
    if not dead:
        return Finding(GOOD, "inbox: every update was handled")
    names = ", ".join(sorted({error or "?" for _, error, _ in dead}))
    return Finding(WARN, f"inbox: {len(dead)} updates could not be handled ({names})")


async def _outbox(db: Db) -> Finding:
    states = await outbox.count_states(db)
    failed = states.get(outbox.FAILED, 0) + states.get(outbox.UNCERTAIN, 0)
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "empty"
    return Finding(WARN if failed else GOOD, f"outbox: {counts}")


async def _feedback(db: Db) -> Finding:
    counts = await count_feedback(db)
    helped = sum(count for (_, yes), count in counts.items() if yes)
    failed = Counter({slug: count for (slug, yes), count in counts.items() if not yes})
    most = ", ".join(f"{slug} {count}" for slug, count in failed.most_common(MOST_NOES))
    names = f" ({most})" if most else ""
    return Finding(GOOD, f"feedback: {helped} yes, {failed.total()} no{names}")


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
