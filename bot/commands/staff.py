"""`innom staff ...`: accounts and sign-in links, for whoever may use the machine."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.actions import staff
from bot.actions.caseload import NEW_CASE_WORKER, count_cases
from bot.actions.errors import NotFound
from bot.commands.context import Cannot, Context
from bot.control import Answer
from db.engine import Db
from db.staff import CASE_WORKER, Account, Note, add_event


async def add(context: Context, email: str, name: str, role: list[str]) -> Answer:
    """Makes an account, and a link for its first sign-in."""
    async with context.database.write() as db:
        staff_id = await staff.add_staff(db, email, name, role, context.now())
        await _note(context, db, "add", staff_id)
        return await _link(context, db, await staff.get_staff(db, staff_id))


async def link(context: Context, email: str) -> Answer:
    """A new sign-in link; the one before is of no use any more."""
    async with _change(context, "link", email) as (db, account):
        if not account.is_active:
            raise Cannot(f"{email}: this account is disabled; `innom staff enable` opens it")
        return await _link(context, db, account)


async def list_accounts(context: Context) -> Answer:
    """All accounts, a line each."""
    async with context.database.read() as db:
        accounts = await staff.list_staff(db)
    width = max((len(account.email) for account in accounts), default=0)
    return Answer(out=tuple(_line(account, width) for account in accounts) or ("No accounts yet.",))


async def disable(context: Context, email: str, cases_to: str | None = None) -> Answer:
    """Closes an account at once; its sessions end. Open cases go to another case worker."""
    async with _change(context, "disable", email) as (db, account):
        to = await _successor(db, account, cases_to)
        given = await staff.disable(db, account.id, to)
        await _note_given(context, db, given, to)
    return Answer(out=(f"Disabled: {account.email}", *_given(given, cases_to)))


async def enable(context: Context, email: str) -> Answer:
    """Opens a disabled account again."""
    async with _change(context, "enable", email) as (db, account):
        await staff.enable(db, account.id)
    return Answer(out=(f"Enabled: {account.email}",))


async def roles(
    context: Context, email: str, role: list[str], cases_to: str | None = None
) -> Answer:
    """Gives an account these roles and no others; its sessions end. Open cases go as they must."""
    async with _change(context, "roles", email) as (db, account):
        to = None if CASE_WORKER in role else await _successor(db, account, cases_to)
        given = await staff.set_roles(db, account.id, role, to)
        await _note_given(context, db, given, to)
        account = await staff.get_staff(db, account.id)
    return Answer(
        out=(f"{account.email}: {', '.join(sorted(account.roles))}", *_given(given, cases_to))
    )


async def reset_second_factor(context: Context, email: str) -> Answer:
    """The account sets up its second factor anew at the next sign-in; its sessions end."""
    async with _change(context, "reset-second-factor", email) as (db, account):
        await staff.reset_second_factor(db, account.id)
    return Answer(out=(f"{account.email}: sets up the second factor at the next sign-in",))


async def _successor(db: Db, account: Account, email: str | None) -> int | None:
    """Who takes over the open cases of an account. Raises Cannot where nobody is named."""
    if email:
        return (await get_account(db, email)).id
    if count := await count_cases(db, account.id):
        lead = f"{account.email}: open cases: {count}"
        raise Cannot(f"{lead}; name who takes them over with --cases-to EMAIL")
    return None


async def _note_given(context: Context, db: Db, given: Sequence[int], to: int | None) -> None:
    """Each case that another has now, and how many that one took."""
    for number in given:
        note = Note("command.staff.hand-over", f"enrolment:{number}", NEW_CASE_WORKER)
        await add_event(db, None, context.now(), note)
    if given:
        note = Note("command.staff.take", f"staff:{to}", str(len(given)))
        await add_event(db, None, context.now(), note)


def _given(given: Sequence[int], cases_to: str | None) -> tuple[str, ...]:
    return (f"Cases handed over to {cases_to}: {len(given)}",) if given else ()


@asynccontextmanager
async def _change(context: Context, verb: str, email: str) -> AsyncIterator[tuple[Db, Account]]:
    """One unit of work on an account, noted in the log. Raises Cannot where there is none."""
    async with context.database.write() as db:
        account = await get_account(db, email)
        yield db, account
        await _note(context, db, verb, account.id)


async def get_account(db: Db, email: str) -> Account:
    """The account with this address. Raises Cannot."""
    try:
        return await staff.get_staff_of(db, email)
    except NotFound:
        raise Cannot(f"{email}: no such account; `innom staff list` shows all") from None


async def _note(context: Context, db: Db, verb: str, staff_id: int) -> None:
    note = Note(f"command.staff.{verb}", about=f"staff:{staff_id}")
    await add_event(db, None, context.now(), note)


async def _link(context: Context, db: Db, account: Account) -> Answer:
    token = await staff.make_link(db, account.id, context.now())
    return Answer(
        out=(f"{account.email}: a sign-in link, good once and for {hours_of_a_link()} hours",),
        once=(sign_in_url(context.settings.chat_url, token),),
    )


def sign_in_url(chat_url: str, token: str) -> str:
    """Where a sign-in link leads; what stands after # reaches no server and no log."""
    return f"{chat_url}/staff/sign-in#{token}"


def hours_of_a_link() -> int:
    """How long a sign-in link is good."""
    return int(staff.LINK_LIVES.total_seconds() // 3600)


def _line(account: Account, width: int) -> str:
    state = "active" if account.is_active else "disabled"
    first = "" if account.has_password else ", never signed in"
    factor = ", second factor" if account.has_second_factor else ""
    roles = ",".join(sorted(account.roles))
    return f"{account.email:{width}}  {roles}  {state}{first}{factor}  {account.name}"
