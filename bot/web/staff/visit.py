"""One visit of a page of the console: who asks for what, and the ways to answer.

An area's module declares its pages (`pages = Pages()`); each says which roles may see it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.errors import NotFound
from bot.texts import Words
from bot.web.places import place_of
from bot.web.staff.console import Console
from bot.web.staff.cookies import encode
from bot.web.staff.form import Form
from db.engine import Db
from db.staff import LAST_ID, ROLES, Account, Note, Session

EVERYONE = frozenset(ROLES)
PUBLIC = None  # also without signing in


@dataclass(slots=True)
class Visit:
    """What a page works with. `staff` is nobody (id 0, no roles) on public pages."""

    request: Request
    console: Console
    staff: Account
    session: Session | None
    now: datetime
    words: Words
    form: Form
    csrf: str
    flash: str | None = None
    token: str | None = None
    device: str | None = None
    db: Db = field(init=False)
    notes: list[Note] = field(default_factory=list)
    cookies: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def params(self) -> Mapping[str, Any]:
        """The parts of the path."""
        return self.request.path_params

    @property
    def place(self) -> str:
        """The place on the network that the request came from."""
        return place_of(self.request.client.host if self.request.client else None)

    def number(self, name: str = "id") -> int:
        """An id in the path. Raises NotFound for what no row can have."""
        digits = str(self.params[name])
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
            raise NotFound
        if not 0 < int(digits) <= LAST_ID:
            raise NotFound
        return int(digits)

    def all(self, name: str) -> list[str]:
        """All values of a field of the form."""
        return self.form.all(name)

    async def show(self, template: str, status: int = 200, **values: object) -> Response:
        """A page from `templates/staff/`. A flash text is shown with it, and gone afterwards."""
        html = self.console.render(template, self, values)
        if self.flash:
            self.keep("flash", None)
        return HTMLResponse(html, status_code=status, headers={"Content-Language": self.words.lang})

    def go(self, path: str, said: str | None = None) -> Response:
        """On to another page, which says `said` once. The path is one of ours, never given."""
        if said:
            self.keep("flash", encode(said))
        return RedirectResponse(path, status_code=303)

    async def note(
        self, action: str, about: str | None = None, why: str | None = None, outcome: str = "done"
    ) -> None:
        """Notes in the log who does or sees what, in the page's own transaction where it writes.

        What is denied (`outcome="denied"`) is noted even where the page then raises.
        """
        self.notes.append(Note(action, about, why, outcome))

    def keep(self, name: str, value: str | None) -> None:
        """Sets one of the console's cookies with the answer; None takes it away."""
        self.cookies.append((name, value))


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class PageRoute:
    """One page: `roles` may see it (PUBLIC: all), `writes` opens a write transaction.

    With `writes=None` nothing is opened, for pages that take their time with a password.

    `cases`: only with the second factor. `early`: also in a sign-in that is not whole yet.
    """

    method: str
    path: str
    handler: Handler
    roles: frozenset[str] | None
    writes: bool | None
    cases: bool
    early: bool


class Pages:
    """The pages of one area."""

    def __init__(self) -> None:
        self.routes: list[PageRoute] = []

    def get(
        self,
        path: str,
        *,
        roles: frozenset[str] | None,
        writes: bool = False,
        cases: bool = False,
        early: bool = False,
    ) -> Callable[[Handler], Handler]:
        """A page to look at. It changes nothing that anybody would miss."""
        return self._route("GET", path, roles, writes, cases, early)

    def post(
        self,
        path: str,
        *,
        roles: frozenset[str] | None,
        writes: bool | None = True,
        cases: bool = False,
        early: bool = False,
    ) -> Callable[[Handler], Handler]:
        """What a form does: in one transaction, committed after the handler returned."""
        return self._route("POST", path, roles, writes, cases, early)

    def _route(
        self,
        method: str,
        path: str,
        roles: frozenset[str] | None,
        writes: bool | None,
        cases: bool,
        early: bool,
    ) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.routes.append(PageRoute(method, path, handler, roles, writes, cases, early))
            return handler

        return add
