"""Publishing: versions of an entry, two editors, undo, and how every process follows."""

import asyncio
import threading
from datetime import date, datetime
from typing import Any

import pytest

from bot.actions import publishing
from bot.actions.answers import entry_answer
from bot.actions.errors import Conflict, NotFound
from bot.actions.learning import Learner
from bot.actions.mind import Mind
from bot.actions.publishing import Editor
from bot.knowledge.edited import apply, content_of, difference
from db import publishing as stored
from db.engine import Database
from tests.builders import NOW
from tests.talk import Talk

SLUG = "aks"
QUESTION = "purple elephants on the roof"


def editor(mind: Mind, now: datetime = NOW) -> Editor:
    return Editor(None, "Kari", mind.base, now, date(2026, 11, 23))


def own(mind: Mind) -> Mind:
    """A mind that a test may teach."""
    return Mind(mind.base, mind.understander)


def short(words: str, lang: str = "en", title: str = "AKS") -> dict[str, Any]:
    text = {"title": title, "audience": "", "short": words, "more": "", "next": ""}
    return {"texts": {lang: {**text, "reviewed_by": None, "reviewed_at": None}}}


async def save(
    database: Database, mind: Mind, content: dict[str, Any], based_on: int, slug: str = SLUG
) -> int:
    async with database.write() as db:
        return await publishing.save(db, editor(mind), slug, content, based_on)


async def publish(database: Database, mind: Mind, content: dict[str, Any], slug: str = SLUG) -> int:
    """Saves over the newest version and publishes."""
    async with database.write() as db:
        newest = await stored.last_number(db, slug)
        number = await publishing.save(db, editor(mind), slug, content, newest)
        await publishing.publish(db, editor(mind), slug, number)
    return number


async def said(database: Database, mind: Mind, lang: str = "en") -> str | None:
    """What the entry's short answer is, after a look at what is published."""
    await Learner(database, mind).look()
    entry = mind.knowledge.entries.get(SLUG)
    return entry.text(lang, "nb").short if entry else None


async def test_what_is_saved_is_not_seen_until_it_is_published(
    database: Database, norway: Mind
) -> None:
    mind = own(norway)
    before = await said(database, mind)
    number = await save(database, mind, short("New words."), based_on=0)
    assert await said(database, mind) == before
    async with database.write() as db:
        await publishing.publish(db, editor(mind), SLUG, number)
    assert await said(database, mind) == "New words."
    assert mind.knowledge.hash != mind.base.hash


async def test_each_publishing_counts_once(database: Database, norway: Mind) -> None:
    for count in (1, 2, 3):
        await publish(database, norway, short(f"Words {count}."))
        async with database.read() as db:
            assert await stored.get_number(db) == count


async def test_the_other_languages_stay_the_packs(database: Database, norway: Mind) -> None:
    mind = own(norway)
    await publish(database, mind, short("New words."))
    assert await said(database, mind, "nb") == mind.base.entries[SLUG].texts["nb"].short


async def test_undo_goes_back_step_by_step_to_the_packs_own(
    database: Database, norway: Mind
) -> None:
    mind = own(norway)
    original = await said(database, mind)
    await publish(database, mind, short("One."))
    await publish(database, mind, short("Two."))
    for number, expected in ((2, "One."), (1, original)):
        async with database.write() as db:
            await publishing.undo(db, editor(mind), SLUG, number)
        assert await said(database, mind) == expected
    with pytest.raises(NotFound):
        async with database.write() as db:
            await publishing.undo(db, editor(mind), SLUG, 1)


async def test_undo_takes_back_what_was_seen_and_no_more(database: Database, norway: Mind) -> None:
    """Two editors press it at once, or one presses twice."""
    mind = own(norway)
    await publish(database, mind, short("One."))
    await publish(database, mind, short("Two."))
    async with database.write() as db:
        await publishing.undo(db, editor(mind), SLUG, 2)
    with pytest.raises(Conflict):
        async with database.write() as db:
            await publishing.undo(db, editor(mind), SLUG, 2)
    assert await said(database, mind) == "One."


