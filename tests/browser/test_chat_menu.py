"""The menu of the chat page, and leaving quickly."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .fake_server import FakeServer
from .steps import answer, ask, open_menu, stop_the_clock, talk, texts, visit

pytestmark = pytest.mark.browser


def test_the_language_changes_and_the_chat_stays(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    page.fill("#field", "halvskrevet")
    open_menu(page)
    page.get_by_role("link", name="Svenska").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page.locator("#field")).to_have_value("halvskrevet")
    expect(answer(page, "Svar på: hei")).to_be_visible()
    assert chat.told("lang") == [{"t": "lang", "lang": "sv"}]
    assert chat.told("hello")[-1]["lang"] == "sv"
    assert page.evaluate("history.length") == 2  # about:blank and the chat: Back leads out of it


def test_the_language_is_told_by_plain_requests_too(page: Page, chat: FakeServer) -> None:
    chat.refuse_sockets = True
    talk(page, chat)
    open_menu(page)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(answer(page, "Svar på: hei")).to_be_visible()
    assert chat.told("lang") == [{"t": "lang", "lang": "en"}]


def test_large_text_is_kept(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    open_menu(page)
    page.check("text=Large text")
    page.reload()
    expect(page.locator("html")).to_have_class(re.compile("large"))
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"


@pytest.mark.parametrize("remembered", [True, False])
def test_the_device_remembers_the_chat_only_when_asked(
    page: Page, chat: FakeServer, remembered: bool
) -> None:
    talk(page, chat)
    open_menu(page)
    page.check("text=Remember me on this device")
    if not remembered:
        page.uncheck("text=Remember me on this device")
    other = page.context.new_page()
    visit(other, chat)
    expect(answer(other, "Svar på: hei")).to_have_count(1 if remembered else 0)
    if not remembered:
        assert other.evaluate("localStorage.getItem('innom.token')") is None


def test_clearing_asks_first(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    for choice, left in [("Keep the chat", 2), ("Clear the chat", 0)]:
        open_menu(page)
        page.get_by_role("button", name="Clear this chat").click()
        expect(page.locator("#ask")).to_contain_text("All messages in this chat are erased")
        page.get_by_role("button", name=choice).click()
        expect(page.locator("#log .message:not(#hello)")).to_have_count(left)
    expect(page.locator("#hello")).to_be_visible()
    ask(page, "på nytt")
    for _ in range(2):
        expect(answer(page, "Svar på: på nytt")).to_be_visible()
        assert texts(page) == ["på nytt", "Svar på: på nytt"]
        page.reload()


def leave_by_button(page: Page) -> None:
    page.click("#exit")


def leave_by_esc(page: Page) -> None:
    page.focus("#field")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


@pytest.mark.parametrize("leave", [leave_by_button, leave_by_esc])
def test_leaving_quickly_leaves_nothing_behind(
    page: Page, chat: FakeServer, leave: Callable[[Page], None]
) -> None:
    page.goto(chat.url + "away?before")
    stop_the_clock(page)
    talk(page, chat)
    open_menu(page)
    page.check("text=Remember me on this device")
    page.keyboard.press("Escape")
    page.fill("#field", "halvskrevet")
    page.clock.run_for(1_100)  # the Esc that closed the menu is no part of it
    leave(page)
    expect(page).to_have_title("Weather")
    kept = "JSON.stringify([sessionStorage, localStorage])"
    assert page.evaluate(kept) == "[{},{}]"
    page.go_back()
    expect(page).to_have_url(chat.url + "away?before")


def test_one_esc_does_not_leave(page: Page, chat: FakeServer) -> None:
    stop_the_clock(page)
    talk(page, chat)
    page.keyboard.press("Escape")
    page.clock.run_for(1_100)
    page.keyboard.press("Escape")
    expect(answer(page, "Svar på: hei")).to_be_visible()
