"""The chat page and its line to the server: a WebSocket, or plain requests without one."""

import asyncio
import json
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.actions.phone import phone_of
from bot.channels.notify import Notifier
from bot.channels.pace import Pace
from bot.channels.turns import Turns
from bot.channels.visitors import BadFrame, TooLong, Visitor, external_id, frame_id, new_token
from bot.web.page import Page
from bot.web.places import Places, place_of
from db.engine import DATABASE_DOWN, Database
from db.history import list_events

log = logging.getLogger(__name__)

MAX_FRAME = 64 * 1024  # bytes of one frame; 4,000 characters need at most 48 kB
POLL_SECONDS = 20
HELLO_SECONDS = 30  # a page says hello at once; a socket that does not is only a burden
LAST_NUMBER = 2**31 - 1
TRY_LATER = 1013  # a closing code (IANA): the page says that it tries again, and shows the phone


class Chat:
    """Serves the page and carries frames between browsers and the turns."""

    def __init__(
        self, database: Database, turns: Turns, notifier: Notifier, page: Page, base_url: str | None
    ) -> None:
        self.database, self.turns, self.notifier = database, turns, notifier
        self.pages, self.base_url = page, base_url
        self.pace = Pace(burst=40, per_second=5)
        self.places = Places()

    async def page(self, request: Request) -> Response:
        """The chat page, in the language asked for or the browser's."""
        lang = self._language(request)
        html = self.pages.render(lang, request.state.nonce)
        return HTMLResponse(html, headers={"Cache-Control": "no-store", "Content-Language": lang})

    async def missing(self, request: Request, _: Exception) -> Response:
        """Where there is no page: the way to the chat, and whom to ring."""
        return HTMLResponse(self.pages.render_missing(self._language(request)), status_code=404)

    async def session(self, request: Request) -> Response:
        """A new token for a visitor; nothing is stored before the first message."""
        return JSONResponse({"token": new_token()}, headers={"Cache-Control": "no-store"})

    async def send(self, request: Request) -> Response:
        """One frame by plain request: 200 when it is committed, else words to show."""
        try:
            visitor = self._visitor(_bearer(request))
        except BadFrame:
            return JSONResponse({}, status_code=401)
        frame = await _frame_of(request)
        if frame is None:
            return JSONResponse(self._unreadable(None), status_code=400)
        await self.pace.wait(visitor.external)
        refusal = await self.take(visitor, frame, _place(request))
        if refusal is None:
            return JSONResponse({"ok": True})
        status = 429 if refusal.get("often") else 503 if refusal.get("later") else 422
        return JSONResponse(refusal, status_code=status)

    async def events(self, request: Request) -> Response:
        """What came after event number `after`; waits a while where there is nothing yet."""
        try:
            visitor = self._visitor(_bearer(request))
        except BadFrame:
            return JSONResponse({}, status_code=401)
        try:
            after = _number(request.query_params.get("after"))
            if await self._is_over(visitor, after):
                return JSONResponse({}, status_code=401)
            with self.places.line(_place(request)) as is_free:
                if not is_free:
                    return JSONResponse({}, status_code=429)
                news = await self._wait_for_news(visitor, after)
        except DATABASE_DOWN as error:
            log.warning("a chat cannot be shown: %s", type(error).__name__)
            return JSONResponse({}, status_code=503)
        answer = {"events": news, "typing": bool(news) and news[-1]["kind"] == "in"}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    async def socket(self, socket: WebSocket) -> None:
        """One open page. A page of another site is refused at the handshake."""
        if not self.is_own(socket.headers.get("origin"), socket.headers.get("host")):
            await socket.close(4403)
            return
        await socket.accept()
        lost = suppress(WebSocketDisconnect, RuntimeError)
        with lost, self.places.line(_place(socket)) as is_free:
            if is_free:
                await self._open(socket)
            else:
                await socket.close(TRY_LATER)

    async def _open(self, socket: WebSocket) -> None:
        """Hears who it is, and talks until one of the two ends it."""
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                hello = await _read(socket) or {}
            visitor = self._visitor(hello.get("token"))
        except BadFrame:
            await socket.close(4401)
        except TimeoutError:
            await socket.close(1008)
        else:
            await self._talk(socket, visitor, hello)

    async def _talk(self, socket: WebSocket, visitor: Visitor, hello: dict[str, Any]) -> None:
        after, lang = _number(hello.get("after")), hello.get("lang")
        with suppress(*DATABASE_DOWN):
            if await self._is_over(visitor, after):
                await socket.close(4401)
                return
        await _together(self._tell(socket, visitor, after), self._hear(socket, visitor, lang))

    def is_own(self, origin: str | None, host: str | None) -> bool:
        """Whether a socket's origin is this chat's own page."""
        if not origin:
            return False
        allowed = {host}
        if self.base_url:
            allowed.add(urlsplit(self.base_url).netloc)
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and parts.netloc in allowed

    async def take(
        self, visitor: Visitor, frame: dict[str, Any], place: str
    ) -> dict[str, Any] | None:
        """Commits one frame. Returns None, or {"text", "phone", "later"} where it was refused.

        `often` is true where too much came from one place on the network.
        """
        words = self.pages.words(frame.get("lang"))
        phone = self._phone(words.lang)
        try:
            if not await self._may_take(visitor, place):
                return {**self._not_now(visitor, frame), "often": True}
            await visitor.take(_as_press(frame))
        except BadFrame as error:
            log.info("a frame was refused: %s", error)
            return self._unreadable(words.lang)
        except TooLong:
            text = words.t("The text is too long. Please shorten it, or send it in parts.")
            return {"text": text, "phone": phone}
        except DATABASE_DOWN as error:
            log.error("a message could not be stored: %s", type(error).__name__)
            return self._not_now(visitor, frame)
        self.notifier.wake(visitor.external)
        return None

    async def _may_take(self, visitor: Visitor, place: str) -> bool:
        """Whether a frame may come from here; the first one of a chat begins it."""
        if not place:
            return True
        if not self.places.may_say(place):
            return False
        return await visitor.address() is not None or self.places.may_begin(place)

    def _not_now(self, visitor: Visitor, frame: dict[str, Any]) -> dict[str, Any]:
        """What to say instead of taking a frame: help where it tells of danger, and the phone."""
        words = self.pages.words(frame.get("lang"))
        text = words.t("We cannot take messages just now. Please try again soon, or call.")
        help_text = self.pages.first_aid(str(frame.get("text", "")), words.lang)
        if help_text and visitor.helped(frame):
            text = help_text
        return {"text": text, "phone": self._phone(words.lang), "later": True}

    async def _hear(self, socket: WebSocket, visitor: Visitor, lang: Any) -> None:
        """Takes frames until the page goes; a flood waits here, and nobody else with it."""
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                frame = await _read(socket)
                if frame is None:
                    await socket.close(1003)
                    return
                await self._answer(socket, visitor, {"lang": lang, **frame})
                await self.pace.wait(visitor.external)

    async def _answer(self, socket: WebSocket, visitor: Visitor, frame: dict[str, Any]) -> None:
        if frame.get("t") == "ping":
            await socket.send_json({"t": "pong"})
            return
        if frame.get("t") in ("say", "press"):
            # Before the commit: after it, the answer could overtake the sign.
            await socket.send_json({"t": "typing"})
        refusal = await self.take(visitor, frame, _place(socket))
        key = frame_id(frame)
        if refusal:
            await socket.send_json({"t": "refused", "id": key, **refusal})
        elif key:
            await socket.send_json({"t": "ack", "id": key})

    async def _tell(self, socket: WebSocket, visitor: Visitor, after: int) -> None:
        """Sends what comes after number `after`, as it comes."""
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_json({"t": "pong"})  # the page knows that the line speaks
            with self.notifier.watch(visitor.external) as woken:
                while True:
                    after = await self._send_news(socket, visitor, after)
                    await self._wait(woken, self.notifier.patience)

    async def _send_news(self, socket: WebSocket, visitor: Visitor, after: int) -> int:
        """Sends all there is; returns the last number."""
        while True:
            try:
                news = await self._news(visitor, after)
            except DATABASE_DOWN:
                await asyncio.sleep(1)
                continue
            if not news:
                return after
            for event in news:
                await socket.send_json({"t": "event", **event})
                after = event["no"]

    async def _is_over(self, visitor: Visitor, after: int) -> bool:
        """Whether a page shows a chat that was erased elsewhere: its key leads nowhere now."""
        return after > 0 and await visitor.address() is None

    async def _wait_for_news(self, visitor: Visitor, after: int) -> list[dict[str, Any]]:
        until = time.monotonic() + POLL_SECONDS
        with self.notifier.watch(visitor.external) as woken:
            while not (news := await self._news(visitor, after)) and time.monotonic() < until:
                await self._wait(woken, until - time.monotonic())
        return news

    async def _wait(self, woken: asyncio.Event, seconds: float) -> None:
        """Waits until the chat may have news."""
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), min(max(seconds, 0), self.notifier.patience))
        woken.clear()

    async def _news(self, visitor: Visitor, after: int) -> list[dict[str, Any]]:
        address = await visitor.address()
        if address is None:
            return []
        async with self.database.read() as db:
            rows = await list_events(db, address, after)
        return [
            {"no": no, "kind": kind, "message": message, "at": at.isoformat(), **_shown(body)}
            for no, kind, message, body, at in rows
        ]

    def _language(self, request: Request) -> str:
        asked = request.query_params.get("lang")
        return self.pages.language(asked, request.headers.get("accept-language", ""))

    def _visitor(self, token: Any) -> Visitor:
        return Visitor(external_id(token), self.database, self.turns)

    def _unreadable(self, lang: Any) -> dict[str, Any]:
        words = self.pages.words(lang)
        text = words.t("That did not arrive as it should. Please reload the page.")
        return {"text": text, "phone": self._phone(words.lang)}

    def _phone(self, lang: str) -> dict[str, str]:
        phone = phone_of(self.pages.knowledge.profile, lang)
        return {"label": f"{phone.name}: {phone.number}", "tel": phone.tel}


