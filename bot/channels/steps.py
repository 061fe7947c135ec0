"""Conversation steps: aiogram's FSM over the row of the chat, saved with the turn's commit."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from bot.channels.turn import Turn, now_running


class TurnStorage(BaseStorage):
    """Reads and writes the step of the turn that runs; outside of a turn there is none."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Goes to a step, or out of all steps."""
        _turn().step = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:
        """The step the chat is in."""
        turn = now_running()
        return turn.step if turn else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replaces what the step has gathered; only JSON values."""
        _turn().step_data = dict(data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """What the step has gathered."""
        turn = now_running()
        return dict(turn.step_data) if turn else {}

    async def close(self) -> None:
        """Nothing is open."""


def _turn() -> Turn:
    turn = now_running()
    if turn is None:
        raise RuntimeError("a step can only change inside a turn")
    return turn
