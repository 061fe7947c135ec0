"""The chat page for everyone: keyboard, flat windows, themes, screen readers, no script."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from .fake_server import FakeServer
from .steps import answer, ask, open_menu, talk, visit

pytestmark = pytest.mark.browser


Axe = Callable[[Page], list[str]]
STATIC = Path(__file__).parents[2] / "bot" / "web" / "static"

# The middle of what has the focus, or of its first line, is what one would hit there.
UNCOVERED = """() => {
  const box = document.activeElement.getClientRects()[0];
  const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return document.activeElement.contains(hit);
}"""


def test_all_can_be_done_by_keyboard_and_the_focus_is_never_covered(
    page: Page, chat: FakeServer
) -> None:
    visit(page, chat)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#field")).to_be_focused()
    assert page.url.endswith("/")
    page.keyboard.type("språkkafé")
    page.keyboard.press("Enter")
    expect(answer(page, "Her kan du øve")).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(UNCOVERED)
    expect(page.get_by_role("link", name="Les mer hos kommunen")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(answer(page, "Du er påmeldt.")).to_be_visible()


@pytest.mark.parametrize("height", [568, 256])
def test_tabbing_through_the_page_never_hides_the_focus(
    page: Page, chat: FakeServer, height: int
) -> None:
    page.set_viewport_size({"width": 320, "height": height})
    talk(page, chat, "språkkafé")
    for key in ["Shift+Tab"] * 12 + ["Tab"] * 12:
        page.keyboard.press(key)
        focused = page.evaluate("document.activeElement.outerHTML.slice(0, 90)")
        assert focused.startswith("<body") or page.evaluate(UNCOVERED), focused


def test_esc_closes_the_menu_and_gives_the_focus_back(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    page.focus("summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Topics")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(page.locator("summary")).to_be_focused()
    assert page.url == chat.url


@pytest.mark.parametrize("height", [568, 256])
@pytest.mark.parametrize("large", [False, True])
def test_nothing_is_wider_than_320_px(
    page: Page, chat: FakeServer, height: int, large: bool
) -> None:
    page.set_viewport_size({"width": 320, "height": height})
    chat.page = {"municipality": "Upplands Väsby kommun"}
    talk(page, chat, "fare")
    ask(page, "https://example.org/" + "lang" * 60)
    expect(answer(page, "Svar på: https")).to_be_visible()
    open_menu(page)
    page.get_by_label("Large text").set_checked(large)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for name in ["#exit", "summary", "#field", ".send"]:
        expect(page.locator(name)).to_be_in_viewport()


SMALL_TARGETS = """() => Array.from(
  document.querySelectorAll('button, summary, .panel a, .call, .exit, label.switch')
).filter(e => e.offsetParent).filter(e => {
  const box = e.getBoundingClientRect();
  return box.width < 43.9 || box.height < 43.9;
}).map(e => e.outerHTML)"""


def test_targets_are_large_enough(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "fare")
    open_menu(page)
    assert page.evaluate(SMALL_TARGETS) == []


def state_empty(page: Page, chat: FakeServer) -> None:
    visit(page, chat)


def state_answer(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "språkkafé")
    page.click("text=Noe annet")
    expect(answer(page, "Du trykket")).to_be_visible()
    ask(page, "fil")
    expect(answer(page, "avtale.ics")).to_be_visible()


def state_danger(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "fare")


def state_menu(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    open_menu(page)


def state_dialog(page: Page, chat: FakeServer) -> None:
    state_menu(page, chat)
    page.click("#clear")
    expect(page.locator("#ask")).to_be_visible()


def state_offline(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.down = True
    chat.drop_sockets()
    ask(page, "er du der?")
    expect(page.locator("#banner")).not_to_be_empty()


def state_refused(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    chat.refuse = "Vent litt."
    ask(page, "to")
    expect(page.locator("[role=alert]")).to_be_visible()
    page.click("text=Bli frivillig")
    expect(page.locator(".notice")).to_be_visible()


def state_too_long(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    ask(page, "å" * 4_001)


def state_typing(page: Page, chat: FakeServer) -> None:
    chat.held = True
    visit(page, chat)
    ask(page, "hei")
    expect(page.locator("#typing")).not_to_be_empty()


STATES = [
    state_empty,
    state_answer,
    state_danger,
    state_menu,
    state_dialog,
    state_offline,
    state_refused,
    state_too_long,
    state_typing,
]


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_in_every_look(
    page: Page, chat: FakeServer, axe: Axe, state: Callable[[Page, FakeServer], None]
) -> None:
    state(page, chat)
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        for width, height in ((320, 568), (320, 256), (1280, 1024)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            assert axe(page) == [], (scheme, width, height)


@pytest.mark.parametrize("state", [state_answer, state_menu, state_refused])
@pytest.mark.parametrize("variant", ["rtl", "large", "forced"])
def test_other_ways_to_see_it_are_accessible(
    page: Page,
    chat: FakeServer,
    axe: Axe,
    state: Callable[[Page, FakeServer], None],
    variant: str,
) -> None:
    if variant == "rtl":
        chat.page = {"lang": "ar", "dir": "rtl"}
    if variant == "large":
        page.add_init_script("localStorage.setItem('innom.large', '1')")
    if variant == "forced":
        page.emulate_media(forced_colors="active")
    state(page, chat)
    assert axe(page) == []


def test_axe_would_notice(page: Page, chat: FakeServer, axe: Axe) -> None:
    visit(page, chat)
    page.evaluate("document.querySelector('#field').removeAttribute('placeholder')")
    page.evaluate("document.querySelector('label[for=field]').remove()")
    page.evaluate("document.querySelector('.exit').style.color = '#666'")
    found = " ".join(axe(page))
    assert "label" in found
    assert "color-contrast-enhanced" in found


def test_without_script_the_phone_and_the_greeting_are_there(
    browser: Browser, chat: FakeServer
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(chat.url)
    expect(page.get_by_role("link", name="51 00 00 00")).to_be_visible()
    expect(page.locator("#hello")).to_contain_text("Spør med dine egne ord.")
    expect(page.locator("#late")).to_be_visible()
    expect(page.locator("#field")).to_be_hidden()
    expect(page.get_by_role("button", name="Talk to a person")).to_be_hidden()
    context.close()


def test_the_page_is_small() -> None:
    size = sum(path.stat().st_size for path in STATIC.glob("chat*"))
    assert size < 60_000


def test_scripts_write_text_only() -> None:
    for path in STATIC.glob("chat*.js"):
        script = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|insertAdjacentHTML|document\.write|eval\(|\?\.|\?\?", script
        )
