"""Signing in to the console: links, passwords, codes, and patience with those who guess."""

import asyncio
import re
from urllib.parse import urlsplit

import pyotp
import pytest

from bot.actions import sign_in as signing
from bot.actions import staff as accounts
from bot.actions.mind import Mind
from bot.actions.passwords import hash_password, is_password, why_not_password
from bot.actions.second_factor import new_secret, picture, used_step
from bot.settings import Settings
from bot.web.staff import sign_in as pages
from db.engine import Database
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, change_account, find_account, list_events
from tests.conftest import Clock
from tests.office import Browser, Office

GOOD = "grønn hest spiser gress"
HASHED = hash_password(GOOD)
WRONG = "That did not fit."
STALE = "This link does not work."
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def office(database: Database, norway: Mind, clock: Clock) -> Office:
    return Office(database, norway, clock)


async def hire(office: Office, *roles: str, email: str = "kari@example.org") -> int:
    """An account with a password."""
    staff_id = await office.hire(*roles, email=email)
    async with office.database.write() as db:
        await change_account(db, staff_id, password_hash=HASHED)
    return staff_id


async def link_for(office: Office, staff_id: int) -> str:
    async with office.database.write() as db:
        return await accounts.make_link(db, staff_id, office.clock())


async def sign_in(browser: Browser, status: int = 200, **fields: str) -> str:
    await browser.open("/staff/sign-in")
    fields = {"email": "kari@example.org", "password": GOOD, "next": "/staff", **fields}
    return await browser.send("/staff/sign-in", fields, status)


def path_of(browser: Browser) -> str:
    assert browser.page is not None
    return urlsplit(str(browser.page.url)).path


async def test_the_first_sign_in_by_link_asks_for_password_and_app(office: Office) -> None:
    staff_id = await office.hire(ADMIN, email="kari@example.org")
    token = await link_for(office, staff_id)
    async with office.browser() as browser:
        await browser.open("/staff/link")
        assert "kari@example.org" in await browser.send("/staff/link", {"token": token})
        fields = {"token": token, "password": GOOD, "again": GOOD}
        assert "Set up a second factor" in await browser.send("/staff/link", fields)
        assert browser.page is not None
        secret = re.findall(r'name="secret" value="([A-Z2-7]+)"', browser.page.text)[0]
        assert "data:image/svg+xml" in browser.page.text
        code = pyotp.TOTP(secret).at(office.clock())
        said = await browser.send("/staff/second-factor", {"secret": secret, "code": code})
        assert "What waits for you" in said
    async with office.browser() as browser:
        assert "Code from your app" in await sign_in(browser)
        office.clock.move(seconds=60)
        code = pyotp.TOTP(secret).at(office.clock())
        assert "What waits for you" in await browser.send("/staff/second-factor", {"code": code})


async def test_the_first_administrator_says_who_they_are(office: Office) -> None:
    async with office.database.write() as db:
        token = await accounts.ensure_first_admin(db, office.clock())
    assert token
    fields = {"token": token, "password": GOOD, "again": GOOD}
    own = {"email": "Anna@Example.org", "name": "Anna"}
    async with office.browser() as browser:
        await browser.open("/staff/link")
        assert "You become the administrator" in await browser.send("/staff/link", fields, 422)
        await browser.send("/staff/link", {**fields, **own})
    async with office.database.write() as db:
        found = await accounts.list_staff(db)
        assert await accounts.ensure_first_admin(db, office.clock()) is None
    assert [(a.email, a.name, list(a.roles)) for a in found] == [
        ("anna@example.org", "Anna", [ADMIN])
    ]


async def test_opening_a_link_uses_nothing_up(office: Office) -> None:
    token = await link_for(office, await office.hire(EDITOR))
    async with office.browser() as scanner:
        for path in ("/staff/sign-in", "/staff/link", f"/staff/link?token={token}"):
            await scanner.client.get(f"{path}#{token}")
            await scanner.client.head(path)
        await scanner.open("/staff/link")
        await scanner.send("/staff/link", {"token": token})
    async with office.browser() as browser:
        await browser.open("/staff/link")
        fields = {"token": token, "password": GOOD, "again": GOOD}
        assert "Your password is saved" in await browser.send("/staff/link", fields)


