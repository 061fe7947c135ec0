"""The editor's pages: from the list to a published correction, and what can go wrong on the way."""

import asyncio
import re
from html import unescape
from typing import Any

import pytest

from bot.actions.learning import Learner
from bot.actions.mind import Mind
from db import publishing as stored
from db.engine import Database
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, list_events
from tests.conftest import Clock
from tests.office import Browser, Office
from tests.talk import Talk

HERE = "/staff/entries"
AKS = f"{HERE}/aks"


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, Mind(norway.base, norway.understander), clock)


def filled(html: str) -> dict[str, Any]:
    """The fields of the page's large form, as a browser would send them back."""
    form = html[html.index('class="wide"') : html.index("</form>", html.index('class="wide"'))]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found.get("type") == "checkbox":
            if " checked" in tag:
                fields.setdefault(found["name"], []).append(unescape(found["value"]))
        else:
            fields[found["name"]] = unescape(found.get("value", ""))
    for name, text in re.findall(
        r'(?s)<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form
    ):
        fields[name] = unescape(text)
    for name, body in re.findall(r'(?s)<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', body)
        first = re.search(r'value="([^"]*)"', body)
        fields[name] = (chosen or first)[1]  # type: ignore[index]
    return fields


async def form_of(browser: Browser, path: str = f"{AKS}/edit") -> dict[str, Any]:
    await browser.open(path)
    assert browser.page
    return filled(browser.page.text)


async def edits(database: Database) -> list[stored.EntryEdit]:
    async with database.read() as db:
        return await stored.list_versions(db, "aks")


