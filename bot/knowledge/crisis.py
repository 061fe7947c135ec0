"""What somebody in danger is told: the country's numbers, and fixed texts in eight languages.

Both are data (`crisis.yaml`, `danger/help.yaml`), read once at the start and kept in memory, so
that help needs no database, no network and no catalogue. The country is the deployment's, never
guessed from the language.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

MOST_LINES = 4
URGENT = ("acute-medical", "violence")  # between them they have every emergency number
_MAIN = {"no": "nb", "se": "sv"}
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Line:
    """A number to ring: its name, the number as one writes it, and `tel`, as one dials it.

    `hours` (empty where not certain) and `audience` (for whom) are in the person's language;
    `emergency` marks the numbers for danger here and now.
    """

    id: str
    name: str
    number: str
    tel: str
    hours: str
    audience: str
    emergency: bool


@dataclass(frozen=True, slots=True)
class HelpText:
    """What is shown, in this order: opening, lines, closing, not_read; all in `lang`.

    `reviewed`: health staff have approved the texts of this language. For operators to see, not for
    the person in need.
    """

    opening: str
    lines: tuple[Line, ...]
    not_read: str
    closing: str
    lang: str
    reviewed: bool


def lines_for(country: str, need: str, lang: str) -> list[Line]:
    """The verified lines for a need, first to be shown first; KeyError for an unknown need."""
    of_country = _crisis()[country]
    lang = _spoken(country, lang)
    known = ((key, of_country["lines"][key]) for key in of_country["needs"][need])
    return [_line(key, line, lang) for key, line in known if line["verified"]]


def emergency_lines(country: str, lang: str) -> list[Line]:
    """The country's numbers for danger here and now, each once, illness first."""
    found = (line for need in URGENT for line in lines_for(country, need, lang) if line.emergency)
    return list({line.id: line for line in found}.values())


def help_text(country: str, need: str, lang: str, about_other: bool, level: int) -> HelpText:
    """The whole answer to a danger: at most `MOST_LINES` lines, an emergency number among them.

    Where life may be in danger (`level` 2) the emergency number stands first. A language without
    texts gives the country's main language. KeyError for an unknown country or need.
    """
    lang = _spoken(country, lang)
    lines = lines_for(country, need, lang)[:MOST_LINES]
    emergency = next(line for line in lines if line.emergency)
    if level > 1:
        lines.sort(key=lambda line: line is not emergency)
    texts = _help()
    opening = texts["opening"][need]["other" if about_other else "self"][lang]
    return HelpText(
        opening=opening.format(number=emergency.number),
        lines=tuple(lines),
        not_read=texts["not_read"][lang],
        closing=texts["closing"][lang],
        lang=lang,
        reviewed=texts["reviewed"][lang] is not None,
    )


def unreviewed() -> list[str]:
    """The languages whose texts no health staff have approved yet, for `innom doctor`."""
    return [lang for lang, day in _help()["reviewed"].items() if day is None]


def _line(key: str, line: dict[str, Any], lang: str) -> Line:
    texts = _help()
    return Line(
        id=key,
        name=line["name"],
        number=line["number"],
        tel="".join(c for c in line["number"] if c.isdigit()),
        hours=texts["hours"][line["hours"]][lang] if "hours" in line else "",
        audience=texts["audience"][line["audience"]][lang],
        emergency=line.get("emergency", False),
    )


def _spoken(country: str, lang: str) -> str:
    return lang if lang in _help()["not_read"] else _MAIN[country]


@lru_cache(maxsize=1)
def _crisis() -> dict[str, Any]:
    return _read("crisis.yaml")


@lru_cache(maxsize=1)
def _help() -> dict[str, Any]:
    return _read("danger/help.yaml")


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((_HERE / name).read_text("utf-8"))
    return data


CHECKED: date = _crisis()["checked"]
"""The day on which the numbers were found printed on their pages."""
