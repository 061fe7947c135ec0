"""What comes of the words that people write right after a reminder."""

from pathlib import Path

import pytest
import yaml

from bot.actions.mind import Mind
from bot.actions.taking_part import is_paused
from db.engine import Database
from tests.conftest import Clock
from tests.followed import Office, address_of, messages, postman_of, taking_part
from tests.posted import deliver
from tests.talk import Person, Talk

FILE = Path(__file__).parent / "data" / "reminder-answers.yaml"
SAID: dict[str, dict[str, list[str]]] = yaml.safe_load(FILE.read_text("utf-8"))
STORED = ("coming", "cannot", "call-me")
CASES = [
    (lang, outcome, said)
    for lang, outcomes in SAID.items()
    for outcome, texts in outcomes.items()
    for said in texts
]


def test_the_table_is_large() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # words need one engine
@pytest.mark.parametrize("lang", SAID)
async def test_what_comes_of_words_after_a_reminder(
    database: Database, norway: Mind, sweden: Mind, clock: Clock, lang: str
) -> None:
    mind = sweden if lang == "sv" else norway
    talk = Talk(database, mind, clock)
    talk.turns.pace.burst = 10_000
    office = await Office(database, clock).open()
    people = [
        (outcome, said, await _invited(talk, office, lang))
        for spoken, outcome, said in CASES
        if spoken == lang
    ]
    clock.move(days=1)
    await _deliver_all(talk, clock, mind)
    found = {said: await _became(office, *who, said) for _, said, who in people}
    await talk.turns.close()
    assert found == {said: outcome for outcome, said, _ in people}


async def _invited(talk: Talk, office: Office, lang: str) -> tuple[Person, int]:
    person = talk.person(lang)
    await taking_part(office, person)
    return person, await office.appoint()


async def _deliver_all(talk: Talk, clock: Clock, mind: Mind) -> None:
    postman = postman_of(talk, clock, mind)
    while any(due <= clock() for due in (await messages(talk.database)).values()):
        await deliver(postman)
        clock.move(seconds=5)


async def _became(office: Office, person: Person, appointment: int, said: str) -> str:
    assert "10:00" in await person.hears(), "nobody was reminded"
    heard = await person.says(said)
    if answer := (await office.appointment(appointment)).answer:
        return answer
    pressed = {button["data"] for button in person.buttons()}
    if any(data.startswith("notme") for data in pressed) or "113" in heard or "112" in heard:
        return "danger"
    if "fu:on" in pressed:
        assert await _paused(office, person)
        return "off"
    if "fu:off" in pressed:
        return "list"
    if f"fu:a:{appointment}:coming" in pressed:
        return "place" if "Rådhusgata 1" in heard else "choose"
    return "on" if pressed == {"do:my-follow-up", "topics"} else "other"


async def _paused(office: Office, person: Person) -> bool:
    async with office.database.read() as db:
        return await is_paused(db, await address_of(person))
