"""What waits for whom, and whether things run: for the console's first page."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions import cases, outbox
from bot.actions.cases import Waits
from bot.actions.mind import Mind
from bot.knowledge.entries import Knowledge
from db import call_back, heartbeat, inbox, unanswered
from db.engine import Db
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, Account, list_accounts

LATE = timedelta(minutes=2)  # so long a message may wait, and so long a task may say nothing
MANY_TRIES = 10  # wrong passwords at one account that an administrator should know of
ANSWERS = (Waits.CALL_ME, Waits.CANNOT, Waits.NEW_ANSWER)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of each kind waits; None where the person's roles do not see it."""

    answers: int | None = None
    to_confirm: int | None = None
    no_answer: int | None = None
    call_backs: int | None = None
    in_vain: int | None = None
    unread: int | None = None
    not_delivered: int | None = None
    not_handled: int | None = None
    guessed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """Whether the regular tasks run. `oldest_due` is how long the oldest message waits."""

    oldest_due: timedelta | None
    beats: dict[str, datetime]
    still: tuple[str, ...]

    @property
    def is_late(self) -> bool:
        """Whether messages wait longer than they should."""
        return self.oldest_due is not None and self.oldest_due > LATE


@dataclass(frozen=True, slots=True)
class Read:
    """How many of the texts in one language staff have read."""

    lang: str
    texts: int
    read: int

    @property
    def share(self) -> float:
        """From 0 to 1, rounded down to hundredths: 1 is said of nothing less than all."""
        return 100 * self.read // max(self.texts, 1) / 100


async def what_waits(db: Db, staff: Account, mind: Mind, now: datetime) -> Waiting:
    """What waits for this person's roles."""
    roles, found = staff.roles, dict[str, int]()
    if CASE_WORKER in roles:
        found |= await _in_cases(db, staff.id, now)
    if roles & {ADMIN, HOST, CASE_WORKER}:
        found["call_backs"] = await call_back.count_open(db)
    if roles & {ADMIN, EDITOR}:
        found["in_vain"] = await unanswered.count_open(db)
        found["unread"] = sum(each.texts - each.read for each in how_read(mind.knowledge))
    if roles & {ADMIN, CASE_WORKER}:
        found["not_delivered"] = len(await outbox.list_for_staff(db, now))
    if ADMIN in roles:
        found["not_handled"] = len(await inbox.list_dead(db))
        tried = [account.failures for account in await list_accounts(db)]
        found["guessed_at"] = sum(failures > MANY_TRIES for failures in tried)
    return Waiting(**found)


def how_read(knowledge: Knowledge) -> list[Read]:
    """For each language of the deployment that has texts, the main one first."""
    profile = knowledge.profile
    langs = dict.fromkeys((profile.main_language, *profile.languages))
    found = [_read_in(lang, knowledge) for lang in langs]
    return [each for each in found if each.texts]


async def what_runs(db: Db, now: datetime) -> Running:
    """Whether messages go out in time, and which tasks stand still."""
    beats = await heartbeat.list_beats(db)
    still = tuple(name for name, at in sorted(beats.items()) if now - at > LATE)
    return Running(await outbox.oldest_due(db, now), beats, still)


async def _in_cases(db: Db, staff_id: int, now: datetime) -> dict[str, int]:
    found = Counter(w for case in await cases.list_cases(db, staff_id, now) for w in case.waits)
    return {
        "answers": sum(found[kind] for kind in ANSWERS),
        "to_confirm": found[Waits.TO_CONFIRM],
        "no_answer": found[Waits.NO_ANSWER],
    }


def _read_in(lang: str, knowledge: Knowledge) -> Read:
    texts = [entry.texts[lang] for entry in knowledge.entries.values() if lang in entry.texts]
    return Read(lang, len(texts), sum(text.reviewed_by is not None for text in texts))
