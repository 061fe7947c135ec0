"""What `innom doctor` finds in the database, on the disk and at the mail server."""

import shutil
import stat
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

from aiosmtplib import SMTPAuthenticationError, SMTPException

from bot.actions.overview import what_runs
from bot.actions.sample_slots import is_loopback
from bot.actions.staff import NEEDS_SECOND_FACTOR
from bot.channels.mail import connected
from bot.settings import Settings
from db import inbox, outbox
from db.engine import Db
from db.feedback import count_feedback
from db.staff import ADMIN, Account, list_accounts

GOOD, WARN, BAD = "ok", "warning", "fault"
MOST_NOES = 3  # entries named for not having helped
LITTLE_SPACE = 200_000_000  # bytes; a database that cannot grow takes no messages


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do."""

    level: str
    text: str


async def in_database(db: Db, now: datetime) -> AsyncIterator[Finding]:
    """What is stored and wants a look."""
    for finding in [await _dead(db), await _outbox(db), *await _running(db, now)]:
        yield finding
    for finding in staff_findings(await list_accounts(db)):
        yield finding
    yield await _feedback(db)


def staff_findings(accounts: list[Account]) -> Iterator[Finding]:
    """Whether staff can sign in, and as safely as they should."""
    active = [account for account in accounts if account.is_active]
    admins = [account for account in active if ADMIN in account.roles]
    if not any(account.has_password for account in admins):
        way = "`innom staff add EMAIL --name NAME --role admin` makes one"
        if admins:
            way = f"`innom staff link {admins[0].email}` makes one"
        yield Finding(
            WARN,
            f"staff: no administrator has signed in yet; the first start shows a link, or {way}",
        )
        return
    yield Finding(GOOD, f"staff: {len(active)} accounts, {len(admins)} with administrator's rights")
    open_ones = [a for a in active if a.roles & NEEDS_SECOND_FACTOR and not a.has_second_factor]
    if open_ones:
        count = len(open_ones)
        yield Finding(
            WARN, f"staff: {count} without a second factor who need one; see `innom staff list`"
        )


def place_findings(settings: Settings) -> Iterator[Finding]:
    """The data folder's disk and rights, and the quiet hours."""
    folder = next(path for path in _upwards(settings.data_dir) if path.exists())
    free = shutil.disk_usage(folder).free
    level = WARN if free < LITTLE_SPACE else GOOD
    yield Finding(level, f"disk: {free // 1_000_000} MB free in {folder}")
    if settings.data_dir.exists() and settings.data_dir.stat().st_mode & (stat.S_IRWXO):
        yield Finding(WARN, f"disk: others can look into {settings.data_dir}; chmod o-rwx it")
    start, end = settings.quiet_hours
    if start == end:
        yield Finding(WARN, "quiet hours: none; reminders may go out at night")
    else:
        yield Finding(GOOD, f"quiet hours: {start:02}-{end:02}, local time")


def way_findings(settings: Settings) -> Iterator[Finding]:
    """Whether what goes between browsers and here can be read on the way."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = settings.base_url or f"http://{host}"
    if not (url.startswith("https://") or is_loopback(url)):
        way = "put a server with TLS in front, and set INNOM_BASE_URL to its https address"
        yield Finding(WARN, f"https: off; passwords and chats can be read on the way; {way}")
    elif not is_loopback(f"http://{host}") and all(map(_is_here, settings.trusted_proxies)):
        # It listens to other machines and speaks no https itself: something stands in front.
        way = "set INNOM_TRUSTED_PROXIES to its address, or all visitors share one"
        yield Finding(WARN, f"proxy: is the web server in front on another machine? Then {way}")


async def mail_finding(settings: Settings) -> Finding:
    """Whether the mail server lets us in. Nothing is sent."""
    if not settings.smtp_url:
        return Finding(GOOD, "e-mail: off (INNOM_SMTP_URL is empty); staff see all on their pages")
    try:
        async with connected(settings.smtp_url) as line:
            await line.noop()
            await line.quit()
    except SMTPAuthenticationError:
        return Finding(BAD, "INNOM_SMTP_URL: the mail server refuses user or password")
    except (SMTPException, OSError, TimeoutError, ValueError) as error:
        return Finding(BAD, f"INNOM_SMTP_URL: the mail server: {type(error).__name__}")
    return Finding(GOOD, f"e-mail: the mail server answers; sender {settings.mail_from}")


async def _dead(db: Db) -> Finding:
    dead = await inbox.list_dead(db)
    if not dead:
        return Finding(GOOD, "inbox: every update was handled")
    names = ", ".join(sorted({error or "?" for _, error, _ in dead}))
    return Finding(WARN, f"inbox: {len(dead)} updates could not be handled ({names})")


async def _outbox(db: Db) -> Finding:
    states = await outbox.count_states(db)
    failed = states.get(outbox.FAILED, 0) + states.get(outbox.UNCERTAIN, 0)
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "empty"
    return Finding(WARN if failed else GOOD, f"outbox: {counts}")


async def _running(db: Db, now: datetime) -> list[Finding]:
    """Whether messages go out in time."""
    running, found = await what_runs(db, now), []
    if running.oldest_due and running.is_late:
        minutes = int(running.oldest_due.total_seconds() // 60)
        found.append(Finding(WARN, f"outbox: a message has waited {minutes} minutes to be sent"))
    for name, at in sorted(running.beats.items()):
        level = WARN if name in running.still else GOOD
        found.append(Finding(level, f"heartbeat: {name} last ran at {at:%Y-%m-%d %H:%M} UTC"))
    return found


async def _feedback(db: Db) -> Finding:
    counts = await count_feedback(db)
    helped = sum(count for (_, yes), count in counts.items() if yes)
    failed = Counter({slug: count for (slug, yes), count in counts.items() if not yes})
    most = ", ".join(f"{slug} {count}" for slug, count in failed.most_common(MOST_NOES))
    names = f" ({most})" if most else ""
    return Finding(GOOD, f"feedback: {helped} yes, {failed.total()} no{names}")


def _is_here(network: str) -> bool:
    return ip_network(network).is_loopback


def _upwards(folder: Path) -> list[Path]:
    whole = folder.absolute()
    return [whole, *whole.parents]
