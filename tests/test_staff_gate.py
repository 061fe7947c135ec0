"""The gate of the console, over every route that there is: roles, forms, sessions, headers."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from bot.actions import follow_up
from bot.actions import staff as accounts
from bot.actions.errors import Conflict
from bot.actions.mind import Mind
from bot.web.staff.routes import all_pages
from bot.web.staff.visit import PageRoute
from db.engine import Database
from db.staff import ADMIN, CASE_WORKER, EDITOR, ROLES, list_events
from tests.conftest import Clock
from tests.office import Office
from tests.site import Site

# What anybody may ask for: to sign in, and to choose a language.
PUBLIC = {"/staff/sign-in", "/staff/link", "/staff/language"}
# What one role alone must never lose or share.
ONLY = {
    "/staff/accounts": {ADMIN},
    "/staff/log": {ADMIN},
    "/staff/cases": {CASE_WORKER},
}
SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
PAGES = all_pages()


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


def named(page: PageRoute) -> str:
    return f"{page.method} {page.path}"


def address(page: PageRoute | Route) -> str:
    """A page's address, of something that does not exist where it names a thing."""
    return re.sub(r"{[^}]+}", "999999", page.path)


def posts() -> Iterator[PageRoute]:
    return (page for page in PAGES if page.method == "POST")


async def ask(client: Any, page: PageRoute, **fields: str) -> Any:
    if page.method == "GET":
        return await client.get(address(page))
    return await client.post(address(page), data=fields)


def test_every_page_has_roles_or_is_listed_as_public() -> None:
    assert {page.path for page in PAGES if page.roles is None} == PUBLIC
    assert all(page.roles and page.roles <= set(ROLES) for page in PAGES if page.roles is not None)
    assert all(page.path == "/staff" or page.path.startswith("/staff/") for page in PAGES)
    assert len({named(page) for page in PAGES}) == len(PAGES)


def test_pages_of_one_role_are_of_that_role() -> None:
    for start, roles in ONLY.items():
        found = [page for page in PAGES if f"{page.path}/".startswith(f"{start}/")]
        assert all(set(page.roles or ()) == roles for page in found), start


def test_whoever_sees_cases_has_shown_the_second_factor() -> None:
    cases = [page for page in PAGES if page.path.startswith("/staff/cases")]
    assert all(page.cases for page in cases)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_gets_where_it_may_and_nowhere_else(office: Office, role: str) -> None:
    refused = []
    for page in PAGES:
        async with office.sign_in(role) as browser:
            await browser.open("/staff")
            answer = await ask(browser.client, page, csrf=browser.csrf)
            allowed = page.roles is None or role in page.roles
            status = answer.status_code
            assert status < 500, (named(page), status)
            assert (status == 403) is not allowed, (named(page), status)
            refused += [] if allowed else [page.path]
    async with office.database.read() as db:
        noted = {e.about for e in await list_events(db, limit=1000) if e.outcome == "denied"}
    assert set(refused) <= noted


async def test_nobody_gets_anywhere_without_signing_in(office: Office) -> None:
    for page in PAGES:
        async with office.browser() as browser:
            await browser.open("/staff/sign-in")
            answer = await ask(browser.client, page, csrf=browser.csrf)
            if page.roles is None:
                assert answer.status_code in (200, 303, 422), named(page)
            elif page.method == "GET":
                assert answer.headers["location"].startswith("/staff/sign-in?next=/staff")
            else:
                assert answer.status_code == 403, named(page)


@pytest.mark.parametrize("role", [ADMIN, CASE_WORKER])
async def test_half_a_sign_in_is_none(office: Office, role: str) -> None:
    for page in PAGES:
        if page.roles is None or page.early:
            continue
        async with office.sign_in(role, second_factor=False) as browser:
            await browser.open("/staff/second-factor")
            answer = await ask(browser.client, page, csrf=browser.csrf)
            if page.method == "GET":
                assert answer.headers["location"].startswith("/staff/second-factor"), named(page)
            else:
                assert answer.status_code == 403, named(page)


@pytest.mark.parametrize("signed_in", [True, False])
async def test_a_form_counts_with_its_own_token_alone(office: Office, signed_in: bool) -> None:
    async with office.sign_in(*ROLES) as other, office.browser() as anyone:
        await other.open("/staff")
        await anyone.open("/staff/sign-in")
        for page in posts():
            async with office.sign_in(*ROLES) as browser:
                if not signed_in:
                    browser.client.cookies.delete(office.cookie)
                for token in ("", "x", "é", other.csrf, anyone.csrf):
                    answer = await ask(browser.client, page, csrf=token)
                    assert answer.status_code == 403, (named(page), token)
                answer = await browser.client.post(address(page), data={"x": "1"})
                assert answer.status_code == 403, named(page)


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:8000.evil.example"},
    {"Origin": "http://["},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_a_form_from_another_site_is_refused(office: Office, headers: dict[str, str]) -> None:
    async with office.sign_in(EDITOR) as browser:
        await browser.open("/staff")
        data = {"csrf": browser.csrf}
        answer = await browser.client.post("/staff/sign-out", data=data, headers=headers)
        assert answer.status_code == 403
        own = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}
        answer = await browser.client.post("/staff/sign-out", data=data, headers=own)
        assert answer.status_code == 303