async def test_the_list_finds_entries(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        page = await kari.open(HERE)
        assert "Active skills building in Sandnes (AKS)" in page or "AKS" in page
        assert "Not checked" in page
        assert "1 of" in await kari.open(f"{HERE}?q=aks+sandnes")
        assert "No entry is like that" in await kari.open(f"{HERE}?q=zzzz")
        assert "No entry is like that" in await kari.open(f"{HERE}?state=hidden")
        assert "aks" not in await kari.open(f"{HERE}?topic=housing")


async def test_a_form_sent_back_unchanged_changes_nothing(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        for slug in ("aks", "seniorsentre"):
            fields = await form_of(kari, f"{HERE}/{slug}/edit")
            await kari.send(f"{HERE}/{slug}/edit", {**fields, "do": "save"})
            async with office.database.read() as db:
                [version] = await stored.list_versions(db, slug)
            assert version.content == {}, slug


async def test_an_editor_corrects_opening_hours(office: Office, clock: Clock) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari)
        fields |= {"fact-0-kind": "hours", "fact-0-value": "Every day 10-14"}
        fields |= {"fact-0-owner": "Ola", "fact-0-checked": "2026-11-21", "do": "publish"}
        page = await kari.send(f"{AKS}/edit", fields)
        assert "Published. People see it now." in page
        assert "Opening hours: Every day 10-14 (checked 21 November 2026)" in await kari.open(
            f"{AKS}?lang=en"
        )
    [version] = await edits(office.database)
    assert (version.state, list(version.content)) == ("published", ["facts"])
    talk = Talk(office.database, office.mind, clock)
    assert "Opening hours: Every day 10-14" in await talk.person("en").press("e:aks")
    await talk.turns.close()
    async with office.database.read() as db:
        noted = [(event.action, event.about) for event in await list_events(db)]
    assert ("entry.publish", "entry:aks") in noted


async def test_a_draft_is_shown_as_people_would_see_it(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari)
        page = await kari.send(f"{AKS}/edit", {**fields, "short-en": "New words.", "do": "save"})
        assert "People do not see it yet." in page
        page = await kari.open(f"{AKS}?lang=en")
        draft, seen = page.index("The draft, as people"), page.index("What people see now")
        assert "New words." in page[draft:seen]
        assert "New words." not in page[seen:]
        assert "Published." in await kari.send(f"{AKS}/publish", {"number": "1"})
        assert "Nothing was done." in await kari.send(f"{AKS}/undo", {"number": "7"})
        assert "Taken back." in await kari.send(f"{AKS}/undo", {"number": "1"})
        assert "New words." not in await kari.open(f"{AKS}?lang=en")


async def test_an_entry_of_staffs_own_that_is_taken_back_waits_as_a_draft(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari, f"{HERE}/new")
        fields |= {
            "topic": "health",
            "title-nb": "Nytt",
            "short-nb": "Lang tekst.",
            "do": "publish",
        }
        await kari.send(f"{HERE}/new", fields)
        await kari.send(f"{HERE}/nytt/undo", {"number": "1"})
        page = await kari.open(f"{HERE}/nytt")
        assert "A draft waits" in page
        assert "Lang tekst." in page
        assert "Published." in await kari.send(f"{HERE}/nytt/publish", {"number": "2"})


async def test_of_two_who_save_at_once_one_is_told(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari, office.sign_in(ADMIN) as ola:
        for n in range(5):
            sent = [
                {**await form_of(who), "short-en": f"{n}.", "do": "save"} for who in (kari, ola)
            ]
            posts = [
                who.client.post(f"{AKS}/edit", data={**fields, "csrf": who.csrf})
                for who, fields in zip((kari, ola), sent, strict=True)
            ]
            assert sorted(a.status_code for a in await asyncio.gather(*posts)) == [303, 409]


async def test_two_who_make_the_same_entry_at_once_make_two(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari, office.sign_in(ADMIN) as ola:
        for n in range(5):
            fields = await form_of(kari, f"{HERE}/new")
            await ola.open("/staff")
            fields |= {
                "topic": "health",
                "title-nb": f"Nytt {n}",
                "short-nb": "Tekst.",
                "do": "save",
            }
            posts = [
                who.client.post(f"{HERE}/new", data={**fields, "csrf": who.csrf})
                for who in (kari, ola)
            ]
            made = {answer.headers["location"] for answer in await asyncio.gather(*posts)}
            assert made == {f"{HERE}/nytt-{n}", f"{HERE}/nytt-{n}-2"}


async def test_of_two_editors_the_second_sees_both_texts(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari, office.sign_in(ADMIN) as ola:
        hers, his = await form_of(kari), await form_of(ola)
        await kari.send(f"{AKS}/edit", {**hers, "short-en": "Kari's words.", "do": "publish"})
        sent = {**his, "short-en": "Ola's words.", "do": "publish"}
        page = await ola.send(f"{AKS}/edit", sent, status=409)
        assert "Someone else saved this entry while you wrote" in page
        assert "Kari's words." in page
        assert "<dt>Fact" not in page  # neither of them wrote one
        assert ola.page
        again = filled(ola.page.text)
        assert again["short-en"] == "Ola's words."
        assert "Published." in await ola.send(f"{AKS}/edit", {**again, "do": "publish"})
    newest = (await edits(office.database))[0]
    assert (newest.state, newest.content["texts"]["en"]["short"]) == ("published", "Ola's words.")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("title-en", "", "Title (English): please write something here."),
        ("short-en", "x" * 601, "Short answer (English): at most 600 signs."),
        ("short-nb", "Se <b>her</b>", "please leave out the angle brackets."),
        ("more-en", "# Heading", "More (English): a line must not begin with #."),
        ("topic", "", "Topic: please write something here."),
        ("topic", "no-such", "Topic: please choose one from the list."),
        ("said-en", "x" * 301, "What people ask (English): at most 300 signs."),
        ("said-en", "\n".join(map(str, range(201))), "at most 200 lines."),
        ("fact-0-value", "call me", "Fact 1: this is not a phone number."),
        ("fact-1-value-en", "call me", "Fact 2: this is not a phone number."),
        ("fact-1-checked", "tomorrow", "Fact 2: please write a date such as 2026-01-31."),
        ("actions", "dance", "What people can do: please choose one from the list."),
    ],
)
async def test_a_mistake_names_its_field_and_loses_nothing(
    office: Office, name: str, value: str, said: str
) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari) | {"audience-en": "Typed with care", name: value}
        page = await kari.send(f"{AKS}/edit", {**fields, "do": "publish"}, status=422)
        assert said in page
        assert kari.page
        assert f'href="#{name}"' in kari.page.text
        again = filled(kari.page.text)
        assert again["audience-en"] == "Typed with care"
        assert value in ("dance", "no-such") or again[name] == value
    assert await edits(office.database) == []


async def test_a_new_entry_is_made_and_found(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari, f"{HERE}/new?lang=en&said=purple+elephants+on+the+roof")
        assert fields["said-en"] == "purple elephants on the roof"
        fields |= {"topic": "seniors", "title-en": "Ælephant knitting", "short-en": "On Mondays."}
        page = await kari.send(f"{HERE}/new", {**fields, "do": "publish"})
        assert "Published." in page
        assert kari.page
        assert kari.page.url.path == f"{HERE}/alephant-knitting"
        page = await kari.open(f"{HERE}/alephant-knitting?lang=en")
        assert "the staff of Sandnes kommune" in page
        page = await kari.send(f"{HERE}/new", {**fields, "do": "save"})
        assert kari.page.url.path == f"{HERE}/alephant-knitting-2"
    learner = Learner(office.database, office.mind)
    await learner.tick()
    await learner.caught_up()
    assert office.mind.understand("purple elephants on the roof", "en").slug == "alephant-knitting"
    await learner.close()


async def test_hide_and_put_away(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        for away, back in (("hidden", "shown"), ("archived", "restored")):
            await kari.send(f"{AKS}/state", {"to": away})
            assert "Nothing: this entry is in no answer." in await kari.open(AKS)
            assert "aks" not in office.mind.knowledge.entries
            await kari.send(f"{AKS}/state", {"to": back})
            assert "Nothing: this entry" not in await kari.open(AKS)
            assert "aks" in office.mind.knowledge.entries
        await kari.send(f"{AKS}/state", {"to": "deleted"}, status=404)


async def test_saving_the_form_does_not_show_a_hidden_entry(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        await kari.send(f"{AKS}/state", {"to": "hidden"})
        fields = await form_of(kari)
        await kari.send(f"{AKS}/edit", {**fields, "short-en": "New words.", "do": "publish"})
        await kari.open(AKS)
    assert "aks" not in office.mind.knowledge.entries


async def test_checked_today_and_read_by_me(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        assert "marked as checked today" in await kari.send(f"{AKS}/check")
        page = await kari.send(f"{AKS}/read", {"lang": "en"})
        assert "Kari Nordmann, 2026-11-23" in page
        assert "Checked 23 November 2026." in await kari.open(f"{AKS}?lang=en")
        await kari.send(f"{AKS}/read", {"lang": "sv"}, status=404)


async def test_the_tick_in_the_form_says_who_read_it(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari) | {"short-en": "New words.", "read-en": "yes"}
        await kari.send(f"{AKS}/edit", {**fields, "do": "publish"})
        fields = await form_of(kari)
        assert fields["read-en"] == ["yes"]
        assert "read-nb" not in fields
    text = (await edits(office.database))[0].content["texts"]["en"]
    assert (text["reviewed_by"], text["reviewed_at"]) == ("Kari Nordmann", "2026-11-23")


async def test_a_pack_that_changed_under_an_edit_is_told(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari)
        await kari.send(f"{AKS}/edit", {**fields, "short-en": "New words.", "do": "publish"})
        assert "No entry is like that" in await kari.open(f"{HERE}?state=conflict")
        async with office.database.write() as db:
            await db.execute(stored.edits.update().values(base_hash="0" * 64))
        assert "1 of" in await kari.open(f"{HERE}?state=conflict")
        page = await kari.open(f"{AKS}?lang=en")
        assert "A new version of the pack changed this entry, too." in page
        assert "What the pack says" in page


@pytest.mark.parametrize("path", ["no-such", "..%2f..", "AKS", "a" * 65])
@pytest.mark.parametrize("act", ["", "/edit"])
async def test_what_is_no_entry_is_not_found(office: Office, path: str, act: str) -> None:
    async with office.sign_in(EDITOR) as kari:
        await kari.open(f"{HERE}/{path}{act}", status=404)


@pytest.mark.parametrize("act", ["publish", "drop", "undo", "state", "check", "read", "edit"])
async def test_nothing_can_be_done_with_what_is_no_entry(office: Office, act: str) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = {"number": "1", "to": "hidden", "lang": "en"}
        answer = await kari.client.get("/staff")
        assert answer.status_code == 200
        await kari.open("/staff")
        data = {"csrf": kari.csrf, **fields}
        answer = await kari.client.post(f"{HERE}/no-such/{act}", data=data)
        assert answer.status_code in (303, 404)
    async with office.database.read() as db:
        assert await stored.get_number(db) == 0


@pytest.mark.parametrize("role", [HOST, CASE_WORKER])
async def test_others_may_not_edit(office: Office, role: str) -> None:
    async with office.sign_in(role) as host:
        await host.open(HERE, status=403)


async def test_what_staff_write_is_text_and_no_page(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari) | {"short-en": "5 < 6 & \"7\" 'x' {{ 1 + 1 }}"}
        await kari.send(f"{AKS}/edit", {**fields, "do": "publish"})
        assert "5 < 6 & \"7\" 'x' {{ 1 + 1 }}" in await kari.open(f"{AKS}?lang=en")
        assert (await form_of(kari))["short-en"] == "5 < 6 & \"7\" 'x' {{ 1 + 1 }}"


async def test_a_language_with_a_mistake_is_unfolded(office: Office) -> None:
    async with office.sign_in(EDITOR) as kari:
        fields = await form_of(kari)
        fields |= {name: "" for name in fields if name.endswith(("-so", "-pl"))}
        await kari.send(f"{AKS}/edit", {**fields, "short-so": "Waa", "do": "save"}, status=422)
        assert kari.page
        before = kari.page.text[: kari.page.text.index('id="title-so"')]
        assert before[before.rindex("<details") :].startswith('<details class="card" open>')
        assert '<details class="card">' in kari.page.text, "others without a text stay folded"
