"""How many secret numbers are caught, and how many ordinary messages are touched.

python -m tests.redaction_figures [SHOWN]
"""

import json
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random

from bot.knowledge import intents
from bot.knowledge.packs import load
from bot.knowledge.redaction import redact
from tests.identity_numbers import Written, digits, written
from tests.ordinary_messages import ordinary

QUESTIONS = Path(__file__).parent / "data" / "questions-dev.jsonl"
PACKS = (("norge", "sandnes"), ("sverige", "vasby"))
SEED, VARIANTS, COMPOSED = 20261122, 2_000, 500


def variants(seed: int = SEED, count: int = VARIANTS) -> list[Written]:
    """Messages with one number each, the same ones each time."""
    rng = Random(seed)
    return [written(rng) for _ in range(count)]


def missed(messages: list[Written]) -> list[Written]:
    """Where a digit of the number is left, or another one has gone along with it."""
    return [message for message in messages if digits(redact(message.text)) != message.rest]


@cache
def ordinary_messages() -> tuple[str, ...]:
    """The dev questions, all utterances of all packs and intents, and composed messages."""
    questions = (json.loads(line)["text"] for line in QUESTIONS.read_text("utf-8").splitlines())
    rng = Random(SEED)
    composed = (ordinary(rng) for _ in range(COMPOSED))
    return tuple(dict.fromkeys(chain(questions, _utterances(), composed)))


def touched(messages: tuple[str, ...]) -> list[str]:
    """The ordinary messages that lose something."""
    return [text for text in messages if redact(text) != text]


def _utterances() -> Iterator[str]:
    for packs in PACKS:
        knowledge = load(packs)
        for entry in knowledge.entries.values():
            for said in (*entry.utterances.values(), *entry.never.values()):
                yield from said
        yield from (text for _, _, text in intents.in_languages(knowledge.profile.languages))


def main(shown: int) -> None:
    """Prints both figures, and some of what went wrong."""
    numbers, messages = variants(), ordinary_messages()
    lost, harmed = missed(numbers), touched(messages)
    for number in lost[:shown]:
        print(f"left: {number.kind}: {number.text!r} -> {redact(number.text)!r}")
    for text in harmed[:shown]:
        print(f"touched: {text!r} -> {redact(text)!r}")
    print(f"{len(lost)} of {len(numbers)} missed, {len(harmed)} of {len(messages)} touched")
    print(f"figure: redaction.caught = {1 - len(lost) / len(numbers):.5f}")
    print(f"figure: redaction.touched = {len(harmed) / len(messages):.5f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
