"""How a call to Telegram ended: certainly sent, certainly not, or nobody knows.

Telegram has no idempotency key for bots, so what may have arrived is resent once and counted.
"""

from dataclasses import dataclass

from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from db.outbox import DUE, FAILED, SENT, UNCERTAIN

RETRY_SECONDS = 5
UNCERTAIN_SECONDS = 60  # the first copy is given time to arrive before it is doubled


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state a message goes to, the reason's name, and seconds until it may be tried again."""

    state: str
    reason: str | None = None
    wait: float = 0


def classify(error: BaseException) -> Outcome:
    """What an error of a send means for the message."""
    name = type(error).__name__
    if isinstance(error, TelegramRetryAfter):
        return Outcome(DUE, name, error.retry_after)
    if isinstance(error, TelegramBadRequest):
        # Shown already as it should be: the goal of an edit is reached.
        done = "not modified" in error.message
        return Outcome(SENT if done else FAILED, name)
    if isinstance(error, TelegramForbiddenError | TelegramEntityTooLarge):
        return Outcome(FAILED, name)
    if isinstance(error, TelegramUnauthorizedError | TelegramNotFound | TelegramConflictError):
        return Outcome(DUE, name, UNCERTAIN_SECONDS)
    if isinstance(error, TelegramNetworkError) and _never_connected(error):
        return Outcome(DUE, name, RETRY_SECONDS)
    if isinstance(error, TelegramServerError | RestartingTelegram | TelegramNetworkError):
        return Outcome(UNCERTAIN, name, UNCERTAIN_SECONDS)
    if isinstance(error, ClientDecodeError | TimeoutError):
        return Outcome(UNCERTAIN, name, UNCERTAIN_SECONDS)
    if isinstance(error, TelegramAPIError) and "Too Many Requests" in error.message:
        return Outcome(DUE, name, RETRY_SECONDS)  # without the seconds to wait
    return Outcome(FAILED if isinstance(error, TelegramAPIError) else UNCERTAIN, name)


def _never_connected(error: BaseException) -> bool:
    return isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
