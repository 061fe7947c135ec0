"""A host and a citizen: a time is made, booked, looked at, taken along and cancelled."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from db.booking import bookings
from db.staff import HOST

from .people import People, hears, press
from .steps import ask, download

pytestmark = pytest.mark.browser

TITLE = "Song and coffee"
FORMULA = '=HYPERLINK("x")'
BOOKING = (
    ("How many are you", "2"),
    ("special place", "1 wheelchair place"),
    ("What is your first name?", FORMULA),
    ("I did not understand that.", "Solveig"),
)


def make_slot(page: Page, day: str) -> None:
    """Fills the form in and sends it."""
    for label, value in {
        "Name in English": TITLE,
        "Place": "Storgata 1",
        "Day": day,
        "Begins at": "13:00",
        "Minutes": "90",
        "Ordinary places": "8",
        "Places for wheelchairs": "2",
    }.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Make it").click()


def test_a_time_is_made_booked_seen_exported_and_cancelled(people: People, tmp_path: Path) -> None:
    host, citizen = people.staff("Hanne", HOST), people.citizen()
    people.clean(host)
    host.get_by_role("link", name="Bookings", exact=True).click()
    people.clean(host)
    host.get_by_role("link", name="Make a new time").click()
    people.clean(host)
    make_slot(host, "2026-11-20")
    expect(host.locator("#errors")).to_contain_text("That time is over.")
    expect(host.locator("#errors")).to_be_focused()
    people.clean(host)
    make_slot(host, "2026-11-27")
    expect(host.locator(".said")).to_have_text("1 time is made.")
    expect(host.locator("main")).to_contain_text("Nobody has booked yet.")
    people.clean(host)

    ask(citizen, "book an activity")
    hears(citizen, "or write a day or what you look for")
    ask(citizen, "song and coffee")
    hears(citizen, "8 places left")
    people.clean(citizen)
    press(citizen, f"Fri 27 Nov 13:00 {TITLE}")
    for question, answer in BOOKING:
        hears(citizen, question)
        ask(citizen, answer)
    expect(hears(citizen, "Is this right?")).to_contain_text("Name: Solveig")
    press(citizen, "Yes, book it")
    expect(hears(citizen, "You are booked.")).not_to_contain_text("Sample")
    expect(citizen.locator("#log a[download]")).to_be_visible()  # the last of the answer
    people.clean(citizen)

    people.hall.act(lambda db: db.execute(bookings.update().values(first_name=FORMULA)))
    host.reload()
    row = host.get_by_role("row", name=FORMULA)
    expect(row).to_contain_text("2 places")
    expect(row).to_contain_text("1 wheelchair place")
    people.clean(host)
    file = download(host, host.get_by_role("link", name="Get the list as a file"))
    file.save_as(tmp_path / "coming.csv")
    lines = (tmp_path / "coming.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith('"\'=HYPERLINK(""x"")"')

    host.get_by_text("Cancel it for everybody", exact=True).click()
    people.clean(host)
    host.get_by_label("Why", exact=True).last.select_option(label="The weather")
    host.get_by_role("button", name="Yes, cancel it for everybody").click()
    expect(host.locator(".said")).to_contain_text("1 message is on its way.")
    people.clean(host)
    people.hall.move(minutes=1)  # no chat is written to twice in a second
    told = hears(citizen, "What you booked on Fri 27 Nov at 13:00 is cancelled.")
    expect(told).not_to_contain_text(TITLE)
    people.clean(citizen)
    press(citizen, "See what it is")
    expect(hears(citizen, "This is cancelled.")).to_contain_text(TITLE)
    host.reload()
    people.clean(host)
