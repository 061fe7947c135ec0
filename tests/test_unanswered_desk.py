"""The list of what was asked in vain, as editors use it."""

import re
from html import unescape

import pytest

from bot.actions.learning import Learner
from bot.actions.mind import Mind
from bot.knowledge import edit_rules
from db import unanswered as stored
from db.engine import Database
from db.staff import EDITOR, HOST, list_events
from tests.conftest import Clock
from tests.office import Office
from tests.test_publishing_desk import form_of
from tests.test_unanswered import ODD, note, open_ones

HERE = "/staff/unanswered"


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, Mind(norway.base, norway.understander), clock)


async def asked(office: Office, *texts: str) -> int:
    """Questions on the list; returns the number of the last."""
    for text in texts:
        await note(office.database, office.mind, text)
    return max(q.id or 0 for q in await open_ones(office.database))


async def test_nothing_waits(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        assert "Nothing waits here." in await kari.open(HERE)


async def test_the_list_shows_how_often_and_what_is_near(office: Office) -> None:
    await asked(office, "one elephant", ODD, ODD)
    async with office.sign_in(EDITOR) as kari:
        page = await kari.open(HERE)
    assert f"{ODD} English · 2026-11-23 · Asked 2 times Near to it: " in page
    assert "one elephant English · 2026-11-23 · Asked once" in page
    assert page.index(ODD) < page.index("one elephant")


async def test_one_press_leads_a_question_to_an_entry(office: Office) -> None:
    number = await asked(office, ODD)
    async with office.sign_in(EDITOR) as kari:
        page = await kari.send(f"{HERE}/{number}/use", {"slug": "aks", "said": ODD})
        assert "Done." in page
        assert "Nothing waits here." in page
        await kari.send(f"{HERE}/{number}/use", {"slug": "aks", "said": ODD}, status=404)
    learner = Learner(office.database, office.mind)
    await learner.tick()
    await learner.caught_up()
    assert office.mind.understand(ODD, "en").slug == "aks"
    await learner.close()
    async with office.database.read() as db:
        noted = [(event.action, event.about) for event in await list_events(db)]
    assert ("question.use", "entry:aks") in noted


@pytest.mark.parametrize(
    ("slug", "said", "wrong"),
    [
        ("", ODD, "Please choose an entry."),
        ("no-such", ODD, "Please choose an entry."),
        ("aks", "", "Please write one line"),
        ("aks", "two\nlines", "Please write one line"),
        ("aks", "<b>bold</b>", "Please write one line"),
        ("aks", "x" * 301, "Please write one line"),
    ],
)
async def test_a_mistake_is_told_and_nothing_is_lost(
    office: Office, slug: str, said: str, wrong: str
) -> None:
    number = await asked(office, ODD)
    async with office.sign_in(EDITOR) as kari:
        fields = {"slug": slug, "said": said}
        page = await kari.send(f"{HERE}/{number}/use", fields, status=422)
        assert wrong in page
        assert kari.page
        typed = re.search(r'name="said" value="([^"]*)"', kari.page.text)
    assert typed
    assert unescape(typed[1]) == said
    assert len(await open_ones(office.database)) == 1


async def test_an_entry_that_is_full_takes_no_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.staff.unanswered.MAX_UTTERANCES", 1)
    number = await asked(office, ODD)
    async with office.sign_in(EDITOR) as kari:
        fields = {"slug": "aks", "said": ODD}
        page = await kari.send(f"{HERE}/{number}/use", fields, status=422)
    assert "as many questions as it can hold" in page
    assert edit_rules.MAX_UTTERANCES > 1


async def test_a_question_is_taken_off_the_list(office: Office) -> None:
    number = await asked(office, ODD)
    async with office.sign_in(EDITOR) as kari:
        assert "Taken off the list." in await kari.send(f"{HERE}/{number}/drop")
        await kari.send(f"{HERE}/{number}/drop", status=404)


async def test_what_was_taken_off_is_put_back(office: Office) -> None:
    number = await asked(office, ODD)
    async with office.sign_in(EDITOR) as kari:
        page = await kari.send(f"{HERE}/{number}/drop")
        assert f"in the last week Question Undo {ODD} Put back" in page
        page = await kari.send(f"{HERE}/{number}/undo")
        assert "It is on the list again." in page
        assert f"{ODD} English · 2026-11-23 · Asked once" in page
        assert "in the last week" not in page
        await kari.send(f"{HERE}/{number}/undo", status=404)
        await kari.send(f"{HERE}/{number}/drop")
        office.clock.move(days=7, minutes=1)
    async with office.sign_in(EDITOR) as later:
        assert ODD not in await later.open(HERE)


async def test_an_entry_is_made_of_a_question(office: Office) -> None:
    await asked(office, ODD)
    async with office.sign_in(EDITOR) as kari:
        await kari.open(HERE)
        assert kari.page
        link = re.search(r'href="(/staff/entries/new\?[^"]+)"', kari.page.text)
        assert link
        fields = await form_of(kari, unescape(link[1]))
        assert fields["said-en"] == ODD
        fields |= {"topic": "housing", "title-en": "Elephants", "short-en": "No elephants."}
        await kari.send("/staff/entries/new", {**fields, "do": "publish"})
        assert "Nothing waits here." in await kari.open(HERE)


async def test_what_was_asked_is_text_and_no_page(office: Office) -> None:
    await asked(office, '"><script>alert(1)</script> {{ 1 + 1 }}')
    async with office.sign_in(EDITOR) as kari:
        page = await kari.open(HERE)
        assert kari.page
        assert "<script>alert" not in kari.page.text
    assert "{{ 1 + 1 }}" in page


async def test_others_do_not_see_the_list(office: Office) -> None:
    async with office.sign_in(HOST) as host:
        await host.open(HERE, status=403)


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 30, "12345"])
async def test_an_unknown_question_is_not_found(office: Office, number: str) -> None:
    async with office.sign_in(EDITOR) as kari:
        for act in ("use", "drop"):
            await kari.send(f"{HERE}/{number}/{act}", {"slug": "aks", "said": "x y"}, status=404)
    async with office.database.read() as db:
        assert await stored.count_open(db) == 0
