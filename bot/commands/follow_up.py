"""`innom follow-up ...`: programmes, enrolments and appointments, without a page."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.actions import follow_up
from bot.commands.context import Cannot, Context, Wrong
from bot.commands.staff import get_account
from bot.control import Answer
from db.engine import Db
from db.follow_up import Programme
from db.staff import CASE_WORKER, Account, Note, add_event

MOST = 2**63  # the databases know no larger numbers
CHANGED_CLOCKS: Mapping[str | None, tuple[str, ...]] = {
    None: (),
    "gap": ("The clocks change that night: this time does not exist; the time above is meant.",),
    "twice": ("The clocks change that night: this time comes twice; the first is meant.",),
}


async def add_programme(context: Context, name: str, day: bool, hour: bool) -> Answer:
    """Makes a programme, with reminders the day before and an hour before unless told not to."""
    async with context.database.write() as db:
        now = context.now()
        made = await follow_up.make_programme(db, name, day=day, hour=hour, now=now)
        await _note(context, db, "programme", f"programme:{made}")
    return Answer(out=(f"Programme {made}: {name}",))


async def list_programmes(context: Context) -> Answer:
    """All programmes, a line each."""
    async with context.database.read() as db:
        found = await follow_up.list_programmes(db)
    return Answer(out=tuple(f"{each.id}  {each.name}" for each in found) or ("No programmes yet.",))


async def enrol(context: Context, programme: str, first_name: str, case_worker: str) -> Answer:
    """Enrols somebody with a case worker; the invitation is shown this once."""
    async with context.database.write() as db:
        worker = await _case_worker(db, case_worker)
        plan = await _programme(db, programme)
        case, invitation = await follow_up.enrol(
            db, plan.id or 0, worker.id, first_name, context.now()
        )
        await _note(context, db, "enrol", f"enrolment:{case}")
    until = _local(context, invitation.expires_at)
    url = f"{context.settings.chat_url}/#join={invitation.link_token}"
    bot_link = context.reach().telegram_link(invitation.link_token)
    in_telegram = (f"Link into Telegram: {bot_link}",) if bot_link else ()
    return Answer(
        out=(f"Case {case} with {worker.email}. The invitation is good once, until {until}.",),
        once=(f"Link: {url}", *in_telegram, f"Code: {invitation.code}"),
    )


async def appoint(
    context: Context, enrolment: int, when: str, minutes: int, place: str | None
) -> Answer:
    """Makes an appointment at a local time, with its reminders."""
    zone = context.knowledge().profile.zone
    async with context.database.write() as db:
        now, quiet = context.now(), context.settings.quiet_hours
        wall = follow_up.read_wall(when, zone)
        made = await follow_up.make_appointment(
            db, _number(enrolment), wall, minutes, place, now, quiet, zone
        )
        await _note(context, db, "appoint", f"enrolment:{enrolment}")
    at = _local(context, wall.instant)
    return Answer(out=(f"Appointment {made.id}: {at} ({zone})", *CHANGED_CLOCKS[wall.note]))


async def cancel(context: Context, appointment: int) -> Answer:
    """Cancels an appointment and what was still to be sent about it."""
    async with context.database.write() as db:
        await follow_up.cancel_appointment(db, _number(appointment), context.now())
        await _note(context, db, "cancel", f"appointment:{appointment}")
    return Answer(out=(f"Cancelled: appointment {appointment}",))


async def list_cases(context: Context, case_worker: str) -> Answer:
    """A case worker's cases. Each is noted as seen, for the person may ask who looked."""
    async with context.database.write() as db:
        worker = await get_account(db, case_worker)
        cases = await follow_up.list_cases(db, worker.id, context.now())
        for case in cases:
            await _note(context, db, "list", f"enrolment:{case.enrolment_id}")
    return Answer(out=tuple(_line(context, case) for case in cases) or ("No cases yet.",))


async def _case_worker(db: Db, email: str) -> Account:
    account = await get_account(db, email)
    if not account.is_active or CASE_WORKER not in account.roles:
        raise Cannot(f"{email}: is no active case worker; `innom staff list` shows all")
    return account


async def _programme(db: Db, named: str) -> Programme:
    """A programme by its name or number. Raises Cannot."""
    for programme in await follow_up.list_programmes(db):
        if named.strip() in (programme.name, str(programme.id)):
            return programme
    raise Cannot(f"{named}: no such programme; `innom follow-up programme list` shows all")


async def _note(context: Context, db: Db, verb: str, about: str) -> None:
    await add_event(db, None, context.now(), Note(f"command.follow-up.{verb}", about=about))


def _line(context: Context, case: follow_up.Case) -> str:
    name = case.first_name or "(erased)"
    parts = [f"{case.enrolment_id}  {name}  {case.programme}  {case.state}"]
    if case.check_number:
        parts.append(f"check number {case.check_number}")
    if case.appointment:
        at = _local(context, case.appointment.starts_at)
        parts.append(f"appointment {case.appointment.id} {at}, {case.answer or 'no answer'}")
    if case.waits:
        parts.append(f"waits: {', '.join(case.waits)}")
    return "  ".join(parts)


def _local(context: Context, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(context.knowledge().profile.zone)):%Y-%m-%d %H:%M}"


def _number(given: int) -> int:
    """An id that the databases can look up. Raises Wrong."""
    if not 0 < given < MOST:
        raise Wrong(f"{given}: no such number")
    return given