BODIES: list[tuple[str, bytes, int]] = [
    ("application/json", b'{"csrf": "x"}', 415),
    ("text/plain", b"csrf=x", 415),
    ("", b"csrf=x", 415),
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 300_000, 413),
    ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(3000)), 400),
    ("application/x-www-form-urlencoded", b"%%%=\xff&\x00=%00", 403),
    ("multipart/form-data", b"nothing", 400),
    ("multipart/form-data; boundary=x", b"nothing", 400),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--x--\r\n',
        400,
    ),
]


@pytest.mark.parametrize(("kind", "body", "status"), BODIES)
async def test_a_body_that_is_no_form_of_ours_is_refused(
    office: Office, kind: str, body: bytes, status: int
) -> None:
    async with office.sign_in(EDITOR) as browser:
        headers = {"Content-Type": kind} if kind else {}
        answer = await browser.client.post("/staff/sign-out", content=body, headers=headers)
        assert answer.status_code == status
        assert "Traceback" not in answer.text


async def is_in(office: Office, browser: Any) -> bool:
    answer = await browser.client.get("/staff")
    return bool(answer.status_code == 200)


@pytest.mark.parametrize(
    "way", ["out", "everywhere", "roles", "disabled", "reset", "idle", "old", "forged"]
)
async def test_a_session_ends_at_once(office: Office, clock: Clock, way: str) -> None:
    await office.hire(ADMIN)
    async with office.sign_in(EDITOR) as browser:
        assert await is_in(office, browser)
        kept = dict(browser.client.cookies)
        if way in ("out", "everywhere"):
            await browser.send({"out": "/staff/sign-out"}.get(way, "/staff/me/sign-out"))
        elif way == "idle":
            clock.move(minutes=30)
        elif way == "old":
            for _ in range(30):
                clock.move(minutes=20)
                last = await is_in(office, browser)
            assert not last
        elif way == "forged":
            kept[office.cookie] = kept[office.cookie][:-1] + "-"
        else:
            async with office.database.write() as db:
                if way == "roles":
                    await accounts.set_roles(db, browser.staff_id, [EDITOR, CASE_WORKER])
                elif way == "disabled":
                    await accounts.disable(db, browser.staff_id)
                else:
                    await accounts.reset_second_factor(db, browser.staff_id)
        browser.client.cookies.update(kept)
        assert not await is_in(office, browser)


async def test_whoever_works_stays_signed_in(office: Office, clock: Clock) -> None:
    async with office.sign_in(EDITOR) as browser:
        for _ in range(20):
            clock.move(minutes=29)
            assert await is_in(office, browser)


async def test_a_form_that_comes_too_late_is_told_and_leads_back(
    office: Office, clock: Clock
) -> None:
    async with office.sign_in(EDITOR) as browser:
        await browser.open("/staff/me")
        clock.move(minutes=31)
        browser.client.headers["Referer"] = "http://localhost:8000/staff/me"
        said = await browser.send("/staff/me/password", {"present": "x"}, 403)
        assert "What you just sent was not saved" in said
        assert browser.page is not None
        assert 'href="/staff/sign-in?next=/staff/me"' in browser.page.text


async def test_roles_count_at_once(office: Office) -> None:
    async with office.sign_in(ADMIN, EDITOR) as browser:
        await browser.open("/staff/accounts")
        await office.hire(ADMIN)
        async with office.database.write() as db:
            await accounts.set_roles(db, browser.staff_id, [EDITOR])
        assert not await is_in(office, browser)


async def test_a_text_is_said_once_and_never_as_markup(office: Office) -> None:
    async with office.sign_in(EDITOR) as browser:
        await browser.open("/staff/me")
        fields = {"present": "<b>x", "password": "<script>alert(1)</script>", "again": "y"}
        await browser.send("/staff/me/password", fields, 422)
        assert browser.page is not None
        assert "<script>alert" not in browser.page.text
        assert "signed out" in await browser.send("/staff/sign-out")
        assert "signed out" not in await browser.open("/staff/sign-in")


