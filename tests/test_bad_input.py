"""What people and broken programs send: always kind words, nothing lost, no secret kept."""

import asyncio
import json
import logging
import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.mind import Mind
from bot.channels.visitors import BadFrame, TooLong
from bot.channels.web import BOT_ID
from bot.knowledge.text import MAX_TEXT
from bot.texts import speak, spoken
from db import addresses, inbox, outbox
from db.addresses import find_address
from db.engine import Database
from db.feedback import count_feedback
from db.schema import METADATA
from tests.conftest import Clock
from tests.talk import Person, Talk

TEXTS = {
    "only emoji": "🙂🙃👨‍👩‍👧‍👦",
    "right-to-left override": "ring \u202e311 rotkod\u202c",
    "NUL": "hei\x00du",
    "lone surrogate": "hei \ud83d du",
    "a thousand combining marks": "hei" + "\u0301" * 1000,
    "tags": "<b>hei</b> <script>alert(1)</script>",
    "ampersand and entities": "a & b &lt; &#60; &nope; 1 < 2",
    "mark-up of other kinds": "_*[]()~`>#+-=|{}.!",
    "SQL": "'; DROP TABLE history; --",
    "format strings": "{name} %s %(count)s ${jndi:ldap://x}",
    "a line for the log": "hei\r\n2026-01-01 ERROR admin logged in \x1b[31m",
    "one long word": "a" * MAX_TEXT,
    "what slows bad patterns": "a" * 200 + "!" + "1 " * 1500,
    "noncharacters and tags": "hei \ufffe\uffff\U000e0041",
    "many lines": "hei\n" * 500,
}
FORBIDDEN = re.compile("[\x00\u202a-\u202e\ud800-\udfff\ufffe\uffff\x1b]|\u0301{4}")

PRESSES = {
    "an entry that is gone": "e:no-such-entry",
    "more of what is gone": "m:no-such-entry",
    "a topic that is gone": "t:nothing",
    "feedback on nothing": "fb:y:no-such-entry",
    "feedback of no kind": "fb:x:",
    "an action that is not there": "do:nothing",
    "another prefix": "admin:1",
    "no prefix": "e",
    "a language that is not spoken": "lang:xx",
    "emoji": "🙂" * 16,
    "SQL": "e:' OR 1=1--",
    "a path": "e:../../etc/passwd",
    "white space": " ",
    "NUL": "e:\x00",
    "lone surrogate": "\ud800",
    "64 bytes": "x" * 64,
}

FRAMES: dict[str, dict[str, Any]] = {
    "no id": {"id": None},
    "an id that is no text": {"id": [1]},
    "a short id": {"id": "a"},
    "an id of odd letters": {"id": "../../æøå\x00"},
    "a long id": {"id": "a" * 65},
    "no kind": {"t": None},
    "an unknown kind": {"t": "admin"},
    "no text": {"text": None},
    "a number for a text": {"text": 7},
    "text in a list": {"text": ["hei"]},
    "no data": {"t": "press", "message": 0},
    "empty data": {"t": "press", "data": "", "message": 0},
    "65 bytes of data": {"t": "press", "data": "x" * 65, "message": 0},
    "64 letters that are more bytes": {"t": "press", "data": "ø" * 64, "message": 0},
    "data in an object": {"t": "press", "data": {"e": 1}, "message": 0},
    "no message": {"t": "press", "data": "topics"},
    "a message below zero": {"t": "press", "data": "topics", "message": -1},
    "a message beyond numbers": {"t": "press", "data": "topics", "message": 10**30},
    "a message that is text": {"t": "press", "data": "topics", "message": "1"},
    "half a message": {"t": "press", "data": "topics", "message": 0.5},
}

STOPPED = {speak(lang).t("Stopped. I write nothing unless you write first.") for lang in spoken()}

# Made up for tests; their check digits are right.
NUMBERS = {
    "a Norwegian id number": "13097248022",
    "with a space": "130972 48022",
    "with words around": "fnr:13097248022.",
    "a D-number": "53097248016",
    "in full-width digits": "".join(chr(0xFF10 + int(c)) for c in "13097248022"),
    "a Norwegian account number": "1234.56.78903",
    "a Swedish id number": "811218-9876",
    "with the century": "19811218-9876",
}


async def stored(database: Database) -> str:
    """Everything in every table, as text."""
    async with database.read() as db:
        rows = [row for t in METADATA.sorted_tables for row in await db.execute(select(t))]
    return json.dumps([list(row) for row in rows], ensure_ascii=False, default=str)


async def is_refused(person: Person, frame: dict[str, Any]) -> bool:
    try:
        await person.visitor.take(frame)
    except BadFrame:
        return True
    return False


def digits(text: str) -> str:
    """The digits alone, so that no way of writing a number hides it."""
    return "".join(str(int(c)) for c in text if c.isdecimal())


async def dead(talk: Talk) -> list[Any]:
    async with talk.database.read() as db:
        return await inbox.list_dead(db)


def unhurried(talk: Talk) -> Talk:
    """Without the pace that slows a flood."""
    talk.turns.pace.burst = 10_000
    return talk


