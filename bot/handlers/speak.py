"""Says an answer on whatever channel the update came from."""

from aiogram import Bot
from aiogram.types import BufferedInputFile

from bot.actions.wording import Answer
from bot.channels.bidi import isolate
from bot.channels.methods import keyboard as keyboard
from bot.channels.turn import Turn
from bot.channels.web import chat_id


async def say(bot: Bot, turn: Turn, answer: Answer) -> None:
    """Adds the answer to the turn's replies."""
    turn.speaks = answer.lang
    html = isolate(answer.html)
    await bot.send_message(chat_of(turn), html, reply_markup=keyboard(answer.rows))


async def give(bot: Bot, turn: Turn, name: str, text: str, caption: str) -> None:
    """Adds a file to the turn's replies; its caption is HTML."""
    document = BufferedInputFile(text.encode(), name)
    await bot.send_document(chat_of(turn), document, caption=caption)


def chat_of(turn: Turn) -> int:
    """The chat id of the turn's address: Telegram's own, or ours on the other channels."""
    external = turn.claim.external_id
    is_telegram = external.lstrip("-").isdigit() and len(external) < 20
    return int(external) if is_telegram else chat_id(turn.claim.address_id)
