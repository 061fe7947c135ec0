"""What a chat is about just now, kept in the chat's row for half an hour."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from bot.actions.conversation import Thread
from bot.channels.turn import Turn

FRESH = timedelta(minutes=30)
KEY = "talk"


def thread_of(turn: Turn) -> Thread:
    """What it is about; nothing where that is too long ago."""
    kept = dict(turn.context.get(KEY) or {})
    at = kept.pop("at", None)
    if at is None or turn.now - datetime.fromisoformat(at) > FRESH:
        return Thread()
    return Thread(**{name: _read(value) for name, value in kept.items()})


def change_thread(turn: Turn, **changes: Any) -> Thread:
    """Changes some of it, from now on for half an hour."""
    thread = replace(thread_of(turn), **changes)
    if thread != thread_of(turn) or thread.shown:
        turn.context = {**turn.context, KEY: {**asdict(thread), "at": turn.now.isoformat()}}
    return thread


def _read(value: Any) -> Any:
    """JSON has lists for tuples."""
    return tuple(value) if isinstance(value, list) else value
