"""A citizen at the real program: ask, press, language, danger, reload, restart, keyboard."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .real_server import RealServer
from .steps import answer, ask, download, open_menu, press, texts

pytestmark = pytest.mark.browser

Axe = Callable[[Page], list[str]]
LUNCH = "hvor kan mamma få lunsj med andre eldre?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    made = RealServer(tmp_path_factory.mktemp("data"))
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize(
    "question",
    [
        LUNCH,
        "sted der pensjonister kan spise ilag på dagtid",
        "kor kan farmor få seg mat og selskap",
    ],
)
def test_a_question_gives_the_entry_with_its_source(
    page: Page, server: RealServer, axe: Axe, question: str
) -> None:
    page.goto(server.url)
    assert axe(page) == []
    ask(page, question)
    reply = answer(page, "I Sandnes er det åtte seniorsentre")
    expect(reply).to_be_visible()
    expect(reply).to_contain_text("Sandnes kommune, Levekår, økonomiplan 2018-2021 (2018)")
    expect(reply).to_contain_text("Ikke sjekket siden")
    assert axe(page) == []


def test_buttons_lead_on(page: Page, server: RealServer, axe: Axe) -> None:
    page.goto(server.url)
    ask(page, LUNCH)
    press(page.get_by_role("button", name="Fortell mer"))
    expect(answer(page, "Tre av sentrene er kommunale")).to_be_visible()
    press(page.get_by_role("button", name="Ja", exact=True))
    expect(answer(page, "Takk for at du sa fra")).to_be_visible()
    press(page.get_by_role("button", name="Hvordan kommer jeg dit?"))
    expect(answer(page, "Det kan jeg ikke gjøre her ennå")).to_be_visible()
    assert axe(page) == []


def test_a_place_is_booked_found_again_and_cancelled(
    page: Page, server: RealServer, axe: Axe
) -> None:
    page.goto(server.url)
    ask(page, LUNCH)
    press(page.get_by_role("button", name="Bestill plass på en aktivitet"))
    expect(answer(page, "Velg en tid")).to_contain_text("Eksempel: Lunsj på seniorsenteret")
    assert axe(page) == []
    press(page.get_by_role("button", name="Eksempel: Lunsj på seniorsenteret").first)
    for said in ("to", "nei", "Kari"):
        expect(page.locator("#log .out").last.locator(".choices")).to_be_visible()
        ask(page, said)
    expect(answer(page, "Er dette riktig?")).to_contain_text("2 plasser")
    ask(page, "jeg orker ikke leve lenger")
    expect(answer(page, "116 123")).to_be_visible()
    expect(answer(page, "kan vente")).to_be_visible()
    press(page.get_by_role("button", name="Ja, bestill"))
    expect(page.get_by_role("link", name=".ics")).to_be_visible()
    file = download(page, page.get_by_role("link", name=".ics").last)
    assert file.suggested_filename.endswith(".ics")
    page.reload()
    expect(page.get_by_role("link", name=".ics")).to_be_visible()
    before = page.locator("#log .out").count()
    ask(page, "vis bestillingene mine")
    mine = page.locator("#log .out").nth(before)
    expect(mine).to_contain_text("Lunsj på seniorsenteret")
    press(mine.get_by_role("button", name="avbestill").last)
    press(page.get_by_role("button", name="Ja, avbestill").last)
    expect(answer(page, "avbestilt").last).to_be_visible()
    assert axe(page) == []


def test_topics_lead_to_an_entry_without_typing(page: Page, server: RealServer, axe: Axe) -> None:
    page.goto(server.url)
    page.locator("#hello").get_by_role("button", name="Se alle temaer").click()
    press(page.get_by_role("button", name="Frivillighet", exact=True))
    press(page.get_by_role("button", name="Bli frivillig", exact=True).first)
    expect(page.locator("#log .out").last).to_contain_text("Kilde:")
    assert axe(page) == []


def test_another_language_keeps_the_chat(page: Page, server: RealServer, axe: Axe) -> None:
    page.goto(server.url)
    ask(page, LUNCH)
    expect(answer(page, "åtte seniorsentre")).to_be_visible()
    open_menu(page)
    assert axe(page) == []
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(answer(page, "I answer in English from now on.")).to_be_visible()
    expect(answer(page, "åtte seniorsentre")).to_be_visible()
    ask(page, "where can my grandmother eat lunch with other pensioners")
    expect(answer(page, "Senior centres")).to_be_visible()
    assert axe(page) == []


def test_danger_comes_first_with_numbers_to_dial(page: Page, server: RealServer, axe: Axe) -> None:
    page.goto(server.url)
    ask(page, "jeg orker ikke leve lenger")
    reply = page.locator("#log .out").last
    expect(reply.get_by_role("link", name="113")).to_have_attribute("href", "tel:113")
    expect(reply.get_by_role("link", name="116 123")).to_be_visible()
    assert axe(page) == []
    ask(page, LUNCH)
    expect(answer(page, "åtte seniorsentre")).to_be_visible()


def test_a_reload_shows_what_was_said(page: Page, server: RealServer) -> None:
    page.goto(server.url)
    ask(page, LUNCH)
    expect(answer(page, "åtte seniorsentre")).to_be_visible()
    before = texts(page)
    page.reload()
    expect(answer(page, "åtte seniorsentre")).to_be_visible()
    assert texts(page) == before


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_chat_goes_on_after_a_restart_of_the_server(
    page: Page, tmp_path: Path, how: signal.Signals
) -> None:
    server = RealServer(tmp_path)
    server.start()
    try:
        page.goto(server.url)
        ask(page, LUNCH)
        expect(answer(page, "åtte seniorsentre")).to_be_visible()
        server.stop(how)
        ask(page, "takk")
        expect(page.locator("#banner")).to_contain_text("Ingen tilkobling")
        server.start()
        expect(answer(page, "Bare hyggelig")).to_be_visible(timeout=120_000)
        assert texts(page)[0] == LUNCH
        assert len([text for text in texts(page) if text == "takk"]) == 1
    finally:
        server.stop()


def test_by_keyboard_alone(page: Page, server: RealServer) -> None:
    page.goto(server.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type(LUNCH)
    page.keyboard.press("Enter")
    expect(answer(page, "åtte seniorsentre")).to_be_visible()
    more = page.get_by_role("button", name="Fortell mer")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if more.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(answer(page, "Tre av sentrene er kommunale")).to_be_visible()


def test_nothing_is_wider_than_a_narrow_phone(page: Page, server: RealServer) -> None:
    page.goto(server.url)
    for question in (LUNCH, "jeg orker ikke leve lenger", "hva koster bomringen"):
        ask(page, question)
    expect(page.locator("#log .out")).to_have_count(4)  # the hello and three answers
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_cleared_chat_is_gone_after_a_reload(page: Page, server: RealServer) -> None:
    page.goto(server.url)
    ask(page, LUNCH)
    expect(answer(page, "åtte seniorsentre")).to_be_visible()
    open_menu(page)
    page.locator("#clear").click()
    page.get_by_role("button", name="Tøm chatten").click()
    expect(answer(page, "åtte seniorsentre")).to_have_count(0)
    page.reload()
    expect(page.locator("#log .out").last).to_be_visible()
    assert LUNCH not in " ".join(texts(page))
