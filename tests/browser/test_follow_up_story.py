"""A case worker and a young person in a second browser: from the invitation to coming back."""

import pytest
from playwright.sync_api import Page, expect

from db.staff import ADMIN, CASE_WORKER

from .people import People, hears, last, press
from .steps import ask
from .steps import press as press_button
from .town_hall import TownHall

pytestmark = pytest.mark.browser

MINE = "avtalene mine"
SECRET_WORDS = ("Back to school", "NAV", "Storgata", "Bruno")


def invite(page: Page, name: str, programme: str = "") -> str:
    """Makes an invitation, after its programme where that is named; the link."""
    if programme:
        page.goto(page.url.partition("/staff")[0] + "/staff/programmes")
        page.get_by_label("Name", exact=True).fill(programme)
        page.get_by_role("button", name="Make the programme").click()
    page.get_by_role("link", name="My cases", exact=True).click()
    page.get_by_role("link", name="Follow up somebody new").click()
    page.get_by_label("First name").fill(name)
    page.get_by_role("button", name="Make the invitation").click()
    return page.locator("#link").inner_text()


def join(people: People, link: str) -> tuple[Page, str]:
    """Opens the link in Norwegian and says yes; the page, and the number that is compared."""
    page = people.citizen("nb", "#" + link.partition("#")[2])
    hears(page, "vil gi deg påminnelser i denne chatten")
    press(page, "Ja, jeg vil ha påminnelsene")
    number = hears(page, "Du er med.").locator("strong, b").nth(1).inner_text()
    return page, number


def make_appointment(page: Page, day: str, at: str) -> None:
    for label, value in {"Day": day, "Begins at": at, "Place": "Storgata 1"}.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Make the appointment").click()
    expect(page.locator(".said")).to_contain_text("The appointment is made.")


def open_case(page: Page, name: str) -> None:
    page.get_by_role("link", name="My cases", exact=True).click()
    page.get_by_role("link", name=name, exact=True).click()


def said(page: Page, text: str) -> None:
    expect(page.locator(".said")).to_contain_text(text)


def test_a_young_person_joins_is_reminded_cannot_come_leaves_and_comes_back(
    people: People, hall: TownHall
) -> None:
    bruno = people.staff("Bruno", CASE_WORKER)
    people.clean(bruno)
    bruno.get_by_role("link", name="My cases", exact=True).click()
    people.clean(bruno)
    bruno.get_by_role("link", name="Follow up somebody new").click()
    people.clean(bruno)
    link = invite(bruno, "Anna", "Back to school")
    people.clean(bruno)
    bruno.get_by_role("link", name="I have given it to the person").click()
    expect(bruno.locator("#link")).to_have_count(0)
    assert link.partition("#join=")[2] not in bruno.content()
    people.clean(bruno)

    scanner = people.citizen(fragment="#" + link.partition("#")[2])
    hears(scanner, "invites you to get reminders")
    people.clean(scanner)
    anna, number = join(people, link)
    people.clean(anna)
    press(scanner, "Yes, I want the reminders")
    hears(scanner, "I cannot open that invitation.")

    open_case(bruno, "Anna")
    people.clean(bruno)
    bruno.get_by_role("button", name=f"Yes, it is {number}").click()
    said(bruno, "It is confirmed.")
    make_appointment(bruno, "2026-11-26", "13:00")
    expect(bruno.locator("blockquote")).to_contain_text("Husk avtalen din")
    people.clean(bruno)
    hall.move(days=2, hours=3)  # to one o'clock on the day before
    reminder = hears(anna, "Hei. Husk avtalen din i morgen klokka 13")
    assert not [word for word in SECRET_WORDS if word in reminder.inner_text()]
    people.clean(anna)
    press(anna, "Kan ikke")
    hears(anna, "Jeg har notert at du ikke kan komme.")
    people.clean(anna)

    people.sign_in(bruno)
    bruno.get_by_role("link", name="My cases", exact=True).click()
    first = bruno.locator("tbody tr").first
    expect(first).to_contain_text("Anna")
    expect(first).to_contain_text("Cannot come")
    people.clean(bruno)
    open_case(bruno, "Anna")
    people.clean(bruno)
    bruno.get_by_role("button", name="I have seen it").click()
    said(bruno, "It is marked as seen.")
    expect(bruno.get_by_role("listitem").filter(has_text="An hour before")).to_contain_text(
        "not sent."
    )
    expect(bruno.locator("blockquote")).to_have_count(0)
    people.clean(bruno)

    ask(anna, MINE)
    press_button(hears(anna, "Svaret ditt: du kan ikke komme.").get_by_role("button").first)
    hears(anna, "Sted: Storgata 1")
    people.clean(anna)
    press(anna, "Ring meg")
    hears(anna, "Jeg vet ikke når de ringer.")
    bruno.get_by_role("link", name="My cases", exact=True).click()
    expect(bruno.locator("tbody tr").first).to_contain_text("Wants a call")

    ask(anna, MINE)
    mine = hears(anna, "Mine avtaler")
    expect(mine).to_contain_text("Svaret ditt: du vil bli ringt opp.")
    people.clean(anna)
    press(anna, "Jeg vil slutte")
    hears(anna, "Du er ikke med lenger.")
    people.clean(anna)
    bruno.reload()
    expect(bruno.locator("main")).to_contain_text("Has left")
    press(anna, "Bli med igjen")
    expect(last(anna)).to_contain_text("Mine avtaler")
    people.clean(anna)
    bruno.reload()
    expect(bruno.locator("main")).not_to_contain_text("Has left")
    people.clean(bruno)


def test_anothers_case_is_not_found_and_the_look_stands_in_the_log(
    people: People, hall: TownHall
) -> None:
    bruno, carla = people.staff("Bruno", CASE_WORKER), people.staff("Carla", CASE_WORKER)
    invite(bruno, "Dina", "Another programme")
    open_case(bruno, "Dina")
    answer = carla.goto(bruno.url)
    assert answer is not None
    assert answer.status == 404
    expect(carla.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    assert "Dina" not in carla.content()
    people.clean(carla)
    admin = people.staff("Astrid", ADMIN)
    admin.get_by_role("link", name="Log", exact=True).click()
    denied = admin.get_by_role("row", name="Carla").filter(has_text="Looked at a case")
    expect(denied).to_contain_text("refused")
    people.clean(admin)
    answer = admin.goto(bruno.url)
    assert answer is not None
    assert answer.status == 403
    people.clean(admin)


PRESS_TWICE = """button => {
  let sent = 0;
  addEventListener('submit', event => {
    if (!event.defaultPrevented) sent += 1;
    event.preventDefault();
  });
  button.click();
  button.click();
  return sent;
}"""


def test_who_presses_twice_sends_once(people: People) -> None:
    """An invitation is shown once: a second press would hide it."""
    bruno = people.staff("Bruno", CASE_WORKER)
    bruno.goto(f"{people.hall.url}/staff/programmes")
    bruno.get_by_label("Name", exact=True).fill("Twice")
    assert bruno.get_by_role("button", name="Make the programme").evaluate(PRESS_TWICE) == 1
