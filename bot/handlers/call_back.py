"""A wish to be rung by a person: first name, phone, and when it suits."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.actions import call_back_texts as texts
from bot.actions.invitations import holds_secret
from bot.actions.mind import Mind
from bot.actions.simply import LOST
from bot.channels.turn import Turn
from bot.handlers.buttons import pressed_just_now, unknown_button
from bot.handlers.call_back_steps import CallBackSteps, is_confirming, is_open
from bot.handlers.speak import say
from bot.handlers.thread import change_thread, thread_of
from bot.knowledge import said
from bot.knowledge.facets import facets_in
from bot.knowledge.redaction import MARK
from bot.knowledge.understanding import Understanding

router = Router(name="call_back")

SURE = ("answer", "action", "smalltalk")  # outcomes of what was asked in the middle of a step
_NUMBERS = re.compile(rf"\d{{3}}|{re.escape(MARK)}")
MOST_DIGITS = 15  # of a number in a button; the databases know no longer ones


class CallBackButton(Filter):
    """A button of a call-back."""

    async def __call__(self, query: CallbackQuery) -> bool:
        """True for cb:..."""
        return (query.data or "").startswith("cb:")


class InStep(Filter):
    """Words while a call-back is being asked for."""

    async def __call__(self, message: Message, turn: Turn) -> bool:
        """True where a step may take them."""
        return bool((message.text or "").strip()) and (is_open(turn) or is_confirming(turn))


@router.callback_query(CallBackButton())
async def press(query: CallbackQuery, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Does what the button says; one that is no longer known leads on."""
    await query.answer()
    data = query.data or ""
    if pressed_just_now(turn, query.message.message_id if query.message else 0, data):
        return
    _, name, value = (*data.split(":", 2), "")[:3]
    if not await _pressed(CallBackSteps(bot, turn, mind, lang), name, value):
        await say(bot, turn, unknown_button(mind.knowledge, lang))


async def _pressed(talk: CallBackSteps, name: str, value: str) -> bool:
    plain = {"new": talk.begin, "a": talk.go_on, "x": talk.leave}
    valued = {"w": talk.choose_time, "c": talk.change, "ok": talk.confirm}
    if name in plain and not value:
        await plain[name]()
    elif name in valued:
        await valued[name](value)
    elif name == "d" and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS:
        await talk.withdraw(int(value))
    else:
        return False
    return True


@router.message(InStep())
async def answer_step(
    message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str, understanding: Understanding
) -> None:
    """Gives the step what it asked for; a question in the middle is answered by others."""
    spoken, before = turn.language, turn.claim.language
    talk = CallBackSteps(bot, turn, mind, before or turn.step_data.get("lang", lang))
    turn.language = before  # a name or a number tells no language
    if await _heard(talk, message.text or "", understanding):
        return
    if understanding.outcome in SURE or not is_open(turn):
        turn.language = spoken
        raise SkipHandler
    await talk.ask(talk.words.t("I did not understand that."))


async def _heard(talk: CallBackSteps, text: str, understood: Understanding) -> bool:
    """Whether the open step took what was said."""
    if said.is_stop(text, talk.lang):
        await talk.leave()
        return True
    if understood.slug == LOST:
        return False
    hears = {"name": _name, "phone": _phone, "wanted": _wanted, "confirm": _confirm}
    step = (talk.turn.step or "").partition(":")[2]
    return await hears[step](talk, text, understood) if step in hears else False


async def _name(talk: CallBackSteps, text: str, understood: Understanding) -> bool:
    name = said.first_name_in(text)
    if (
        name is None
        or (" " in name and facets_in(name))
        or (understood.outcome == "smalltalk" and name == text.strip())
    ):
        return False
    await talk.take(name=name)
    return True


async def _phone(talk: CallBackSteps, text: str, understood: Understanding) -> bool:
    phone = talk.read_phone(text)
    if phone:
        await talk.take(phone=phone)
    elif _NUMBERS.search(text) or understood.outcome not in SURE:
        change_thread(talk.turn, hid=thread_of(talk.turn).hid or MARK in text)  # the note says so
        await talk.ask(texts.no_phone(talk.knowledge, text, talk.lang))
    else:
        return False
    return True


async def _wanted(talk: CallBackSteps, text: str, understood: Understanding) -> bool:
    wanted = talk.read_wanted(text)
    if wanted is None or "?" in text or holds_secret(text):  # many of staff read that list
        return False
    await talk.take(wanted=wanted)
    return True


async def _confirm(talk: CallBackSteps, text: str, understood: Understanding) -> bool:
    if said.is_yes(text, talk.lang):
        await talk.confirm()
    elif said.is_no(text, talk.lang):
        await talk.leave()
    else:
        return False
    return True


class AskAgain(BaseMiddleware):
    """After anything else was answered, an open call-back asks its question again."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Lets the handlers speak, then asks. After help in danger it only says that it waits."""
        result = await handler(event, data)
        turn: Turn = data["turn"]
        if turn.replies and is_open(turn) and turn.step_data.get("asked") != turn.update_id:
            talk = CallBackSteps(data["bot"], turn, data["mind"], turn.language or data["lang"])
            understood: Understanding | None = data.get("understanding")
            if understood and understood.outcome == "danger":
                await talk.say(texts.waits(talk.knowledge, talk.lang))
            else:
                await talk.ask()
        return result
