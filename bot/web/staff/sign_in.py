"""Signing in and out: the one-time link, the password, the language of the pages."""

import asyncio
from typing import Any

from starlette.responses import Response

from bot.actions import sign_in as signing
from bot.actions.own_account import list_unseen
from bot.actions.passwords import hash_password, is_password, why_not_password
from bot.actions.staff import FIRST, why_not_email, why_not_name
from bot.knowledge.text import clean
from bot.texts import spoken
from bot.web.staff.gate import local
from bot.web.staff.visit import EVERYONE, PUBLIC, Pages, Visit
from bot.web.staff.words import email_flaw, name_flaw, password_flaw
from db.staff import Account, Secrets, end_session, find_account_of, get_secrets

pages = Pages()


@pages.get("/staff/sign-in", roles=PUBLIC)
async def sign_in_form(visit: Visit) -> Response:
    """The form for e-mail and password; `next` leads back to where somebody wanted to go."""
    back = local(visit.request.query_params.get("next", ""))
    if visit.session:
        return visit.go(back)
    return await visit.show("sign-in.html", email="", back=back)


@pages.post("/staff/sign-in", roles=PUBLIC, writes=None)
async def sign_in(visit: Visit) -> Response:
    """Checks e-mail and password. The answer to a wrong pair is the same for every reason."""
    email, back = visit.form["email"].lower(), local(visit.form["next"])
    async with visit.console.database.read() as db:
        account = await find_account_of(db, email)
        kept = await get_secrets(db, account.id) if account else None
    known = signing.is_known(account, kept, visit.device)
    cookie = None
    if await _is_right(visit, account, kept, known=known) and account and kept:
        async with visit.console.database.write() as db:
            cookie = await signing.sign_in(db, account, visit.now, known=known)
            back = "/staff" if await list_unseen(db, account.id) else back
    if account is None or kept is None or cookie is None:
        text = visit.words.t(
            "That did not fit. Check your e-mail address and your password. "
            "After several wrong tries, wait a minute."
        )
        return await visit.show("sign-in.html", 422, errors={"email": text}, email=email, back=back)
    visit.keep("session", cookie)
    if not signing.needs_code(account):
        visit.keep("device", signing.device(account, kept))
    return visit.go(back, _tried_in_vain(visit, account))


async def _is_right(
    visit: Visit, account: Account | None, kept: Secrets | None, *, known: bool
) -> bool:
    """Whether this is the account's owner. Counts a wrong try; does not hear one too soon.

    A password is compared whatever is known of the account, so that the time tells nothing of it.
    """
    if visit.console.patience.is_over(visit.place, visit.device if known else None, visit.now):
        return False
    fits = await _compare(visit, kept.password_hash if kept else None)
    if account is None or (not known and signing.must_wait(account, visit.now)):
        return False
    if fits and account.is_active:
        return True
    async with visit.console.database.write() as db:
        await signing.note_failure(db, account, visit.now)
    return False


async def _compare(visit: Visit, hashed: str | None) -> bool:
    """Compares the password, beside the event loop and two at a time."""
    async with visit.console.hashing:
        return await asyncio.to_thread(is_password, hashed, visit.form.raw("password"))


def _tried_in_vain(visit: Visit, account: Account) -> str | None:
    """What to say where somebody tried several times since."""
    if account.failures < signing.FREE_TRIES:
        return None
    return visit.words.n(
        "Someone tried to sign in as you with a wrong password {count} time.",
        "Someone tried to sign in as you with a wrong password {count} times.",
        account.failures,
    )


@pages.get("/staff/link", roles=PUBLIC)
async def link_form(visit: Visit) -> Response:
    """Takes a one-time link; opening it uses nothing up, for mail programs open links too."""
    return await visit.show("link.html")


@pages.post("/staff/link", roles=PUBLIC, writes=None)
async def use_link(visit: Visit) -> Response:
    """First asks for a password; the link is used up when there is one."""
    token = visit.form["token"].rpartition("#")[2]
    async with visit.console.database.read() as db:
        account = await signing.find_invited(db, token, visit.now)
    if account is None:
        return await _refuse_link(visit)
    first = account.email == FIRST
    email = visit.form["email"].lower() if first else account.email
    name = clean(visit.form["name"]) if first else account.name
    values: dict[str, Any] = {"token": token, "email": email, "name": name, "first": first}
    if "password" not in visit.form:
        return await visit.show("welcome.html", **values)
    errors = _flaws(visit, email, name)
    if first and await _is_taken(visit, email):
        errors["email"] = email_flaw("taken", visit.words)
    if errors:
        return await visit.show("welcome.html", 422, errors=errors, **values)
    async with visit.console.hashing:
        hashed = await asyncio.to_thread(hash_password, visit.form.raw("password"))
    own = {"email": email, "name": name}
    async with visit.console.database.write() as db:
        cookie = await signing.accept(db, token, hashed, visit.now, own)
    if cookie is None:
        return await _refuse_link(visit)
    visit.keep("session", cookie)
    return visit.go("/staff", visit.words.t("Your password is saved. You are signed in."))


async def _refuse_link(visit: Visit) -> Response:
    text = visit.words.t(
        "This link does not work. It may be too old, or someone has used it already. "
        "Ask an administrator for a new one."
    )
    return await visit.show("link.html", 422, errors={"token": text})


async def _is_taken(visit: Visit, email: str) -> bool:
    async with visit.console.database.read() as db:
        return await find_account_of(db, email) is not None


def _flaws(visit: Visit, email: str, name: str) -> dict[str, str]:
    """What is wrong with the first form that somebody fills in."""
    password, words = visit.form.raw("password"), visit.words
    found = {
        "email": email_flaw(why_not_email(email), words),
        "name": name_flaw(why_not_name(name), words),
        "password": password_flaw(why_not_password(password, email, name), words),
    }
    if not found["password"] and visit.form.raw("again") != password:
        found["again"] = words.t("The two passwords are not the same.")
    return {field: text for field, text in found.items() if text}


@pages.post("/staff/sign-out", roles=EVERYONE, early=True)
async def sign_out(visit: Visit) -> Response:
    """Ends this session."""
    if visit.session:
        await end_session(visit.db, visit.session.id)
    visit.keep("session", None)
    return visit.go("/staff/sign-in", visit.words.t("You are signed out."))


@pages.post("/staff/language", roles=PUBLIC, writes=False)
async def choose_language(visit: Visit) -> Response:
    """The language of the pages, for this browser."""
    if visit.form["lang"] in spoken():
        visit.keep("lang", visit.form["lang"])
    return visit.go(local(visit.form["next"]))
