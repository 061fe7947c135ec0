"""Accounts and sessions in the console, and a fact corrected with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from db.staff import ADMIN, EDITOR, HOST

from .people import People
from .test_staff_pages import PASSWORD, in_english, invite
from .town_hall import TownHall

pytestmark = pytest.mark.browser

MAX_TABS = 120
NAME_OF_FOCUSED = """() => {
  const it = document.activeElement;
  const label = it.labels && it.labels[0];
  return (label ? label.innerText : it.innerText || '').trim();
}"""


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_an_administrator_makes_accounts_and_cannot_lock_everybody_out(people: People) -> None:
    admin = people.staff("Astrid", ADMIN)
    people.clean(admin)
    admin.get_by_role("link", name="Accounts", exact=True).click()
    people.clean(admin)
    admin.get_by_label("E-mail address").fill("hanne@example.org")
    admin.get_by_label("Name", exact=True).fill("Hanne")
    press(admin, "Make the account")
    expect(admin.locator("#errors")).to_contain_text("role")
    people.clean(admin)
    admin.get_by_label("Host").check()
    press(admin, "Make the account")
    link = admin.locator(".once code").inner_text()
    people.clean(admin)
    admin.get_by_role("link", name="Accounts", exact=True).click()
    heading(admin, "Accounts")
    assert link.partition("#")[2] not in admin.content()

    admin.get_by_role("link", name="Astrid", exact=True).last.click()
    press(admin, "Disable the account")
    expect(admin.locator("#errors")).to_contain_text("administrator")
    people.clean(admin)
    admin.reload()
    expect(admin.locator("main")).to_contain_text("in use")


def test_other_roles_sign_a_person_out_at_the_next_click(people: People) -> None:
    admin, hanne = people.staff("Astrid", ADMIN), people.staff("Hanne", HOST)
    hanne.get_by_role("link", name="Bookings", exact=True).click()
    admin.goto(f"{people.hall.url}/staff/accounts/{people.accounts[hanne]}")
    people.clean(admin)
    admin.get_by_label("Editor").check()
    press(admin, "Save the roles")
    people.clean(admin)
    hanne.get_by_role("link", name="Make a new time").click()
    heading(hanne, "Sign in")
    people.clean(hanne)
    people.sign_in(hanne)
    expect(hanne.get_by_role("link", name="Entries", exact=True)).to_be_visible()


def test_a_form_sent_after_the_session_ended_says_so_and_shows_the_way_back(
    people: People, hall: TownHall
) -> None:
    page = people.staff("Kari", EDITOR)
    page.get_by_role("link", name="Entries", exact=True).click()
    page.get_by_role("link", name="Senior centres", exact=True).click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Who runs it").fill("What was typed")
    hall.move(minutes=31)
    press(page, "Save as a draft")
    heading(page, "You are signed out")
    expect(page.locator("main")).to_contain_text("was not saved")
    expect(page.get_by_text("What was typed", exact=True)).to_be_visible()
    people.clean(page)
    page.get_by_role("link", name="Sign in again").click()
    heading(page, "Sign in")


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until the focus is on what is called this."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(NAME_OF_FOCUSED) == wanted:
            return
    raise AssertionError(f"no way to {wanted!r}")


def test_a_fact_is_corrected_with_the_keyboard_alone(page: Page, hall: TownHall) -> None:
    in_english(page, hall)
    page.goto(invite(hall, EDITOR))
    expect(page.get_by_label("Your one-time link")).not_to_have_value("")
    tab_to(page, "Go on")
    page.keyboard.press("Enter")
    heading(page, "Choose a password")
    for label in ("New password", "The same password again"):
        tab_to(page, label)
        page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    heading(page, "Hi, Kari Nordmann")
    for link, title in (("Entries", "Entries"), ("Senior centres", "Senior centres")):
        tab_to(page, link)
        page.keyboard.press("Enter")
        heading(page, title)
    tab_to(page, "Edit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Save and publish")).to_be_visible()
    tab_to(page, "What kind of fact")
    page.keyboard.type("Opening")
    tab_to(page, "What it says, in all languages")
    page.keyboard.type("From 10 to 14")
    tab_to(page, "Save and publish")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_have_text("Published. People see it now.")
    expect(page.locator("main")).to_contain_text("From 10 to 14")
