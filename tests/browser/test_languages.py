"""A whole conversation in Arabic, from right to left, and one in Polish, on a narrow phone."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from db.staff import EDITOR

from .people import SEEN_BEFORE, WIDE, People, last
from .steps import ask, press

pytestmark = pytest.mark.browser

# Whether a text in the newest answer is drawn from left to right, as numbers and times are.
FROM_LEFT = """text => {
  const answer = [...document.querySelectorAll('#log .out')].pop();
  const walker = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, start = node.data.indexOf(text);
    if (start < 0) continue;
    const left = at => {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect().left;
    };
    return left(start) < left(start + text.length - 1);
  }
  return `no ${text}`;
}"""
NONE_OR_TOPICS = '[data-press="none"], [data-press="topics"]'


@dataclass(frozen=True)
class Speaker:
    """What somebody says on the way from a question to a booking."""

    lang: str
    direction: str
    lunch: str
    vague: str
    passport: str
    danger: str
    name: str
    bookings: str


SPEAKERS = (
    Speaker(
        lang="ar",
        direction="rtl",
        lunch="أين يمكن لجدتي أن تتناول الغداء مع متقاعدين آخرين؟",
        vague="دورة",
        passport="أين أجدد جواز سفري؟",
        danger="لا أريد أن أعيش بعد الآن",
        name="أمينة",
        bookings="اعرض حجوزاتي",
    ),
    Speaker(
        lang="pl",
        direction="ltr",
        lunch="gdzie moja babcia może zjeść obiad z innymi emerytami?",
        vague="kurs",
        passport="gdzie wyrobię nowy paszport?",
        danger="nie chcę już żyć",
        name="Ewa",
        bookings="pokaż moje rezerwacje",
    ),
)


@pytest.mark.parametrize("who", SPEAKERS, ids=lambda who: who.lang)
def test_a_conversation_reads_as_its_language_does(people: People, who: Speaker) -> None:
    page = people.citizen(who.lang)
    expect(page.locator("html")).to_have_attribute("dir", who.direction)
    placeholder = page.locator("#field").evaluate("it => getComputedStyle(it).direction")
    assert placeholder == who.direction
    says(page, who, who.lunch, '[data-press^="do:book-activity"]')
    says(page, who, who.vague, NONE_OR_TOPICS)
    says(page, who, who.passport, '[data-press="topics"]')
    says(page, who, who.danger, '[data-press="notme"]')
    expect(last(page).locator('a[href="tel:113"]')).to_be_visible()
    assert page.evaluate(FROM_LEFT, "116 123") is True
    fits(people, page)
    books(page, who)
    fits(people, page)
    says(page, who, who.bookings, '[data-press^="bk:c:"]')
    expect(last(page)).to_contain_text(who.name)
    assert page.evaluate(FROM_LEFT, "12:00–13:30") is True
    fits(people, page)


def test_the_console_shows_each_text_in_its_own_direction(people: People) -> None:
    page = people.staff("Kari", EDITOR)
    page.goto(f"{people.hall.url}/staff/entries/seniorsentre?lang=ar")
    expect(page.locator('.card[lang="ar"]')).to_have_attribute("dir", "rtl")
    page.locator("#console-language").select_option("ar")
    page.locator(".foot button").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.goto(f"{people.hall.url}/staff/entries/seniorsentre?lang=nb")
    expect(page.locator('.card[lang="nb"]')).to_have_attribute("dir", "ltr")
    fits(people, page)


def says(page: Page, who: Speaker, text: str, button: str) -> None:
    """Says it, and waits for an answer in the same language with this button."""
    answers = page.locator("#log .out")
    before = answers.count()
    ask(page, text)
    answer = answers.nth(before)
    expect(answer.locator(button).first).to_be_visible()
    expect(answer).to_have_attribute("lang", who.lang)
    expect(answer.locator(".body")).to_have_attribute("dir", who.direction)


def books(page: Page, who: Speaker) -> None:
    """Books the first lunch for one, and waits for the calendar's file."""
    says(page, who, who.lunch, '[data-press^="do:book-activity"]')
    for button in ("do:book-activity", "bk:s:", "bk:n:", "bk:d:"):
        press(page.locator(f'#log .out:last-child [data-press^="{button}"]').first)
    expect(last(page).locator('[data-press="bk:x"]')).to_have_count(1)
    expect(last(page).locator("button")).to_have_count(1)
    says(page, who, who.name, '[data-press^="bk:ok:"]')
    assert page.evaluate(FROM_LEFT, "12:00–13:30") is True
    press(last(page).locator('[data-press^="bk:ok:"]'))
    expect(last(page).locator("a[download]")).to_be_visible()


def fits(people: People, page: Page) -> None:
    """Fails unless what is new on the page is accessible, and as narrow as a phone."""
    assert people.axe(page, SEEN_BEFORE) == []
    assert page.evaluate(WIDE)
