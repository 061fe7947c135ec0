"""What a terminal is told that cannot be written to later, and that nothing waits for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.actions import follow_up, hosting
from bot.actions.mind import Mind
from bot.actions.outbox import oldest_due
from bot.app import make_turns
from bot.channels.terminal import BOT_ID, TerminalChannel, say
from bot.channels.turns import Turns
from db.engine import Database
from tests.booked import book
from tests.builders import add_slot, all_bookings
from tests.conftest import Clock
from tests.followed import Office, messages
from tests.talk import Talk

NOTE = "Reminders cannot reach you in this window."


@dataclass
class Terminal:
    """Somebody at a terminal."""

    turns: Turns
    channel: TerminalChannel
    pages: list[str]
    lines: int = 0

    async def types(self, line: str) -> str:
        """Types a line; returns what it led to, on one line."""
        self.lines += 1
        self.pages.clear()
        await say(self.turns, self.channel, line, self.lines)
        return " ".join("\n".join(self.pages).split())


@pytest.fixture
async def terminal(database: Database, norway: Mind, clock: Clock) -> AsyncIterator[Terminal]:
    pages: list[str] = []
    channel = TerminalChannel(pages.append, "en")
    turns = make_turns(database, {BOT_ID: channel}, norway, "terminal", clock)
    yield Terminal(turns, channel, pages)
    await turns.close()


async def test_a_booking_that_is_moved_to_a_terminal_has_no_reminder_and_says_so(
    talk: Talk, terminal: Terminal, clock: Clock
) -> None:
    slot, anna = await add_slot(talk.database), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    heard = await terminal.types(made.code or "")
    assert "Knitting night" in heard
    assert NOTE in heard
    assert await messages(talk.database) == {}
    assert len(await messages(talk.database, "cancelled")) == 1


async def test_no_reminder_waits_for_who_joined_at_a_terminal(
    talk: Talk, terminal: Terminal, clock: Clock
) -> None:
    office = await Office(talk.database, clock).open()
    invitation = await office.enrol()
    await terminal.types(invitation.code)
    assert NOTE in await terminal.types("1")
    await office.does(follow_up.confirm, office.enrolment)
    await office.appoint()
    assert await messages(talk.database) == {}
    clock.move(days=3)
    async with talk.database.read() as db:
        assert await oldest_due(db, clock()) is None


async def test_staff_see_at_once_what_a_terminal_is_not_told(
    talk: Talk, terminal: Terminal, clock: Clock
) -> None:
    slot, anna = await add_slot(talk.database), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    await terminal.types(made.code or "")
    async with talk.database.write() as db:
        await hosting.cancel_slot(db, slot, "host-ill", clock())
    assert await messages(talk.database) == {}
    assert list(await messages(talk.database, "expired")) == [f"booking:{made.id}:cancelled"]
