"""aiogram's models, built when they are first used, are the same as those built at the start."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from bot.lazy_models import SWITCH

FIELDS = """
import json, bot.lazy_models
from aiogram.methods import EditMessageText, SendMessage, SetWebhook
from aiogram.methods.base import Response
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, Update
kinds = (CallbackQuery, InlineKeyboardMarkup, Message, Update, EditMessageText, SendMessage,
         SetWebhook, Response[Message], Response[list[Update]])
built = sum(kind.__pydantic_complete__ for kind in kinds)
for kind in kinds:
    kind.model_rebuild()
print(json.dumps({
    "built": built,
    "all": len(kinds),
    "fields": {kind.__name__: {name: str(field.annotation)
               for name, field in kind.model_fields.items()} for kind in kinds},
}))
"""

CONVERSATION = """
import asyncio, json, bot.lazy_models
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

said = []

class Session(BaseSession):
    async def close(self): ...
    async def stream_content(self, *args, **kwargs): yield b""
    async def make_request(self, bot, method, timeout=None):
        said.append(method.model_dump(mode="json", exclude_none=True, exclude_defaults=True))
        sent = {"message_id": 9, "date": 1, "chat": PERSON | {"type": "private"}, "text": "sent"}
        asked = method.__api_method__ == "answerCallbackQuery"
        body = {"ok": True, "result": asked or sent}
        return self.check_response(bot, method, 200, json.dumps(body)).result

PERSON = {"id": 5, "first_name": "Anna", "is_bot": False}
router = Router()

@router.message()
async def ask(message: Message):
    button = InlineKeyboardButton(text="yes", callback_data="yes")
    answer = await message.answer(f"echo {message.text}",
                                  reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    said.append(answer.text)

@router.callback_query()
async def press(query: CallbackQuery):
    await query.answer()
    await query.message.edit_text(query.data)

async def talk():
    bot, dispatcher = Bot("5:x", session=Session()), Dispatcher()
    dispatcher.include_router(router)
    message = {"message_id": 1, "date": 1, "chat": PERSON | {"type": "private"}, "from": PERSON,
               "text": "hello"}
    query = {"id": "1", "from": PERSON, "chat_instance": "x", "data": "yes", "message": message}
    for number, content in enumerate(({"message": message}, {"callback_query": query})):
        update = {"update_id": number, **content}
        await dispatcher.feed_update(bot, Update.model_validate(update, context={"bot": bot}))

asyncio.run(talk())
print(json.dumps(said))
"""


def run(program: str, eager: bool) -> Any:
    """What a program prints in a process of its own."""
    environment = os.environ | {SWITCH: "1" if eager else "0"}
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(re.sub("0x[0-9a-f]+", "", done.stdout))  # addresses in memory differ


@pytest.mark.parametrize("program", [CONVERSATION, FIELDS])
def test_lazy_models_are_the_same(program: str) -> None:
    lazy, eager = run(program, eager=False), run(program, eager=True)
    if isinstance(lazy, dict):
        assert lazy.pop("built") < eager.pop("built"), "nothing was left for later"
    assert lazy == eager


def test_a_question_on_the_command_line_does_not_wait_for_aiogram() -> None:
    program = (
        "import sys, json, bot.settings, bot.knowledge.check, bot.cli;"
        "print(json.dumps('aiogram' in sys.modules))"
    )
    assert run(program, eager=False) is False
