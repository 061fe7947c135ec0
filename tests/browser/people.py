"""People with browsers of their own in one town hall: citizens in the chat, staff in the console.

With INNOM_SHOTS=FOLDER in the environment, each page that is checked is also drawn there.
"""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from bot.actions import staff
from bot.web.staff.cookies import name_of
from db.engine import Db
from tests.browser.steps import press as press_button
from tests.browser.town_hall import TownHall

PHONE_SCREEN, DESK = ViewportSize(width=320, height=568), ViewportSize(width=1280, height=800)
# Each colour scheme and each width, with as few looks as show them all.
LOOKS = (("light", PHONE_SCREEN), ("dark", DESK))
WIDE = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"

PATIENCE = 60_000  # milliseconds; the machine may be busy
SEEN_BEFORE = "#log .message:not(:nth-last-child(-n+3))"  # checked when it was new
SHOTS = os.environ.get("INNOM_SHOTS")

Axe = Callable[..., list[str]]
_numbers = count(1)


class People:
    """Opens browsers, and watches them for script errors and breaches of the policy."""

    def __init__(self, browser: Browser, hall: TownHall, axe: Axe) -> None:
        self.browser, self.hall, self.axe = browser, hall, axe
        self.contexts: list[BrowserContext] = []
        self.wrong: list[str] = []
        self.accounts: dict[Page, int] = {}

    def page(self) -> Page:
        """A page in a fresh browser, on a small phone."""
        context = self.browser.new_context(
            viewport=PHONE_SCREEN,
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on(
            "console", lambda said: self.wrong.append(said.text) if "Policy" in said.text else None
        )
        return page

    def __enter__(self) -> "People":
        return self

    def __exit__(self, *_: object) -> None:
        for context in self.contexts:
            context.close()

    def citizen(self, lang: str = "en", fragment: str = "") -> Page:
        """Somebody at the chat page."""
        page = self.page()
        page.goto(f"{self.hall.url}/?lang={lang}{fragment}")
        expect(page.locator("#field")).to_be_visible()
        return page

    def staff(self, name: str, *roles: str) -> Page:
        """Somebody of the staff, signed in with a second factor, on the console's first page."""

        async def make(db: Db) -> int:
            email = f"{name.lower()}{next(_numbers)}@example.org"
            return await staff.add_staff(db, email, name, roles, self.hall.now())

        page = self.page()
        self.accounts[page] = self.hall.act(make)
        self.sign_in(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Hi, {name}")
        return page

    def sign_in(self, page: Page) -> None:
        """Signs somebody of the staff in, for the first time or once more."""
        number, now = self.accounts[page], self.hall.now()
        token = self.hall.act(lambda db: staff.open_session(db, number, now, second_factor=True))
        cookies = {"session": token, "lang": "en"}
        page.context.add_cookies(
            [
                {"name": name_of(kind, secure=False), "value": value, "url": self.hall.url}
                for kind, value in cookies.items()
            ]
        )
        page.goto(f"{self.hall.url}/staff")

    def clean(self, page: Page) -> None:
        """Fails unless the page is accessible, and fits, on phone and desk, in light and dark."""
        page.wait_for_load_state()
        for theme, size in LOOKS:
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            page.set_viewport_size(size)
            if SHOTS:
                shot = Path(SHOTS) / f"{next(_numbers):03}-{theme}.png"
                page.screenshot(path=shot, full_page="/staff" in page.url)
            assert self.axe(page, SEEN_BEFORE) == [], (page.url, theme)
            assert page.evaluate(WIDE), (page.url, theme)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE_SCREEN)


def last(page: Page) -> Locator:
    """The newest answer in the chat."""
    return page.locator("#log .out").last


def press(page: Page, label: str) -> None:
    """Presses the newest button of that name."""
    press_button(page.get_by_role("button", name=label, exact=True).last)


def hears(page: Page, text: str) -> Locator:
    """Waits for an answer with these words; the newest of them."""
    found = page.locator("#log .out", has_text=text).last
    expect(found).to_be_visible()
    return found
