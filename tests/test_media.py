"""What is no text gets a kind line and what to do instead."""

import pytest
from aiogram.enums import ContentType

from bot.actions.mind import Mind
from bot.channels.turns import Incoming
from bot.channels.web import BOT_ID
from bot.handlers.media import wordless_answer
from tests.booked import dead
from tests.talk import Talk


@pytest.mark.parametrize("kind", [ContentType.VOICE, ContentType.PHOTO, ContentType.STICKER])
def test_a_kind_line_leads_on(norway: Mind, kind: ContentType) -> None:
    answer = wordless_answer(norway.knowledge, kind, "en")
    assert answer.html
    assert [row[0].data for row in answer.rows] == ["topics", "do:talk-to-human"]


def test_a_place_leads_to_what_is_known_about_getting_there(norway: Mind) -> None:
    answer = wordless_answer(norway.knowledge, ContentType.LOCATION, "en")
    assert "plan a trip" in answer.html
    data = [row[0].data for row in answer.rows]
    assert data[:2] == ["e:kollektivreise", "e:transport-til-tilbud"]


def test_without_such_entries_the_place_leads_to_topics_and_a_person(sweden: Mind) -> None:
    answer = wordless_answer(sweden.knowledge, ContentType.LOCATION, "en")
    assert [row[0].data for row in answer.rows] == ["topics", "do:talk-to-human"]


PLACE = {"location": {"latitude": 58.85, "longitude": 5.74, "live_period": 900}}
PINNED = {"pinned_message": {"message_id": 3, "date": 0, "chat": {"id": 5, "type": "private"}}}


@pytest.mark.parametrize(
    ("kind", "content", "replies"),
    [
        ("message", PLACE, 1),
        ("edited_message", PLACE, 0),
        ("message", PINNED, 0),
        ("message", {"photo": []}, 1),
    ],
)
async def test_nothing_is_answered_where_nobody_said_anything(
    talk: Talk, kind: str, content: dict[str, object], replies: int
) -> None:
    anna = talk.person("en")
    chat = {"chat": {"id": 5, "type": "private"}, "message_id": 9, "date": 0, "edit_date": 1}
    update = {"update_id": 1, kind: {**chat, **content}}
    await talk.turns.receive(BOT_ID, [Incoming(anna.visitor.external, "one", lambda _: update)])
    await talk.turns.idle()
    await anna.hears()
    assert len(anna.replies) == replies
    assert await dead(talk) == []


async def test_a_number_that_was_hidden_was_no_empty_message(talk: Talk) -> None:
    anna = talk.person("en")
    assert "so I hid it" in await anna.says("01019012345")
    assert "empty" in await anna.says("...")


ID = "01019012345"


async def test_a_number_hidden_among_words_is_told_once_in_a_talk(talk: Talk) -> None:
    anna = talk.person("en")
    heard = await anna.says(f"my number is {ID}, where is the crisis centre?")
    told, _ = heard.split("\n---\n")
    assert "so I hid it" in told
    assert "fb:y:krisesenteret" in [button.get("data") for button in anna.buttons()]
    assert ID not in heard
    assert "hid it" not in await anna.says(f"my number is {ID}, what is Crux?")
    assert await dead(talk) == []


async def test_help_in_danger_comes_before_a_hidden_number(talk: Talk) -> None:
    anna = talk.person("en")
    heard = await anna.says(f"I want to die, my number is {ID}")
    assert heard.index("113") < heard.index("so I hid it")


async def test_what_a_step_says_of_a_hidden_number_is_not_said_twice(talk: Talk) -> None:
    anna = talk.person("en")
    await anna.press("cb:new")
    await anna.says("Anna")
    assert (await anna.says(f"call {ID}")).count("so I hid it") == 1
