"""One turn through the whole engine, against one update of the echo bot."""

from itertools import cycle
from statistics import fmean

from db.engine import Database
from tests.bench.echo import Echo
from tests.bench.packs import MadePack
from tests.bench.report import Report, middle, ms
from tests.bench.talking import Engine, TimedMind, timed

ROUNDS = 15
IN_A_ROUND = 12
CHAT = 5  # a chat on Telegram


async def measure_turn(
    report: Report, database: Database, engine: str, mind: TimedMind, pack: MadePack
) -> None:
    """Rounds of turns on the web, turns on Telegram and echoes, by turns."""
    talking, echo = Engine(database, mind), Echo(database)
    await echo.set_up()
    rounds = await _rounds(talking, echo, pack)
    size = len(mind.knowledge.entries)
    title = f"A turn on {engine}, {size} entries (median of {ROUNDS} rounds, ms)"
    web, telegram, echoed = (middle(column) for column in zip(*rounds, strict=True))
    report.table(
        title,
        ("", "ms", "to the echo"),
        [
            ("echo bot, one commit", ms(echoed), "1"),
            ("web chat, less understanding", ms(web), f"{_ratio(rounds, 0):.2f}"),
            ("Telegram, less understanding", ms(telegram), f"{_ratio(rounds, 1):.2f}"),
        ],
    )
    where = "" if engine == "sqlite" else f"{engine}."
    report.figure(f"turn.{where}ratio_to_durable_echo.{size}", _ratio(rounds, 0))
    report.figure(f"turn.{where}telegram.ratio_to_durable_echo.{size}", _ratio(rounds, 1))
    report.figure(f"turn.{where}ms.{size}", web * 1000)


async def _rounds(talking: Engine, echo: Echo, pack: MadePack) -> list[tuple[float, ...]]:
    """(web, Telegram, echo) seconds of each round; the first one only warms up."""
    visitor, questions = talking.visitor(), cycle(pack.questions)
    rounds: list[tuple[float, ...]] = []
    for _ in range(ROUNDS + 1):
        web, telegram, echoed = [], [], []
        for _ in range(IN_A_ROUND):
            text, _slug = next(questions)
            web.append(await timed(talking.mind, talking.says(visitor, text)))
            telegram.append(await timed(talking.mind, talking.writes(CHAT, text)))
            echoed.append(await echo.says(text))
        rounds.append((fmean(web), fmean(telegram), fmean(echoed)))
    expected = 2 * (ROUNDS + 1) * IN_A_ROUND  # each question and its one answer
    if len(await talking.shown(visitor)) != expected:
        raise RuntimeError("an answer is missing in the history")
    return rounds[1:]


def _ratio(rounds: list[tuple[float, ...]], column: int) -> float:
    """The median of the rounds' own ratios: both sides met the same disturbance."""
    return middle([one[column] / one[2] for one in rounds])