async def test_of_two_editors_the_second_is_told(database: Database, norway: Mind) -> None:
    first = await save(database, norway, short("Anna's."), based_on=0)
    with pytest.raises(Conflict):
        await save(database, norway, short("Carla's."), based_on=0)
    async with database.read() as db:
        working = await stored.find_version(db, SLUG, stored.WORKING)
    assert working is not None
    assert working.number == first
    assert working.content == short("Anna's.")
    assert await save(database, norway, short("Both."), based_on=first) == first + 1


async def test_of_two_who_save_at_the_same_moment_one_is_told(
    database: Database, norway: Mind
) -> None:
    for based_on in range(5):
        saves = [save(database, norway, short(f"{n}."), based_on) for n in range(3)]
        done = await asyncio.gather(*saves, return_exceptions=True)
        assert sorted(type(one).__name__ for one in done) == ["Conflict", "Conflict", "int"]


async def test_publishings_at_the_same_moment_all_count(database: Database, norway: Mind) -> None:
    async def hide(slug: str) -> None:
        async with database.write() as db:
            await publishing.set_hidden(db, editor(norway), slug, True)

    slugs = list(norway.base.entries)[:5]
    await asyncio.gather(*map(hide, slugs))
    async with database.read() as db:
        assert await stored.get_number(db) == 5
        assert set(await stored.list_published(db)) == set(slugs)


async def test_only_the_newest_version_is_published(database: Database, norway: Mind) -> None:
    first = await save(database, norway, short("Anna's."), based_on=0)
    await save(database, norway, short("Carla's."), based_on=first)
    with pytest.raises(Conflict):
        async with database.write() as db:
            await publishing.publish(db, editor(norway), SLUG, first)


async def test_a_dropped_version_is_not_published(database: Database, norway: Mind) -> None:
    number = await save(database, norway, short("Anna's."), based_on=0)
    async with database.write() as db:
        await publishing.drop(db, SLUG, number)
    with pytest.raises(Conflict):
        async with database.write() as db:
            await publishing.publish(db, editor(norway), SLUG, number)


@pytest.mark.parametrize("away", [publishing.set_hidden, publishing.archive])
async def test_a_hidden_entry_is_in_no_answer(database: Database, norway: Mind, away: Any) -> None:
    mind = own(norway)
    await publish(database, mind, short("New words."))
    async with database.write() as db:
        await away(db, editor(mind), SLUG, True)
    assert await said(database, mind) is None
    assert entry_answer(mind.knowledge, SLUG, "en") is None
    async with database.write() as db:
        await away(db, editor(mind), SLUG, False)
    assert await said(database, mind) == "New words."


async def test_hiding_keeps_what_is_being_written(database: Database, norway: Mind) -> None:
    await save(database, norway, short("A draft."), based_on=0)
    async with database.write() as db:
        await publishing.set_hidden(db, editor(norway), SLUG, True)
        working = await stored.find_version(db, SLUG, stored.WORKING)
    assert working is not None
    assert working.content == {**short("A draft."), "hidden": True}


async def test_an_unknown_entry_cannot_be_hidden(database: Database, norway: Mind) -> None:
    with pytest.raises(NotFound):
        async with database.write() as db:
            await publishing.set_hidden(db, editor(norway), "no-such", True)


async def test_checked_today_holds_for_the_entry_and_its_facts(
    database: Database, norway: Mind
) -> None:
    mind = own(norway)
    fact = {"kind": "phone", "values": {"": "51 33 50 00"}, "owner": None}
    await publish(database, mind, {"facts": [{**fact, "checked": None, "valid_until": None}]})
    async with database.write() as db:
        await publishing.check_today(db, editor(mind), SLUG)
    await said(database, mind)
    entry = mind.knowledge.entries[SLUG]
    assert entry.last_checked == date(2026, 11, 23)
    assert [fact.checked for fact in entry.facts] == [date(2026, 11, 23)]


async def test_a_text_is_marked_as_read(database: Database, norway: Mind) -> None:
    mind = own(norway)
    async with database.write() as db:
        await publishing.mark_read(db, editor(mind), SLUG, "en")
    await said(database, mind)
    texts = mind.knowledge.entries[SLUG].texts
    assert (texts["en"].reviewed_by, texts["en"].reviewed_at) == ("Kari", date(2026, 11, 23))
    assert texts["nb"].reviewed_by is None
    with pytest.raises(NotFound):
        async with database.write() as db:
            await publishing.mark_read(db, editor(mind), SLUG, "sv")


