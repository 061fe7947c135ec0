"""The steps of a call-back: a name, a number, a time, and is it right.

What has been gathered stands in the chat's row (`turn.step_data`): name, phone, wanted and token;
`at` is when the step was asked, `asked` in which turn, `lang` in which language. `aside` is the
step that was open before, such as a booking's, and comes back afterwards.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiogram import Bot

from bot.actions import call_back
from bot.actions import call_back_texts as texts
from bot.actions.call_back import Wish
from bot.actions.errors import NotFound, Refused
from bot.actions.mind import Mind
from bot.actions.wording import Answer, words_for
from bot.channels import terminal, web
from bot.channels.turn import Turn
from bot.handlers.speak import say
from bot.handlers.thread import thread_of
from bot.knowledge.entries import Knowledge
from bot.texts import Words
from db.call_back import CallBack

PREFIX = "call:"
FRESH = timedelta(hours=1)  # an older step is let go, and an older confirmation asked again
NAMELESS = (web.BOT_ID, terminal.BOT_ID)  # channels where anybody is somebody new when they like
GATHERED = ("name", "phone", "wanted")


def is_open(turn: Turn) -> bool:
    """Whether a step of a call-back waits for an answer."""
    return (turn.step or "").startswith(PREFIX) and not is_old(turn)


def is_confirming(turn: Turn) -> bool:
    """Whether a confirmation waits, however old."""
    return turn.step == f"{PREFIX}confirm"


def is_old(turn: Turn) -> bool:
    """Whether the open step was asked too long ago to be meant."""
    at = turn.step_data.get("at")
    return at is None or turn.now - datetime.fromisoformat(at) > FRESH


@dataclass(slots=True)
class CallBackSteps:
    """One turn of somebody who wants to be rung."""

    bot: Bot
    turn: Turn
    mind: Mind
    lang: str

    @property
    def knowledge(self) -> Knowledge:
        """What the municipality knows."""
        return self.mind.knowledge

    @property
    def words(self) -> Words:
        """The interface in the person's language."""
        return words_for(self.knowledge, self.lang)

    @property
    def nameless(self) -> tuple[int, ...]:
        """The channels that this chat is counted with."""
        return NAMELESS if self.turn.claim.bot_id in NAMELESS else ()

    async def say(self, answer: Answer) -> None:
        """Answers without a question."""
        await say(self.bot, self.turn, answer)

    async def begin(self) -> None:
        """Asks for the first thing, unless the list has no room; an open step is put aside."""
        db, address = await self.turn.db(), self.turn.claim.address_id
        reason = await call_back.find_reason(db, address, self.nameless, self.turn.now)
        if reason:
            await self._refuse(reason)
            return
        if not is_open(self.turn):
            self.turn.step_data = {"aside": self._put_aside()}
        await self._ask_missing()

    async def take(self, **gathered: str) -> None:
        """One thing more is known."""
        self.turn.step_data = {**self.turn.step_data, **gathered}
        await self._ask_missing()

    async def choose_time(self, key: str) -> None:
        """A time's button; it is stored in the words that staff read."""
        label = texts.times(words_for(self.knowledge, None)).get(key)
        if label is None or not is_open(self.turn):
            await self._closed()
        else:
            await self.take(wanted=label)

    async def change(self, what: str) -> None:
        """Asks for one thing anew."""
        if what not in GATHERED or not is_open(self.turn):
            await self._closed()
            return
        self.turn.step_data = {k: v for k, v in self.turn.step_data.items() if k != what}
        await self._ask_missing()

    async def go_on(self) -> None:
        """Asks the open step once more."""
        await (self.ask() if is_open(self.turn) else self._closed())

    async def leave(self) -> None:
        """Leaves it; nothing is kept of it."""
        self._end()
        await self.say(texts.left(self.knowledge, self.lang))

    async def ask(self, note: str | None = None) -> None:
        """The open question once more."""
        await self._ask_missing(note)

    async def confirm(self, token: str | None = None) -> None:
        """Puts on the list what was asked last; `token` is the button's, which may be old."""
        data = self.turn.step_data
        if not is_confirming(self.turn) or token not in (None, data["token"]):
            await self._closed()
        elif is_old(self.turn):
            await self.ask(self.words.t("It is a while since I asked. Look once more."))
        else:
            await self._store()

    async def withdraw(self, call_back_id: int) -> None:
        """Takes one's own wish off the list."""
        db = await self.turn.db()
        try:
            await call_back.withdraw(db, self.turn.claim.address_id, call_back_id)
        except NotFound:
            await self.say(texts.not_there(self.knowledge, self.lang))
        else:
            await self.say(texts.withdrawn(self.knowledge, self.lang))

    def read_phone(self, text: str) -> str | None:
        """The phone number in a text, as this country writes them."""
        return call_back.read_phone(text, self.knowledge.profile.country)

    def read_wanted(self, text: str) -> str | None:
        """When it suits, in the person's own words."""
        return call_back.read_wanted(text)

    async def _ask_missing(self, note: str | None = None) -> None:
        questions: dict[str, Callable[[Knowledge, str, str | None], Answer]] = {
            "name": partial(texts.ask_name, other=thread_of(self.turn).other is not None),
            "phone": texts.ask_phone,
            "wanted": texts.ask_wanted,
        }
        for step, question in questions.items():
            if step not in self.turn.step_data:
                await self._ask(step, question(self.knowledge, self.lang, note))
                return
        token, asked = secrets.token_hex(4), self._gathered()
        answer = texts.ask_confirm(self.knowledge, asked, token, self.lang, note)
        await self._ask("confirm", answer, token=token)

    async def _ask(self, step: str, answer: Answer, **data: Any) -> None:
        now = {"at": self.turn.now.isoformat(), "asked": self.turn.update_id, "lang": self.lang}
        self.turn.step = PREFIX + step
        self.turn.step_data = {**self.turn.step_data, **data, **now}
        await self.say(answer)

    def _gathered(self) -> CallBack:
        data = self.turn.step_data
        said = {"first_name": data["name"], "phone": data["phone"], "wanted": data["wanted"]}
        return CallBack(**said, lang=self.lang, created_at=self.turn.now)

    async def _store(self) -> None:
        db, asked = await self.turn.db(), self._gathered()
        wish = Wish(
            address_id=self.turn.claim.address_id,
            first_name=str(asked.first_name),
            phone=str(asked.phone),
            wanted=str(asked.wanted),
            lang=self.lang,
        )
        self._end()
        try:
            made = await call_back.ask_call_back(db, wish, self.nameless, self.turn.now)
        except Refused as refusal:
            await self._refuse(refusal.reason)
            return
        looked = await call_back.find_last_look(db)
        await self.say(texts.on_the_list(self.knowledge, made, looked, self.lang))

    async def _refuse(self, reason: str) -> None:
        own = await call_back.list_own(await self.turn.db(), self.turn.claim.address_id)
        await self.say(texts.refused(self.knowledge, reason, own, self.lang))

    async def _closed(self) -> None:
        await self.say(texts.closed(self.knowledge, self.lang))
        if is_open(self.turn):  # it speaks of another wish: that one stays as it is
            self.turn.step_data = {**self.turn.step_data, "asked": self.turn.update_id}

    def _put_aside(self) -> Any:
        if (self.turn.step or "").startswith(PREFIX):
            return self.turn.step_data.get("aside")
        return [self.turn.step, self.turn.step_data] if self.turn.step else None

    def _end(self) -> None:
        """Goes back to the step that was open before, which asks again by itself."""
        if (self.turn.step or "").startswith(PREFIX):
            aside = self.turn.step_data.get("aside")
            self.turn.step, self.turn.step_data = aside or (None, {})
