"""Updates a second: one chat that waits for each answer, and fifty at once."""

import asyncio
from itertools import cycle
from time import perf_counter

from db.engine import Database
from tests.bench.echo import Echo, echoes_per_second
from tests.bench.packs import MadePack
from tests.bench.report import Report
from tests.bench.talking import Engine, TimedMind

CHATS = (1, 50)
MESSAGES = 300


async def measure_throughput(
    report: Report, database: Database, engine: str, mind: TimedMind, pack: MadePack
) -> None:
    """Whole turns, understanding included, next to the echo bot."""
    talking, echo = Engine(database, mind), Echo(database)
    await echo.set_up()
    rows = []
    for chats in CHATS:
        per_second = await _turns_per_second(talking, pack, chats)
        echoed = await echoes_per_second(echo, MESSAGES, chats)
        rows.append((chats, f"{per_second:.0f}", f"{echoed:.0f}"))
        report.figure(f"throughput.{engine}.chats_{chats}", per_second)
    title = f"Updates a second on {engine}, {len(mind.knowledge.entries)} entries"
    report.table(title, ("chats at once", "turns", "echo bot"), rows)


async def _turns_per_second(talking: Engine, pack: MadePack, chats: int) -> float:
    questions = cycle(text for text, _ in pack.questions)
    visitors = [talking.visitor() for _ in range(chats)]
    began = perf_counter()
    for _ in range(MESSAGES // chats):
        await asyncio.gather(*(talking.says(visitor, next(questions)) for visitor in visitors))
    return MESSAGES / (perf_counter() - began)
