"""The ASGI application: chat page, health, and Telegram's webhook where it is used."""

import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.telegram_updates import TelegramUpdates
from bot.web.chat import Chat
from bot.web.staff.console import Console
from bot.web.staff.routes import staff_routes
from db.engine import DATABASE_DOWN, Database

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
MAX_UPDATE = 1024 * 1024  # bytes; Telegram's updates are far smaller
STAY_HTTPS = (b"strict-transport-security", b"max-age=31536000")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


class Faults:
    """A fault of ours shows outside as a number to name, and in the log as its kind alone.

    Starlette's own handler would raise it again, and the server would log a trace: an error's text
    may quote what somebody wrote.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 500 (or closes with 1011) where the application raises."""
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noticed)
        except Exception as error:
            number = secrets.token_hex(4)
            log.error("request %s failed: %s", number, type(error).__name__)
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1011})
            elif not begun:
                text = f"Something went wrong. Number {number}."
                await PlainTextResponse(text, status_code=500)(scope, receive, send)


class SecurityHeaders:
    """Every answer says what a page may load, and gives each page a nonce of its own."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app, self.https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers to an HTTP answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = scope.setdefault("state", {})["nonce"] = secrets.token_urlsafe(16)
        host = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"host"), "")

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *security_headers(nonce, host)]
                if self.https:
                    message["headers"].append(STAY_HTTPS)
                if scope["path"].startswith("/static/"):
                    # The scripts that a script imports carry no version: ask each time (304).
                    message["headers"].append((b"cache-control", b"no-cache"))
                if is_staff(scope["path"]):
                    _keep_nowhere(message)
            await send(message)

        await self.app(scope, receive, secured)


def is_staff(path: str) -> bool:
    """Whether a path belongs to the console."""
    return path == "/staff" or path.startswith("/staff/")


def _keep_nowhere(message: Message) -> None:
    """What staff saw stays in no cache: others use the same computer."""
    headers = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
    message["headers"] = [*headers, (b"cache-control", b"no-store")]


def security_headers(nonce: str, host: str) -> list[tuple[bytes, bytes]]:
    """Headers of every answer. `host` lets browsers that do not count sockets as 'self' connect."""
    host = host if all(c.isalnum() or c in ".:-[]" for c in host) else ""
    sockets = f" ws://{host} wss://{host}" if host else ""
    policy = (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
        f"img-src 'self' data:; connect-src 'self'{sockets}; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return [(k.lower().encode(), v.encode()) for k, v in headers.items()]


def make_app(
    chat: Chat,
    database: Database,
    updates: TelegramUpdates | None,
    secret: str | None,
    console: Console | None = None,
) -> Starlette:
    """The application; `updates` and `secret` are given in webhook mode alone."""
    routes: list[BaseRoute] = [
        Route("/", chat.page),
        Route("/chat/session", chat.session, methods=["POST"]),
        Route("/chat/send", chat.send, methods=["POST"]),
        Route("/chat/events", chat.events),
        WebSocketRoute("/chat/socket", chat.socket),
        Route("/health", health(database)),
        *(staff_routes(console) if console else ()),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    if updates is not None and secret:
        routes.append(Route("/telegram", webhook(updates, secret), methods=["POST"]))
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(SecurityHeaders, https=console is not None and console.secure),
            Middleware(Faults),
        ],
        exception_handlers={404: chat.missing},
    )


def health(database: Database) -> Callable[[Request], Awaitable[Response]]:
    """200 where the database answers, 503 where it does not."""

    async def answer(_: Request) -> Response:
        try:
            version = await database.version()
            async with database.read() as db:
                await db.exec_driver_sql("SELECT 1")
        except DATABASE_DOWN:
            return JSONResponse({"ok": False}, status_code=503)
        return JSONResponse({"ok": True, "database": version})

    return answer


def webhook(updates: TelegramUpdates, secret: str) -> Callable[[Request], Awaitable[Response]]:
    """Takes updates from Telegram: 200 after the commit, 503 where Telegram shall try again."""
    expected = secret.encode()

    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, expected):
            return Response(status_code=401)
        body = await limited_body(request, MAX_UPDATE)
        return Response(status_code=413 if body is None else await _taken(updates, body))

    return take


async def _taken(updates: TelegramUpdates, body: bytes) -> int:
    """The status that tells Telegram whether to send this update again."""
    try:
        await updates.take([_object(body)])
    except (BadBody, RecursionError):  # RecursionError: nested deeper than it can be read
        return 400
    except DATABASE_DOWN as error:
        log.warning("an update waits at Telegram: %s", type(error).__name__)
        return 503
    return 200


class BadBody(ValueError):
    """A body that is no JSON object, or holds a number that PostgreSQL would not store."""


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body, parse_constant=_no_number)
    except ValueError as error:
        raise BadBody from error
    if not isinstance(found, dict):
        raise BadBody
    return found


def _no_number(word: str) -> float:
    """JSON has no NaN and no infinity."""
    raise BadBody(word)


async def limited_body(request: Request, limit: int) -> bytes | None:
    """The body, or None where it is larger than `limit` bytes; the rest is not read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return body
