"""One's own account: the second factor, another password, and signing out everywhere."""

import asyncio
from collections.abc import Sequence

from starlette.responses import Response

from bot.actions import own_account
from bot.actions import sign_in as signing
from bot.actions.passwords import hash_password, is_password, why_not_password
from bot.actions.second_factor import is_secret, new_secret, picture, spoken_secret
from bot.actions.staff import end_sessions, open_session
from bot.web.staff.console import when
from bot.web.staff.gate import local
from bot.web.staff.menu import role_names
from bot.web.staff.visit import EVERYONE, Pages, Visit
from bot.web.staff.words import code_flaw, password_flaw
from db.staff import Event, get_secrets

pages = Pages()


@pages.get("/staff/second-factor", roles=EVERYONE, early=True)
async def code_form(visit: Visit) -> Response:
    """Asks for the code, or shows how to set the app up."""
    back = local(visit.request.query_params.get("next", ""))
    if visit.session and visit.session.second_factor:
        return visit.go(back)
    return await _ask(visit, back)


@pages.post("/staff/second-factor", roles=EVERYONE, early=True)
async def take_code(visit: Visit) -> Response:
    """Checks the code; from here on the session has another cookie."""
    session, back, secret = visit.session, local(visit.form["next"]), visit.form["secret"]
    if session is None or session.second_factor:
        return visit.go(back)
    secret = secret if is_secret(secret) else ""
    kept, code = await get_secrets(visit.db, visit.staff.id), visit.form["code"]
    known = signing.is_known(visit.staff, kept, visit.device)
    cookie = None
    if not visit.console.patience.is_over(visit.place, visit.device if known else None, visit.now):
        cookie = await signing.take_code(visit.db, session, code, visit.now, secret, known=known)
    if cookie is None:
        return await _ask(visit, back, 422, secret, errors={"code": code_flaw(visit.words)})
    visit.keep("session", cookie)
    visit.keep("device", signing.device(visit.staff, kept))
    return visit.go(back)


async def _ask(
    visit: Visit, back: str, status: int = 200, secret: str = "", **values: object
) -> Response:
    """The page for the code; where there is no app yet, with the secret as picture and text."""
    if visit.staff.has_second_factor:
        return await visit.show("second-factor.html", status, back=back, **values)
    secret = secret or new_secret()
    shown = {"secret": secret, "spelled": spoken_secret(secret)}
    shown |= {"picture": picture(secret, visit.staff.email)}
    return await visit.show("set-up.html", status, back=back, **shown, **values)


@pages.get("/staff/me", roles=EVERYONE)
async def me(visit: Visit) -> Response:
    """One's own account."""
    return await _show(visit)


@pages.post("/staff/me/seen", roles=EVERYONE)
async def tick_off_changes(visit: Visit) -> Response:
    """The owner has seen what others did to the account."""
    await own_account.tick_off(visit.db, visit.staff.id, visit.form["last"], visit.now)
    return visit.go("/staff")


def done_to_lines(events: Sequence[Event], visit: Visit) -> list[str]:
    """What others did to the account's ways in, in words."""
    return [_done_to(each, visit) for each in events]


def _done_to(event: Event, visit: Visit) -> str:
    words = visit.words
    date = when(event.at, visit.console.mind.knowledge.profile.zone, words)
    by = event.name or words.t("a command on the server")
    if own_account.WAYS_IN[event.action] == own_account.RESET:
        return words.t("Your second factor was reset on {date} by {name}.", date=date, name=by)
    return words.t(
        "A sign-in link to your account was made on {date} by {name}.", date=date, name=by
    )


@pages.post("/staff/me/password", roles=EVERYONE, writes=None)
async def change_password(visit: Visit) -> Response:
    """Another password, after the present one; all other sessions end."""
    if errors := await _flaws(visit):
        return await _show(visit, 422, errors=errors)
    async with visit.console.hashing:
        hashed = await asyncio.to_thread(hash_password, visit.form.raw("password"))
    second_factor = visit.session is not None and visit.session.second_factor
    async with visit.console.database.write() as db:
        await signing.set_password(db, visit.staff.id, hashed, visit.now)
        cookie = await open_session(db, visit.staff.id, visit.now, second_factor=second_factor)
        kept = await get_secrets(db, visit.staff.id)
    visit.keep("session", cookie)
    visit.keep("device", signing.device(visit.staff, kept))
    return visit.go("/staff/me", visit.words.t("Your new password is saved."))


@pages.post("/staff/me/sign-out", roles=EVERYONE)
async def sign_out_everywhere(visit: Visit) -> Response:
    """Ends every session of this account."""
    await end_sessions(visit.db, visit.staff.id)
    await visit.note("sign-out", why="everywhere")
    visit.keep("session", None)
    return visit.go("/staff/sign-in", visit.words.t("You are signed out everywhere."))


async def _flaws(visit: Visit) -> dict[str, str]:
    words = visit.words
    if visit.console.patience.is_over(visit.place, f"me {visit.staff.id}", visit.now):
        return {"present": words.t("That was often. Wait a minute, and try again.")}
    async with visit.console.database.read() as db:
        kept = await get_secrets(db, visit.staff.id)
    async with visit.console.hashing:
        present = visit.form.raw("present")
        fits = await asyncio.to_thread(is_password, kept.password_hash, present)
    if not fits:
        return {"present": words.t("That is not your present password.")}
    password = visit.form.raw("password")
    reason = why_not_password(password, visit.staff.email, visit.staff.name)
    if reason:
        return {"password": password_flaw(reason, words)}
    if visit.form.raw("again") != password:
        return {"again": words.t("The two passwords are not the same.")}
    return {}


async def _show(visit: Visit, status: int = 200, **values: object) -> Response:
    async with visit.console.database.read() as db:
        found = await own_account.list_done_to(db, visit.staff.id)
    names, done_to = role_names(visit.words), done_to_lines(found, visit)
    return await visit.show("me.html", status, names=names, done_to=done_to, **values)
