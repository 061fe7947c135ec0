"""Accounts: administrators make them, choose their roles, and help who cannot sign in."""

from collections.abc import Sequence

from starlette.responses import Response

from bot.actions import caseload
from bot.actions import staff as accounts
from bot.actions.caseload import NEW_CASE_WORKER
from bot.actions.errors import Refused
from bot.web.staff.menu import role_names
from bot.web.staff.slot_form import read_count
from bot.web.staff.visit import Pages, Visit
from bot.web.staff.words import (
    cases_flaw,
    email_flaw,
    handed_over,
    name_flaw,
    open_cases,
    roles_flaw,
)
from db.staff import ADMIN

pages = Pages()
ADMINS = frozenset({ADMIN})
_FLAWS = {"email": email_flaw, "taken": email_flaw, "name": name_flaw}
_CASES = ("cases", "successor")  # refusals about who takes over


@pages.get("/staff/accounts", roles=ADMINS)
async def list_accounts(visit: Visit) -> Response:
    """All accounts, and the form for a new one."""
    return await _list(visit)


@pages.post("/staff/accounts", roles=ADMINS)
async def make_account(visit: Visit) -> Response:
    """A new account; its link is shown once."""
    form, chosen = visit.form, visit.all("roles")
    try:
        staff_id = await accounts.add_staff(
            visit.db, form["email"], form["name"], chosen, visit.now
        )
    except Refused as error:
        errors = _errors(visit, error)
        values = {"email": form["email"], "name": form["name"], "chosen": chosen}
        return await _list(visit, 422, errors=errors, **values)
    await visit.note("account.make", f"staff:{staff_id}", why=", ".join(sorted(chosen)))
    return await _show_link(visit, staff_id)


@pages.get("/staff/accounts/{id}", roles=ADMINS)
async def account(visit: Visit) -> Response:
    """One account, and what can be done with it."""
    return await _show(visit, visit.number())


@pages.post("/staff/accounts/{id}/roles", roles=ADMINS)
async def change_roles(visit: Visit) -> Response:
    """Other roles; they count at once, and end the account's sessions."""
    staff_id, chosen, to = visit.number(), visit.all("roles"), _chosen(visit, "roles-to")
    try:
        given = await accounts.set_roles(visit.db, staff_id, chosen, to)
    except Refused as error:
        errors = _errors(visit, error, "roles-to")
        return await _show(visit, staff_id, 422, errors=errors, chosen=chosen)
    await visit.note("account.roles", f"staff:{staff_id}", why=", ".join(sorted(chosen)))
    return await _given(visit, given, to, visit.words.t("The roles are saved."))


@pages.post("/staff/accounts/{id}/disable", roles=ADMINS)
async def disable(visit: Visit) -> Response:
    """Ends the account, until it is enabled again."""
    staff_id, to = visit.number(), _chosen(visit, "disable-to")
    try:
        given = await accounts.disable(visit.db, staff_id, to)
    except Refused as error:
        return await _show(visit, staff_id, 422, errors=_errors(visit, error, "disable-to"))
    await visit.note("account.disable", f"staff:{staff_id}")
    return await _given(visit, given, to, visit.words.t("The account is disabled."))


@pages.post("/staff/accounts/{id}/cases", roles=ADMINS)
async def hand_over_cases(visit: Visit) -> Response:
    """Gives all cases to another case worker; which people they are about is not shown."""
    staff_id, to = visit.number(), _chosen(visit, "cases-to")
    try:
        given = await caseload.hand_over_all(visit.db, staff_id, to or 0)
    except Refused as error:
        return await _show(visit, staff_id, 422, errors=_errors(visit, error, "cases-to"))
    return await _given(visit, given, to)


@pages.post("/staff/accounts/{id}/enable", roles=ADMINS)
async def enable(visit: Visit) -> Response:
    """Lets the account sign in again."""
    staff_id = visit.number()
    await accounts.enable(visit.db, staff_id)
    await visit.note("account.enable", f"staff:{staff_id}")
    return visit.go(f"/staff/accounts/{staff_id}", visit.words.t("The account works again."))


@pages.post("/staff/accounts/{id}/reset", roles=ADMINS)
async def reset_second_factor(visit: Visit) -> Response:
    """For who lost the phone: the next sign-in sets up a new app."""
    staff_id = visit.number()
    await accounts.reset_second_factor(visit.db, staff_id)
    await visit.note("account.reset", f"staff:{staff_id}")
    said = visit.words.t("The second factor is reset. It is set up again at the next sign-in.")
    return visit.go(f"/staff/accounts/{staff_id}", said)


@pages.post("/staff/accounts/{id}/link", roles=ADMINS)
async def make_link(visit: Visit) -> Response:
    """A new one-time link, for who is new or forgot the password."""
    staff_id = visit.number()
    await visit.note("account.link", f"staff:{staff_id}")
    return await _show_link(visit, staff_id)


async def _show_link(visit: Visit, staff_id: int) -> Response:
    """The link on this one page; only its digest is stored."""
    who = await accounts.get_staff(visit.db, staff_id)
    token = await accounts.make_link(visit.db, staff_id, visit.now)
    link = f"{visit.console.settings.chat_url}/staff/sign-in#{token}"
    return await visit.show("account-link.html", who=who, link=link)


async def _list(visit: Visit, status: int = 200, **values: object) -> Response:
    given = {"email": "", "name": "", "chosen": [], **values}
    found = await accounts.list_staff(visit.db)
    names = role_names(visit.words)
    return await visit.show("accounts.html", status, accounts=found, names=names, **given)


async def _show(visit: Visit, staff_id: int, status: int = 200, **values: object) -> Response:
    who = await accounts.get_staff(visit.db, staff_id)
    successors = await caseload.list_successors(visit.db, staff_id)
    return await visit.show(
        "account.html",
        status,
        who=who,
        names=role_names(visit.words),
        cases=open_cases(await caseload.count_cases(visit.db, staff_id), visit.words),
        successors=[(str(each.id), each.name) for each in successors],
        **{"chosen": who.roles, **values},
    )


def _chosen(visit: Visit, field: str) -> int | None:
    """Who takes over the cases, as the form says; None where nobody is chosen."""
    return read_count(visit.form[field]) or None


async def _given(
    visit: Visit, given: Sequence[int], to: int | None, said: str | None = None
) -> Response:
    """Back to the account, with each case that was handed over in the log."""
    for number in given:
        await visit.note("case.hand-over", f"enrolment:{number}", why=NEW_CASE_WORKER)
    parts = [said] if said else []
    if given:
        await visit.note("cases.take", f"staff:{to}", why=f"{len(given)}, staff:{visit.number()}")
        parts.append(handed_over(len(given), visit.words))
    return visit.go(f"/staff/accounts/{visit.number()}", " ".join(parts) or None)


def _errors(visit: Visit, error: Refused, cases_field: str = "") -> dict[str, str]:
    """The field that a refusal is about, and what to say there."""
    if error.reason in _CASES:
        return {cases_field: cases_flaw(error.reason, visit.words)}
    flaw = _FLAWS.get(error.reason, roles_flaw)
    field = {email_flaw: "email", name_flaw: "name"}.get(flaw, "roles")
    return {field: flaw(error.reason, visit.words)}
