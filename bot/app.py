"""Builds everything once and wires it together."""

from bot import lazy_models as lazy_models  # isort: skip - before aiogram

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import Update
from sqlalchemy import text
from starlette.applications import Starlette

from bot.actions.danger_help import first_aid
from bot.actions.learning import Learner
from bot.actions.mind import Mind
from bot.actions.reach import Reach
from bot.actions.reminders import make_composers
from bot.actions.sample_slots import samples_allowed
from bot.actions.wording import words_for
from bot.channels.channel import Channel
from bot.channels.lanes import Desk
from bot.channels.mail import SmtpMailer
from bot.channels.notify import Notifier
from bot.channels.post import Postman
from bot.channels.telegram import TelegramChannel, make_bot
from bot.channels.telegram_updates import TelegramUpdates
from bot.channels.turn import Turn
from bot.channels.turns import Turns
from bot.channels.web import WebChannel
from bot.handlers import make_dispatcher
from bot.handlers.commands import menu
from bot.handlers.errors import apologise
from bot.jobs import end_ticks, make_scheduler
from bot.knowledge.embeddings import library
from bot.knowledge.packs import load
from bot.settings import Settings
from bot.texts import speak
from bot.web.app import make_app
from bot.web.chat import Chat
from bot.web.page import Page
from bot.web.staff.console import Console
from db.addresses import release_all
from db.engine import Database
from db.schema import migrate

log = logging.getLogger(__name__)

_NAME_SECONDS = 10  # to wait for the bot's own name; polling begins after it
_POLLING_LOCK = 7_233_102  # one process polls; any number that is only ours


@dataclass(slots=True)
class App:
    """A running installation."""

    settings: Settings
    database: Database
    mind: Mind
    turns: Turns
    web: Starlette


