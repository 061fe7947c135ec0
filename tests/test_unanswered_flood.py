"""One tab that asks the same in vain for ever."""

from datetime import date

from db import unanswered
from db.engine import Database

MOST = unanswered.MOST_ORIGINS
TODAY = date(2026, 11, 23)


async def test_a_row_does_not_grow_without_end_and_still_goes_with_its_chat(
    database: Database,
) -> None:
    values = {"text": "odd", "key": "k", "lang": "en", "day": TODAY, "signpost": None, "near": []}
    async with database.write() as db:
        await unanswered.add_question(db, values, "eve")
        for _ in range(MOST + 10):
            assert await unanswered.count_again(db, "k", TODAY, "eve")
        [question] = await unanswered.list_open(db)
        assert (question.count, len(question.origins)) == (MOST, MOST)
        await unanswered.count_again(db, "k", TODAY, "anna")
        assert await unanswered.take_back(db, "eve") == MOST
        [question] = await unanswered.list_open(db)
        assert (question.count, question.origins) == (1, []), "what Anna asked stays"
