"""What Telegram refuses, refused on every channel when a reply is collected."""

from typing import Any

from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardMarkup

from bot.channels.markup import BadMarkup, Run, read_html, utf16_length

MAX_TEXT, MAX_CAPTION, MAX_DATA, MAX_ALERT = 4096, 1024, 64, 200  # Telegram's Bot API


def check(method: TelegramMethod[Any]) -> None:
    """Raises TelegramBadRequest where Telegram would refuse the method."""
    try:
        _check_text(method)
        _check_buttons(getattr(method, "reply_markup", None))
    except ValueError as error:
        raise TelegramBadRequest(method=method, message=f"Bad Request: {error}") from None


def runs_of(method: TelegramMethod[Any]) -> list[Run]:
    """The text or caption of a method as runs; none where it has no text."""
    text = getattr(method, "text", None) or getattr(method, "caption", None)
    if not text:
        return []
    return read_html(text) if _is_html(method) else [Run(text)]


def _is_html(method: TelegramMethod[Any]) -> bool:
    mode = getattr(method, "parse_mode", None)
    # An unset mode is the bot's default, which is HTML for every bot here.
    return mode == ParseMode.HTML or (mode is not None and not isinstance(mode, str))


def _check_text(method: TelegramMethod[Any]) -> None:
    if not (hasattr(method, "text") or hasattr(method, "caption")):
        return
    try:
        runs = runs_of(method)
    except BadMarkup as error:
        raise ValueError(f"can't parse entities: {error}") from None
    length = utf16_length("".join(run.text for run in runs).strip())
    if method.__api_method__ == "answerCallbackQuery":
        limit = MAX_ALERT
    else:
        limit = MAX_TEXT if hasattr(method, "text") else MAX_CAPTION
        if hasattr(method, "text") and not length:
            raise ValueError("message text is empty")
    if length > limit:
        raise ValueError("message is too long")


def _check_buttons(markup: Any) -> None:
    if not isinstance(markup, InlineKeyboardMarkup):
        return
    for button in (button for row in markup.inline_keyboard for button in row):
        if not button.text.strip():
            raise ValueError("text buttons must be non-empty")
        data = button.callback_data
        if data is not None and not 1 <= len(data.encode()) <= MAX_DATA:
            raise ValueError("BUTTON_DATA_INVALID")