async def test_every_text_gets_an_answer_and_the_chat_goes_on(talk: Talk) -> None:
    for name, text in TEXTS.items():
        person = talk.person("nb")
        answer = await person.says(text)
        assert answer, name
        hidden = "Jeg skjulte et tall" in answer  # told in a message of its own
        assert len(person.replies) == (2 if hidden else 1), name
        assert person.buttons() or digits(await person.says("/person")), f"{name}: no way on"
        [said, *_] = await person.events(0)
        assert not FORBIDDEN.search(said["body"]["runs"][0]["text"]), name
        assert await person.says("/topics"), name
    assert await dead(talk) == []


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\x00"])
async def test_an_empty_text_is_told_so(talk: Talk, text: str) -> None:
    assert await talk.person("en").says(text) == "The message was empty. Write what you need."


async def test_a_text_is_shown_as_it_was_written(talk: Talk) -> None:
    for text in ("<b>hei</b> & du", "1 < 2 &amp; 3", "to\nlinjer", 'et "sitat"'):
        person = talk.person("nb")
        await person.says(text)
        [said, *_] = await person.events(0)
        assert said["body"]["runs"] == [{"text": text}]


async def test_a_text_that_is_too_long_is_refused_and_not_stored(talk: Talk) -> None:
    person = talk.person("nb")
    with pytest.raises(TooLong):
        await person.says("a" * 10_000)
    assert await person.events(0) == []
    assert await person.says("a" * MAX_TEXT)


async def test_a_frame_that_no_page_sends_is_refused_and_not_stored(talk: Talk) -> None:
    good = {"t": "say", "id": "frame-of-the-test", "text": "hei"}
    person = talk.person("nb")
    for name, wrong in FRAMES.items():
        assert await is_refused(person, {**good, **wrong}), name
    assert await person.events(0) == []
    assert await person.sends(good)


async def test_a_button_that_was_tampered_with_leads_on(talk: Talk) -> None:
    for name, data in PRESSES.items():
        person = talk.person("en")
        assert await person.press(data) == (
            "That button no longer works. Choose anew, or write what you need."
        ), name
        assert person.labels() == ["See all topics", "Talk to a person"], name
    assert await dead(talk) == []


async def test_an_unknown_command_names_what_works(talk: Talk) -> None:
    person = talk.person("en")
    for text in ("/xyz", "/start2", "/admin now", "/Æ"):
        assert (await person.says(text)).startswith("I do not know that command."), text
    assert "See all topics" in person.labels()


@pytest.mark.parametrize("text", ["/stop", "stop", "Stopp!", "avbryt", "Cancel.", "stoppa"])
async def test_stop_stops_in_any_language(talk: Talk, text: str) -> None:
    person = talk.person("en")
    await person.says("/topics")
    assert await person.says(text) in STOPPED


async def test_a_stop_in_a_sentence_is_a_question(talk: Talk) -> None:
    assert await talk.person("en").says("where does the bus stop") not in STOPPED


async def test_a_second_press_of_a_shaking_hand_changes_nothing(talk: Talk, clock: Clock) -> None:
    person = talk.person("en")
    assert await person.press("topics", 5)
    assert await person.press("topics", 5) == ""
    clock.move(seconds=11)
    assert await person.press("topics", 5), "later it is meant"


async def test_fifty_presses_at_once_are_one(talk: Talk) -> None:
    person = unhurried(talk).person("en")
    frame = {"t": "press", "data": "topics", "message": 3, "lang": "en"}
    frames = [{**frame, "id": f"press-number-{n}"} for n in range(50)]
    await asyncio.gather(*(person.visitor.take(frame) for frame in frames))
    await talk.turns.idle()
    assert (await person.hears()).count("What is it about?") == 1
    assert await dead(talk) == []


async def test_feedback_counts_once_however_often_it_is_pressed(
    talk: Talk, norway: Mind, clock: Clock
) -> None:
    slug, person = next(iter(norway.knowledge.entries)), unhurried(talk).person("en")
    for verdict in ("y", "y", "n", "y"):
        assert await person.press(f"fb:{verdict}:{slug}", 2), "each press gets an answer"
        clock.move(minutes=1)
    frame = {"t": "press", "data": f"fb:y:{slug}", "message": 2}
    frames = [{**frame, "id": f"press-number-{n}"} for n in range(20)]
    await asyncio.gather(*(person.visitor.take(frame) for frame in frames))
    await talk.turns.idle()
    async with talk.database.read() as db:
        assert await count_feedback(db) == {(slug, True): 1}


async def test_two_messages_at_once_are_both_answered_in_order(talk: Talk) -> None:
    person = talk.person("en")
    frames = [{"t": "say", "id": f"message-{n}", "text": "/topics", "lang": "en"} for n in (1, 2)]
    await asyncio.gather(*(person.visitor.take(frame) for frame in frames))
    await talk.turns.idle()
    events = await person.events(0)
    assert [event["no"] for event in events] == [1, 2, 3, 4]
    assert sorted(event["kind"] for event in events) == ["in", "in", "out", "out"]


