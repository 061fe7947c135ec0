"""The conversations, and the order in which they are asked.

Danger first; then commands, codes, answers to a reminder, open steps and buttons; then what has
no words; then questions. Filters are asynchronous: aiogram runs every synchronous one in a thread,
which costs more than the turn.
"""

from bot import lazy_models as lazy_models  # isort: skip - before aiogram

import importlib

from aiogram import Dispatcher, Router
from aiogram.fsm.strategy import FSMStrategy

from bot.actions.mind import Mind
from bot.channels.steps import TurnStorage
from bot.handlers import call_back
from bot.handlers.booking import AskAgain
from bot.handlers.converse import Converse
from bot.handlers.middleware import Understand

ORDER = (
    "danger",
    "commands",
    "codes",
    "reminders",
    "call_back",
    "booking",
    "follow_up",
    "my_data",
    "buttons",
    "media",
    "other_language",
    "knowledge",
)


def make_dispatcher(mind: Mind) -> Dispatcher:
    """One dispatcher for all channels. A router has one parent, so each is made anew here."""
    dispatcher = Dispatcher(storage=TurnStorage(), fsm_strategy=FSMStrategy.CHAT)
    dispatcher.update.outer_middleware(Understand(mind))
    dispatcher.update.outer_middleware(Converse())
    dispatcher.update.outer_middleware(AskAgain())
    dispatcher.update.outer_middleware(call_back.AskAgain())
    for name in ORDER:
        dispatcher.include_router(_router(name))
    return dispatcher


def _router(name: str) -> Router:
    router: Router = importlib.import_module(f"bot.handlers.{name}").router
    router._parent_router = None  # tests build several dispatchers in one process
    return router
