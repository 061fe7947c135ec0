"""How a send ended: certainly sent, certainly not, or nobody knows; and how that is recorded.

Telegram has no idempotency key for bots, so what may have arrived is resent once and counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

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

from db.delivery import MOST_UNCERTAIN, Delivery, end_sending, put_back
from db.engine import Db
from db.outbox import BLOCKED, DUE, FAILED, REFUSED, SENT, TOO_OFTEN, UNCERTAIN, Message
from db.rates import MAIL, hold_bot, hold_chat

RETRY_SECONDS = 5
UNCERTAIN_SECONDS = 60  # the first copy is given time to arrive before it is doubled
CHAT, EVERYTHING = "chat", "everything"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state a message goes to, the reason's name, and seconds until it may be tried again.

    `silent` says what else must wait as long: the chat, or everything of its bot.
    """

    state: str
    reason: str | None = None
    wait: float = 0
    silent: str | None = None


def classify(error: BaseException) -> Outcome:
    """What an error of a send means for the message."""
    name = type(error).__name__
    if isinstance(error, TelegramRetryAfter):
        return Outcome(DUE, name, error.retry_after, CHAT)
    if isinstance(error, TelegramBadRequest):
        # Shown already as it should be: the goal of an edit is reached.
        done = "not modified" in error.message
        return Outcome(SENT, name) if done else Outcome(FAILED, REFUSED)
    if isinstance(error, TelegramForbiddenError | TelegramEntityTooLarge):
        return Outcome(FAILED, BLOCKED if isinstance(error, TelegramForbiddenError) else REFUSED)
    if isinstance(error, TelegramUnauthorizedError | TelegramNotFound | TelegramConflictError):
        return Outcome(DUE, name, UNCERTAIN_SECONDS, EVERYTHING)
    if isinstance(error, TelegramNetworkError) and _never_connected(error):
        return Outcome(DUE, name, RETRY_SECONDS)
    if isinstance(error, TelegramServerError | RestartingTelegram | TelegramNetworkError):
        return Outcome(UNCERTAIN, name, UNCERTAIN_SECONDS)
    if isinstance(error, ClientDecodeError | TimeoutError):
        return Outcome(UNCERTAIN, name, UNCERTAIN_SECONDS)
    if isinstance(error, TelegramAPIError) and "Too Many Requests" in error.message:
        return Outcome(DUE, name, RETRY_SECONDS, CHAT)  # without the seconds to wait
    return Outcome(FAILED if isinstance(error, TelegramAPIError) else UNCERTAIN, name)


async def record(
    db: Db,
    message: Delivery | Message,
    outcome: Outcome,
    now: datetime,
    doubt_seconds: float = UNCERTAIN_SECONDS,
) -> None:
    """Records how a send ended, unless the message is somebody else's by now."""
    wait = doubt_seconds if outcome.state == UNCERTAIN else outcome.wait
    again = now + timedelta(seconds=wait)
    if outcome.silent:
        await _silence(db, message.address_id, again, now, outcome.silent == EVERYTHING)
    if outcome.state == UNCERTAIN and message.attempt >= MOST_UNCERTAIN:
        await end_sending(db, message, FAILED, TOO_OFTEN, now)
    elif outcome.state in (DUE, UNCERTAIN):
        await put_back(db, message, outcome.state, outcome.reason, again)
    else:
        await end_sending(db, message, outcome.state, outcome.reason, now)


async def _silence(
    db: Db, address_id: int | None, until: datetime, now: datetime, everything: bool
) -> None:
    bot_id = MAIL
    if address_id is not None:
        bot_id = await hold_chat(db, address_id, until, now)
    if everything:
        await hold_bot(db, bot_id, until, now)


def _never_connected(error: BaseException) -> bool:
    return isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
