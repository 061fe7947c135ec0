"""Before any handler: which language, and what was meant. No transaction is open yet."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from bot.actions.invitations import is_secret
from bot.actions.mind import Mind
from bot.channels.turn import Turn
from bot.handlers.chosen_language import follow
from bot.knowledge.entries import LAST_RESORT
from bot.knowledge.other_languages import find_other
from bot.knowledge.understanding import Understanding

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Understand(BaseMiddleware):
    """Gives handlers `lang` and, for a message with words, `understanding` and `other`.

    `other` is a language that nobody here speaks, where the message is in one; `said` are its words
    with their line breaks.
    """

    def __init__(self, mind: Mind) -> None:
        self.mind = mind

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Understands the update's text, then lets the handlers speak."""
        turn: Turn = data["turn"]
        prior = turn.language or self._hinted(event)
        text = _text(event)
        said = "" if is_secret(text or "") else text  # random letters say nothing, not even danger
        think, understand = self.mind.think, self.mind.understand
        understood = await think(understand, said or "", prior) if text else None
        data |= {"mind": self.mind, "understanding": understood, "lang": prior, "other": None}
        data["said"] = said  # with its lines, which tell questions apart
        if understood and said and not said.startswith("/"):  # a command tells no language
            self._settle(turn, understood, data)
        return await handler(event, data)

    def _settle(self, turn: Turn, understood: Understanding, data: dict[str, Any]) -> None:
        """Which language is answered in, and which one somebody wrote that nobody speaks here."""
        other = find_other(understood.text, self.mind.knowledge.profile.languages)
        if other:
            lang = turn.language or LAST_RESORT
        elif understood.outcome == "danger":
            lang = understood.lang  # help is read at once, whatever was chosen before
        else:
            lang = turn.language = follow(turn, understood)
        data |= {"other": other, "lang": lang, "understanding": replace(understood, lang=lang)}

    def _hinted(self, event: TelegramObject) -> str:
        """The app's language where this municipality speaks it, else the main one."""
        profile = self.mind.knowledge.profile
        user = _person(event)
        code = ((user and user.language_code) or "").partition("-")[0]
        code = "nb" if code == "no" else code
        return code if code in profile.languages else profile.main_language


def _text(event: TelegramObject) -> str | None:
    message = _message(event)
    return (message.text or message.caption) if message else None


def _message(event: TelegramObject) -> Message | None:
    if not isinstance(event, Update):
        return None
    return event.message or event.edited_message


def _person(event: TelegramObject) -> Any:
    if not isinstance(event, Update):
        return None
    source: Message | CallbackQuery | None = _message(event) or event.callback_query
    return source.from_user if source else None