@pytest.mark.parametrize("why", ["used", "old", "replaced", "guessed", "disabled", "empty"])
async def test_a_link_that_does_not_count_gets_one_answer(office: Office, why: str) -> None:
    staff_id = await office.hire(EDITOR)
    await office.hire(ADMIN)
    token = await link_for(office, staff_id)
    fields = {"token": token, "password": GOOD, "again": GOOD}
    async with office.browser() as browser:
        await browser.open("/staff/link")
        if why == "used":
            await browser.send("/staff/link", fields)
            browser.client.cookies.delete(office.cookie)
            await browser.open("/staff/link")
        elif why == "old":
            office.clock.move(hours=24)
        elif why == "replaced":
            await link_for(office, staff_id)
        elif why == "disabled":
            async with office.database.write() as db:
                await accounts.disable(db, staff_id)
        other = {"guessed": token[:-1] + "-", "empty": ""}.get(why, token)
        assert STALE in await browser.send("/staff/link", {**fields, "token": other}, 422)
        assert office.cookie not in browser.client.cookies


async def test_a_whole_link_may_be_pasted(office: Office) -> None:
    token = await link_for(office, await office.hire(EDITOR))
    async with office.browser() as browser:
        await browser.open("/staff/link")
        pasted = f"  https://innom.example/staff/sign-in#{token} "
        assert "Choose a password" in await browser.send("/staff/link", {"token": pasted})


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "Use 12 signs or more"),
        ("kari nordmann 1", "kari nordmann 1", "your own name"),
        ("passord123456", "passord123456", "Many people use that"),
        (GOOD, GOOD + "!", "are not the same"),
    ],
)
async def test_a_bad_password_leaves_the_link_whole(
    office: Office, password: str, again: str, said: str
) -> None:
    token = await link_for(office, await office.hire(EDITOR))
    async with office.browser() as browser:
        await browser.open("/staff/link")
        fields = {"token": token, "password": password, "again": again}
        assert said in await browser.send("/staff/link", fields, 422)
        fields = {"token": token, "password": GOOD, "again": GOOD}
        assert "Your password is saved" in await browser.send("/staff/link", fields)


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("", "short"),
        ("a" * 11, "short"),
        ("a" * 12, "common"),
        ("ababababababab", "common"),
        ("123456789012", "common"),
        ("Password1234!", "common"),
        ("heihei heihei 22", "common"),
        ("Sommer2026!!", "common"),
        ("qwertyuiop12", "common"),
        ("Nordmann1990", "own"),
        ("kari@example.org", "own"),
        ("x" * 201, "long"),
        (GOOD, None),
        ("þ ☃ emoji 🐘🐘 ok", None),
        ("Kari liker elgen Egon", None),
        ("\ud800 halv og tolv til", None),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str, flaw: str | None) -> None:
    assert why_not_password(password, "kari@example.org", "Kari Nordmann") == flaw


def test_a_password_is_compared_whole_and_by_its_letters() -> None:
    assert HASHED.startswith("$argon2id$")
    assert is_password(HASHED, GOOD)
    assert is_password(HASHED, "gr\u00f8nn hest spiser gress")
    for other in ("", GOOD[:-1], GOOD + "x", GOOD.upper(), "x" * 100_000):
        assert not is_password(HASHED, other)
    assert not is_password(None, GOOD)
    assert not is_password(None, "nobody's password")
    assert not is_password("broken", GOOD)


