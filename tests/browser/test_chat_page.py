"""Asking, answering and pressing on the chat page, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from .fake_answers import CALENDAR
from .fake_server import FakeServer
from .steps import answer, ask, download, open_menu, talk, texts, visit

pytestmark = pytest.mark.browser


def test_a_question_is_echoed_once_and_answered(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    assert texts(page) == ["hei", "Svar på: hei"]
    expect(page.locator("#unsent .message")).to_have_count(0)
    expect(page.locator("#field")).to_have_value("")
    expect(page.locator("#field")).to_be_focused()


def test_no_token_is_asked_for_before_the_first_word(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    assert not chat.chats
    ask(page, "hei")
    expect(answer(page, "Svar på: hei")).to_be_visible()
    assert len(chat.chats) == 1
    assert "token" not in page.url


def test_shift_enter_makes_a_new_line(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    page.locator("#field").press_sequentially("en")
    page.press("#field", "Shift+Enter")
    page.locator("#field").press_sequentially("to")
    page.press("#field", "Enter")
    expect(page.locator("#log .in .text p")).to_have_text(["en", "to"])


def test_nothing_is_sent_for_an_empty_field(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    ask(page, "   ")
    assert not chat.frames


def test_messages_carry_their_language_and_find_their_direction(
    page: Page, chat: FakeServer
) -> None:
    talk(page, chat, "مرحبا")
    assert page.locator("#log .out").last.get_attribute("lang") == "nb"
    assert page.locator("#log .out .body").last.get_attribute("dir") == "ltr"
    own = page.locator("#log .in .text p")
    assert own.evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_markup_stays_text_and_scripts_are_not_linked(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "ondt")
    expect(answer(page, "<img src=x onerror=alert(1)>")).to_be_visible()
    assert page.locator("#log img").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
    expect(page.get_by_text("knapp", exact=True)).to_have_count(0)


def test_empty_lines_set_paragraphs_apart_and_links_open_beside(
    page: Page, chat: FakeServer
) -> None:
    talk(page, chat, "språkkafé")
    expect(page.locator("#log .out p.apart")).to_contain_text("Det er gratis. Les mer")
    link = page.get_by_role("link", name="Les mer hos kommunen (opens in a new tab)")
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_a_document_can_be_downloaded(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "fil")
    file = download(page, page.get_by_text("avtale.ics"))
    assert file.suggested_filename == "avtale.ics"
    assert file.path().read_bytes() == CALENDAR


def test_the_typing_sign_is_put_up_once_and_goes_with_the_answer(
    page: Page, chat: FakeServer
) -> None:
    chat.held = True
    visit(page, chat)
    page.evaluate(
        """() => { window.spoken = 0; new MutationObserver(list => list.forEach(change =>
        window.spoken += change.target.id === 'typing' && change.target.children.length === 1))
        .observe(document.getElementById('typing'), {childList: true}) }"""
    )
    ask(page, "hei")
    expect(page.locator("#typing")).to_contain_text("Innom is writing")
    first = page.locator("#typing span").first.element_handle()
    chat.send({"t": "typing"})
    assert first is not None
    assert first.evaluate("node => node.isConnected")
    chat.let_go()
    expect(answer(page, "Svar på: hei")).to_be_visible()
    expect(page.locator("#typing")).to_be_empty()


def test_a_notice_is_shown(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.send({"t": "notice", "text": "Du står på lista."})
    expect(page.locator("#log .notice")).to_have_text("Du står på lista.")


def test_a_deleted_message_disappears(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.happen("delete", message=2)
    expect(answer(page, "Svar på: hei")).to_have_count(0)


def test_a_press_edits_the_message_and_keeps_the_focus_there(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "språkkafé")
    page.click("text=Meld meg på")
    expect(answer(page, "Du er påmeldt.")).to_be_visible()
    expect(page.get_by_role("button", name="Meld meg av")).to_be_visible()
    expect(page.get_by_role("button", name="Meld meg på")).to_have_count(0)
    expect(page.locator("#log .out").last).to_be_focused()
    [press] = chat.told("press")
    assert (press["message"], press["data"]) == (2, "book:1")


def test_a_pressed_button_is_marked_and_waits_for_its_answer(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "språkkafé")
    chat.held = True
    button = page.get_by_role("button", name="Noe annet")
    button.dblclick()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_name("chosen: Noe annet")
    chat.let_go()
    expect(answer(page, "Du trykket other.")).to_be_visible()
    assert len(chat.told("press")) == 1
    expect(button).not_to_have_attribute("aria-disabled", "true")


def test_a_press_without_an_answer_gives_its_button_back(page: Page, chat: FakeServer) -> None:
    page.clock.install()
    talk(page, chat, "språkkafé")
    chat.held = True
    button = page.get_by_role("button", name="Noe annet")
    button.click()
    expect(page.locator("#typing")).not_to_be_empty()
    page.clock.fast_forward(9_000)
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(page.locator("#typing")).to_be_empty()


def test_older_buttons_stay_usable(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "språkkafé")
    ask(page, "hei")
    expect(answer(page, "Svar på: hei")).to_be_visible()
    page.click("text=Noe annet")
    expect(answer(page, "Du trykket other.")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "data"),
    [
        ("Talk to a person", "do:talk-to-human"),
        ("Bli frivillig", "volunteer"),
    ],
)
def test_page_buttons_press_message_zero(
    page: Page, chat: FakeServer, button: str, data: str
) -> None:
    visit(page, chat)
    page.get_by_role("button", name=button).click()
    expect(answer(page, f"Du trykket {data}.")).to_be_visible()
    assert (chat.told("press")[0]["message"], chat.told("press")[0]["data"]) == (0, data)


def test_topics_stand_in_the_menu(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    open_menu(page)
    page.get_by_role("button", name="Topics").click()
    expect(answer(page, "Du trykket topics.")).to_be_visible()
    expect(page.locator(".panel")).to_be_hidden()


def test_ten_thousand_characters_are_kindly_kept_back(page: Page, chat: FakeServer) -> None:
    visit(page, chat)
    ask(page, "å" * 10_000)
    expect(page.locator("#note")).to_contain_text("The text is too long.")
    expect(page.locator("#count")).to_have_text("-6000 characters left")
    assert len(page.input_value("#field")) == 10_000
    assert not chat.frames
    page.fill("#field", "🙂" * 4_000)
    expect(page.locator("#note")).to_be_empty()
    page.press("#field", "Enter")
    expect(page.locator("#log .in")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_long_answer_is_shown_from_its_beginning(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.happen("out", {"runs": [{"text": "Først\n" + "Mer om saken.\n" * 80}]})
    expect(page.get_by_text("Først", exact=True)).to_be_in_viewport()


def test_one_who_reads_further_up_is_not_pulled_away(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.happen("out", {"runs": [{"text": "Mer om saken.\n" * 80}]})
    expect(answer(page, "Mer om saken.")).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")
    chat.happen("out", {"runs": [{"text": "Nytt"}]})
    page.get_by_role("button", name="New message below").click()
    expect(page.get_by_text("Nytt", exact=True)).to_be_in_viewport()
    expect(page.locator("#newer")).to_be_hidden()
