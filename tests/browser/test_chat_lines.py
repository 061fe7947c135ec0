"""Bad lines between the chat page and the server: nothing is lost, nothing doubled."""

import pytest
from playwright.sync_api import Page, expect

from .fake_server import FakeServer
from .steps import answer, ask, stop_the_clock, talk, texts, visit

pytestmark = pytest.mark.browser


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
    expect(answer(page, "Svar på: er du der?")).to_be_visible()
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
    stop_the_clock(page)  # or a slow machine would seem to have no more to show
    page.reload()
    expect(answer(page, "Svar på: hei")).to_be_visible()
    assert texts(page) == ["hei", "Svar på: hei"]
    assert set(page.evaluate("window.live")) == {"off"}
    page.clock.run_for(1_000)
    expect(page.locator("#log")).to_have_attribute("aria-live", "polite")


def test_a_refusal_keeps_the_words_and_offers_to_send_again(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.refuse = "Vent litt, eller ring oss."
    ask(page, "to")
    refusal = page.locator("#unsent [role=alert]")
    expect(refusal).to_contain_text("Not sent")
    expect(refusal).to_contain_text("Vent litt, eller ring oss.")
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
    expect(answer(page, "Svar på: to")).to_be_visible()
    assert texts(page) == ["hei", "Svar på: hei", "to", "Svar på: to"]


def test_an_event_that_comes_twice_is_shown_once(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    [seen] = chat.chats.values()
    chat.send(seen.events[-1])
    chat.happen("out", {"runs": [{"text": "Nytt"}]})
    expect(answer(page, "Nytt")).to_be_visible()
    assert texts(page) == ["hei", "Svar på: hei", "Nytt"]


def test_a_line_that_died_in_silence_is_noticed(page: Page, chat: FakeServer) -> None:
    page.clock.install()
    talk(page, chat)
    chat.deaf = True
    page.clock.fast_forward(26_000)  # time for a ping
    page.clock.fast_forward(11_000)  # and for no answer to it
    page.clock.fast_forward(1_000)
    chat.deaf = False
    chat.happen("out", {"runs": [{"text": "Der er du"}]})
    expect(answer(page, "Der er du")).to_have_count(1)
    assert len(chat.told("hello")) == 2


def test_help_in_a_refusal_keeps_its_lines(page: Page, chat: FakeServer) -> None:
    talk(page, chat)
    chat.refuse = "Ring nå:\n113 Medisinsk nødtelefon\n\nDu er ikke alene."
    ask(page, "hjelp")
    lines = page.locator("#unsent .lines p")
    expect(lines).to_have_text(["Ring nå:", "113 Medisinsk nødtelefon", "Du er ikke alene."])
