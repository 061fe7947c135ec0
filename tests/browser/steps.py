"""What a visitor does and sees on the chat page, for all tests of this folder."""

from playwright.sync_api import Download, Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from .fake_server import FakeServer


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


def download(page: Page, link: Locator) -> Download:
    """The file behind a link. A new message may scroll the link away from under the mouse."""
    for timeout in (10_000, 10_000):
        try:
            return _download(page, link, timeout)
        except TookTooLong:
            continue
    return _download(page, link, timeout=30_000)


def _download(page: Page, link: Locator, timeout: float) -> Download:
    with page.expect_download(timeout=timeout) as started:
        link.click()
    return started.value
