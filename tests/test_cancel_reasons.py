"""Why a host cancelled is told to who had booked: kindly, and fit for a lock screen."""

import pytest

from bot.actions import hosting
from bot.actions.hosting import Because
from bot.actions.mind import Mind
from bot.actions.slot_texts import why_cancelled
from bot.actions.wording import words_for
from db.booking import Booking
from tests.booked import book
from tests.builders import NOW, add_slot, all_bookings
from tests.conftest import Clock
from tests.followed import postman_of
from tests.posted import deliver
from tests.talk import Talk

SAID = {
    Because.ILL: "The one who leads it is ill.",
    Because.PLACE: "The room cannot be used then.",
    Because.FEW: "Too few have booked. It is not about you.",
    Because.WEATHER: "The weather is too bad for it.",
    Because.OTHER: "Something came in the way. It is not about you.",
}


def cancelled(reason: str | None, by: str) -> Booking:
    return Booking(slot_id=1, state="cancelled", created_at=NOW, cancelled_by=by, reason=reason)


@pytest.mark.parametrize("whole", [True, False], ids=["for everybody", "for one"])
@pytest.mark.parametrize("because", list(Because))
async def test_the_message_says_why(
    talk: Talk, norway: Mind, clock: Clock, because: Because, whole: bool
) -> None:
    slot, anna = await add_slot(talk.database, place="The hall"), talk.person("en")
    await book(anna, slot)
    [made] = await all_bookings(talk.database)
    async with talk.database.write() as db:
        if whole:
            await hosting.cancel_slot(db, slot, because, clock())
        else:
            await hosting.cancel_for(db, slot, made.id or 0, because, clock())
    clock.move(seconds=2)
    await deliver(postman_of(talk, clock, norway))
    heard = await anna.hears()
    assert SAID[because] in heard
    for secret in ("Knitting", "hall", "Anna"):
        assert secret not in heard
    more = await anna.presses("See what it is")
    assert SAID[because] in more
    assert "Knitting night" in more


@pytest.mark.parametrize(
    ("reason", "by"), [("host-ill", "person"), (None, "host"), ("changed-mind", "host")]
)
def test_without_a_hosts_reason_nothing_is_made_up(
    norway: Mind, reason: str | None, by: str
) -> None:
    assert why_cancelled(cancelled(reason, by), words_for(norway.knowledge, "en")) is None
