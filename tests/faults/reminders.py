"""A storm over reminders: servers are killed while they send, and the clock jumps about.

Some chats have blocked the bot, are told to be silent or are cut off after the message; some
causes are cancelled. Then it is counted from outside what Telegram was sent.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.actions.outbox import BOOKING_REMINDER, cancel_about, list_for_staff, queue_for_chat
from db.addresses import get_or_add_address
from db.engine import Database
from db.outbox import OPEN, table
from db.schema import migrate
from tests.faults.outcome import answered
from tests.faults.processes import Server
from tests.faults.server import CLOCK, REMINDER_POINTS
from tests.faults.telegram_stub import BLOCKED, CUT, FLOOD, TOKEN
from tests.faults.town import Town

BOT_ID = int(TOKEN.partition(":")[0])
FIRST_CHAT = 5001
RANDOM_SECONDS = (0.3, 2.2)  # within which a random kill falls; a tick comes each second
POINT_PATIENCE = 60.0
LOOK_SECONDS = 0.2
AT_RANDOM = "at random"
USEFUL = timedelta(days=3)


@dataclass(frozen=True)
class Phase:
    """A part of the storm: from which of its lives on, and where the clock is put then."""

    since: float  # of all lives
    clock: str  # day of November 2026, hours and minutes in Oslo
    quiet: bool = False

    @property
    def begins(self) -> datetime:
        wall = datetime.strptime(f"2026-11-{self.clock}", "%Y-%m-%d %H:%M")  # noqa: DTZ007 - below
        return wall.replace(tzinfo=ZoneInfo("Europe/Oslo")).astimezone(UTC)


PHASES = (
    Phase(0, "24 12:00"),
    Phase(2 / 6, "24 22:00", quiet=True),
    Phase(3 / 6, "24 20:00"),  # put back by two hours
    Phase(4 / 6, "24 22:30", quiet=True),
    Phase(5 / 6, "25 08:30"),
)


@dataclass(frozen=True)
class Storm:
    """How large it is."""

    seed: int = 1
    kills: int = 6
    chats: int = 24
    each: int = 4
    patience: float = 300.0  # seconds that the rest may take at the end

    def phase(self, life: int) -> Phase:
        """The phase of a life."""
        return [phase for phase in PHASES if phase.since * self.kills <= life][-1]


@dataclass
class Outcome:
    """Numbers of reminders, and how servers died."""

    lost: int = 0
    copies: int = 0
    uncertain: int = 0
    in_quiet_hours: int = 0
    after_cancel: int = 0
    listed: int = 0
    sent: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    @property
    def killed(self) -> int:
        """How often a server was killed."""
        return self.kills.total()


@dataclass
class Plan:
    """What was queued and cancelled (when, by the clock of this process), and when it was quiet."""

    queued: set[str] = field(default_factory=set)
    cancelled: dict[str, float] = field(default_factory=dict)
    quiet: list[tuple[float, float]] = field(default_factory=list)


async def run(town: Town, data: Path, storm: Storm) -> Outcome:
    """Lets the storm pass; returns what came of it."""
    chance, plan, outcome = random.Random(storm.seed), Plan(), Outcome()
    database = Database(town.url)
    try:
        await migrate(database)
        await _queue(database, storm, plan, chance)
        _set_moods(town, storm)
        for life in range(storm.kills):
            await _live(town, database, data, storm, life, plan, outcome, chance)
        await town.start()
        await _settle(database, storm.patience)
        await _count(town, database, plan, outcome)
    finally:
        await database.close()
    return outcome


async def _queue(database: Database, storm: Storm, plan: Plan, chance: random.Random) -> None:
    first = PHASES[0].begins
    async with database.write() as db:
        for number in range(storm.chats * storm.each):
            chat = FIRST_CHAT + number % storm.chats
            due_at = chance.choice(PHASES).begins + timedelta(seconds=chance.uniform(0, 5))
            address = await get_or_add_address(db, BOT_ID, str(chat), first)
            about = f"booking:{number}"
            plan.queued.add(about)
            await queue_for_chat(
                db,
                address_id=address,
                purpose=BOOKING_REMINDER,
                about=about,
                due_at=due_at,
                useful_until=first + USEFUL,
            )


def _set_moods(town: Town, storm: Storm) -> None:
    """One chat has blocked the bot, some are told to be silent, some are cut off, one each time."""
    town.stub.moods[FIRST_CHAT] = [BLOCKED]
    for chat in range(FIRST_CHAT + 1, FIRST_CHAT + storm.chats):
        if chat % 5 == 0:
            town.stub.moods[chat] = [FLOOD]
        if chat % 7 == 0:
            town.stub.moods[chat] = [CUT]
    town.stub.moods[FIRST_CHAT + storm.chats - 1] = [CUT] * storm.each


async def _live(
    town: Town,
    database: Database,
    data: Path,
    storm: Storm,
    life: int,
    plan: Plan,
    outcome: Outcome,
    chance: random.Random,
) -> None:
    phase = storm.phase(life)
    if life == 0 or phase != storm.phase(life - 1):
        for server in town.servers:
            outcome.kills[AT_RANDOM] += server.is_alive()
            await town.kill(server)
        await _cancel_some(database, plan, chance)
        _put_clock(data, phase)
    began = time.monotonic()
    victim = town.servers[life % len(town.servers)]
    point = AT_RANDOM if phase.quiet or life % 2 else chance.choice(REMINDER_POINTS)
    if point != AT_RANDOM:
        victim.die_at(point, chance.randint(1, 6))
    await town.start()
    outcome.kills[await _die(town, victim, point, chance)] += 1
    if phase.quiet:
        plan.quiet.append((began, time.monotonic()))


async def _die(town: Town, victim: Server, point: str, chance: random.Random) -> str:
    if point == AT_RANDOM:
        await asyncio.sleep(chance.uniform(*RANDOM_SECONDS))
        hit = False
    else:
        hit = await victim.died(POINT_PATIENCE)
    await town.kill(victim)
    return point if hit else AT_RANDOM


def _put_clock(data: Path, phase: Phase) -> None:
    shift = (phase.begins - datetime.now(UTC)).total_seconds()
    (data / CLOCK).write_text(str(shift))


async def _cancel_some(database: Database, plan: Plan, chance: random.Random) -> None:
    """While no server runs: what is sent after this was sent after its cause was cancelled."""
    left = sorted(plan.queued - set(plan.cancelled))
    async with database.write() as db:
        for about in chance.sample(left, len(left) // 20):
            await cancel_about(db, about, datetime.now(UTC))
            plan.cancelled[about] = 0.0
    now = time.monotonic()
    plan.cancelled |= {about: now for about, at in plan.cancelled.items() if not at}


async def _settle(database: Database, patience: float) -> None:
    """Returns when nothing is open any more, or it takes too long."""
    until = time.monotonic() + patience
    open_rows = select(table.c.id).where(table.c.state.in_(OPEN)).limit(1)
    while time.monotonic() < until:
        async with database.read() as db:
            if (await db.execute(open_rows)).first() is None:
                return
        await asyncio.sleep(LOOK_SECONDS)


async def _count(town: Town, database: Database, plan: Plan, outcome: Outcome) -> None:
    async with database.read() as db:
        troubles = await list_for_staff(db, PHASES[-1].begins)
        attempts = await db.execute(select(table.c.attempt).where(table.c.attempt > 1))
        outcome.uncertain = sum(attempt - 1 for attempt in attempts.scalars())
    arrived = Counter(answered(sent.text) for sent in town.stub.sent)
    listed = {str(trouble.about) for trouble in troubles}
    outcome.sent, outcome.listed = len(arrived), len(listed)
    outcome.lost = len(plan.queued - set(plan.cancelled) - set(arrived) - listed)
    outcome.copies = arrived.total() - len(arrived)
    for sent in town.stub.sent:
        cancelled = plan.cancelled.get(answered(sent.text))
        outcome.after_cancel += cancelled is not None and sent.at > cancelled
        outcome.in_quiet_hours += _within(sent.at, plan.quiet)


def _within(at: float, times: Sequence[tuple[float, float]]) -> bool:
    return any(begin <= at <= end for begin, end in times)