def test_a_code_counts_once_and_near_its_time(clock: Clock) -> None:
    secret, now = SECRET, clock()  # by chance two codes may be the same
    step = int(now.timestamp()) // 30
    make = pyotp.TOTP(secret).generate_otp
    assert used_step(secret, make(step), now, 0) == step
    assert used_step(secret, f" {make(step)[:3]} {make(step)[3:]} ", now, 0) == step
    assert used_step(secret, make(step - 1), now, 0) == step - 1
    assert used_step(secret, make(step + 1), now, 0) == step + 1
    assert used_step(secret, make(step), now, step) is None
    assert used_step(secret, make(step - 1), now, step) is None
    for wrong in (make(step - 2), make(step + 2), "", "١٢٣٤٥٦", "0" * 5000, "\ud800"):
        assert used_step(secret, wrong, now, 0) is None
    assert picture(secret, "kari@example.org").startswith("data:image/svg+xml")


async def test_an_answer_to_a_wrong_sign_in_tells_nothing(office: Office) -> None:
    await hire(office, EDITOR)
    gone = await hire(office, EDITOR, email="gone@example.org")
    await office.hire(EDITOR, email="new@example.org")
    async with office.database.write() as db:
        await accounts.disable(db, gone)
    pages = set()
    for email in ("kari@example.org", "gone@example.org", "new@example.org", "who@example.org"):
        async with office.browser() as browser:
            password = "x" if email.startswith("kari") else GOOD
            said = await sign_in(browser, 422, email=email, password=password)
            pages.add(said.replace(email, "EMAIL"))
            assert office.cookie not in browser.client.cookies
    assert len(pages) == 1
    assert WRONG in pages.pop()


