"""What all pages of the console share: the database, the knowledge, and how pages are filled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.actions.mind import Mind
from bot.channels.notify import Notifier
from bot.settings import Settings
from bot.texts import OWN_NAMES, Words, spoken
from bot.web.staff.menu import menu
from bot.web.staff.patience import Patience
from db.engine import Database

if TYPE_CHECKING:
    from bot.web.staff.visit import Visit

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(slots=True)
class Console:
    """The console of one running program. `paths` are the pages that there are."""

    database: Database
    mind: Mind
    settings: Settings
    now: Callable[[], datetime]
    notifier: Notifier
    version: str
    paths: frozenset[str] = frozenset()
    patience: Patience = field(default_factory=Patience)
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        self.templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    def secure(self) -> bool:
        """Whether browsers come by https."""
        return self.settings.chat_url.startswith("https://")

    def render(self, template: str, visit: Visit, values: Mapping[str, object]) -> str:
        """A page as HTML: the template's own values, and what every page has."""
        common = self._common(visit)
        return self.templates.get_template(f"staff/{template}").render({**common, **values})

    def _common(self, visit: Visit) -> dict[str, object]:
        words, profile = visit.words, self.mind.knowledge.profile
        here = visit.request.url.path
        return {
            "t": words.t,
            "lang": words.lang,
            "dir": words.direction,
            "comma": words.comma,
            "municipality": profile.name,
            "version": self.version,
            "nonce": visit.request.state.nonce,
            "staff": visit.staff,
            "menu": menu(words, visit.staff.roles, self.paths, here) if visit.session else [],
            "here": here,
            "languages": [(code, OWN_NAMES[code]) for code in spoken()],
            "flash": visit.flash,
            "errors": {},
            "csrf": Markup('<input type="hidden" name="csrf" value="{}">').format(visit.csrf),
            "when": lambda at: when(at, profile.zone, words),
            "day": lambda at: day(at, profile.zone, words),
        }


def when(at: datetime, zone: str, words: Words) -> str:
    """An instant as the staff's clock showed it."""
    place = ZoneInfo(zone)
    return f"{day(at, zone, words)} {format_skeleton('Hm', at, place, locale=_locale(words))}"


def day(at: datetime, zone: str, words: Words) -> str:
    """The day of an instant where the staff are."""
    return str(format_skeleton("yMMMd", at, ZoneInfo(zone), locale=_locale(words)))


def _locale(words: Words) -> str:
    return "en_GB" if words.lang == "en" else words.lang
