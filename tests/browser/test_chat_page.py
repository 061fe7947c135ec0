"""The chat page in a real browser, against a fake server that can be unkind."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .fake_answers import CALENDAR
from .fake_server import FakeServer

Axe = Callable[[Page], list[str]]
STATIC = Path(__file__).parents[2] / "bot" / "web" / "static"

# The middle of what has the focus, or of its first line, is what one would hit there.
UNCOVERED = """() => {
  const box = document.activeElement.getClientRects()[0];
  const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return document.activeElement.contains(hit);
}"""


def visit(page: Page, chat: FakeServer) -> None:
    page.goto(chat.url)
    expect(page.locator("#field")).to_be_visible()


def ask(page: Page, text: str) -> None:
    page.fill("#field", text)
    page.press("#field", "Enter")


def answer(page: Page, text: str) -> Locator:
    return page.locator("#log .out", has_text=text)


def talk(page: Page, chat: FakeServer, text: str = "hei") -> None:
    visit(page, chat)
    ask(page, text)
    expect(page.locator("#log .out")).to_have_count(2)


def open_menu(page: Page) -> None:
    page.click("summary")
    expect(page.locator(".panel")).to_be_visible()


def texts(page: Page) -> list[str]:
    """What was said, by both, without the greeting and the times."""
    return page.locator("#log .message:not(#hello) .text").all_inner_texts()


# --- asking and answering


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
    with page.expect_download() as download:
        page.click("text=avtale.ics")
    assert download.value.suggested_filename == "avtale.ics"
    assert download.value.path().read_bytes() == CALENDAR


def test_the_typing_sign_is_put_up_once_and_goes_with_the_answer(
    page: Page, chat: FakeServer
) -> None:
    chat.slow = 0.6
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
    assert first is not None and first.evaluate("node => node.isConnected")
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


# --- buttons


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
    chat.slow = 0.5
    button = page.get_by_role("button", name="Noe annet")
    button.dblclick()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_name("chosen: Noe annet")
    expect(answer(page, "Du trykket other.")).to_be_visible()
    assert len(chat.told("press")) == 1
    expect(button).not_to_have_attribute("aria-disabled", "true")


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


# --- bad lines


def test_a_dropped_line_loses_nothing_and_doubles_nothing(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    for text in ("to", "tre"):
        chat.drop_sockets()
        ask(page, text)
        expect(answer(page, f"Svar på: {text}")).to_be_visible()
    assert texts(page) == ["hei", "Svar på: hei", "to", "Svar på: to", "tre", "Svar på: tre"]
    assert [hello["after"] for hello in chat.told("hello")] == [0, 2, 4]


def test_a_lost_ack_means_sending_again_with_the_same_id(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.forget_acks = True
    ask(page, "to")
    expect(answer(page, "Svar på: to")).to_be_visible()
    chat.forget_acks = False
    ask(page, "tre")
    expect(answer(page, "Svar på: tre")).to_be_visible()
    assert texts(page)[2:] == ["to", "Svar på: to", "tre", "Svar på: tre"]


def test_an_answer_given_while_away_comes_with_the_next_connection(
    page: Page, chat: FakeServer
) -> None:
    talk(page, chat)
    chat.down = True
    chat.drop_sockets()
    chat.happen("out", {"runs": [{"text": "Mens du var borte"}]})
    chat.down = False
    expect(answer(page, "Mens du var borte")).to_have_count(1)


def test_a_break_is_told_calmly_with_the_phone(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.down = True
    chat.drop_sockets()
    ask(page, "er du der?")
    banner = page.locator("#banner")
    expect(banner).to_contain_text("No connection. We try again.")
    expect(banner.get_by_role("link", name="51 00 00 00")).to_be_visible()
    expect(page.locator("#unsent")).to_contain_text("Not sent yet")
    chat.down = False
    expect(answer(page, "Svar på: er du der?")).to_be_visible(timeout=15_000)
    expect(banner).to_be_empty()


@pytest.mark.parametrize("obstacle", ["refuse_sockets", "mute_sockets"])
def test_blocked_sockets_lead_to_plain_requests(
    page: Page, chat: FakeServer, obstacle: str
) -> None:
    setattr(chat, obstacle, True)
    visit(page, chat)
    ask(page, "språkkafé")
    expect(answer(page, "Her kan du øve")).to_be_visible()
    page.click("text=Meld meg på")
    expect(answer(page, "Du er påmeldt.")).to_be_visible()
    ask(page, "hei")
    expect(answer(page, "Svar på: hei")).to_be_visible()
    assert texts(page) == ["språkkafé", "Du er påmeldt.", "hei", "Svar på: hei"]
    expect(page.locator("#banner")).to_be_empty()


def test_typing_and_refusals_come_by_plain_requests_too(page: Page, chat: FakeServer) -> None:
    chat.refuse_sockets = True
    talk(page, chat)
    chat.refuse = "Vent litt."
    ask(page, "to")
    expect(page.locator("#unsent [role=alert]")).to_contain_text("Vent litt.")
    chat.refuse = None
    page.click("text=Send again")
    expect(answer(page, "Svar på: to")).to_be_visible()


def test_unsent_words_outlive_a_reload(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.down = True
    chat.drop_sockets()
    ask(page, "ikke glem meg")
    page.fill("#field", "en halv setn")
    chat.down = False
    chat.refuse = "Vent litt."
    page.reload()
    chat.refuse = None
    expect(page.locator("#field")).to_have_value("en halv setn")
    expect(page.locator(".message.in", has_text="ikke glem meg")).to_be_visible()


def test_a_waiting_message_is_sent_after_a_reload(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.down = True
    chat.drop_sockets()
    ask(page, "ikke glem meg")
    expect(page.locator("#banner")).not_to_be_empty()
    chat.down = False
    page.reload()
    expect(answer(page, "Svar på: ikke glem meg")).to_be_visible()
    assert texts(page) == ["hei", "Svar på: hei", "ikke glem meg", "Svar på: ikke glem meg"]


def test_history_is_back_after_a_reload_and_is_not_read_aloud(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => { const log = document.querySelector("
        "'#log'); window.live = []; new MutationObserver(() => window.live.push(log.getAttribute("
        "'aria-live'))).observe(log, {childList: true}) })"
    )
    page.reload()
    expect(answer(page, "Svar på: hei")).to_be_visible()
    assert texts(page) == ["hei", "Svar på: hei"]
    assert set(page.evaluate("window.live")) == {"off"}
    expect(page.locator("#log")).to_have_attribute("aria-live", "polite")


def test_a_refusal_keeps_the_words_and_offers_to_send_again(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.refuse = "Vent litt, eller ring oss."
    ask(page, "to")
    refusal = page.locator("#unsent [role=alert]")
    expect(refusal).to_contain_text("Not sent. Vent litt, eller ring oss.")
    expect(refusal.get_by_role("link", name="51 00 00 00")).to_be_visible()
    chat.refuse = None
    refusal.get_by_role("button", name="Send again").click()
    expect(answer(page, "Svar på: to")).to_be_visible()
    expect(refusal).to_have_count(0)
    first, second = chat.told("say")[1:]
    assert first["id"] == second["id"]


def test_a_refused_text_can_be_changed_even_after_a_reload(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.refuse = "For mye."
    ask(page, "to")
    expect(page.locator("#unsent [role=alert]")).to_be_visible()
    chat.refuse = None
    page.reload()
    page.get_by_role("button", name="Change the text").click()
    expect(page.locator("#field")).to_have_value("to")
    expect(page.locator("#unsent .message")).to_have_count(0)
    assert len(chat.told("say")) == 2


def test_a_refused_press_is_told_and_frees_the_button(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "språkkafé")
    chat.refuse = "Vent litt."
    page.click("text=Meld meg på")
    expect(page.locator("#log .notice")).to_contain_text("Vent litt.")
    chat.refuse = None
    page.click("text=Meld meg på")
    expect(answer(page, "Du er påmeldt.")).to_be_visible()


@pytest.mark.parametrize("by_requests", [False, True])
def test_an_unknown_token_is_replaced(page: Page, chat: FakeServer, by_requests: bool) -> None:
    chat.refuse_sockets = by_requests
    talk(page, chat)
    chat.forget_chats()
    ask(page, "to")
    expect(answer(page, "Svar på: to")).to_be_visible(timeout=15_000)
    assert texts(page) == ["hei", "Svar på: hei", "to", "Svar på: to"]


# --- long texts


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


# --- by keyboard


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
    for key in ["Shift+Tab"] * 14 + ["Tab"] * 14:
        page.keyboard.press(key)
        focused = page.evaluate("document.activeElement.outerHTML.slice(0, 90)")
        assert page.evaluate(UNCOVERED), focused


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


# --- menu


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
    expect(answer(page, "Svar på: på nytt")).to_be_visible()
    page.reload()
    expect(answer(page, "Svar på: på nytt")).to_be_visible()
    assert texts(page) == ["på nytt", "Svar på: på nytt"]


# --- leaving quickly


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
    talk(page, chat)
    open_menu(page)
    page.check("text=Remember me on this device")
    page.keyboard.press("Escape")
    page.fill("#field", "halvskrevet")
    page.wait_for_timeout(1100)  # the Esc that closed the menu is no part of it
    leave(page)
    expect(page).to_have_title("Weather")
    kept = "JSON.stringify([sessionStorage, localStorage])"
    assert page.evaluate(kept) == "[{},{}]"
    page.go_back()
    expect(page).to_have_url(chat.url + "away?before")


def test_one_esc_does_not_leave(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    page.keyboard.press("Escape")
    page.wait_for_timeout(1100)
    page.keyboard.press("Escape")
    expect(answer(page, "Svar på: hei")).to_be_visible()


# --- looks


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


def test_targets_are_large_enough(page: Page, chat: FakeServer) -> None:
    talk(page, chat, "fare")
    open_menu(page)
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll('button, summary, .panel a, .call, .exit, label.switch'))
        .filter(e => e.offsetParent).map(e => [e.getBoundingClientRect(), e.outerHTML])
        .filter(([box]) => box.width < 43.9 || box.height < 43.9).map(([, html]) => html)"""
    )
    assert small == []


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
    chat.slow = 20
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
    for scheme in ("light", "dark"):
        for width, height in ((320, 568), (320, 256), (1280, 1024)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
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
    page.evaluate("document.querySelector('.exit').style.color = '#888'")
    found = " ".join(axe(page))
    assert "label" in found and "color-contrast-enhanced" in found


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