async def test_a_new_entry_is_known_as_staffs_own(database: Database, norway: Mind) -> None:
    mind = own(norway)
    content = {**short("We knit on Mondays.", title="Knitting"), "topic": "seniors"}
    await publish(database, mind, {**content, "utterances": {"en": [QUESTION]}}, slug="knitting")
    await Learner(database, mind).look()
    entry = mind.knowledge.entries["knitting"]
    assert (entry.source.id, entry.text("nb", "nb").title) == ("staff", "Knitting")


async def test_the_index_follows_and_then_stands_still(
    database: Database, norway: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_build, build = threading.Event(), Mind.build

    def wait_and_build(mind: Mind) -> None:
        assert may_build.wait(60)
        build(mind)

    monkeypatch.setattr(Mind, "build", wait_and_build)
    mind = own(norway)
    learner = Learner(database, mind)
    async with database.write() as db:
        await publishing.add_utterance(db, editor(mind), SLUG, "en", QUESTION)
    await learner.tick()
    assert mind.is_behind
    assert mind.understand(QUESTION, "en").slug != SLUG
    may_build.set()
    await learner.caught_up()
    assert not mind.is_behind
    assert mind.understand(QUESTION, "en").slug == SLUG
    assert norway.understander is not mind.understander
    built = mind.understander
    async with database.write() as db:
        await publishing.check_today(db, editor(mind), SLUG)
    await learner.tick()
    await learner.caught_up()
    assert mind.understander is built, "a date changes no index"
    assert not mind.is_behind
    await learner.close()


async def test_an_index_that_cannot_be_built_leaves_the_old_one(
    database: Database, norway: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    mind, tried = own(norway), []

    def fail(_: Mind) -> None:
        tried.append(1)
        raise MemoryError

    monkeypatch.setattr(Mind, "build", fail)
    learner = Learner(database, mind)
    await publish(database, mind, short("New words."))
    for _ in range(3):
        await learner.tick()
        await learner.caught_up()
    assert len(tried) == 1, "the same knowledge is not tried again and again"
    assert mind.understander is norway.understander


async def test_the_chat_says_the_new_words_without_a_restart(
    talk: Talk, norway: Mind, clock: Any
) -> None:
    mind = own(norway)
    talk = Talk(talk.database, mind, clock)
    anna = talk.person("en")
    assert "New words." not in await anna.press(f"e:{SLUG}")
    await publish(talk.database, mind, short("New words."))
    await Learner(talk.database, mind).look()
    clock.move(minutes=1)
    assert "New words." in await anna.press(f"e:{SLUG}")
    await talk.turns.close()


def test_an_edit_holds_only_what_differs(norway: Mind) -> None:
    entry = norway.base.entries[SLUG]
    whole = content_of(entry)
    assert difference(entry, whole) == {}
    wanted = {**whole, "topic": "youth", "texts": {**whole["texts"], "en": None}}
    wanted["utterances"] = {**whole["utterances"], "nb": ["aks"]}
    found = difference(entry, wanted)
    assert found == {"topic": "youth", "texts": {"en": None}, "utterances": {"nb": ["aks"]}}
    edited = apply(norway.base, {SLUG: found}).entries[SLUG]
    assert (edited.topic, edited.utterances["nb"]) == ("youth", ("aks",))
    assert set(entry.texts) - set(edited.texts) == {"en"}


def test_an_edit_of_an_entry_that_left_the_packs_shows_nothing_half(norway: Mind) -> None:
    knowledge = apply(norway.base, {"gone": {"last_checked": "2026-11-23"}})
    assert "gone" not in knowledge.entries
    assert "" not in knowledge.topics


def test_a_shelf_is_shown_while_something_stands_on_it(norway: Mind) -> None:
    only = [e.slug for e in norway.base.entries.values() if e.topic == "housing"]
    hidden = apply(norway.base, {slug: {"hidden": True} for slug in only})
    assert "housing" in norway.base.topics
    assert "housing" not in hidden.topics
