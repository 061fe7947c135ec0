"""Figures beside those of `check`: what words alone reach, and what tuning may have flattered."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.knowledge.calibration import FULL, LEXICAL, shipped
from bot.knowledge.embeddings import built_in
from bot.knowledge.fit import Heard, cross_validate, hear, tally
from bot.knowledge.matching import decide
from bot.knowledge.questions import DEPLOYMENTS, Question

KINDS = ("entry", "action", "oos", "smalltalk")
FEWEST = 100  # questions: fewer cannot be divided and learned from


def beside(questions: Sequence[Question]) -> str:
    """A table of the matching alone, without the danger check, over the built-in deployments.

    Each line is a path (words, or words and meanings) with the shipped calibration, and with one
    learned by ten-fold cross-validation on these very questions: what a question teaches is never
    used on itself. Where the first is better than the second, tuning shows.
    """
    own = [one for one in questions if one.deployment in DEPLOYMENTS and one.kind in KINDS]
    heads = "".join(f"{kind:>24}" for kind in KINDS)
    lines = [
        f"{'the matching alone':34}{heads}",
        " " * 34 + f"{'right wrong offered':>24}" * len(KINDS),
    ]
    for name, library in (("words alone", None), ("words and meanings", built_in())):
        if name == "words alone" or library:
            heard = list(hear(own, library))
            lines += [f"  {row}" for row in _rows(name, heard, FULL if library else LEXICAL)]
    return "\n".join(lines)


def _rows(name: str, heard: Sequence[Heard], path: str) -> Iterator[str]:
    learned = shipped(path)
    plain = tally([(one.question, decide(one.weigh(learned), learned)) for one in heard])
    yield _row(name, plain)
    if len(heard) >= FEWEST:
        yield _row(f"{name}, cross-validated", cross_validate(heard))


def _row(name: str, figures: dict[str, Any]) -> str:
    return f"{name:32}" + "".join(f"{_cell(figures.get(kind)):>24}" for kind in KINDS)


def _cell(figures: dict[str, float] | None) -> str:
    if not figures:
        return "-"
    return " ".join(f"{figures[name]:.3f}" for name in ("right", "wrong", "offered"))
