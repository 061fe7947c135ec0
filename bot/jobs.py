"""Ticks: each calls one action. Who works on what is decided in the database, not here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.actions.appointments import follow_clock_rules
from bot.actions.learning import Learner
from bot.actions.my_data import finish_erasing
from bot.actions.privacy import forget_old
from bot.actions.sample_slots import keep_samples
from bot.channels.post import Postman
from bot.channels.turns import Turns
from db.engine import Database

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1  # how long an update waits that nobody was woken for
FORGET_HOURS = 6
SAMPLE_HOURS = 6  # how long the farthest day may have no samples yet
ERASE_SECONDS = 60  # how long what was erased may still stand in the database's log
LEARN_SECONDS = 1  # how long another process answers with the old text
END_SECONDS = 3.0  # how long a tick may go on when the program ends


def make_scheduler(
    database: Database,
    turns: Turns,
    postman: Postman,
    now: Callable[[], datetime],
    learner: Learner,
) -> AsyncIOScheduler:
    """A scheduler with all ticks, not started. Its jobs live in memory: several processes tick."""

    async def forget() -> None:
        async with database.write() as db:
            gone = await forget_old(db, now())
        log.info("forgotten by age: %s", gone)

    async def follow_clocks() -> None:
        async with database.write() as db:
            await follow_clock_rules(db, now(), learner.mind.reach.quiet_hours)

    async def samples() -> None:
        if learner.mind.samples:
            async with database.write() as db:
                await keep_samples(db, learner.mind.knowledge, now())

    async def erase() -> None:
        async with database.write() as db:
            await finish_erasing(db, now())
        await database.settle()  # or SQLite's log would still hold what was deleted

    scheduler = AsyncIOScheduler(timezone="UTC")
    calm = {"coalesce": True, "misfire_grace_time": None}
    scheduler.add_job(quietly(turns.sweep), "interval", seconds=SWEEP_SECONDS, **calm)
    scheduler.add_job(quietly(learner.tick), "interval", seconds=LEARN_SECONDS, **calm)
    scheduler.add_job(quietly(erase), "interval", seconds=ERASE_SECONDS, **calm)
    at_once = datetime.now(UTC)  # by the scheduler's own clock, whatever `now` tells
    often = {"hours": FORGET_HOURS, "next_run_time": at_once}
    scheduler.add_job(quietly(forget), "interval", **often, **calm)
    scheduler.add_job(quietly(follow_clocks), "interval", **often, **calm)
    seldom = {"hours": SAMPLE_HOURS, "next_run_time": at_once}
    scheduler.add_job(quietly(samples), "interval", **seldom, **calm)
    scheduler.add_job(quietly(postman.tick), "interval", seconds=SWEEP_SECONDS, **calm)
    return scheduler


async def end_ticks(scheduler: AsyncIOScheduler) -> None:
    """Stops ticking and waits for ticks that run: they use what is closed next."""
    scheduler.remove_all_jobs()
    # The scheduler itself only cancels them, and does so after it said that it ended.
    running = set(scheduler._lookup_executor("default")._pending_futures)
    if running:
        _, late = await asyncio.wait(running, timeout=END_SECONDS)
        for tick in late:
            tick.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    scheduler.shutdown(wait=False)


def quietly(tick: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """A tick whose failure is one line in the log; the next tick tries again."""

    @wraps(tick)
    async def run() -> None:
        try:
            await tick()
        except asyncio.CancelledError:
            return  # the program ends
        except Exception as error:
            log.warning("%s failed: %s", tick.__qualname__, type(error).__name__)

    return run
