"""What somebody may try who means no good, or got what was meant for another."""

import pytest

from tests.conftest import Clock
from tests.followed import Office, joins
from tests.talk import Talk
from tests.test_my_data import files


@pytest.fixture
async def office(talk: Talk, clock: Clock) -> Office:
    talk.turns.pace.burst = 10_000
    return await Office(talk.database, clock).open()


@pytest.mark.parametrize("left", [False, True])
async def test_one_who_joined_with_anothers_link_learns_nothing_of_them(
    talk: Talk, office: Office, left: bool
) -> None:
    """Until the case worker has confirmed, nobody knows who it is."""
    eve = talk.person("en")
    await joins(eve, await office.enrol("Anna"))
    await office.appoint(place="Room seven")
    if left:
        await eve.presses("fu:leave")
    heard = await eve.press("do:my-data")
    await eve.press("md:copy", 9)
    told = heard + "".join(files(eve).values())
    for secret in ("Anna", "Room seven", "Veien videre", "2026-11-25", "case.", "own case"):
        assert secret not in told
    assert "I wait for your contact" in heard


async def test_one_who_joined_with_anothers_link_erases_only_themselves(
    talk: Talk, office: Office
) -> None:
    eve = talk.person("en")
    await joins(eve, await office.enrol("Anna"))
    made = await office.appoint()
    await eve.press("md:erase")
    assert "Your contact still sees" not in await eve.presses("Yes, erase everything")
    found = await office.found()
    assert (found.state, found.address_id, found.first_name) == ("invited", None, "Anna")
    assert (await office.appointment(made)).place == "Rådhusgata 1"
