"""Replies as data: a method becomes JSON for the outbox, and a method again when it is sent."""

from base64 import b64decode, b64encode
from typing import Any

from aiogram.client.default import Default
from aiogram.methods import (
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)
from pydantic import BaseModel

from bot.actions.wording import Answer, Rows
from bot.channels.bidi import isolate

KINDS: dict[str, type[TelegramMethod[Any]]] = {
    kind.__api_method__: kind
    for kind in (SendMessage, SendDocument, EditMessageText, EditMessageReplyMarkup, DeleteMessage)
}


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons under a message, or None for none."""
    made = [[InlineKeyboardButton(text=b.text, callback_data=b.data) for b in r] for r in rows]
    return InlineKeyboardMarkup(inline_keyboard=made) if made else None


def message_of(chat_id: int, answer: Answer) -> SendMessage:
    """An answer that nobody asked for, as a message that shows nothing of what it links to."""
    hidden = LinkPreviewOptions(is_disabled=True)
    buttons = keyboard(answer.rows)
    return SendMessage(
        chat_id=chat_id,
        text=isolate(answer.html),
        parse_mode="HTML",
        link_preview_options=hidden,
        reply_markup=buttons,
    )


def pack(method: TelegramMethod[Any]) -> dict[str, Any]:
    """The method's name and its parameters, as JSON: {"name", "parameters", "file"?}."""
    parameters: dict[str, Any] = {}
    packed: dict[str, Any] = {"name": method.__api_method__, "parameters": parameters}
    for name, value in method.__dict__.items():
        if isinstance(value, BufferedInputFile):
            data = b64encode(value.data).decode()
            packed["file"] = {"name": value.filename, "data": data}
        elif value is not None and not isinstance(value, Default):
            parameters[name] = _plain(value)
    return packed


def unpack(packed: dict[str, Any], **changes: Any) -> TelegramMethod[Any]:
    """The method again, with some parameters changed."""
    parameters = {**packed["parameters"], **changes}
    if file := packed.get("file"):
        parameters["document"] = BufferedInputFile(b64decode(file["data"]), file["name"])
    return KINDS[packed["name"]](**parameters)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        # What is unset may be aiogram's own mark for "as the bot does", which is no JSON.
        return value.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    return value
