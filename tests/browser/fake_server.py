"""A small chat server in memory, on a free port, that speaks the page's protocol and can be unkind.

The switches are plain attributes of `FakeServer`; each test sets what it needs.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from .fake_answers import HELLO, HELLO_BUTTONS, LANGUAGES, PHONE, Body, answers_to

WEB = Path(__file__).parents[2] / "bot" / "web"
NONCE = "fake-nonce"
POLICY = (
    f"default-src 'none'; script-src 'self' 'nonce-{NONCE}'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Frame = dict[str, Any]


@dataclass
class Chat:
    """One visitor's chat: the numbered history, what was handled, and who listens."""

    events: list[Frame] = field(default_factory=list)
    last: int = 0
    handled: set[str] = field(default_factory=set)
    sockets: set[WebSocket] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    typing: bool = False

    def after(self, number: int) -> list[Frame]:
        """The events that came after that number."""
        return [event for event in self.events if event["no"] > number]


class FakeServer:
    """The server; `url` is where it is. `frames` is all that it was told, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.texts: dict[str, str] = {}
        self.chats: dict[str, Chat] = {}
        self.frames: list[Frame] = []
        self.page: dict[str, Any] = {}
        self.refuse_sockets = False
        self.mute_sockets = False
        self.deaf = False
        self.down = False
        self.refuse: str | None = None
        self.forget_acks = False
        self.held = False
        self.free = asyncio.Event()

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/", self.get_page),
                Route("/away", get_away),
                Route("/favicon.ico", lambda request: Response()),
                Route("/chat/session", self.post_session, methods=["POST"]),
                Route("/chat/send", self.post_send, methods=["POST"]),
                Route("/chat/events", self.get_events),
                WebSocketRoute("/chat/socket", self.socket),
                Mount("/static", StaticFiles(directory=WEB / "static")),
            ]
        )

    def told(self, kind: str) -> list[Frame]:
        """The frames of one kind that came in, repeats included."""
        return [frame for frame in self.frames if frame["t"] == kind]

    def drop_sockets(self) -> None:
        """Closes every open socket, as a broken line would."""
        for chat in self.chats.values():
            for socket in list(chat.sockets):
                self._run(socket.close(1012))

    def forget_chats(self) -> None:
        """Every token becomes unknown."""
        forgotten, self.chats = self.chats, {}
        for chat in forgotten.values():
            for socket in list(chat.sockets):
                self._run(socket.close(1012))

    def let_go(self) -> None:
        """The answers that were `held` come, and those after them at once."""
        self.held = False
        self.loop.call_soon_threadsafe(self.free.set)

    def send(self, frame: Frame) -> None:
        """Sends a frame to every open socket."""
        for chat in self.chats.values():
            for socket in list(chat.sockets):
                self._run(socket.send_json(frame))

    def happen(self, kind: str, body: Body | None = None, message: int | None = None) -> None:
        """Adds an event to every chat."""
        for chat in self.chats.values():
            self._run(self._happen(chat, kind, body or {}, message))

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    # --- the page

    async def get_page(self, request: Request) -> Response:
        templates = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True)
        lang = request.query_params.get("lang", "nb")
        context = {
            "lang": lang,
            "dir": "ltr",
            "t": lambda msgid: self.texts.get(msgid, msgid),
            "languages": LANGUAGES,
            "municipality": "Sandnes kommune",
            "phone": PHONE,
            "hello": HELLO,
            "hello_buttons": HELLO_BUTTONS,
            "nonce": NONCE,
            "version": "1",
            "exit_url": "/away",
        }
        page = templates.get_template("chat.html").render(context | self.page)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return HTMLResponse(page, headers=headers)

    # --- by plain requests

    async def post_session(self, request: Request) -> Response:
        if self.down:
            return Response(status_code=503)
        token = f"token-{len(self.chats) + 1}-{time.monotonic_ns()}"
        self.chats[token] = Chat()
        return JSONResponse({"token": token})

    def _chat(self, request: Request) -> Chat | None:
        return self.chats.get(request.headers.get("authorization", "").removeprefix("Bearer "))

    async def post_send(self, request: Request) -> Response:
        if self.down:
            return Response("<h1>Bad gateway</h1>", status_code=502)
        chat = self._chat(request)
        if chat is None:
            return JSONResponse({"text": "unknown"}, status_code=401)
        answer = await self._hear(chat, await request.json())
        if answer and answer["t"] == "refused":
            return JSONResponse(answer, status_code=429)
        return JSONResponse({"ok": True})

    async def get_events(self, request: Request) -> Response:
        chat = self._chat(request)
        if self.down or chat is None:
            return Response(status_code=503 if self.down else 401)
        after = int(request.query_params["after"])
        if not chat.after(after):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(chat.news.wait(), 1)
        return JSONResponse({"events": chat.after(after), "typing": chat.typing})

    # --- by WebSocket

    async def socket(self, socket: WebSocket) -> None:
        if self.down or self.refuse_sockets:
            await socket.close()
            return
        await socket.accept()
        if self.mute_sockets:
            await socket.close()
            return
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._serve(socket)

    async def _serve(self, socket: WebSocket) -> None:
        hello = await socket.receive_json()
        self.frames.append(hello)
        chat = self.chats.get(hello["token"])
        if chat is None:
            await socket.close(4401)
            return
        after = hello["after"]
        while news := chat.after(after):  # an event may come while another one is sent
            await socket.send_json(news[0])
            after = news[0]["no"]
        chat.sockets.add(socket)
        try:
            while True:
                await self._answer(socket, chat, await socket.receive_json())
        finally:
            chat.sockets.discard(socket)

    async def _answer(self, socket: WebSocket, chat: Chat, frame: Frame) -> None:
        if frame["t"] == "ping" and self.deaf:
            return
        if frame["t"] == "ping":
            answer: Frame | None = {"t": "pong"}
        else:
            answer = await self._hear(chat, frame)
        if answer:
            await socket.send_json(answer)

    # --- the conversation

    async def _hear(self, chat: Chat, frame: Frame) -> Frame | None:
        self.frames.append(frame)
        if "id" not in frame:
            return None
        if self.refuse:
            return {"t": "refused", "id": frame["id"], "text": self.refuse, "phone": PHONE}
        if frame["id"] not in chat.handled:
            chat.handled.add(frame["id"])
            await self._turn(chat, frame)
        return {"t": "ack", "id": frame["id"]}

    async def _turn(self, chat: Chat, frame: Frame) -> None:
        if frame["t"] == "clear":
            chat.events.clear()
            await self._happen(chat, "clear", {})
            return
        if frame["t"] == "say":
            body = {"runs": [{"text": frame["text"]}]}
            await self._happen(chat, "in", body, client_id=frame["id"])
        if self.forget_acks:
            for socket in list(chat.sockets):
                await socket.close(1012)
        self.tasks.add(asyncio.ensure_future(self._reply(chat, frame)))

    async def _reply(self, chat: Chat, frame: Frame) -> None:
        if self.held:
            chat.typing = True
            for socket in list(chat.sockets):
                await socket.send_json({"t": "typing"})
            await self.free.wait()
            chat.typing = False
        for kind, body in answers_to(frame):
            edited = frame.get("message") if kind == "edit" else None
            await self._happen(chat, kind, body, edited)

    async def _happen(
        self,
        chat: Chat,
        kind: str,
        body: Body,
        message: int | None = None,
        client_id: str | None = None,
    ) -> None:
        chat.last = number = chat.last + 1
        event = {"t": "event", "no": number, "kind": kind, "message": message or number}
        event |= {"at": "2026-11-21T12:30:00+00:00", "lang": "nb", "body": body}
        chat.events.append(event | ({"id": client_id} if client_id else {}))
        chat.news.set()
        chat.news.clear()
        for socket in list(chat.sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_json(chat.events[-1])

    # --- its life

    @contextlib.contextmanager
    def running(self) -> Iterator["FakeServer"]:
        """Serves in a thread of its own until the block ends."""
        config = uvicorn.Config(
            self.app(), port=0, log_level="error", lifespan="off", ws="websockets-sansio"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(self._serve_forever(server)))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
        yield self
        server.should_exit = server.force_exit = True
        thread.join()

    async def _serve_forever(self, server: uvicorn.Server) -> None:
        self.loop = asyncio.get_running_loop()
        self.tasks: set[asyncio.Future[None]] = set()
        await server.serve()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def get_away(request: Request) -> Response:
    """The neutral page that quick exit leads to."""
    return HTMLResponse("<!doctype html><title>Weather</title><h1>Weather</h1>")