async def test_the_password_is_compared_whatever_is_known_of_the_account(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the time tells nothing of whether there is such an account."""
    compared: list[str | None] = []

    def compare(hashed: str | None, password: str) -> bool:
        compared.append(hashed)
        return is_password(hashed, password)

    monkeypatch.setattr(pages, "is_password", compare)
    waits, gone = await hire(office, EDITOR), await hire(office, EDITOR, email="gone@example.org")
    async with office.database.write() as db:
        await accounts.disable(db, gone)
        await change_account(db, waits, failures=9, failed_at=office.clock())
    for n, email in enumerate(("kari@example.org", "gone@example.org", "who@example.org"), 1):
        async with office.browser() as browser:
            await sign_in(browser, 422, email=email)
            assert len(compared) == n


async def test_wrong_tries_slow_strangers_and_spare_a_known_browser(office: Office) -> None:
    staff_id = await hire(office, EDITOR)
    async with office.browser() as own, office.browser(client=("10.0.0.9", 1)) as stranger:
        await sign_in(own)
        await own.send("/staff/sign-out")
        for _ in range(5):
            await sign_in(stranger, 422, password="guess")
            office.clock.move(seconds=20)
        await sign_in(stranger, 422, password="guess")
        assert WRONG in await sign_in(stranger, 422), "the right one, but too soon"
        assert "wrong password 6 times" in await sign_in(own)
    async with office.browser() as stranger:
        assert "What waits for you" in await sign_in(stranger), (
            "the owner's sign-in ends the waiting"
        )
    async with office.database.read() as db:
        denied = [e.outcome for e in await list_events(db, staff_id=staff_id)].count("denied")
    assert denied == 6


async def test_waiting_ends_within_a_minute_whatever_came_before(office: Office) -> None:
    staff_id = await hire(office, EDITOR)
    async with office.database.write() as db:
        await change_account(db, staff_id, failures=10_000, failed_at=office.clock())
    async with office.browser() as browser:
        office.clock.move(seconds=59)
        assert WRONG in await sign_in(browser, 422)
        office.clock.move(seconds=1)
        assert "What waits for you" in await sign_in(browser), (
            "a try too soon did not make it longer"
        )


async def test_one_place_that_tries_many_accounts_is_not_heard_for_a_while(office: Office) -> None:
    await hire(office, EDITOR)
    async with office.browser(client=("10.0.0.9", 1)) as browser:
        for n in range(30):
            await sign_in(browser, 422, email=f"n{n}@example.org")
        assert WRONG in await sign_in(browser, 422)
    async with office.browser(client=("10.0.0.8", 1)) as browser:
        assert "What waits for you" in await sign_in(browser)


async def test_a_device_cookie_is_of_use_for_its_own_account_and_password(office: Office) -> None:
    staff_id = await hire(office, EDITOR)
    await hire(office, EDITOR, email="ola@example.org")
    async with office.browser() as browser:
        await sign_in(browser, email="ola@example.org")
        await browser.send("/staff/sign-out")
        async with office.database.write() as db:
            await change_account(db, staff_id, failures=9, failed_at=office.clock())
        assert WRONG in await sign_in(browser, 422)


async def test_wrong_codes_are_counted_and_slow(office: Office) -> None:
    await hire(office, CASE_WORKER)
    async with office.browser() as browser:
        await sign_in(browser)
        assert browser.page is not None
        secret = re.findall(r'name="secret" value="([A-Z2-7]+)"', browser.page.text)[0]
        right = {"secret": secret, "code": pyotp.TOTP(secret).at(office.clock())}
        for _ in range(4):
            said = await browser.send("/staff/second-factor", {**right, "code": "000000"}, 422)
            assert "does not fit" in said
        await browser.send("/staff/second-factor", right, 422)
        office.clock.move(seconds=60)
        right["code"] = pyotp.TOTP(secret).at(office.clock())
        assert "What waits for you" in await browser.send("/staff/second-factor", right)


async def test_a_second_factor_that_stands_is_not_replaced_by_a_form(office: Office) -> None:
    staff_id = await hire(office, HOST)
    mine, theirs = new_secret(), new_secret()
    async with office.database.write() as db:
        await change_account(db, staff_id, totp_secret=mine)
    async with office.browser() as browser:
        assert "Code from your app" in await sign_in(browser), "whoever has one must show it"
        fields = {"secret": theirs, "code": pyotp.TOTP(theirs).at(office.clock())}
        await browser.send("/staff/second-factor", fields, 422)
        await browser.open("/staff")
        assert path_of(browser) == "/staff/second-factor"


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/staff/me", "/staff/me"),
        ("//evil.example", "/staff"),
        ("https://evil.example/staff", "/staff"),
        ("/staff//evil.example", "/staff"),
        ("/staff/../..//evil.example", "/staff"),
        ("/\\evil.example", "/staff"),
        ("/staff/me\r\nSet-Cookie: x=1", "/staff"),
        ("javascript:alert(1)", "/staff"),
        ("/", "/staff"),
    ],
)
async def test_after_signing_in_the_way_leads_to_our_own_pages_alone(
    office: Office, wanted: str, led: str
) -> None:
    await hire(office, EDITOR)
    async with office.browser() as browser:
        await sign_in(browser, next=wanted)
        assert path_of(browser) == led


async def test_cookies_are_bound_to_the_host_where_it_is_https(
    database: Database, norway: Mind, clock: Clock
) -> None:
    office = Office(database, norway, clock, Settings(base_url="https://innom.example"))
    await hire(office, EDITOR)
    async with office.browser() as browser:
        await browser.open("/staff/sign-in")
        fields = {"csrf": browser.csrf, "email": "kari@example.org", "password": GOOD}
        answer = await browser.client.post("/staff/sign-in", data=fields)
        for cookie in answer.headers.get_list("set-cookie"):
            assert cookie.startswith("__Host-innom-staff"), cookie
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_a_new_password_needs_the_present_one_and_ends_other_sessions(
    office: Office,
) -> None:
    staff_id = await hire(office, EDITOR)
    fields = {"present": GOOD, "password": "a new one, long", "again": "a new one, long"}
    async with office.sign_in(staff_id=staff_id) as mine, office.sign_in(staff_id=staff_id) as old:
        await mine.open("/staff/me")
        said = await mine.send("/staff/me/password", {**fields, "present": "x"}, 422)
        assert "not your present password" in said
        assert "is saved" in await mine.send("/staff/me/password", fields)
        await old.open("/staff")
        assert path_of(old) == "/staff/sign-in"
    async with office.browser() as browser:
        await sign_in(browser, 422)
        await sign_in(browser, password="a new one, long")


async def test_a_new_password_leaves_ones_own_browser_known(office: Office) -> None:
    await hire(office, EDITOR)
    new = "a new one, long"
    async with office.browser() as mine, office.browser(client=("192.0.2.9", 1)) as stranger:
        await sign_in(mine)
        await mine.send("/staff/me/password", {"present": GOOD, "password": new, "again": new})
        await mine.send("/staff/sign-out")
        for _ in range(8):
            await sign_in(stranger, 422, password="wrong")
        assert "What waits for you" in await sign_in(mine, password=new)


async def test_a_form_left_open_in_another_tab_leads_on(office: Office) -> None:
    await hire(office, EDITOR)
    async with office.browser() as browser:
        await browser.open("/staff/sign-in")
        old = browser.csrf
        await sign_in(browser)
        fields = {"email": "kari@example.org", "password": GOOD, "next": "/staff/entries"}
        said = await browser.send("/staff/sign-in", {**fields, "csrf": old}, 403)
        assert "You are signed in as Kari Nordmann." in said
        assert browser.page
        assert 'href="/staff/entries">Go on' in browser.page.text
        await browser.open("/staff")
        await browser.send("/staff/sign-out")
        said = await browser.send("/staff/sign-in", {**fields, "csrf": "too old"}, 403)
        assert "Please sign in again." in said
        assert 'href="/staff/sign-in?next=/staff/entries"' in browser.page.text


async def test_a_form_of_another_site_is_refused_as_before(office: Office) -> None:
    async with office.browser() as browser:
        await browser.open("/staff/sign-in")
        fields, far = {"csrf": "x"}, {"Origin": "https://evil.example"}
        answer = await browser.client.post("/staff/sign-in", data=fields, headers=far)
    assert answer.status_code == 403


async def test_no_secret_is_stored_or_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    staff_id = await hire(office, EDITOR)
    token = await link_for(office, staff_id)
    async with office.browser() as browser:
        await sign_in(browser)
        cookie = browser.client.cookies[office.cookie]
    async with office.database.read() as db:
        rows = [await db.exec_driver_sql(f"SELECT * FROM {t}") for t in SECRET_TABLES]
        stored = str([list(row) for row in rows])
        assert await find_account(db, staff_id)
    for secret in (token, cookie, GOOD):
        assert secret not in stored
        assert secret not in caplog.text
    assert "kari@" not in caplog.text


SECRET_TABLES = ("staff", "staff_session", "sign_in_link", "audit_event")


async def test_a_link_lets_one_of_many_in(office: Office) -> None:
    token = await link_for(office, await office.hire(EDITOR))

    async def use() -> str | None:
        async with office.database.write() as db:
            return await signing.accept(db, token, HASHED, office.clock(), {})

    cookies = await asyncio.gather(*(use() for _ in range(5)))
    assert sum(cookie is not None for cookie in cookies) == 1


async def test_a_code_lets_one_of_many_sessions_on(office: Office) -> None:
    staff_id, secret = await hire(office, HOST), new_secret()
    code = pyotp.TOTP(secret).at(office.clock())
    async with office.database.write() as db:
        await change_account(db, staff_id, totp_secret=secret)
        tokens = [await accounts.open_session(db, staff_id, office.clock()) for _ in range(4)]

    async def show(token: str) -> str | None:
        async with office.database.write() as db:
            found = await accounts.find_session(db, token, office.clock())
            assert found
            return await signing.take_code(db, found[0], code, office.clock())

    cookies = await asyncio.gather(*(show(token) for token in tokens))
    assert sum(cookie is not None for cookie in cookies) == 1
