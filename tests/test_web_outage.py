"""While the database is away: people are told whom to ring, danger is answered, nothing is lost."""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import event

from db.engine import Database
from tests.site import Site, new_token, say, words


@asynccontextmanager
async def unwritable(database: Database) -> AsyncIterator[None]:
    """As long as the block lasts, no commit succeeds."""

    def fail(_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    event.listen(database.writer.sync_engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(database.writer.sync_engine, "commit", fail)


async def test_while_nothing_can_be_stored_people_are_told_whom_to_ring(site: Site) -> None:
    token, frame = new_token(), say("/topics")
    await site.send(token, say("before"))
    await site.history(token, 2)
    async with unwritable(site.app.database):
        answer = await site.send(token, frame)
        assert answer.status_code == 503
        assert answer.json()["text"].startswith("We cannot take messages just now.")
        assert answer.json()["phone"]["tel"]
    assert (await site.send(token, frame)).status_code == 200, "sent again, it counts"
    shown = [words(e) for e in await site.history(token, 4)]
    assert (shown[0], shown[2]) == ("before", "/topics")


async def test_danger_is_answered_without_a_database_and_once(site: Site) -> None:
    token, frame = new_token(), say("jeg vil ta livet mitt", lang="nb")
    async with unwritable(site.app.database), site.open(token) as tab:
        await tab.says(frame)
        helped = await tab.hears("refused")
        await tab.says(frame)
        again = await tab.hears("refused")
        assert "116 123" in helped["text"] or "113" in helped["text"]
        assert helped["id"] == again["id"] == frame["id"]
        assert "116 123" not in again["text"]
    assert (await site.send(token, frame)).status_code == 200
    said, reply = await site.history(token, 2)
    assert words(said) == "jeg vil ta livet mitt"
    assert "116 123" not in words(reply), "the help was shown already"


async def test_nothing_of_what_people_write_is_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    token = new_token()
    await site.send(token, say("canary-of-words 13097248022"))
    await site.send(token, say("canary-of-words" * 1000))
    async with site.open(token) as tab:
        await tab.says(say("canary-of-words again", id=["canary-of-words"]))
        await tab.hears("refused")
    async with unwritable(site.app.database):
        await site.send(token, say("canary-of-words"))
    assert "could not be stored" in caplog.text
    for secret in ("canary-of-words", token, "13097248022"):
        assert secret not in caplog.text
