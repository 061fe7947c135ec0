"""Booking in the chat: buttons that carry what they mean, and answers in one's own words."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.actions.booking import list_bookings
from bot.actions.booking_texts import ACTIONS
from bot.actions.mind import Mind
from bot.actions.my_bookings import waits
from bot.actions.taking_part import list_own
from bot.channels.turn import Turn
from bot.handlers.booking_base import is_confirming, is_open
from bot.handlers.booking_steps import BookingSteps
from bot.handlers.booking_words import hear
from bot.handlers.buttons import pressed_just_now, unknown_button
from bot.handlers.follow_up_steps import FollowUp
from bot.handlers.my_bookings import MyBookings
from bot.handlers.speak import say
from bot.handlers.thread import thread_of
from bot.knowledge.understanding import Understanding

router = Router(name="booking")

MINE = "my-bookings"
SURE = ("answer", "action", "smalltalk")  # outcomes of what was asked in the middle of a step
MOST_DIGITS = 15  # of a number in a button; the databases know no longer ones


class BookingButton(Filter):
    """A button of a booking, or one that begins it."""

    async def __call__(self, query: CallbackQuery) -> bool:
        """True for bk:... and for the actions that book."""
        kind, _, value = (query.data or "").partition(":")
        return kind == "bk" or (kind == "do" and value.partition(":")[0] in (*ACTIONS, MINE))


class InStep(Filter):
    """Words while a booking is open."""

    async def __call__(self, message: Message, turn: Turn) -> bool:
        """True where a step may take them."""
        return bool((message.text or "").strip()) and (is_open(turn) or is_confirming(turn))


class WantsBooking(Filter):
    """Words that ask to book, or for what was booked."""

    async def __call__(self, message: Message, understanding: Understanding | None) -> bool:
        """True for the actions that book."""
        if understanding is None or understanding.outcome != "action":
            return False
        return understanding.slug in (*ACTIONS, MINE)


@router.callback_query(BookingButton())
async def press(query: CallbackQuery, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Does what the button says; one that is no longer known leads on."""
    await query.answer()
    data = query.data or ""
    if pressed_just_now(turn, query.message.message_id if query.message else 0, data):
        return
    talk = BookingSteps(bot, turn, mind, lang)
    if not await _pressed(talk, MyBookings(bot, turn, mind, lang), data):
        await say(bot, turn, unknown_button(mind.knowledge, lang))


async def _pressed(talk: BookingSteps, mine: MyBookings, data: str) -> bool:
    kind, _, value = data.partition(":")
    name, _, rest = value.partition(":")
    if kind == "do":
        await (mine.show() if name == MINE else talk.begin(ACTIONS[name], entry=rest or None))
        return True
    if name == "l":
        return await talk.show_more(rest)
    if name == "ok":
        await talk.confirm(rest)
        return True
    plain = {"a": talk.go_on, "x": talk.leave, "nm": talk.rename, "code": mine.ask_code}
    if not rest and name in plain:
        await plain[name]()
        return True
    return await _numbered(talk, mine, name, _numbers(rest))


async def _numbered(talk: BookingSteps, mine: MyBookings, name: str, numbers: list[int]) -> bool:
    steps: dict[tuple[str, int], Callable[..., Awaitable[None]]] = {
        ("s", 1): talk.choose,
        ("n", 2): talk.set_party,
        ("d", 4): talk.set_needs,
        ("c", 1): mine.ask_cancel,
        ("cy", 1): mine.cancel,
        ("i", 1): mine.give_file,
        ("nr", 1): mine.drop_reminder,
        ("w", 1): mine.show_one,
    }
    step = steps.get((name, len(numbers)))
    if step:
        await step(*numbers)
    return step is not None


def _numbers(text: str) -> list[int]:
    """The whole numbers of a button's data, or none at all where one of them is no number."""
    parts = text.split(":")
    good = all(p.isascii() and p.isdigit() and len(p) <= MOST_DIGITS for p in parts)
    return [int(part) for part in parts] if good else []


@router.message(InStep())
async def answer_step(
    message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str, understanding: Understanding
) -> None:
    """Gives the step what it asked for; a question in the middle is answered by others."""
    spoken, before = turn.language, turn.claim.language
    talk = BookingSteps(bot, turn, mind, before or turn.step_data.get("lang", lang))
    turn.language = before  # a name or a number tells no language
    if await hear(talk, message.text or "", understanding):
        return
    if understanding.outcome in SURE or not is_open(turn):
        turn.language = spoken
        raise SkipHandler
    await talk.ask_again(talk.words.t("I did not understand that."))


@router.message(WantsBooking())
async def wants(
    message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str, understanding: Understanding
) -> None:
    """Shows what can be booked, narrowed to what was named; or what was booked."""
    if understanding.slug == MINE:
        await _show_own(bot, turn, mind, lang)
        return
    kind = ACTIONS[understanding.slug or ""]
    shown = thread_of(turn).shown
    await BookingSteps(bot, turn, mind, lang).begin(kind, said=understanding.text, shown=shown)


async def _show_own(bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """What was booked; who has nothing but appointments asks for those."""
    db, address = await turn.db(), turn.claim.address_id
    booked = await list_bookings(db, address, turn.now)
    if not booked and await list_own(db, address, turn.now):
        await FollowUp(bot, turn, mind, lang).show()
    else:
        await MyBookings(bot, turn, mind, lang).show()


class AskAgain(BaseMiddleware):
    """After anything else was answered, an open booking asks its question again."""

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
            talk = BookingSteps(data["bot"], turn, data["mind"], turn.language or data["lang"])
            understood: Understanding | None = data.get("understanding")
            if understood and understood.outcome == "danger":
                await talk.say(waits(talk.knowledge, talk.lang))
            else:
                await talk.ask_again()
        return result
