"""A citizen's story: find, book, be reminded, be called, and be forgotten."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .people import People, hears, last, press
from .steps import ask, download, texts
from .steps import press as press_button
from .town_hall import TownHall

pytestmark = pytest.mark.browser

LUNCH = "Sample: Lunch at the senior centre"
QUESTION = "where can my grandmother eat lunch with other pensioners"
DANGER = "I don't want to live anymore"
REMINDER = "Remember what you booked tomorrow at 12:00"
BOOKING_STEPS = ("How many are you", "special place", "What is the first name")


def find_lunch(page: Page) -> None:
    """From a question to the times that can be booked."""
    ask(page, QUESTION)
    hears(page, "Sandnes has eight senior centres")
    press(page, "Book an activity")
    hears(page, "Choose a time")


def book_lunch(page: Page, name: str) -> None:
    """Books Thursday's lunch for one."""
    find_lunch(page)
    press(page, f"Thu 26 Nov 12:00 {LUNCH}")
    for question, answer in zip(BOOKING_STEPS, ("1", "no", name), strict=True):
        hears(page, question)
        ask(page, answer)
    hears(page, "Is this right?")
    press(page, "Yes, book it")
    hears(page, "You are booked.")
    expect(page.locator("#log a[download]")).to_be_visible()  # the last of the answer


def test_a_place_is_booked_through_danger_reminded_of_and_cancelled(
    people: People, hall: TownHall, tmp_path: Path
) -> None:
    page = people.citizen()
    people.clean(page)
    find_lunch(page)
    people.clean(page)
    press_button(last(page).get_by_role("button", name=LUNCH).first)
    hears(page, "How many are you")
    press(page, "2")
    hears(page, "special place")
    people.clean(page)
    press(page, "1 companion place")
    hears(page, "What is the first name")
    ask(page, DANGER)
    expect(hears(page, "116 123").get_by_role("link", name="113")).to_have_attribute(
        "href", "tel:113"
    )
    hears(page, "Your booking can wait")
    people.clean(page)
    press(page, "Go on with the booking")
    hears(page, "What is the first name")
    ask(page, "Astrid")
    expect(hears(page, "Is this right?")).to_contain_text("2 places (1 companion place)")
    people.clean(page)
    press(page, "Yes, book it")
    expect(hears(page, "You are booked.")).to_contain_text("Name: Astrid")
    file = download(page, page.get_by_role("link", name=".ics").last)
    file.save_as(tmp_path / "it.ics")
    calendar = (tmp_path / "it.ics").read_text(encoding="utf-8")
    assert file.suggested_filename == "innom-2026-11-24.ics"
    assert "DTSTART:20261124T110000Z" in calendar
    assert "Astrid" not in calendar
    people.clean(page)

    hall.move(hours=3)  # to one o'clock on the day before
    assert "Lunch" not in hears(page, REMINDER).inner_text().replace("Sample", "")
    people.clean(page)
    press(page, "See what it is")
    expect(last(page)).to_contain_text("Name: Astrid")

    ask(page, "show my bookings")
    hears(page, "My bookings")
    people.clean(page)
    press(page, "Tue 24 Nov 12:00: cancel")
    expect(page.get_by_role("button", name="Yes, cancel it", exact=True)).to_be_visible()
    people.clean(page)
    press(page, "Yes, cancel it")
    hears(page, "cancelled")
    people.clean(page)
    before = texts(page)
    page.reload()
    expect(last(page)).to_contain_text("cancelled")
    assert texts(page) == before


def test_who_wants_no_reminder_gets_none(people: People, hall: TownHall) -> None:
    reminded, left_alone = people.citizen(), people.citizen()
    for page, name in ((left_alone, "Bo"), (reminded, "Astrid")):
        book_lunch(page, name)
    press(left_alone, "No reminder")
    hears(left_alone, "I do not remind you of that. The booking stands.")
    people.clean(left_alone)
    hall.move(days=2, hours=3)  # to the afternoon of Wednesday
    hears(reminded, REMINDER)
    ask(left_alone, "hello")
    hears(left_alone, "Hello")
    expect(left_alone.locator("#log", has_text="Remember what you booked")).to_have_count(0)


def test_somebody_asks_to_be_called_back(people: People) -> None:
    page = people.citizen()
    press(page, "Talk to a person")
    hears(page, "A person cannot take over this chat yet.")
    people.clean(page)
    press(page, "Ask to be called back")
    hears(page, "What is your first name?")
    ask(page, "Astrid")
    hears(page, "Which phone number")
    ask(page, "12")
    hears(page, "I cannot read a phone number there")
    people.clean(page)
    ask(page, "0047 912 34 567")
    hears(page, "When does it suit you?")
    people.clean(page)
    press(page, "In the morning")
    asked = hears(page, "Is this right?")
    expect(asked).to_contain_text("Phone: 912 34 567")
    people.clean(page)
    press(page, "Yes, ask them to call")
    hears(page, "It is on the list that staff look at. I do not know when they call.")
    people.clean(page)


def test_all_data_is_seen_taken_along_and_erased(
    people: People, hall: TownHall, tmp_path: Path
) -> None:
    page = people.citizen()
    book_lunch(page, "Ingvild")
    ask(page, "my data")
    hears(page, "I keep this chat for at most 14 days")
    people.clean(page)
    press(page, "Download a copy")
    files = page.locator("#log a[download]")
    expect(files).to_have_count(3)  # the calendar's, and two copies
    for each in files.all()[1:]:
        file = download(page, each)
        file.save_as(tmp_path / file.suggested_filename)
    people.clean(page)
    copy = json.loads(next(tmp_path.glob("*.json")).read_text(encoding="utf-8"))
    assert "Ingvild" in json.dumps(copy)
    reading = people.page()
    reading.goto(next(tmp_path.glob("*.html")).as_uri())
    expect(reading.locator("body")).to_contain_text("Ingvild")
    people.clean(reading)

    ask(page, "my data")
    hears(page, "1 booking")
    press(page, "Erase everything")
    hears(page, "What stays, and why")
    people.clean(page)
    press(page, "Yes, erase everything")
    hears(page, "It is erased.")
    people.clean(page)
    page.reload()
    expect(page.locator("#hello")).to_be_visible()
    assert "Ingvild" not in page.content()
