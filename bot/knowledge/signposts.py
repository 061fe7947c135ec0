"""What others deal with: whose matter it is, said in every language, and no word more.

The small pack beside this file: `signposts/matters.yaml` (what it is about, who deals with it in
each country), `signposts/authorities.yaml` (how they are called) and `signposts/said.<lang>.yaml`
(what people say, read by `bot.knowledge.intents`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.entries import CLOSE, LAST_RESORT

FOLDER = Path(__file__).parent / "signposts"
MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class Signpost:
    """A matter of others; `titles` and `whose` are keyed by language.

    `whose` is empty where the municipality itself deals with it, in another part than ours. It is
    made for the middle of a sentence.
    """

    slug: str
    titles: Mapping[str, str]
    whose: Mapping[str, str]

    def title(self, lang: str) -> str:
        """What it is about, in `lang` or a language near it."""
        return in_language(self.titles, lang)

    def owner(self, lang: str) -> str | None:
        """Who deals with it; None where that is the municipality."""
        return in_language(self.whose, lang) if self.whose else None


def find_signpost(slug: str | None, country: str) -> Signpost | None:
    """The signpost of a country (no, se), or None where there is none of that name."""
    return signposts(country).get(slug or "")


@cache
def signposts(country: str) -> Mapping[str, Signpost]:
    """All signposts of a country by slug. Raises KeyError where one names nobody."""
    authorities = _read("authorities") | {MUNICIPALITY: {}}
    return {
        slug: Signpost(slug, matter["title"], authorities[matter[country]])
        for slug, matter in _read("matters").items()
        if country in matter
    }


def in_language(said: Mapping[str, str], lang: str) -> str:
    """What is said in `lang`, else in a close language, else in English."""
    return next(said[x] for x in (lang, CLOSE.get(lang), LAST_RESORT) if x and x in said)


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found
