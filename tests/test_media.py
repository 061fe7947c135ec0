"""What is no text gets a kind line and what to do instead."""

import pytest
from aiogram.enums import ContentType

from bot.actions.mind import Mind
from bot.handlers.media import wordless_answer


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
