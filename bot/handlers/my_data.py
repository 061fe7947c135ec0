"""What is stored about a person: see it, take it along, erase it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.actions import call_back, my_data
from bot.actions import my_data_texts as texts
from bot.actions.mind import Mind
from bot.actions.my_data import Mine
from bot.actions.my_data_page import pages
from bot.channels import terminal, web
from bot.channels.turn import Turn
from bot.handlers.buttons import pressed_just_now, unknown_button
from bot.handlers.speak import give, say
from bot.knowledge.understanding import Understanding
from db.my_data import Whose

router = Router(name="my_data")

ACTION = "my-data"
FRESH = timedelta(hours=1)  # an older question is asked again before anything is erased
COPIES = 3  # within that time; each copy is kept in the chat for a while


class MyDataButton(Filter):
    """A button of one's own data."""

    async def __call__(self, query: CallbackQuery) -> bool:
        """True for md:... and for the action itself."""
        data = query.data or ""
        return data.startswith("md:") or data == f"do:{ACTION}"


class WantsData(Filter):
    """Words that ask what is stored, or to erase it."""

    async def __call__(self, message: Message, understanding: Understanding | None) -> bool:
        """True for the action."""
        if understanding is None or understanding.outcome != "action":
            return False
        return understanding.slug == ACTION


@router.message(WantsData())
async def wants(message: Message, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Shows what is stored; erasing is a button there."""
    await MyData(bot, turn, mind, lang).show()


@router.callback_query(MyDataButton())
async def press(query: CallbackQuery, bot: Bot, turn: Turn, mind: Mind, lang: str) -> None:
    """Does what the button says; one that is no longer known leads on."""
    await query.answer()
    data = query.data or ""
    if pressed_just_now(turn, query.message.message_id if query.message else 0, data):
        return
    talk = MyData(bot, turn, mind, lang)
    plain = {f"do:{ACTION}": talk.show, "md:copy": talk.copy, "md:erase": talk.ask_erase}
    if data in plain:
        await plain[data]()
    elif data.startswith("md:yes:"):
        await talk.erase(data.removeprefix("md:yes:"))
    else:
        await say(bot, turn, unknown_button(mind.knowledge, lang))


@dataclass(slots=True)
class MyData:
    """One turn of somebody who asks about their own data."""

    bot: Bot
    turn: Turn
    mind: Mind
    lang: str

    @property
    def whose(self) -> Whose:
        """The chat that asks."""
        return Whose(self.turn.claim.address_id, self.turn.update_id, self.turn.now)

    async def show(self) -> None:
        """What is stored, why and for how long."""
        mine, address = await self._mine(), self.turn.claim.address_id
        calls = await call_back.list_own(await self.turn.db(), address)
        answer = texts.summary(self.mind.knowledge, mine, calls, self.lang)
        await say(self.bot, self.turn, answer)

    async def copy(self) -> None:
        """Two kinds of file: to read, and for programs."""
        knowledge, now = self.mind.knowledge, self.turn.now
        lately = [at for at in self.turn.context.get("copies", []) if _is_recent(at, now)]
        if len(lately) >= COPIES:
            await say(self.bot, self.turn, texts.copies_spent(knowledge, self.lang))
            return
        self.turn.context = {**self.turn.context, "copies": [*lately, now.isoformat()]}
        mine, day = await self._mine(), f"innom-{now.date().isoformat()}"
        for n, html in enumerate(pages(knowledge, mine, self.lang, now), 1):
            caption = texts.caption(knowledge, self.lang)
            await give(self.bot, self.turn, f"{day}-{n}.html", html, caption)
        for n, data in enumerate(my_data.as_json(mine, knowledge.profile.name, now), 1):
            caption = texts.json_caption(knowledge, self.lang)
            await give(self.bot, self.turn, f"{day}-{n}.json", data, caption)

    async def ask_erase(self) -> None:
        """Says what goes and what stays, and asks."""
        token = secrets.token_hex(4)
        asked = [token, self.turn.now.isoformat()]
        self.turn.context = {**self.turn.context, "erase": asked}
        mine = await self._mine()
        await say(self.bot, self.turn, texts.ask_erase(self.mind.knowledge, mine, token, self.lang))

    async def erase(self, token: str) -> None:
        """Erases, where this is the yes to what was asked last; else asks anew."""
        asked, at = self.turn.context.get("erase", [None, None])
        if asked is None or token != asked or not _is_recent(at, self.turn.now):
            await self.ask_erase()
            return
        mine = await self._mine()
        await my_data.erase(await self.turn.db(), self.whose)
        self.turn.forget()
        telegram = self.turn.claim.bot_id not in (web.BOT_ID, terminal.BOT_ID)
        answer = texts.erased(self.mind.knowledge, mine, self.lang, telegram=telegram)
        await say(self.bot, self.turn, answer)

    async def _mine(self) -> Mine:
        return await my_data.collect(await self.turn.db(), self.whose)


def _is_recent(at: str, now: datetime) -> bool:
    return now - datetime.fromisoformat(at) <= FRESH
