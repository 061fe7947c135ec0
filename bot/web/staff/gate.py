"""The gate of the console: every request under /staff passes here before any page runs.

In this order: who is it (session), is the form ours (CSRF), is the sign-in whole, may this role.
"""

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.actions import staff as accounts
from bot.actions.errors import Failure, NotAllowed, NotFound
from bot.actions.wording import words_for
from bot.web.staff import cookies
from bot.web.staff.console import Console
from bot.web.staff.form import Form, read_form
from bot.web.staff.visit import PUBLIC, PageRoute, Visit
from db.engine import Db, is_down
from db.staff import Account, Note, add_event, change_session

log = logging.getLogger(__name__)

SIGN_IN, SECOND_FACTOR = "/staff/sign-in", "/staff/second-factor"
PUBLIC_TEXTS = ("/staff/entries", "/staff/unanswered")  # what is written there, people will read
# Of what a page does not tell by itself; the rest (409) is a race that somebody lost.
STATUS = {NotFound: 404, NotAllowed: 403}
EPOCH = datetime.fromtimestamp(0, UTC)
_LOCAL = re.compile(r"/staff(/[\w.~-]+)*(\?[\w.~&=%+-]*)?", re.ASCII)

Endpoint = Callable[[Request], Awaitable[Response]]


class Gate:
    """Lets requests through to the pages of one console."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def routes(self, pages: Iterable[PageRoute]) -> list[Route]:
        """The pages as routes of the application."""
        pages = list(pages)
        made = [Route(page.path, self._endpoint(page), methods=[page.method]) for page in pages]
        return [*made, *_ways_back(pages)]

    def _endpoint(self, page: PageRoute) -> Endpoint:
        async def serve(request: Request) -> Response:
            visit = self._nobody(request)
            try:
                answer = await self._admit(page, visit)
            except HTTPException as error:
                answer = await self._error(visit, error.status_code)
            except Exception as error:
                answer = await self._fault(visit, error)
            cookies.add_to(answer, visit.cookies, secure=self.console.secure)
            return answer

        return serve

    async def _fault(self, visit: Visit, error: Exception) -> Response:
        """A page that failed: the way back, and a number that the log has, too. Nothing is saved.

        The log gets the kind of the error alone: its text may quote what somebody wrote.
        """
        if is_down(error):
            log.error("a staff page failed: %s", type(error).__name__)
            return await self._error(visit, 503)
        number = secrets.token_hex(4)
        log.error("request %s failed: %s", number, type(error).__name__)
        return await visit.show("error.html", 500, code=500, reason="", number=number)

    def _nobody(self, request: Request) -> Visit:
        """A visit before anybody is known."""
        kept = cookies.read_from(request, secure=self.console.secure)
        now = self.console.now()
        visit = Visit(
            request=request,
            console=self.console,
            staff=nobody(),
            session=None,
            now=now,
            words=words_for(self.console.mind.knowledge, kept.get("lang")),
            form=Form(),
            csrf="",
            flash=cookies.decode(kept.get("flash")),
            token=kept.get("session"),
            device=kept.get("device"),
        )
        visit.csrf = _form_token(visit, kept.get("form"))
        return visit

    async def _admit(self, page: PageRoute, visit: Visit) -> Response:
        await self._recognise(visit)
        if page.method == "POST":
            visit.form = await read_form(visit.request)
            if refusal := await self._why_not_form(page, visit):
                return refusal
        return await self._why_not(page, visit) or await self._run(page, visit)

    async def _recognise(self, visit: Visit) -> None:
        """Finds the session, and notes once a minute that it is in use."""
        if not visit.token:
            return
        database = self.console.database
        async with database.read() as db:
            found = await accounts.find_session(db, visit.token, visit.now)
        if found is None:
            return
        visit.session, visit.staff = found
        visit.csrf = visit.session.csrf
        if visit.now - visit.session.seen_at >= accounts.SEEN_EVERY:
            async with database.write() as db:
                await change_session(db, visit.session.id, seen_at=visit.now)

    async def _why_not_form(self, page: PageRoute, visit: Visit) -> Response | None:
        """403 for a form from elsewhere, without its token, or sent after the session ended."""
        own = is_own(visit.request, self.console.settings.base_url)
        given = visit.form.raw("csrf").encode("utf-8", "replace")
        if own and page.roles is not PUBLIC and visit.session is None:
            return await self._signed_out(page, visit)
        if own and hmac.compare_digest(given, visit.csrf.encode()):
            return None
        if own and page.path == SIGN_IN:
            return await self._old_sign_in(visit)
        return await self._error(visit, 403, reason="form")

    async def _old_sign_in(self, visit: Visit) -> Response:
        """The form was left open while somebody signed in, or out, in another tab."""
        back = local(visit.form["next"])
        if visit.session:
            return await self._error(visit, 403, reason="signed-in", back=back)
        return await self._error(visit, 403, reason="old", back=f"{SIGN_IN}?next={quote(back)}")

    async def _why_not(self, page: PageRoute, visit: Visit) -> Response | None:
        """Where this visitor may not go on: the sign-in, the second factor, or a refusal."""
        if page.roles is PUBLIC:
            return None
        if visit.session is None:
            return RedirectResponse(f"{SIGN_IN}?next={quote(_here(visit.request))}", 303)
        whole = accounts.is_whole(visit.session, visit.staff)
        if not page.early and not whole:
            return await self._half(page, visit)
        if page.roles.isdisjoint(visit.staff.roles):
            await self._deny(visit, page)
            return await self._error(visit, 403)
        if page.cases and not visit.session.second_factor:
            return await self._half(page, visit)
        return None

    async def _half(self, page: PageRoute, visit: Visit) -> Response:
        if page.method == "POST":
            return await self._error(visit, 403)
        return RedirectResponse(f"{SECOND_FACTOR}?next={quote(_here(visit.request))}", 303)

    async def _signed_out(self, page: PageRoute, visit: Visit) -> Response:
        """A form came when its session had ended: nothing is saved, and the way back is shown.

        Long texts come back to be copied; only from pages whose texts are no secret.
        """
        back = local(urlsplit(visit.request.headers.get("referer", "")).path)
        public = page.path.startswith(PUBLIC_TEXTS)
        typed = [visit.form[name] for name in visit.form] if public else []
        return await visit.show(
            "error.html",
            403,
            code=403,
            reason="signed-out",
            back=f"{SIGN_IN}?next={back}",
            typed=[text for text in typed if len(text.split()) > 1],
        )

    async def _run(self, page: PageRoute, visit: Visit) -> Response:
        """The page itself in its unit of work, with its notes in the log."""
        database = self.console.database
        try:
            if page.writes is None:
                answer = await page.handler(visit)
            else:
                async with database.write() if page.writes else database.read() as visit.db:
                    answer = await page.handler(visit)
                    if page.writes:
                        await self._write_notes(visit.db, visit)
        except Failure as error:
            visit.notes = [note for note in visit.notes if note.outcome == "denied"]
            await self._note_apart(visit)
            return await self._error(visit, STATUS.get(type(error), 409))
        await self._note_apart(visit)
        return answer

    async def _deny(self, visit: Visit, page: PageRoute) -> None:
        visit.notes.append(Note("page", page.path, None, "denied"))
        await self._note_apart(visit)

    async def _note_apart(self, visit: Visit) -> None:
        """Writes what is still to be noted in a transaction of its own, before the answer goes."""
        if visit.notes:
            async with self.console.database.write() as db:
                await self._write_notes(db, visit)

    async def _write_notes(self, db: Db, visit: Visit) -> None:
        who = visit.staff.id or None
        for note in visit.notes:
            await add_event(db, who, visit.now, note)
        visit.notes = []

    async def _error(
        self, visit: Visit, status: int, *, reason: str = "", back: str = ""
    ) -> Response:
        return await visit.show("error.html", status, code=status, reason=reason, back=back)


def _ways_back(pages: Collection[PageRoute]) -> list[Route]:
    """Where a form alone goes, its page can be asked for as well: it leads to the page above.

    A form with a mistake is shown at that address; reloading, choosing a language there and signing
    in again ask for it.
    """
    shown = {page.path for page in pages if page.method == "GET"}
    forms = dict.fromkeys(page.path for page in pages if page.path not in shown)
    return [Route(path, _lead_to(_above(path, shown))) for path in forms]


def _above(path: str, shown: Collection[str]) -> str:
    while path not in shown:
        path = path.rpartition("/")[0]
    return path


def _lead_to(path: str) -> Endpoint:
    async def lead(request: Request) -> Response:
        return RedirectResponse(path.format(**request.path_params), 303)

    return lead


def nobody() -> Account:
    """Whoever has not signed in."""
    return Account(0, "", "", frozenset(), False, 0, False, False, 0, None, None, EPOCH)


def is_own(request: Request, base_url: str | None) -> bool:
    """Whether a form was sent by one of our own pages, as far as the browser tells."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    own = {request.headers.get("host"), urlsplit(base_url or "").netloc} - {None, ""}
    return origin is None or _netloc(origin) in own


def local(path: str) -> str:
    """A path that leads to a page of the console; the first page for any other."""
    return path if _LOCAL.fullmatch(path) else "/staff"


def _here(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return local(f"{request.url.path}{query}")


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def _form_token(visit: Visit, kept: str | None) -> str:
    """The token for forms before signing in: a cookie's digest, so that no table is needed."""
    if not kept:
        kept = secrets.token_urlsafe(32)
        visit.keep("form", kept)
    return hashlib.sha256(f"form:{kept}".encode()).hexdigest()
