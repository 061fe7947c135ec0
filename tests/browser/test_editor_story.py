"""An editor and a citizen: what is corrected here is answered there, without a restart."""

import pytest
from playwright.sync_api import Page, expect

from db.staff import EDITOR

from .people import People, hears, last
from .steps import ask
from .test_staff_pages import fill_in, in_english, invite
from .town_hall import TownHall

pytestmark = pytest.mark.browser

QUESTION = "where can my grandmother eat lunch with other pensioners"
HOURS = "Monday to Friday from 10 to 14"
LOOKS = 300  # a second each at most, until the chat has learned
NEVER_HEARD = "zumba for wee goats in Ganddal"


def answers(page: Page, text: str) -> None:
    """Asks once, and waits for an answer with these words: the first that comes has them."""
    said_before = page.locator("#log .out").count()
    ask(page, QUESTION)
    answer = page.locator("#log .out").nth(said_before)
    expect(answer).to_contain_text(text)


def open_entry(page: Page, words: str) -> None:
    """Finds an entry by words of its title, and opens it."""
    page.get_by_role("link", name="Entries", exact=True).click()
    page.get_by_label("Words in the title").fill(words)
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name=words, exact=True).click()


def write_hours(page: Page, value: str) -> None:
    """Fills the first fact in, with its owner and the day."""
    fact = page.get_by_role("group", name="Fact 1", exact=True)
    fact.get_by_label("What kind of fact").select_option(label="Opening hours")
    fact.get_by_label("What it says, in all languages").fill(value)
    fact.get_by_label("Who knows it").fill("Kari at the centre")
    fact.get_by_label("Checked on").fill("2026-11-23")


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def wait_for_learning(page: Page) -> None:
    """Looks at an entry's page until it no longer says that the chat learns."""
    learning = page.get_by_text("The chat still learns to find them.")
    for _ in range(LOOKS):
        page.reload()
        if not learning.count():
            return
        page.wait_for_timeout(1_000)
    expect(learning).to_have_count(0)


def said(page: Page, text: str) -> None:
    """Waits for what the console says was done."""
    expect(page.locator(".said")).to_contain_text(text)


def test_a_corrected_fact_is_in_the_next_answer_and_taken_back(
    people: People, hall: TownHall
) -> None:
    citizen, page = people.citizen(), people.page()
    answers(citizen, "Sandnes has eight senior centres")
    expect(last(citizen)).not_to_contain_text("Opening hours")

    in_english(page, hall)
    page.goto(invite(hall, EDITOR))
    press(page, "Go on")
    fill_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hi, Kari Nordmann")
    people.clean(page)
    open_entry(page, "Senior centres")
    people.clean(page)
    page.get_by_role("link", name="Edit", exact=True).click()
    people.clean(page)
    write_hours(page, "")
    press(page, "Save and publish")
    expect(page.locator("#errors")).to_contain_text("Fact 1: please write something here.")
    people.clean(page)
    write_hours(page, HOURS)
    press(page, "Save as a draft")
    said(page, "Saved as a draft. People do not see it yet.")
    page.get_by_label("Language of the person").select_option(label="English")
    press(page, "Show")
    expect(page.locator("h2:has-text('The draft, as people') + .card")).to_contain_text(
        f"Opening hours: {HOURS}"
    )
    people.clean(page)
    answers(citizen, "Sandnes has eight senior centres")
    expect(last(citizen)).not_to_contain_text(HOURS)

    press(page, "Publish")
    said(page, "Published. People see it now.")
    answers(citizen, f"Opening hours: {HOURS} (checked 23 November 2026)")
    people.clean(citizen)
    wait_for_learning(page)
    people.clean(page)

    press(page, "Undo the last change")
    said(page, "Taken back.")
    answers(citizen, "Sandnes has eight senior centres")
    expect(last(citizen)).not_to_contain_text(HOURS)
    press(page, "Hide")
    said(page, "Hidden. It is in no answer any more.")
    people.clean(page)
    ask(citizen, QUESTION)
    expect(last(citizen)).not_to_contain_text("Sandnes has eight senior centres")
    press(page, "Show again")
    said(page, "Shown. People can find it again.")
    wait_for_learning(page)  # it may have learned already that the entry is hidden
    answers(citizen, "Sandnes has eight senior centres")


def test_a_text_that_staff_have_read_no_longer_says_that_they_have_not(people: People) -> None:
    citizen, page = people.citizen(), people.staff("Kari", EDITOR)
    open_entry(page, "Senior centres")
    wait_for_learning(page)  # what another editor has hidden or shown just before
    page.get_by_role("link", name="First page", exact=True).click()
    answers(citizen, "Sandnes has eight senior centres")
    expect(last(citizen)).to_contain_text("Staff have not read this text yet.")
    table = page.get_by_role("table", name="Texts that staff have read")
    english = table.get_by_role("row", name="English")
    expect(english.get_by_role("cell").nth(1)).to_have_text("0")
    people.clean(page)
    english.get_by_role("link").click()
    people.clean(page)
    page.get_by_role("link", name="Senior centres", exact=True).click()
    press(page, "I have read this text (English)")
    said(page, "Marked as read by you.")
    answers(citizen, "Sandnes has eight senior centres")
    expect(last(citizen)).not_to_contain_text("Staff have not read this text yet.")
    page.get_by_role("link", name="First page", exact=True).click()
    expect(english.get_by_role("cell").nth(1)).to_have_text("1")
    people.clean(page)


def test_two_editors_of_one_entry_lose_no_word(people: People) -> None:
    first, second = people.staff("Kari", EDITOR), people.staff("Ola", EDITOR)
    for page, hours in ((first, "From 10 to 14"), (second, "From 9 to 15")):
        open_entry(page, "Senior centres")
        page.get_by_role("link", name="Edit", exact=True).click()
        write_hours(page, hours)
    press(first, "Save and publish")
    said(first, "Published.")
    press(second, "Save and publish")
    clash = second.get_by_role("alert")
    expect(clash).to_contain_text("Someone else saved this entry while you wrote")
    expect(clash).to_contain_text("From 10 to 14")
    mine = second.get_by_role("group", name="Fact 1", exact=True)
    expect(mine.get_by_label("What it says, in all languages")).to_have_value("From 9 to 15")
    people.clean(second)
    press(second, "Save and publish")
    said(second, "Published.")
    expect(second.locator("main")).to_contain_text("From 9 to 15")


def test_what_was_asked_in_vain_is_answered_after_one_press(people: People) -> None:
    citizen, page = people.citizen(), people.staff("Kari", EDITOR)
    page.goto(page.url + "/unanswered")
    expect(page.locator("main")).to_contain_text("Nothing waits here.")
    people.clean(page)
    ask(citizen, f"{NEVER_HEARD} my name is Solveig")
    hears(citizen, "I do not know")
    page.reload()
    asked = page.locator("article", has_text=NEVER_HEARD)
    expect(asked).to_be_visible()
    assert "Solveig" not in page.content()
    people.clean(page)
    asked.get_by_label("Which entry answers it").select_option("")
    press(page, "Lead it to this entry")
    said_field = asked.get_by_label("The question, as people may say it")
    said_field.fill(NEVER_HEARD)
    asked.get_by_label("Which entry answers it").select_option(label="Senior centres")
    asked.get_by_role("button", name="Lead it to this entry").click()
    said(page, "This question leads to the entry from now on.")
    expect(asked).to_have_count(0)
    open_entry(page, "Senior centres")
    wait_for_learning(page)
    ask(citizen, NEVER_HEARD)
    hears(citizen, "Sandnes has eight senior centres")
