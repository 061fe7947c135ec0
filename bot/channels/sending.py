"""One call to Telegram's API, and how it ended."""

import logging
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod

from bot.channels.delivery import Outcome, classify
from bot.channels.markup import plain
from bot.channels.methods import unpack
from bot.channels.rules import runs_of
from bot.channels.turns import passed
from db.delivery import Delivery
from db.outbox import SENT

log = logging.getLogger(__name__)


async def call(bot: Bot, delivery: Delivery) -> Outcome:
    """Sends a packed method; once more as plain text where Telegram cannot read it."""
    try:
        passed("in mid-send")
        await bot(_method(delivery))
        passed("after the send")
    except TelegramBadRequest as error:
        return await _call_plainly(bot, delivery, error)
    except Exception as error:
        outcome = classify(error)
        log.warning("a message is %s: %s", outcome.state, outcome.reason)
        return outcome
    return Outcome(SENT)


async def _call_plainly(bot: Bot, delivery: Delivery, refusal: TelegramBadRequest) -> Outcome:
    outcome = classify(refusal)
    method = _method(delivery)
    if outcome.state == SENT or not hasattr(method, "text"):
        return outcome
    log.error("a text was refused by Telegram: %s", delivery.method["name"])
    try:
        changes: dict[str, Any] = {"text": plain(runs_of(method)), "parse_mode": None}
        await bot(method.model_copy(update=changes))
    except Exception as error:
        return classify(error)
    return Outcome(SENT, "without mark-up")


def _method(delivery: Delivery) -> TelegramMethod[Any]:
    changes: dict[str, Any] = {}
    text = delivery.method["parameters"].get("text")
    if delivery.attempt > 1 and delivery.method["name"] == "sendMessage" and text:
        changes["text"] = f"{text}\n\n<i>{delivery.method['again']}</i>"
    return unpack(delivery.method, **changes)
