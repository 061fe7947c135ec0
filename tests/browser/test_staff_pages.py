"""The console's own pages in a browser: signing in for the first time, on a phone, in the dark."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Error, Page, expect

from bot.actions import staff
from db.engine import Db
from db.staff import ADMIN, ROLES
from tests.browser.town_hall import TownHall, open_hall

pytestmark = pytest.mark.browser

PASSWORD = "grønn hest spiser gress"
PAGES = ("/staff", "/staff/me", "/staff/accounts", "/staff/accounts/1", "/staff/log", "/staff/none")
Axe = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    with open_hall(tmp_path_factory.mktemp("data")) as made:
        yield made


def invite(hall: TownHall, *roles: str) -> str:
    """A one-time link for a new account."""

    async def make(db: Db) -> str:
        email = f"kari{len(await staff.list_staff(db))}@example.org"
        staff_id = await staff.add_staff(db, email, "Kari Nordmann", roles, hall.now())
        return await staff.make_link(db, staff_id, hall.now())

    return f"{hall.url}/staff/sign-in#{hall.act(make)}"


def fill_in(page: Page) -> None:
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()


def show_code(page: Page, hall: TownHall) -> None:
    secret = page.locator("[name=secret]").get_attribute("value") or ""
    page.get_by_label("Six digits").fill(pyotp.TOTP(secret).at(hall.now()))
    page.get_by_role("button", name="Go on").click()


def in_english(page: Page, hall: TownHall) -> None:
    page.goto(f"{hall.url}/staff/sign-in")
    page.locator("#console-language").select_option("en")
    page.locator(".foot button").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(wide))


def test_a_link_is_taken_from_the_address_and_no_server_sees_it(
    page: Page, hall: TownHall, axe: Axe
) -> None:
    link = invite(hall, ADMIN)
    token = link.partition("#")[2]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    in_english(page, hall)
    page.goto(link)
    field = page.get_by_label("Your one-time link")
    expect(field).to_have_value(token)
    assert page.url == f"{hall.url}/staff/link"
    assert not [url for url in asked if token in url.partition("#")[0]]
    assert axe(page) == []
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a password")
    assert axe(page) == []
    page.get_by_label("New password").fill("short")
    page.get_by_label("The same password again").fill("short")
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.locator("#errors")).to_be_focused()
    assert axe(page) == []
    page.locator("#errors a").click()
    expect(page.get_by_label("New password")).to_be_focused()
    fill_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    assert axe(page) == []
    assert fits(page)
    show_code(page, hall)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hi, Kari Nordmann")


def test_without_scripts_a_link_is_pasted(browser: Browser, hall: TownHall) -> None:
    link = invite(hall, "editor")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    in_english(page, hall)
    page.goto(link)
    page.get_by_role("link", name="I have a one-time link").click()
    page.get_by_label("Your one-time link").fill(link)
    page.get_by_role("button", name="Go on").click()
    fill_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hi, Kari Nordmann")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_readable_everywhere(
    page: Page, hall: TownHall, axe: Axe, theme: str, width: int, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    in_english(page, hall)
    assert axe(page) == []
    page.goto(invite(hall, *ROLES))
    page.get_by_role("button", name="Go on").click()
    fill_in(page)
    show_code(page, hall)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hi, Kari Nordmann")
    for path in PAGES:
        page.goto(f"{hall.url}{path}")
        page.screenshot(path=tmp_path / f"{path.replace('/', '-')}.png", full_page=True)
        assert axe(page) == [], path
        assert fits(page), path
    page.goto(f"{hall.url}/staff/accounts/1")
    page.get_by_role("button", name="Make a sign-in link").click()
    expect(page.locator(".once code")).to_contain_text("/staff/sign-in#")
    assert axe(page) == []
    assert fits(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    with pytest.raises(Error, match="CACHE_MISS"):  # the browser kept no copy of the link
        page.go_back()