async def test_the_language_is_chosen_and_kept(office: Office) -> None:
    async with office.sign_in(EDITOR) as browser:
        del browser.client.cookies["innom-staff-language"]
        await browser.open("/staff")
        assert browser.page is not None
        assert '<html lang="nb"' in browser.page.text
        for lang, wanted in (("sv", "sv"), ("xx", "sv"), ("../en", "sv"), ("en", "en")):
            await browser.send("/staff/language", {"lang": lang, "next": "/staff/me"})
            assert f'<html lang="{wanted}"' in browser.page.text
            assert str(browser.page.url).endswith("/staff/me")


async def test_what_no_page_expects_is_told_and_nothing_of_it_stored(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def overtaken(*_: Any, **__: Any) -> None:
        raise Conflict

    monkeypatch.setattr(follow_up, "make_programme", overtaken)
    async with office.sign_in(ADMIN) as browser:
        said = await browser.send("/staff/programmes", {"name": "One"}, 409)
        assert "Nothing was saved." in said


async def test_where_a_form_went_can_be_asked_for(office: Office) -> None:
    """A mistake is shown at the form's own address: reloading it must lead somewhere."""
    shown = {address(page) for page in PAGES if page.method == "GET"}
    async with office.sign_in(*ROLES) as browser:
        for page in posts():
            if address(page) in shown:
                continue
            answer = await browser.client.get(address(page))
            assert answer.status_code == 303, named(page)
            above = answer.headers["location"]
            assert above in shown, named(page)
            assert address(page).startswith(above), named(page)
        await browser.send("/staff/me/password", {"present": "x"}, 422)
        wish = {"lang": "en", "next": "/staff/me/password"}
        assert "My account" in await browser.send("/staff/language", wish)


async def test_what_is_down_is_told_and_nothing_of_it_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with office.sign_in(EDITOR) as browser:
        await browser.open("/staff")

        def down(*_: Any) -> Any:
            raise OSError("canary")

        monkeypatch.setattr(office.database, "read", down)
        assert "does not answer" in await browser.open("/staff", 503)
        assert "does not answer" in await browser.send("/staff/sign-out", status=503)
        assert "canary" not in caplog.text


async def test_a_fault_has_a_way_back_and_shows_nothing_of_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(*_: Any) -> None:
        raise ValueError("canary")

    async with office.sign_in(EDITOR) as browser:
        browser.client.cookies.set("innom-staff-language", "nb")
        monkeypatch.setattr("bot.web.staff.home.what_waits", stumble)
        said = await browser.open("/staff", 500)
        assert browser.page
        html = browser.page.text
    assert (found := re.search(r"\b[0-9a-f]{8}\b", said))
    assert '<html lang="nb"' in html
    assert 'href="/staff"' in html
    assert f"request {found[0]} failed: ValueError" in caplog.text
    for seen in (html, caplog.text):
        assert "canary" not in seen
        assert "Traceback" not in seen


async def test_every_answer_of_the_program_is_secured(site: Site) -> None:
    """Every route of the whole application, with every method that it knows."""
    asked = 0
    for route in site.app.web.routes:
        if not isinstance(route, Route):
            continue
        for method in route.methods or ():
            if route.path in ("/chat/events",):
                continue  # tests/test_web.py asks it: it waits for news
            answer = await site.client.request(method, address(route))
            found, asked = dict(answer.headers), asked + 1
            assert SECURITY.items() <= found.items(), route.path
            policy = found["content-security-policy"]
            for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
                assert part in policy, route.path
            assert "unsafe-inline" not in policy
            assert "strict-transport-security" not in found, "this site is not https"
            if route.path.startswith("/staff"):
                assert found["cache-control"] == "no-store", route.path
    assert asked > 2 * len(PAGES) / 2


async def test_no_page_has_scripts_or_styles_in_itself(office: Office) -> None:
    async with office.sign_in(*ROLES) as browser:
        for page in PAGES:
            if page.method == "GET" and "{" not in page.path:
                await browser.open(page.path)
                assert browser.page is not None
                text = browser.page.text
                assert not re.search(r"<style|\sstyle=|\son\w+=", text), page.path
                assert all("src=" in tag for tag in re.findall("<script[^>]*>", text))
                assert text.count("<h1") == 1, page.path
                ids = re.findall(r'\sid="([^"]+)"', text)
                assert len(ids) == len(set(ids)), page.path
                labelled = set(re.findall(r'<label for="([^"]+)"', text))
                fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", text)
                named = [f for f in fields if 'type="hidden"' not in f and "checkbox" not in f]
                loose = [f for f in named if not set(re.findall(r'id="([^"]+)"', f)) & labelled]
                assert [f for f in loose if "radio" not in f] == [], page.path
