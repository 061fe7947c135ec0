"""The pages of hosts and case workers in a browser: readable on a phone and in the dark."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.actions import follow_up, hosting, invitations, staff
from bot.actions.booking import Wish, book_slot
from db import call_back
from db.addresses import get_or_add_address
from db.booking import Places, add_slots
from db.engine import Db
from db.hosting import list_ids
from db.outbox import table as messages
from db.staff import CASE_WORKER, ROLES
from tests.browser.town_hall import START, TownHall, open_hall
from tests.builders import slot_values

pytestmark = pytest.mark.browser

Axe = Callable[[Page], list[str]]
OSLO = "Europe/Oslo"
PATHS = (
    "/staff/slots",
    "/staff/slots/new",
    "/staff/slots/{slot}",
    "/staff/slots/{off}",
    "/staff/call-backs",
    "/staff/programmes",
    "/staff/cases",
    "/staff/cases/new",
    "/staff/cases/{joined}",
    "/staff/cases/{case}",
    "/staff/deliveries",
)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    with open_hall(tmp_path_factory.mktemp("data")) as made:
        yield made


async def add_slot(db: Db, code: str) -> int:
    """A slot that Anna has booked."""
    await add_slots(db, [slot_values(code=code, wheelchair=1, place="The hall")])
    [slot] = await list_ids(db, [code])
    address = await get_or_add_address(db, 7, code, START)
    wish = Wish(address, slot, Places(1, 1), "Anna", anonymous=False, phone="90000000")
    await book_slot(db, wish, START, samples=True)
    return slot


async def add_case(db: Db, staff_id: int, programme: int, name: str, *, sure: bool) -> int:
    """A case that somebody has joined, confirmed where that is `sure`."""
    case, invitation = await follow_up.enrol(db, programme, staff_id, name, START)
    chat = await get_or_add_address(db, 7, f"{name}:{case}", START)
    await invitations.join(db, invitations.hash_of(invitation.link_token), chat, START)
    if sure:
        await follow_up.confirm(db, case, START)
    wall = follow_up.read_wall("2026-11-25 10:00", OSLO)
    await follow_up.make_appointment(db, case, wall, 30, "Town hall", START, (21, 8), OSLO)
    return case


async def furnish(db: Db) -> dict[str, str | int]:
    """One of each thing that the pages show; the token of who has signed in."""
    number = len(await staff.list_staff(db))
    kari = await staff.add_staff(db, f"kari{number}@example.org", "Kari", ROLES, START)
    slot, off = await add_slot(db, f"a{number}"), await add_slot(db, f"b{number}")
    await hosting.cancel_slot(db, off, "weather", START)
    for name in ("Bo", "Cai"):
        asked = {"first_name": name, "phone": "90000000", "wanted": "mornings", "lang": "uk"}
        wish = await call_back.add_call_back(db, {**asked, "created_at": START})
    await call_back.tick_off(db, wish, kari, START)
    programme = await follow_up.make_programme(db, f"Step {number}", day=True, hour=True, now=START)
    case = await add_case(db, kari, programme, "Dina", sure=True)
    joined = await add_case(db, kari, programme, "Eli", sure=False)
    lost = messages.update().where(messages.c.about.startswith("appointment:"))
    await db.execute(lost.values(state="failed", due_at=START - timedelta(hours=1)))
    token = await staff.open_session(db, kari, START, second_factor=True)
    return {"slot": slot, "off": off, "case": case, "joined": joined, "token": token}


def sign_in(page: Page, hall: TownHall, token: str) -> None:
    cookies = {"innom-staff": token, "innom-staff-language": "en"}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": hall.url} for name, value in cookies.items()]
    )


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(wide))


@pytest.mark.parametrize(("theme", "width"), [("dark", 320), ("light", 1280)])
def test_pages_are_readable_everywhere(
    page: Page, hall: TownHall, axe: Axe, theme: str, width: int, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    made = hall.act(furnish)
    sign_in(page, hall, str(made["token"]))
    for path in PATHS:
        page.goto(f"{hall.url}{path.format(**made)}")
        for closed in page.locator("summary").all():
            closed.click()
        page.screenshot(path=tmp_path / f"{path.replace('/', '-')}.png", full_page=True)
        assert axe(page) == [], path
        assert fits(page), path


def test_a_wrong_form_says_what_is_wrong_and_an_invitation_is_shown_once(
    page: Page, hall: TownHall, axe: Axe, tmp_path: Path
) -> None:
    made = hall.act(furnish)
    sign_in(page, hall, str(made["token"]))
    page.goto(f"{hall.url}/staff/slots/new")
    page.get_by_label("Day", exact=True).fill("2026-11-01")
    page.get_by_label("Begins at").fill("10:00")
    page.get_by_label("Name in English").fill("Lunch")
    page.get_by_label("Ordinary places").fill("5")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("That time is over.")
    page.get_by_role("link", name="That time is over.").click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    expect(page.get_by_label("Name in English")).to_have_value("Lunch")
    assert axe(page) == []
    page.goto(f"{hall.url}/staff/cases/new")
    page.get_by_label("First name").fill("Frida")
    page.get_by_role("button", name="Make the invitation").click()
    expect(page.locator("#link")).to_contain_text("/#join=")
    page.screenshot(path=tmp_path / "invitation.png", full_page=True)
    assert axe(page) == []
    assert fits(page)
    page.get_by_role("link", name="I have given it to the person").click()
    expect(page.get_by_text("Nobody has joined yet.")).to_be_visible()
    assert page.locator("#link").count() == 0


def test_only_roles_that_may_see_cases_have_them_in_the_menu(page: Page, hall: TownHall) -> None:
    async def bruno(db: Db) -> str:
        made = await staff.add_staff(db, "bruno@example.org", "Bruno", [CASE_WORKER], START)
        return await staff.open_session(db, made, START, second_factor=True)

    sign_in(page, hall, hall.act(bruno))
    page.goto(f"{hall.url}/staff")
    expect(page.get_by_role("navigation")).to_contain_text("My cases")
    expect(page.get_by_role("navigation")).not_to_contain_text("Bookings")
