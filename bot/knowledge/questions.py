"""Questions from files of JSON lines: with known answers (`check`) or to be asked (`ask`)."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEPLOYMENTS = {"no": ("norge", "sandnes"), "se": ("sverige", "vasby")}
MARKED = "surrogateescape"  # how to open a file so that a bad line is found and named
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
KINDS = ("entry", "action", "oos", "crisis", "lookalike", "smalltalk")


class BadQuestions(Exception):
    """A line of a file of questions cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `gold` holds what is right, best first, where it is known."""

    id: str
    text: str
    lang: str | None
    deployment: str | None
    kind: str
    gold: tuple[str, ...]
    style: str


def read_questions(path: Path) -> list[Question]:
    """All questions with known answers; raises BadQuestions."""
    with path.open(encoding="utf-8", errors=MARKED) as lines:
        return [_question(values, number) for number, values in objects(lines)]


def objects(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of each line that is not empty; each has a `text`."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if _NOT_UTF8.search(line):
            raise BadQuestions(f"line {number}: not UTF-8")
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadQuestions(f"line {number}: not JSON ({error})") from None
        if not isinstance(values, dict) or not isinstance(values.get("text"), str):
            raise BadQuestions(f"line {number}: expected an object with a `text`")
        yield number, values


def _question(values: dict[str, Any], number: int) -> Question:
    kind = values.get("kind")
    gold = values.get("gold") or []
    if kind not in KINDS or not isinstance(gold, list):
        raise BadQuestions(
            f"line {number}: `kind` must be one of {', '.join(KINDS)}, `gold` a list"
        )
    return Question(
        id=str(values.get("id", number)),
        text=values["text"],
        lang=_word(values.get("lang")),
        deployment=_word(values.get("deployment")),
        kind=kind,
        gold=tuple(str(slug) for slug in gold),
        style=str(values.get("style") or "-"),
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
