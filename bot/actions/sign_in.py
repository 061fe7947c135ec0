"""Signing in: links that count once, passwords, codes, and the patience with wrong ones.

Wrong tries make an account slow for strangers, up to a minute; a browser in which its owner has
signed in before is known by a cookie and is spared, so that nobody can lock anybody else out.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from bot.actions.second_factor import used_step
from bot.actions.staff import FIRST, NEEDS_SECOND_FACTOR, digest, open_session
from db import staff as table
from db.engine import Db
from db.staff import Account, Note, Secrets, Session

FREE_TRIES = 3
LONGEST_WAIT = timedelta(seconds=60)


def must_wait(account: Account, now: datetime) -> bool:
    """Whether a stranger's try comes too soon after the wrong ones; it does not count either."""
    if account.failed_at is None or account.failures <= FREE_TRIES:
        return False
    wait = timedelta(seconds=2 ** min(account.failures - FREE_TRIES, 6))
    return now < account.failed_at + min(wait, LONGEST_WAIT)


async def note_failure(db: Db, account: Account, now: datetime) -> None:
    """Counts a wrong password or code."""
    more = table.accounts.c.failures + 1
    await table.change_account(db, account.id, failures=more, failed_at=now)
    await table.add_event(db, account.id, now, Note("sign-in", outcome="denied"))


async def sign_in(db: Db, account: Account, now: datetime, *, known: bool = False) -> str | None:
    """Opens a session after the right password of this account as it was read; its cookie.

    None where it changed since, or where a stranger is to wait: many may have tried at once. The
    wrong tries count on until a code was shown, or whoever has the password guesses codes forever.
    """
    if await _find_same(db, account.id, account.version, now, known=known) is None:
        return None
    if not needs_code(account):
        await table.change_account(db, account.id, failures=0, failed_at=None)
    await table.add_event(db, account.id, now, Note("sign-in"))
    return await open_session(db, account.id, now)


def needs_code(account: Account) -> bool:
    """Whether the password alone is half a sign-in."""
    return account.has_second_factor or bool(account.roles & NEEDS_SECOND_FACTOR)


async def _find_same(
    db: Db, staff_id: int, version: int, now: datetime, *, known: bool
) -> Account | None:
    """The account, locked, where it is of this version and nobody is to wait."""
    await table.get_secrets(db, staff_id, lock=True)
    found = await table.find_account(db, staff_id)
    if found is None or found.version != version or not found.is_active:
        return None
    return found if known or not must_wait(found, now) else None


async def find_invited(db: Db, token: str, now: datetime) -> Account | None:
    """Whose link this is, without using it up; None for a disabled account's as well."""
    staff_id = await table.find_link(db, digest(token), now)
    account = await table.find_account(db, staff_id) if staff_id else None
    return account if account and account.is_active else None


async def accept(
    db: Db, token: str, password_hash: str, now: datetime, own: dict[str, str]
) -> str | None:
    """Uses the link up and sets the password; the cookie of the session. None: used meanwhile.

    `own` are e-mail and name of the first administrator, which nobody knew before.
    """
    account = await find_invited(db, token, now)
    if account is None or not await table.use_link(db, digest(token), now):
        return None
    values = {"password_hash": password_hash, "failures": 0, "failed_at": None}
    more = own if account.email == FIRST else {}
    await table.change_account(db, account.id, ends_sessions=True, **values, **more)
    await table.add_event(db, account.id, now, Note("sign-in", why="link"))
    return await open_session(db, account.id, now)


async def set_password(db: Db, staff_id: int, password_hash: str, now: datetime) -> None:
    """Another password; ends all sessions."""
    await table.change_account(db, staff_id, ends_sessions=True, password_hash=password_hash)
    await table.add_event(db, staff_id, now, Note("password"))


async def take_code(
    db: Db, session: Session, code: str, now: datetime, new_secret: str = "", *, known: bool = False
) -> str | None:
    """A new session with the second factor shown, in place of this one.

    None for a wrong code, which is counted, and for one that comes too soon after wrong ones.
    `new_secret` is set up with its first code, where the account has none yet.
    """
    account = await _find_same(db, session.staff_id, session.version, now, known=known)
    if account is None:
        return None
    kept = await table.get_secrets(db, account.id)
    secret = kept.totp_secret or new_secret
    step = used_step(secret, code, now, kept.totp_step) if secret else None
    if step is None:
        await note_failure(db, account, now)
        return None
    fresh = kept.totp_secret is None
    values = {"totp_secret": secret, "totp_step": step, "failures": 0, "failed_at": None}
    await table.change_account(db, account.id, ends_sessions=fresh, **values)
    await table.end_session(db, session.id)
    why = "set up" if fresh else None
    await table.add_event(db, account.id, now, Note("second-factor", why=why))
    return await open_session(db, account.id, now, second_factor=True)


# --- browsers that are known (OWASP's device cookies); a new password makes all strangers again,
# but the one in which it was chosen


def device(account: Account, kept: Secrets) -> str:
    """A cookie for a browser in which this account has signed in."""
    mark = secrets.token_urlsafe(16)
    return f"{account.id}.{mark}.{_seal(account, kept, mark)}"


def is_known(account: Account | None, kept: Secrets | None, cookie: str | None) -> bool:
    """Whether the cookie was given to a browser of this very account."""
    parts = (cookie or "").split(".")
    if account is None or kept is None or len(parts) != 3 or parts[0] != str(account.id):
        return False
    return hmac.compare_digest(_seal(account, kept, parts[1]).encode(), parts[2].encode())


def _seal(account: Account, kept: Secrets, mark: str) -> str:
    text = f"device:{account.id}:{mark}".encode()
    return hmac.new((kept.password_hash or "").encode(), text, hashlib.sha256).hexdigest()
