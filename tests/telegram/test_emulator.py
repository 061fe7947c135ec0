"""A whole conversation with the running program, over an outside emulator of Telegram's Bot API.

The wire between them only watches. In the end the emulator says whether each request was right.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.actions import answers, danger_help, services
from bot.actions.mind import Mind
from bot.actions.wording import Answer
from bot.channels.markup import for_telegram, read_html
from bot.handlers.buttons import unknown_button
from bot.handlers.commands import unknown_command
from bot.handlers.knowledge import answer_to
from bot.handlers.media import wordless_answer
from bot.web.app import SECRET_HEADER
from tests.telegram.conftest import SECRET, Emulator, Program
from tests.telegram.wire import Call, Wire, serving

ANNA, GROUP = 1001, -5005
ENTRY = "seniorsentre"
FILE = {"file_id": "f", "file_unique_id": "u"}
WORDLESS: dict[str, Any] = {
    "photo": [{**FILE, "width": 1, "height": 1}],
    "voice": {**FILE, "duration": 1},
    "sticker": {
        **FILE,
        "type": "regular",
        "width": 1,
        "height": 1,
        "is_animated": False,
        "is_video": False,
    },
    "location": {"latitude": 58.85, "longitude": 5.74},
}
# What Telegram has and the emulator refuses: "parameter of method". There is none that we use.
LACKS: set[str] = set()


@dataclass
class Anna:
    """Somebody on Telegram whose name is not easy. Each verb waits for the one reply to it."""

    emulator: Emulator
    wire: Wire
    program: Program
    numbers: list[int] = field(default_factory=list)

    async def says(self, text: str, **changes: Any) -> Call:
        """Writes; returns the reply."""
        return await self.replied({"message": self.message(text=text, **changes)})

    async def shows(self, kind: str) -> Call:
        """Sends something without words."""
        return await self.replied({"message": self.message(**{kind: WORDLESS[kind]})})

    async def presses(self, data: str, times: int = 1) -> Call:
        """Presses a button under the last message, which must have it."""
        last = self.wire.sent(ANNA)[-1]
        assert data in [button["callback_data"] for button in last.buttons], last.buttons
        return await self.presses_old(data, times)

    async def presses_old(self, data: str, times: int = 1) -> Call:
        """Presses a button of any message."""
        under = {**self.message(text="before"), "message_id": 77}
        press = {"id": "1", "from": self.person, "chat_instance": "1", "data": data}
        return await self.replied(*[{"callback_query": {**press, "message": under}}] * times)

    async def edits(self, text: str) -> Call:
        """Edits a message. The emulator has no such update: it goes to the webhook directly."""
        before = len(self.wire.sent(ANNA))
        body = {"update_id": 9_000, "edited_message": self.message(text=text, edit_date=2)}
        async with (
            aiohttp.ClientSession(headers={SECRET_HEADER: SECRET}) as client,
            client.post(f"{self.program.url}/telegram", json=body) as answer,
        ):
            assert answer.status == 200
        await self.wire.until(lambda: len(self.wire.sent(ANNA)) > before)
        return self.wire.sent(ANNA)[-1]

    async def replied(self, *updates: dict[str, Any]) -> Call:
        """Gives updates to the bot; returns the one new message to Anna."""
        before = len(self.wire.sent())
        for update in updates:
            await self.emulator.gives(update)
        await self.wire.until(lambda: len(self.wire.sent()) > before)
        return self.wire.sent()[-1]

    @property
    def person(self) -> dict[str, Any]:
        name = {"first_name": "<b>Anna</b> & Co", "last_name": "\u202eØ", "username": "anna"}
        return {"id": ANNA, "is_bot": False, "language_code": "nb", **name}

    def message(self, **changes: Any) -> dict[str, Any]:
        chat = {"id": ANNA, "type": "private"}
        return {"message_id": 1, "date": 1, "from": self.person, "chat": chat, **changes}


def same(reply: Call, answer: Answer | None) -> None:
    """The reply says what the action says, with its buttons."""
    assert answer is not None
    assert reply.status == 200
    assert reply.fields["text"] == for_telegram(read_html(answer.html))
    buttons = [button for row in answer.rows for button in row]
    assert reply.buttons == [{"text": b.text, "callback_data": b.data} for b in buttons]


async def converse(anna: Anna, mind: Mind) -> None:
    """Everything that a person can do, in one conversation."""
    known = mind.knowledge
    question = known.entries[ENTRY].utterances["nb"][0]
    same(await anna.says("/start"), services.hello_answer(known, "nb"))
    same(await anna.presses("topics"), answers.topics_answer(known, "nb"))
    topic = known.entries[ENTRY].topic
    same(await anna.presses(f"t:{topic}"), answers.topic_answer(known, topic, "nb"))
    same(await anna.presses(f"e:{ENTRY}"), answers.entry_answer(known, ENTRY, "nb"))
    same(await anna.says(question), answers.entry_answer(known, ENTRY, "nb"))
    same(await anna.presses(f"m:{ENTRY}"), answers.more_answer(known, ENTRY, "nb"))
    same(await anna.presses_old(f"fb:y:{ENTRY}", 2), services.feedback_thanks(known, True, "nb"))
    same(await anna.presses_old("e:gone"), unknown_button(known, "nb"))
    same(await anna.says("jeg vil dø"), danger(mind, "jeg vil dø"))
    same(await anna.says("/hokuspokus"), unknown_command(known, "nb"))
    for kind in WORDLESS:
        same(await anna.shows(kind), wordless_answer(known, kind, "nb"))
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "<i>B & C</i>"}
    same(
        await anna.says(question, forward_origin=origin),
        answers.entry_answer(known, ENTRY, "nb"),
    )
    odd = 'jeg skrev <b>qqzz</b> & <script> "xqzz" &amp; </b>'
    same(await anna.says(odd), answer_to(known, mind.understand(odd, "nb"), "nb"))
    same(await anna.says("/language"), services.act(known, "change-language", "nb"))
    same(await anna.presses("lang:en"), services.language_chosen(known, "en"))
    same(await anna.says("/topics"), answers.topics_answer(known, "en"))
    same(await anna.says("/person"), services.act(known, "talk-to-human", "en"))
    same(await anna.says("/clear"), services.cleared(known, "en"))


def danger(mind: Mind, text: str) -> Answer | None:
    return danger_help.help_answer(mind.knowledge, mind.understand(text, "nb"), "nb")


async def stays_silent_in_a_group(anna: Anna) -> None:
    """What a group says is nobody's question; the next private one is answered."""
    group = {"id": GROUP, "type": "supergroup", "title": "Naboer"}
    await anna.emulator.gives({"message": anna.message(text="/start", chat=group)})
    await anna.emulator.gives({"message": anna.message(text="jeg vil dø", chat=group)})
    await anna.says("/start")
    assert anna.wire.sent(GROUP) == []