def utc_now() -> datetime:
    """The one clock of the running program."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(
    settings: Settings, mind: Mind, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[App]:
    """Everything started, in order, and ended in the reverse order."""
    async with AsyncExitStack() as stack:
        database = Database(settings.url)
        stack.push_async_callback(database.close)
        await migrate(database)
        # Containers share process numbers, and long host names differ only at their ends.
        owner = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
        notifier = Notifier(database)
        web = WebChannel(notifier)
        channels: dict[int, Channel] = {web.bot.id: web}
        telegram = _telegram(settings, database, mind, owner, now)
        if telegram:
            channels[telegram.bot.id] = telegram
            stack.push_async_callback(telegram.bot.session.close)
        turns = make_turns(database, channels, mind, owner, now)
        stack.push_async_callback(turns.close)
        learner = Learner(database, mind)
        stack.push_async_callback(learner.close)
        await learner.look()  # the index is built with what staff have published
        if mind.understander is None:
            turns.ready.clear()
            building = asyncio.create_task(_build(settings, mind, turns))
            stack.callback(building.cancel)
        composers = make_composers(settings.chat_url)
        desk = Desk(database, owner, now, mind, composers, settings.quiet_hours)
        postman = Postman(desk, web, telegram, _mailer(settings, mind))
        stack.push_async_callback(postman.close)
        if database.is_sqlite:
            await _take_over(database, postman)
        notifier.start()
        stack.push_async_callback(notifier.close)
        scheduler = make_scheduler(database, turns, postman, now, learner)
        scheduler.start()
        stack.push_async_callback(end_ticks, scheduler)
        updates = await _updates(settings, mind, telegram, turns, stack, database)
        page = Page(mind)
        chat = Chat(database, turns, notifier, page, settings.base_url)
        console = Console(database, mind, settings, now, notifier, page.version)
        secret = settings.telegram_secret if settings.telegram_mode == "webhook" else None
        pages = make_app(chat, database, updates, secret, console)
        yield App(settings, database, mind, turns, pages)


def make_turns(
    database: Database,
    channels: dict[int, Channel],
    mind: Mind,
    owner: str,
    now: Callable[[], datetime],
) -> Turns:
    """The turns over one dispatcher that all channels share."""
    dispatcher = make_dispatcher(mind)
    handle = partial(_handle, dispatcher)
    return Turns(database, channels, handle, partial(apologise, mind), owner=owner, now=now)


def load_mind(settings: Settings) -> Mind:
    """The knowledge of the configured packs, still without its index. Raises PackError."""
    samples = samples_allowed(settings.telegram_token, settings.base_url)
    reach = Reach(
        settings.quiet_hours,
        mail=bool(settings.smtp_url),
        telegram=bool(settings.telegram_token),
        chat_url=settings.chat_url,
    )
    return Mind(load(settings.packs, settings.pack_folders), None, samples, reach=reach)


async def _build(settings: Settings, mind: Mind, turns: Turns) -> None:
    """Builds the index beside the running server; until then turns wait, and the page is served.

    What has no embedding yet is found by its words, until the learner has read it.
    """
    try:
        mind.library = mind.library or await asyncio.to_thread(library, settings.data_dir)
        await asyncio.to_thread(mind.build)
    except Exception as error:
        log.critical("the index could not be built: %s", type(error).__name__)
        signal.raise_signal(signal.SIGTERM)
        return
    turns.ready.set()


async def _handle(dispatcher: Dispatcher, bot: Bot, update: Update, turn: Turn) -> None:
    await dispatcher.feed_update(bot, update, turn=turn)


async def _take_over(database: Database, postman: Postman) -> None:
    """This is the only process: what an earlier one held is free, what it was sending in doubt."""
    async with database.write() as db:
        await release_all(db)
    await postman.doubt_own()


def _telegram(
    settings: Settings, database: Database, mind: Mind, owner: str, now: Callable[[], datetime]
) -> TelegramChannel | None:
    if not settings.telegram_token:
        return None
    bot = make_bot(settings.telegram_token, settings.telegram_api_url)

    def sent_again(lang: str) -> str:
        return words_for(mind.knowledge, lang).t("Sent again, in case it did not arrive.")

    return TelegramChannel(bot, database, owner, now, sent_again)


def _mailer(settings: Settings, mind: Mind) -> SmtpMailer | None:
    if not settings.smtp_url or not settings.mail_from:
        return None

    def sent_again() -> str:
        return words_for(mind.knowledge, None).t("Sent again, in case it did not arrive.")

    return SmtpMailer(settings.smtp_url, settings.mail_from, sent_again)


async def _updates(
    settings: Settings,
    mind: Mind,
    telegram: TelegramChannel | None,
    turns: Turns,
    stack: AsyncExitStack,
    database: Database,
) -> TelegramUpdates | None:
    """Starts polling, or registers the webhook; in the background, so that the web chat serves."""
    if telegram is None:
        return None
    updates = TelegramUpdates(telegram.bot, turns, lambda words: first_aid(mind.knowledge, words))
    task = asyncio.create_task(_connect(settings, mind, telegram.bot, updates, database))

    async def stop() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
    return updates if settings.telegram_mode == "webhook" else None


async def _connect(
    settings: Settings, mind: Mind, bot: Bot, updates: TelegramUpdates, database: Database
) -> None:
    """Sets commands and webhook, again until Telegram answers; then polls, if that is the mode."""
    pause = 1.0
    while True:
        try:
            await _introduce(settings, mind, bot)
            break
        except (TelegramUnauthorizedError, TelegramNotFound):
            log.error("Telegram refuses the token: set INNOM_TELEGRAM_TOKEN anew")
            return
        except Exception as error:  # no network at a start is no reason to end
            log.warning("Telegram is not reached (%s); trying again", type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60)
    await _learn_name(mind, bot)
    if settings.telegram_mode == "polling":
        async with _leading(database):
            await updates.poll()


async def _learn_name(mind: Mind, bot: Bot) -> None:
    """The bot's own name, for links into it; without it the rest works all the same."""
    try:
        name = (await bot.get_me(request_timeout=_NAME_SECONDS)).username
    except Exception as error:
        log.info("the bot's name is not known: %s", type(error).__name__)
        return
    mind.reach = replace(mind.reach, telegram_name=name)


async def _introduce(settings: Settings, mind: Mind, bot: Bot) -> None:
    profile = mind.knowledge.profile
    await bot.set_my_commands(menu(words_for(mind.knowledge, None)))
    for lang in profile.languages:
        if (words := speak(lang)).lang == lang:
            # Telegram knows Norwegian as "nb"; nynorsk has no app of its own.
            await bot.set_my_commands(menu(words), language_code=lang)
    if settings.telegram_mode == "webhook":
        url = f"{settings.base_url}/telegram"
        await bot.set_webhook(
            url, secret_token=settings.telegram_secret, drop_pending_updates=False
        )
    else:
        await bot.delete_webhook(drop_pending_updates=False)


@asynccontextmanager
async def _leading(database: Database) -> AsyncIterator[None]:
    """Waits until this process is the one that polls; PostgreSQL frees the place when it ends."""
    if database.is_sqlite:
        yield
        return
    async with database.writer.connect() as connection:
        db = await connection.execution_options(isolation_level="AUTOCOMMIT")
        taken = text("SELECT pg_try_advisory_lock(:key)")
        # PostgreSQL tells nobody when the lock is free.
        while not (await db.execute(taken, {"key": _POLLING_LOCK})).scalar_one():  # noqa: ASYNC110
            await asyncio.sleep(2)
        yield
