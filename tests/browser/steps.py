"""What a visitor does and sees on the chat page, for all tests of this folder."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Download, Locator, Page, expect

from .fake_server import FakeServer

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


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


def press(button: Locator) -> None:
    """Presses it by its key: a new message may scroll it away from under the mouse."""
    expect(button).to_be_enabled()
    button.press("Enter")


def download(page: Page, link: Locator) -> Download:
    """The file behind a link."""
    with page.expect_download() as started:
        press(link)
    return started.value


def stop_the_clock(page: Page) -> None:
    """No time passes for the page from now on, but by `page.clock.run_for`."""
    page.clock.install(time=NOON)
    page.clock.pause_at(NOON + timedelta(minutes=1))
