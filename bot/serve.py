"""Long-running commands: the server, and the chat in a terminal."""

import asyncio
import logging
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from io import TextIOWrapper
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from bot.actions.services import hello_answer
from bot.actions.staff import ensure_first_admin
from bot.app import App, load_mind, make_turns, running, utc_now
from bot.channels.markup import plain, read_html
from bot.channels.terminal import TerminalChannel, say
from bot.channels.turns import Turns
from bot.commands.client import keep_once
from bot.commands.context import Context
from bot.commands.registry import run
from bot.commands.staff import hours_of_a_link, sign_in_url
from bot.control import listening as taking_commands
from bot.knowledge.reading import read_all
from bot.lock import CannotStart, hold
from bot.settings import Settings
from bot.web.chat import MAX_FRAME
from db.engine import DATABASE_DOWN, Database, sqlite_url
from db.schema import migrate

log = logging.getLogger(__name__)

ENDING = (signal.SIGINT, signal.SIGTERM)


async def serve(settings: Settings) -> int:
    """Serves until it is stopped. Raises CannotStart, SettingError or PackError."""
    listening = listen(settings.host, settings.port)
    with listening, hold(settings):
        mind = load_mind(settings)
        async with running(settings, mind) as app, _commands(app):
            server = make_server(app.web, settings.trusted_proxies)
            announce(settings)
            await invite_first(app)
            await server.serve(sockets=[listening])
    return 0


@asynccontextmanager
async def _commands(app: App) -> AsyncIterator[None]:
    """Carries out what other processes may not write themselves; see `bot/control.py`."""
    if not app.database.is_sqlite:
        yield
        return
    mind = app.mind
    context = Context(
        app.database, app.settings, lambda: mind.knowledge, utc_now, lambda: mind.reach
    )
    async with taking_commands(app.settings.data_dir.resolve(), partial(run, context)):
        yield


class Server(uvicorn.Server):
    """Ends on Ctrl+C or SIGTERM, and leaves it to the program to close the rest in order.

    uvicorn's own raises the signal again when it has ended, which would cut that short.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Listens to the signals while the server runs."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        for sign in ENDING:
            loop.add_signal_handler(sign, self.handle_exit, sign, None)
        try:
            yield
        finally:
            for sign in ENDING:
                loop.remove_signal_handler(sign)


def make_server(web: Starlette, trusted_proxies: Sequence[str]) -> Server:
    """A web server for the application; it logs nothing of what is asked for.

    Who asks is read from `X-Forwarded-For` where a trusted proxy says so, else from the connection.
    """
    return Server(
        uvicorn.Config(
            web,
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME,
            ws_ping_interval=20,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=list(trusted_proxies),
            timeout_graceful_shutdown=3,
        )
    )


def announce(settings: Settings) -> None:
    """Says where the chat is; the address alone on standard output."""
    print(f"Innom is ready. Open the chat: {settings.chat_url}", flush=True)
    packs = ", ".join(settings.packs)
    print(f"Packs: {packs}. Data: {settings.data_dir}. Stop with Ctrl+C.", file=sys.stderr)


async def invite_first(app: App) -> None:
    """While nobody has ever signed in: a link for the first administrator, on a terminal alone.

    Elsewhere, where it would stay in a log, it goes to a file and the log says which. It is no
    reason not to start that this fails.
    """
    try:
        async with app.database.write() as db:
            token = await ensure_first_admin(db, utc_now())
        if token:
            _tell_first(sign_in_url(app.settings.chat_url, token), app.settings.data_dir)
    except DATABASE_DOWN as error:  # another process that starts has made it, or the disk is full
        log.warning("no link for the first sign-in was made: %s", type(error).__name__)


def _tell_first(url: str, folder: Path) -> None:
    if not sys.stderr.isatty():
        url = f"the link is in {keep_once((url,), folder)}"
    hours = hours_of_a_link()
    print(f"First administrator, good once and for {hours} hours: {url}", file=sys.stderr)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotStart where the port is taken or the address not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(256)
    except (OSError, UnicodeError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or "no such address"
        raise CannotStart(
            f"INNOM_PORT: cannot listen on {host}:{port} ({reason}); "
            "is something else running there?"
        ) from None
    listening.setblocking(False)
    return listening


async def chat(settings: Settings, lang: str | None) -> int:
    """Talks on standard input and output until it ends. What is said is kept nowhere."""
    mind = load_mind(settings)
    mind.library = await asyncio.to_thread(read_all, mind.knowledge, settings.data_dir)
    await asyncio.to_thread(mind.build)
    with tempfile.TemporaryDirectory(prefix="innom-") as folder:
        database = Database(sqlite_url(Path(folder)))
        try:
            await migrate(database)
            channel = TerminalChannel(lambda page: print(page, flush=True), lang)
            turns = make_turns(database, {channel.bot.id: channel}, mind, "terminal", utc_now)
            language = lang or mind.knowledge.profile.main_language
            print(plain(read_html(hello_answer(mind.knowledge, language).html)), end="\n\n")
            await _converse(turns, channel)
        finally:
            await database.close()
    return 0


async def _converse(turns: Turns, channel: TerminalChannel) -> None:
    number = 0
    prompt = "> " if sys.stdin.isatty() else ""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a byte that is no text must not end the chat
    with suppress(EOFError):
        while True:
            line = await asyncio.to_thread(input, prompt)
            number += 1
            await say(turns, channel, line, number)
