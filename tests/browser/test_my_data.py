"""A citizen at the real program: asks to be called, takes a copy, erases all, begins anew."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from .real_server import RealServer
from .steps import answer, ask, download
from .steps import press as press_button

pytestmark = pytest.mark.browser

Axe = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    made = RealServer(tmp_path_factory.mktemp("data"))
    made.start()
    yield made
    made.stop()


def press(page: Page, name: str) -> None:
    press_button(page.locator("#log").get_by_role("button", name=name).last)


def key(page: Page) -> str | None:
    kept: str | None = page.evaluate("sessionStorage.getItem('innom.token')")
    return kept


def ask_to_be_called(page: Page) -> None:
    page.get_by_role("button", name="Talk to a person").first.click()
    press(page, "Ask to be called back")
    for question, said in (("first name", "Kari"), ("phone number", "912 34 567")):
        expect(answer(page, question).last).to_be_visible()
        ask(page, said)
    press(page, "In the afternoon")
    expect(answer(page, "Is this right?")).to_contain_text("912 34 567")
    press(page, "Yes, ask them to call")
    expect(answer(page, "It is on the list that staff look at.")).to_be_visible()


def test_from_a_call_back_to_nothing_at_all(page: Page, server: RealServer, axe: Axe) -> None:
    page.goto(f"{server.url}?lang=en")
    ask_to_be_called(page)
    assert axe(page) == []
    press(page, "What is stored about me")
    expect(answer(page, "1 time you asked to be called")).to_be_visible()
    assert axe(page) == []
    press(page, "Download a copy")
    for ending in (".html", ".json"):
        file = download(page, page.get_by_role("link", name=ending).last)
        assert "Kari" in file.path().read_text("utf-8")
    before = key(page)
    press(page, "Erase everything")
    expect(answer(page, "What stays, and why:")).to_be_visible()
    assert axe(page) == []
    press(page, "Yes, erase everything")
    expect(answer(page, "It is erased.")).to_be_visible()
    expect(answer(page, "912 34 567")).to_have_count(0)
    assert axe(page) == []
    page.wait_for_function(
        "(before) => ![null, before].includes(sessionStorage.getItem('innom.token'))", arg=before
    )
    ask(page, "what do you store about me")
    expect(answer(page, "You have no bookings, no reminders")).to_be_visible()
    page.reload()
    expect(answer(page, "You have no bookings, no reminders")).to_be_visible()
    expect(answer(page, "It is erased.")).to_have_count(0)


def test_the_copy_reads_as_a_page_of_its_own(page: Page, server: RealServer, axe: Axe) -> None:
    page.goto(f"{server.url}?lang=en")
    ask(page, "what do you store about me")
    expect(answer(page, "I keep this chat")).to_be_visible()
    press(page, "Download a copy")
    file = download(page, page.get_by_role("link", name=".html").last)
    page.goto("about:blank")  # a file has no policy of the chat's
    page.set_content(file.path().read_text("utf-8"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What is stored about me")
    expect(page.get_by_text("what do you store about me")).to_be_visible()
    assert axe(page) == []
