"""Sample slots stand ready from the start, so that a new installation's pages show them."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from apscheduler.job import Job

from bot.actions.learning import Learner
from bot.actions.mind import Mind
from bot.jobs import SAMPLE_HOURS, make_scheduler
from db.engine import Database
from db.staff import HOST
from tests.conftest import Clock
from tests.office import Office


async def _nothing() -> None:
    return None


def sample_tick(database: Database, mind: Mind, clock: Clock) -> Job:
    """The tick that keeps the samples, of a scheduler that is not started."""
    turns, postman = SimpleNamespace(sweep=_nothing), SimpleNamespace(tick=_nothing)
    learner = Learner(database, mind)
    made = make_scheduler(database, cast(Any, turns), cast(Any, postman), clock, learner)
    return next(job for job in made.get_jobs() if job.func.__name__ == "samples")


async def test_the_host_sees_samples_before_anybody_asked(
    database: Database, norway: Mind, clock: Clock
) -> None:
    mind = Mind(norway.knowledge, norway.understander, samples=True)
    tick = sample_tick(database, mind, clock)
    assert tick.next_run_time <= datetime.now(UTC), "at the start"
    assert tick.trigger.interval.total_seconds() == SAMPLE_HOURS * 3600
    await tick.func()
    await tick.func()  # another process at the same moment changes nothing
    async with Office(database, mind, clock).sign_in(HOST) as hanna:
        page = await hanna.open("/staff/slots")
        assert "Sample: " in page
        assert hanna.page
        first = hanna.page.text.split('href="/staff/slots/')[2].split('"')[0]
        page = await hanna.open(f"/staff/slots/{first}")
        assert "This is a sample. It is made up, so that you can try." in page


async def test_where_samples_are_off_none_are_made(
    database: Database, norway: Mind, clock: Clock
) -> None:
    await sample_tick(database, norway, clock).func()
    async with Office(database, norway, clock).sign_in(HOST) as hanna:
        assert "There are no such times to come." in await hanna.open("/staff/slots")
