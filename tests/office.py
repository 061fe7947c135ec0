"""The console and those who use it: browsers that keep cookies and fill in forms."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.actions import staff
from bot.actions.mind import Mind
from bot.channels.notify import Notifier
from bot.settings import Settings
from bot.web.app import Faults, SecurityHeaders
from bot.web.staff.console import Console
from bot.web.staff.cookies import NAMES
from bot.web.staff.routes import staff_routes
from db.engine import Database
from tests.conftest import Clock

_numbers = count(1)
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Office:
    """A console over a test database. `sign_in` gives a browser of somebody with these roles."""

    database: Database
    mind: Mind
    clock: Clock
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        console = Console(
            self.database, self.mind, self.settings, self.clock, Notifier(self.database), "v"
        )
        https = Middleware(SecurityHeaders, https=console.secure)
        self.console = console
        self.app = Starlette(routes=staff_routes(console), middleware=[https, Middleware(Faults)])

    @asynccontextmanager
    async def browser(self, **options: Any) -> AsyncIterator["Browser"]:
        """A browser without cookies."""
        transport = httpx.ASGITransport(app=self.app, client=options.pop("client", ("::1", 1)))
        url = self.settings.chat_url
        async with httpx.AsyncClient(transport=transport, base_url=url, **options) as client:
            client.cookies.set("innom-staff-language", "en")
            yield Browser(self, client)

    async def hire(self, *roles: str, email: str = "", name: str = "Kari Nordmann") -> int:
        """An account with these roles; returns its id."""
        email = email or f"staff{next(_numbers)}@example.org"
        async with self.database.write() as db:
            return await staff.add_staff(db, email, name, roles, self.clock())

    @asynccontextmanager
    async def sign_in(
        self, *roles: str, second_factor: bool = True, staff_id: int = 0
    ) -> AsyncIterator["Browser"]:
        """A browser in which somebody with these roles has signed in, the short way."""
        staff_id = staff_id or await self.hire(*roles)
        async with self.database.write() as db:
            token = await staff.open_session(
                db, staff_id, self.clock(), second_factor=second_factor
            )
        async with self.browser() as browser:
            browser.staff_id = staff_id
            browser.client.cookies.set(self.cookie, token)
            yield browser

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return f"__Host-{NAMES['session']}" if self.console.secure else NAMES["session"]


@dataclass
class Browser:
    """Opens pages and sends forms with the token of the page that is open."""

    office: Office
    client: httpx.AsyncClient
    staff_id: int = 0
    csrf: str = ""
    page: httpx.Response | None = None

    async def open(self, path: str, status: int = 200) -> str:
        """A page's text, after redirects."""
        return self._seen(await self.client.get(path, follow_redirects=True), status)

    async def send(self, path: str, fields: dict[str, Any] | None = None, status: int = 200) -> str:
        """Sends a form as the open page does; the text of the page that follows."""
        if not self.csrf:
            await self.open("/staff")
        data = {"csrf": self.csrf, **(fields or {})}
        return self._seen(await self.client.post(path, data=data, follow_redirects=True), status)

    def _seen(self, answer: httpx.Response, status: int) -> str:
        assert answer.status_code == status, (answer.status_code, text_of(answer.text)[:400])
        self.page = answer
        if found := CSRF.search(answer.text):
            self.csrf = found[1]
        return text_of(answer.text)


def text_of(html: str) -> str:
    """What a page says, without its tags."""
    body = re.sub(r"(?s)^.*?<main[^>]*>|<footer.*$", "", html)
    return " ".join(unescape(re.sub(r"(?s)<[^>]*>", " ", body)).split())


def links_of(html: str, start: str = "/staff") -> Iterable[str]:
    """Where a page leads."""
    return (unescape(link) for link in re.findall(rf'href="({start}[^"]*)"', html))