async def _together(*tasks: Coroutine[Any, Any, None]) -> None:
    """Runs all until the first ends, then ends the others; raises what went wrong in one."""
    running = [asyncio.create_task(task) for task in tasks]
    try:
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in running:
            task.cancel()
        ends = await asyncio.gather(*running, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


def _as_press(frame: dict[str, Any]) -> dict[str, Any]:
    """A choice of language and clearing are presses of buttons that every chat has."""
    if frame.get("t") == "clear":
        return {**frame, "t": "press", "message": 0, "data": "do:clear"}
    if frame.get("t") == "lang":
        data = f"lang:{str(frame.get('lang'))[:8]}"
        return {**frame, "t": "press", "id": uuid4().hex, "message": 0, "data": data}
    return frame


def _shown(body: dict[str, Any]) -> dict[str, Any]:
    """An event's body, with what the page looks for beside it."""
    beside: dict[str, Any] = {name: body[name] for name in ("lang", "id") if name in body}
    return {**beside, "body": body}


def _number(value: Any) -> int:
    """The number of an event; 0, the beginning, for what is none."""
    try:
        return min(max(0, int(value or 0)), LAST_NUMBER)
    except (TypeError, ValueError, OverflowError):
        return 0


async def _read(socket: WebSocket) -> dict[str, Any] | None:
    """The next frame, or None for what the page does not send (bytes, no JSON, no object)."""
    try:
        return _parse(await socket.receive_text())
    except KeyError:  # bytes
        return None


def _parse(text: str) -> dict[str, Any] | None:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


async def _frame_of(request: Request) -> dict[str, Any] | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FRAME:
            return None
    return _parse(body.decode("utf-8", "replace"))


def _place(connection: HTTPConnection) -> str:
    """Where it comes from, as the connection or a trusted proxy says."""
    return place_of(connection.client.host if connection.client else None)


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")