async def test_an_id_number_is_stored_nowhere(
    talk: Talk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    with monkeypatch.context() as held:
        held.setattr(talk.turns, "_wake", lambda _: None)  # so that the inbox keeps its payloads
        for name, number in NUMBERS.items():
            frame = {"t": "say", "id": "with-a-number", "text": f"canary {number} takk"}
            await talk.person("nb").visitor.take(frame)
            kept = await stored(talk.database)
            assert "canary" in kept
            assert digits(number)[-9:] not in digits(kept), name
    talk.turns._active.clear()
    await talk.turns.sweep()
    await talk.turns.idle()
    kept = await stored(talk.database)
    assert [name for name, n in NUMBERS.items() if digits(n)[-9:] in digits(kept)] == []
    assert "canary" not in caplog.text


async def test_an_id_number_in_a_button_is_not_stored(talk: Talk) -> None:
    person = talk.person("nb")
    await person.sends({"t": "press", "data": "13097248022", "message": 0, "label": "13097248022"})
    assert "13097248022" not in await stored(talk.database)


@pytest.mark.parametrize(
    ("first", "second", "number"),
    [
        ("mitt nummer er 130972", "48022 takk", "13097248022"),
        ("13097", "248022", "13097248022"),
        ("130972", "48022", "13097248022"),
        ("811218", "-9876", "8112189876"),
        ("811218-", "9876", "8112189876"),
    ],
)
async def test_a_number_split_over_two_messages_is_taken_out_of_both(
    talk: Talk, first: str, second: str, number: str
) -> None:
    person = talk.person("nb")
    await person.says(first)
    await person.says(second)
    said = [event for event in await person.events(0) if event["kind"] == "in"]
    shown = "".join(run["text"] for event in said for run in event["body"]["runs"])
    assert len(said) == 2
    assert number not in digits(shown)
    assert digits(first) not in digits(said[0]["body"]["runs"][0]["text"])


async def test_a_fault_of_ours_gives_kind_words_and_a_phone(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_: Any) -> None:
        raise KeyError("canary")

    person = talk.person("nb")
    with monkeypatch.context() as broken:
        broken.setattr(Mind, "understand", stumble)
        assert re.search(r"\d{3}", await person.says("hei")), "a number to ring"
    assert len(await dead(talk)) == 1
    assert "canary" not in caplog.text
    assert await person.says("/topics"), "the chat goes on"


async def test_a_cleared_chat_is_gone_with_us(talk: Talk, clock: Clock) -> None:
    anna, bruno = talk.person("en"), talk.person("en")
    await bruno.says("bruno stays")
    await anna.says("canary one")
    await anna.says("canary two")
    address = await with_a_message_to_send(anna, clock)
    last = anna.seen
    await anna.sends({"t": "press", "data": "do:clear", "message": 0})
    kept = await stored(talk.database)
    assert "canary" not in kept
    assert "bruno stays" in kept
    assert [event["kind"] for event in anna.replies] == ["clear", "out"]
    assert min(event["no"] for event in anna.replies) == last + 1, "open pages are told"
    async with talk.database.read() as db:
        assert await outbox.count_states(db) == {outbox.CANCELLED: 1}
        payloads = select(inbox.table.c.payload).where(inbox.table.c.address_id == address)
        assert set((await db.execute(payloads)).scalars()) <= {None}
        known = select(*addresses.table.c["language", "context", "step", "step_data"])
        row = (await db.execute(known.where(addresses.table.c.id == address))).one()
        assert tuple(row) == (None, {}, None, {}), "as of somebody who never wrote"


async def with_a_message_to_send(person: Person, clock: Clock) -> int:
    """Puts a message for this chat into the outbox; returns the chat's address id."""
    async with person.talk.database.write() as db:
        address = await find_address(db, BOT_ID, person.visitor.external)
        assert address is not None
        method = {"name": "sendMessage", "parameters": {"text": "canary"}}
        row = {"address_id": address, "purpose": "reply", "method": method, "attempt": 0}
        row |= {"state": outbox.DUE, "due_at": clock(), "useful_until": clock()}
        await outbox.add_messages(db, [{**row, "lease_owner": None, "lease_until": None}])
    return address


async def test_a_message_behind_the_clearing_is_still_answered(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    person = talk.person("en")
    await person.says("/topics")
    clear = {"t": "press", "id": "clear-it-now", "data": "do:clear", "message": 0}
    after = {"t": "say", "id": "after-clearing", "text": "/topics", "lang": "en"}
    with monkeypatch.context() as held:
        held.setattr(talk.turns, "_wake", lambda _: None)
        await person.visitor.take(clear)
        await person.visitor.take(after)
    clock.move(minutes=1)
    talk.turns._active.clear()
    await talk.turns.sweep()
    await talk.turns.idle()
    assert (await person.hears()).split("\n---\n")[-1] == "What is it about?"


async def test_a_language_from_the_menu_stays(talk: Talk) -> None:
    person = talk.person("en")
    await person.press("do:change-language")
    assert "Norsk nynorsk" in person.labels()
    await person.presses("Norsk nynorsk")
    assert person.replies[-1]["body"]["lang"] == "nn"
    await person.says("/topics")
    assert person.replies[-1]["body"]["lang"] == "nn"