Start = Callable[..., Awaitable[Program]]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_conversation_in_which_every_request_is_right(
    emulator: Emulator, program: Start, norway: Mind, mode: str
) -> None:
    async with serving(Wire(upstream=emulator.url)) as wire:
        secret = {"telegram_secret": SECRET} if mode == "webhook" else {}
        served = await program(telegram_api_url=wire.url, telegram_mode=mode, **secret)
        ready = "setWebhook" if mode == "webhook" else "getUpdates"
        await wire.until(lambda: any(call.name == ready for call in wire.calls))
        anna = Anna(emulator, wire, served)
        await converse(anna, norway)
        await stays_silent_in_a_group(anna)
        if mode == "webhook":
            question = norway.knowledge.entries[ENTRY].utterances["nb"][0]
            same(await anna.edits(question), answers.entry_answer(norway.knowledge, ENTRY, "nb"))
        presses = [call for call in wire.calls if call.name == "answerCallbackQuery"]
        assert len(presses) == 8, "each press is acknowledged, the second of two as well"
        await all_sent(served)
        assert refused(wire) == LACKS
        await emulator_finds_nothing(emulator, mode)
        complaints = [line for line in served.log.read_text().splitlines() if " ERROR " in line]
        assert complaints == []


async def all_sent(program: Program) -> None:
    """Every message is recorded as sent at the first attempt, and no update is left or dead."""
    async with asyncio.timeout(20):
        while (counts := outbox_and_inbox(program.folder)) != ({("sent", 1)}, {"handled"}):
            assert not counts[1] & {"dead"}, counts
            await asyncio.sleep(0.1)


def outbox_and_inbox(folder: Path) -> tuple[set[Any], set[str]]:
    with closing(sqlite3.connect(f"file:{folder / 'innom.db'}?mode=ro", uri=True)) as db:
        sent = set(db.execute("SELECT DISTINCT state, attempt FROM outbox").fetchall())
        return sent, {state for (state,) in db.execute("SELECT DISTINCT state FROM inbox")}


def refused(wire: Wire) -> set[str]:
    """The methods whose requests the emulator refused, with the status."""
    return {f"{call.name}: {call.status}" for call in wire.calls if call.status >= 400}


async def emulator_finds_nothing(emulator: Emulator, mode: str) -> None:
    """The emulator's own verdict on the journal of all requests."""
    needed = ["sendMessage", "answerCallbackQuery", "setMyCommands"]
    needed += ["webhook", "setWebhook"] if mode == "webhook" else ["getUpdates", "deleteWebhook"]
    required = [part for name in needed for part in ("--require-method", name)]
    code, report = await emulator.verdict("--require-response", *required)
    assert (code, report["refusals"], report["missing_methods"]) == (0, [], []), report
