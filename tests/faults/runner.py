"""A storm: people write on the web and on Telegram while servers are killed and started again."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice

from tests.faults.outcome import Outcome, Said
from tests.faults.processes import Server
from tests.faults.server import POINTS
from tests.faults.town import Town
from tests.faults.web_client import WebClient

FIRST_CHAT = 9001  # Telegram's
AT_RANDOM = "at random"
PAUSE_SECONDS = 0.06  # at most, between two messages
RANDOM_SECONDS = 1.0  # within which a random kill falls; a start takes about half of it
POINT_PATIENCE = 60.0  # seconds in which a planned point is passed, however busy the machine is

Share = Sequence[tuple[int, str]]  # (chat, text), in the order of writing


@dataclass(frozen=True)
class Storm:
    """What happens: on each channel, `chats` people write `each` messages, over `kills` kills."""

    seed: int = 1
    chats: int = 10
    each: int = 20
    kills: int = 20
    late: float = 0  # seconds that the commit comes after the acknowledgement (the control)
    patience: float = 45.0  # seconds without news after which no answer is expected any more

    def deaths(self, chance: random.Random) -> list[tuple[str, int]]:
        """(point or AT_RANDOM, which passing): half of them at random moments."""
        points = islice(cycle(POINTS), self.kills // 2)
        planned = [(point, chance.randint(1, 2)) for point in points]
        planned += [(AT_RANDOM, 0)] * (self.kills - len(planned))
        chance.shuffle(planned)
        return planned

    def shares(self, chance: random.Random) -> list[Share]:
        """(chat, text) of all messages, mixed, as many shares as there are lives."""
        left = [chat for chat in range(self.chats) for _ in range(self.each)]
        chance.shuffle(left)
        count: Counter[int] = Counter()
        texts = []
        for chat in left:
            count[chat] += 1
            texts.append((chat, f"er det te {chat} gang {count[chat]} her"))
        lives = self.kills + 1
        return [
            texts[i * len(texts) // lives : (i + 1) * len(texts) // lives] for i in range(lives)
        ]


async def run(town: Town, storm: Storm) -> Outcome:
    """Lets the storm pass over a town; returns what came of it."""
    chance = random.Random(storm.seed)
    pages = [town.open_page(blocked=i % 2 == 1) for i in range(storm.chats)]
    on_web, on_telegram = storm.shares(chance), storm.shares(chance)
    shares = list(zip(on_web, on_telegram, strict=True))
    outcome = Outcome()
    for turn, death in enumerate(storm.deaths(chance)):
        speak = partial(_speak, town, pages, *shares[turn], chance)
        outcome.kills[await _strike(town, death, turn, speak, chance)] += 1
    await town.start()
    await _speak(town, pages, *shares[-1], chance)
    total = storm.chats * storm.each
    await town.settle({"web": total, "telegram": total}, storm.patience)
    await _count(town, outcome, _by_chat(on_web), _by_chat(on_telegram))
    return outcome


async def _speak(
    town: Town, pages: Sequence[WebClient], on_web: Share, on_telegram: Share, chance: random.Random
) -> None:
    for (page, text), (chat, other) in zip(on_web, on_telegram, strict=True):
        pages[page].say(text)
        await town.stub.say(FIRST_CHAT + chat, other)
        await asyncio.sleep(chance.uniform(0, PAUSE_SECONDS))


async def _strike(
    town: Town,
    death: tuple[str, int],
    turn: int,
    speak: Callable[[], Coroutine[None, None, None]],
    chance: random.Random,
) -> str:
    """Kills one server as planned while people write; returns where it was hit."""
    point, nth = death
    victim = town.servers[turn % len(town.servers)]
    if len(town.servers) > 1:
        await town.start()
        if point in POINTS:
            victim = await town.leader()  # who polls has updates to take and replies to send
    if point in POINTS:
        victim.die_at(point, nth)
    async with asyncio.TaskGroup() as together:
        together.create_task(town.start())
        speaking = together.create_task(speak())
        hit = await _dies(victim, point, speaking, chance)
        await town.kill(victim)
    return point if hit else AT_RANDOM


async def _dies(
    victim: Server, point: str, speaking: "asyncio.Task[None]", chance: random.Random
) -> bool:
    """Waits for a planned death, or until a random moment; False where it still lives."""
    if point == AT_RANDOM:
        await asyncio.sleep(chance.uniform(0, RANDOM_SECONDS))
        return False
    await speaking
    return await victim.died(POINT_PATIENCE)


async def _count(town: Town, outcome: Outcome, on_web: Said, on_telegram: Said) -> None:
    """Counts from outside, with every page held against the history that is stored."""
    url = town.servers[0].url
    for number, page in enumerate(town.pages):
        outcome.count_page(on_web[number], page.shown, await page.history(url))
    for chat, said in on_telegram.items():
        outcome.count_chat(said, town.stub.texts(FIRST_CHAT + chat))
    outcome.left = await town.count_left()


def _by_chat(shares: Sequence[Share]) -> Said:
    said: dict[int, list[str]] = defaultdict(list)
    for chat, text in (message for share in shares for message in share):
        said[chat].append(text)
    return said
