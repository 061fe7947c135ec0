"""What was asked in vain: kept without the person, counted, used by staff, and forgotten."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.actions import unanswered
from bot.actions.errors import NotFound, Refused
from bot.actions.learning import Learner
from bot.actions.mind import Mind
from bot.actions.privacy import forget_old
from bot.actions.publishing import Editor
from bot.channels.web import BOT_ID
from bot.knowledge.anonymity import anonymous, says_something
from bot.knowledge.understanding import Understanding
from db import addresses, follow_up, staff
from db import unanswered as stored
from db.engine import Database
from tests.builders import NOW
from tests.conftest import Clock
from tests.talk import Person, Talk
from tests.test_conversation import GivenMind

TODAY = date(2026, 11, 23)
ODD = "what do purple elephants eat on the moon"
KNOWN = {"sandnes", "nav", "kan", "jeg", "hei", "for", "er", "vil", "min", "svømme"}


def knows(word: str) -> bool:
    return word.casefold() in KNOWN


async def open_ones(database: Database) -> list[stored.Unanswered]:
    async with database.read() as db:
        return await stored.list_open(db)


async def note(database: Database, mind: Mind, text: str, **changes: Any) -> None:
    asked = Understanding(
        "unknown", None, ("aks", "no-such"), None, None, None, 0.1, "en", 1.0, text, None
    )
    async with database.write() as db:
        await unanswered.note(db, mind, replace(asked, **changes), 1, TODAY)


def editor(mind: Mind) -> Editor:
    return Editor(None, "Kari", mind.base, NOW, TODAY)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("jeg heter Ola Nordmann og vil svømme", "jeg heter [•••] og vil svømme"),
        ("jeg heter ola nordmann og vil svømme", "jeg heter [•••] og vil svømme"),
        ("eg heiter Kari, kan eg bli med", "eg heiter [•••], kan eg bli med"),
        ("mitt navn er Per. hva nå", "mitt navn er [•••]. hva nå"),
        ("Jag heter Åsa Öberg och vill simma", "Jag heter [•••] och vill simma"),
        ("my name is John Smith, can I swim", "my name is [•••], can I swim"),
        ("мене звати Олена Коваль, де басейн", "мене звати [•••], де басейн"),
        ("nazywam się Jan Kowalski i szukam pracy", "nazywam się [•••] i szukam pracy"),
        ("اسمي محمد", "اسمي [•••]"),
        ("magacaygu waa Xasan", "magacaygu waa [•••]"),
        ("kan sønnen min Ola Hansen svømme", "kan sønnen min [•••] svømme"),
        ("Ola Hansen vil svømme", "[•••] vil svømme"),
        ("kan jeg svømme? mvh Anne-Lise", "kan jeg svømme? mvh [•••]"),
        ("ring meg på 900 12 345", "ring meg på [•••]"),
        ("+47 90012345 er nummeret", "[•••] er nummeret"),
        ("skriv til ola.nordmann@example.com", "skriv til [•••]"),
        ("se https://x.example/ola?id=1 her", "se [•••] her"),
        ("jeg er @ola_n der", "jeg er [•••] der"),
        ("jeg bor i Storgata 12B her", "jeg bor i [•••] her"),
        ("bor i Lange Strandvägen 7", "bor i [•••]"),
        ("fødselsnummer 01017012345 ja", "fødselsnummer [•••] ja"),
        ("saken 12345678 hos dere", "saken [•••] hos dere"),
        ("hei kan jeg svømme i Sandnes hos NAV", "hei kan jeg svømme i Sandnes hos NAV"),
        ("Svømme? Hva koster det", "Svømme? Hva koster det"),
        ("åpent kl 10 den 24. for 3 barn i 2026", "åpent kl 10 den 24. for 3 barn i 2026"),
    ],
)
def test_who_asked_is_taken_out(text: str, kept: str) -> None:
    assert anonymous(text, knows) == kept


@pytest.mark.parametrize("text", ["", "[•••]", "?", "🙂", "[•••], [•••]", "x"])
def test_what_says_nothing_is_not_kept(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize("size", [299, 300, 301, 4000])
@pytest.mark.parametrize("unit", ["x", "ord "])
def test_a_long_question_is_cut(size: int, unit: str) -> None:
    text = (unit * size)[:size]
    assert len(unanswered.short(text)) <= 300
    assert unanswered.short(text).startswith(text[:290])


async def test_a_question_without_an_answer_is_kept_without_the_person(talk: Talk) -> None:
    anna = talk.person("en")
    assert "I do not know" in await anna.says(f"my name is Anna Berg, {ODD}?")
    [question] = await open_ones(talk.database)
    assert question.text == f"my name is [•••], {ODD}?"
    assert (question.day, question.count, question.lang) == (TODAY, 1, "en")
    assert not {"address_id", "at", "chat"} & set(stored.table.c.keys())


async def test_what_is_asked_again_is_counted(talk: Talk) -> None:
    for text in (ODD, ODD.upper(), f"  {ODD}  "):
        await talk.person("en").says(text)
    assert [(q.text, q.count) for q in await open_ones(talk.database)] == [(ODD, 3)]


async def test_nothing_is_kept_of_danger(talk: Talk) -> None:
    anna = talk.person("en")
    for text in ("I want to die", "my husband beats me", f"I took all my pills, {ODD}"):
        await anna.says(text)
    assert await open_ones(talk.database) == []


async def test_nothing_is_kept_of_what_was_answered(talk: Talk) -> None:
    anna = talk.person("nb")
    for text in ("aks", "hei", "/start", "hvor kan pensjonister spise middag sammen"):
        await anna.says(text)
    assert await open_ones(talk.database) == []


async def test_after_none_of_these_the_question_was_in_vain(talk: Talk, norway: Mind) -> None:
    asked = "støtte til hund"
    mind = GivenMind(norway.knowledge, norway.understander, near={asked: ("aks", "fastlege")})
    anna = Talk(talk.database, mind, talk.turns.now).person("nb")
    await anna.says(asked)
    assert await open_ones(talk.database) == []
    press = {"t": "press", "data": "none", "message": 2, "label": "Ingen av disse"}
    await anna.sends(press)
    assert [question.text for question in await open_ones(talk.database)] == [asked]


async def test_none_of_these_without_a_choice_before_keeps_nothing(talk: Talk) -> None:
    anna = talk.person("en")
    await anna.press("none")
    await anna.says("hello")
    await anna.press("none", 7)
    assert await open_ones(talk.database) == []


async def test_nothing_is_kept_from_the_middle_of_a_step(
    database: Database, norway: Mind, clock: Clock
) -> None:
    talk = Talk(database, Mind(norway.base, norway.understander, samples=True), clock)
    anna = talk.person("en")
    await anna.press("do:book-activity")
    async with database.write() as db:
        await db.execute(addresses.table.update().values(step="booking:name"))
    await anna.says(ODD)
    assert await open_ones(database) == []
    await talk.turns.close()


@pytest.mark.parametrize("state", ["invited", "joined", "confirmed", "left", "ended"])
async def test_nothing_is_kept_from_a_chat_with_a_case(talk: Talk, state: str) -> None:
    anna = talk.person("en")
    await anna.says("hello")
    async with talk.database.write() as db:
        address = await addresses.find_address(db, BOT_ID, anna.visitor.external)
        assert address
        await db.execute(staff.accounts.insert().values(STAFF))
        programme = await follow_up.add_programme(db, "Step", {}, NOW)
        values = {"programme_id": programme, "staff_id": 1, "state": state, "created_at": NOW}
        await follow_up.add_enrolment(db, {**values, "address_id": address})
    await anna.says(ODD)
    assert await open_ones(talk.database) == []


async def test_the_list_does_not_grow_without_end(
    database: Database, norway: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "MAX_OPEN", 2)
    for text in ("one elephant", "two elephants", "three elephants", "one elephant"):
        await note(database, norway, text)
    found = {(q.text, q.count) for q in await open_ones(database)}
    assert found == {("one elephant", 2), ("two elephants", 1)}


async def test_the_most_asked_comes_first_and_near_entries_are_known(
    database: Database, norway: Mind
) -> None:
    for text in ("one elephant", "two elephants", "two elephants", "three elephants"):
        await note(database, norway, text)
    found = await open_ones(database)
    assert [q.text for q in found] == ["two elephants", "three elephants", "one elephant"]
    assert found[0].near == ["aks"]


async def test_a_question_becomes_an_utterance(database: Database, norway: Mind) -> None:
    mind = Mind(norway.base, norway.understander)
    await note(database, mind, ODD)
    [question] = await open_ones(database)
    assert question.id
    async with database.write() as db:
        await unanswered.use(db, editor(mind), question.id, "aks", "en", ODD)
    assert await open_ones(database) == []
    await Learner(database, mind).look()
    assert ODD in mind.knowledge.entries["aks"].utterances["en"]
    with pytest.raises(NotFound):
        async with database.write() as db:
            await unanswered.use(db, editor(mind), question.id, "aks", "en", ODD)


@pytest.mark.parametrize(
    ("slug", "said", "error"), [("no-such", ODD, NotFound), ("aks", "x" * 301, Refused)]
)
async def test_a_use_that_fails_leaves_the_question(
    database: Database, norway: Mind, slug: str, said: str, error: type[Exception]
) -> None:
    await note(database, norway, ODD)
    [question] = await open_ones(database)
    with pytest.raises(error):
        async with database.write() as db:
            await unanswered.use(db, editor(norway), question.id or 0, slug, "en", said)
    assert len(await open_ones(database)) == 1


async def test_a_question_is_dropped_and_may_come_again(database: Database, norway: Mind) -> None:
    await note(database, norway, ODD)
    [question] = await open_ones(database)
    async with database.write() as db:
        await unanswered.drop(db, editor(norway), question.id or 0)
    assert await open_ones(database) == []
    await note(database, norway, ODD)
    assert [q.count for q in await open_ones(database)] == [1]


@pytest.mark.parametrize(("days", "left"), [(90, 1), (91, 0)])
async def test_questions_go_after_ninety_days(
    database: Database, norway: Mind, days: int, left: int
) -> None:
    await note(database, norway, ODD)
    async with database.write() as db:
        gone = await forget_old(db, NOW + timedelta(days=days))
    assert gone["unanswered"] == 1 - left
    assert len(await open_ones(database)) == left


STAFF = {
    "id": 1,
    "email": "bruno@example.org",
    "name": "Bruno",
    "roles": ["case-worker"],
    "totp_step": 0,
    "is_active": True,
    "version": 1,
    "failures": 0,
    "created_at": NOW,
}


async def asks(talk: Talk, *people: Person) -> None:
    for person in people:
        await person.says("hva koster en sjiraff i zoologisk hage")


@pytest.mark.parametrize("how", ["do:clear", "md:erase"])
async def test_who_clears_or_erases_takes_the_question_along(talk: Talk, how: str) -> None:
    anna, bruno = talk.person("nb"), talk.person("nb")
    await asks(talk, anna, bruno)
    assert [question.count for question in await open_ones(talk.database)] == [2]
    await leave(anna, how)
    assert [question.count for question in await open_ones(talk.database)] == [1]
    await leave(bruno, how)
    assert await open_ones(talk.database) == []


async def leave(person: Person, how: str) -> None:
    """Clears the chat, or erases everything; the latter is asked once more."""
    await person.press(how)
    if how == "md:erase":
        yes = next(b["data"] for b in person.buttons() if b["data"].startswith("md:yes:"))
        await person.press(yes, person.seen)


async def test_after_fourteen_days_nothing_leads_to_who_asked(talk: Talk, clock: Clock) -> None:
    await asks(talk, talk.person("nb"))
    for days, origins in ((13, 1), (2, 0)):
        clock.move(days=days)
        async with talk.database.write() as db:
            await forget_old(db, clock())
        assert [len(q.origins) for q in await open_ones(talk.database)] == [origins]


async def test_a_fingerprint_tells_nothing_without_the_chat(talk: Talk) -> None:
    anna = talk.person("nb")
    await asks(talk, anna, anna)
    (question,) = await open_ones(talk.database)
    one, two = question.origins
    assert one != two
    assert anna.visitor.external not in one
