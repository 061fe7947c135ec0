"""Staff: accounts, sign-in links and sessions. Secrets are stored as their SHA-256 alone."""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.actions.caseload import leave_cases
from bot.actions.errors import NotFound, Refused
from bot.knowledge.text import clean
from db import staff as table
from db.engine import Db
from db.staff import ADMIN, CASE_WORKER, ROLES, Account, Session

LINK_LIVES = timedelta(hours=24)
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=10)  # OWASP ASVS 5.0, 7.3
SEEN_EVERY = timedelta(minutes=1)  # how often "still here" is written
NEEDS_SECOND_FACTOR = frozenset({ADMIN, CASE_WORKER})
# The first administrator, until the link is used and asks for the real ones.
FIRST, FIRST_NAME = "admin@localhost", "Administrator"
_EMAIL = re.compile(
    r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)+"
)


# --- accounts


async def add_staff(db: Db, email: str, name: str, roles: Collection[str], now: datetime) -> int:
    """A new account; returns its id. Refused: `email`, `name`, `roles`, `taken`."""
    email, name = clean(email).lower(), clean(name)
    if reason := why_not_email(email) or why_not_name(name):
        raise Refused(reason)
    await table.lock_accounts(db)
    if await table.find_account_of(db, email):
        raise Refused("taken")
    return await table.add_account(db, email, name, _known(roles), now)


def why_not_email(email: str) -> str | None:
    """`email` for what is no e-mail address, else None."""
    return None if len(email) <= 120 and _EMAIL.fullmatch(email) else "email"


def why_not_name(name: str) -> str | None:
    """`name` for none or one that is too long, else None."""
    return None if 0 < len(name) <= 80 else "name"


async def list_staff(db: Db) -> list[Account]:
    """All accounts, by name."""
    return await table.list_accounts(db)


async def get_staff(db: Db, staff_id: int) -> Account:
    """An account. Raises NotFound."""
    account = await table.find_account(db, staff_id)
    if account is None:
        raise NotFound
    return account


async def get_staff_of(db: Db, email: str) -> Account:
    """An account by its e-mail address. Raises NotFound."""
    account = await table.find_account_of(db, email.strip().lower())
    if account is None:
        raise NotFound
    return account


async def set_roles(
    db: Db, staff_id: int, roles: Collection[str], cases_to: int | None = None
) -> list[int]:
    """Other roles; ends the account's sessions. Refused: `roles`, `last-admin`.

    Who is a case worker no more gives the open cases to `cases_to`: returns their numbers, or
    Refused: `cases`, `successor`.
    """
    known = _known(roles)
    account = await _locked(db, staff_id, still_admin=ADMIN in known)
    if account.roles == set(known):
        return []
    given = [] if CASE_WORKER in known else await leave_cases(db, staff_id, cases_to)
    await table.change_account(db, staff_id, ends_sessions=True, roles=known)
    return given


async def disable(db: Db, staff_id: int, cases_to: int | None = None) -> list[int]:
    """Nobody signs in with it any more, and its sessions end. Refused: `last-admin`.

    The open cases go to `cases_to`: returns their numbers, or Refused: `cases`, `successor`.
    """
    await _locked(db, staff_id, still_admin=False)
    given = await leave_cases(db, staff_id, cases_to)
    await table.change_account(db, staff_id, ends_sessions=True, is_active=False)
    return given


async def enable(db: Db, staff_id: int) -> None:
    """The account works again, with the password that it had. Raises NotFound."""
    await _locked(db, staff_id, still_admin=True)
    await table.change_account(db, staff_id, is_active=True, failures=0, failed_at=None)


async def reset_second_factor(db: Db, staff_id: int) -> None:
    """The next sign-in sets the second factor up anew; ends the sessions. Raises NotFound."""
    await _locked(db, staff_id, still_admin=True)
    await table.change_account(db, staff_id, ends_sessions=True, totp_secret=None, totp_step=0)


async def end_sessions(db: Db, staff_id: int) -> None:
    """Signs an account out everywhere."""
    await table.change_account(db, staff_id, ends_sessions=True)


# --- links


async def make_link(db: Db, staff_id: int, now: datetime) -> str:
    """The token of a new one-time link; older links are of no use any more. Raises NotFound."""
    await get_staff(db, staff_id)
    token = secrets.token_urlsafe(32)
    await table.add_link(db, staff_id, digest(token), now + LINK_LIVES)
    return token


async def ensure_first_admin(db: Db, now: datetime) -> str | None:
    """The token of a link for the first administrator, where nobody can sign in or be let in.

    None where there are accounts already (`innom staff link` makes links for them), and while a
    link that another process showed still works.
    """
    found = await table.lock_accounts(db)
    first = next((account for account in found if account.email == FIRST), None)
    if found and (first is None or first.has_password):
        return None
    if first and await table.has_open_link(db, first.id, now):
        return None
    staff_id = first.id if first else await table.add_account(db, FIRST, FIRST_NAME, [ADMIN], now)
    return await make_link(db, staff_id, now)


# --- sessions


async def open_session(db: Db, staff_id: int, now: datetime, *, second_factor: bool = False) -> str:
    """Signs in; returns the cookie's value, 256 random bits."""
    token = secrets.token_urlsafe(32)
    account = await get_staff(db, staff_id)
    csrf = secrets.token_urlsafe(32)
    await table.add_session(db, account, digest(token), csrf, now, second_factor=second_factor)
    return token


async def find_session(db: Db, token: str, now: datetime) -> tuple[Session, Account] | None:
    """Who signed in with this cookie; None where the session ended in any way."""
    found = await table.find_session(db, digest(token))
    return found if found and _counts(*found, now) else None


def is_whole(session: Session, account: Account) -> bool:
    """Whether nothing is missing: whoever has a second factor, or needs one, has shown it."""
    asked = account.has_second_factor or bool(account.roles & NEEDS_SECOND_FACTOR)
    return session.second_factor or not asked


def digest(token: str) -> str:
    """The SHA-256 of a token; tokens are random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _counts(session: Session, account: Account, now: datetime) -> bool:
    fresh = now - session.seen_at < IDLE and now - session.created_at < LONGEST
    return fresh and account.is_active and session.version == account.version


def _known(roles: Collection[str]) -> list[str]:
    """The roles in their order. Refused: `roles`, for none and for unknown ones."""
    if not roles or not set(roles) <= set(ROLES):
        raise Refused("roles")
    return [role for role in ROLES if role in roles]


async def _locked(db: Db, staff_id: int, *, still_admin: bool) -> Account:
    """The account, under a lock on all. Raises NotFound; Refused: `last-admin`."""
    found = {account.id: account for account in await table.lock_accounts(db)}
    if staff_id not in found:
        raise NotFound
    admins = {a.id for a in found.values() if a.is_active and ADMIN in a.roles}
    if not still_admin and admins == {staff_id}:
        raise Refused("last-admin")
    return found[staff_id]
