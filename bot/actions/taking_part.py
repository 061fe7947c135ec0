"""A person's own part in a follow-up: answers to reminders, leaving, coming back, silence."""

from datetime import datetime, timedelta

from bot.actions.appointments import plan_reminders, withdraw_reminders
from bot.actions.outbox import STAFF_ANSWER, cancel_about, queue_for_staff
from bot.actions.quiet_hours import Quiet
from bot.actions.reminder_plan import QUIET
from db import addresses
from db import appointments as made
from db import follow_up as stored
from db.booking import list_bookings
from db.engine import Db
from db.follow_up import CALL_ME, CANNOT, COMING, CONFIRMED, JOINED, LEFT, Appointment, Enrolment
from db.outbox import MAY_HAVE_ARRIVED

ANSWERS = (COMING, CANNOT, CALL_ME)
MAIL_IS_USEFUL = timedelta(days=1)


async def answer_appointment(
    db: Db, address_id: int, appointment_id: int, answer: str, now: datetime, *, mail: bool
) -> Appointment | None:
    """Stores an answer, which may change an earlier one; None for what is not one's own to come.

    Where e-mail is set up, one is queued that names nobody.
    """
    found = await made.find_own(db, address_id, appointment_id, now)
    if found is None or answer not in ANSWERS:
        return None
    appointment, enrolment = found
    # A case worker may just be removing this chat: then the answer is nobody's.
    now_there = await stored.lock_enrolment(db, enrolment.id or 0)
    if now_there is None or (now_there.address_id, now_there.state) != (address_id, CONFIRMED):
        return None
    if appointment.answer == answer:
        return appointment
    values = {"answer": answer, "answered_at": now, "seen_at": None}
    if not await made.change_appointment(db, appointment_id, values):
        return None
    if mail:
        await _tell_staff(db, appointment_id, enrolment, now)
    return (await made.find_own(db, address_id, appointment_id, now) or found)[0]


async def _tell_staff(db: Db, appointment_id: int, enrolment: Enrolment, now: datetime) -> None:
    about = f"appointment:{appointment_id}:answer"
    await cancel_about(db, about, now)  # one e-mail, however often the answer changes
    await queue_for_staff(
        db,
        staff_id=enrolment.staff_id,
        purpose=STAFF_ANSWER,
        about=about,
        due_at=now,
        useful_until=now + MAIL_IS_USEFUL,
    )


async def find_asked(
    db: Db, address_id: int, now: datetime, *, just_now: bool
) -> Appointment | None:
    """The appointment to come of the latest reminder that this chat got.

    With `just_now` only where nothing was said since: a yes may answer something else.
    """
    own = {each.id or 0: each for each, _ in await made.list_own(db, address_id, now)}
    reminded = [
        (at, own[int(about.split(":")[1])])
        for about, state, at in await made.list_reminders(db, list(own))
        if state in MAY_HAVE_ARRIVED
    ]
    if not reminded:
        return None
    at, appointment = max(reminded, key=lambda each: each[0])
    chat = await addresses.get_chat(db, address_id)
    return appointment if at >= chat.seen_at or not just_now else None


async def list_own(db: Db, address_id: int, now: datetime) -> list[Appointment]:
    """The appointments to come of a chat, soonest first."""
    return [appointment for appointment, _ in await made.list_own(db, address_id, now)]


async def find_own(
    db: Db, address_id: int, appointment_id: int, now: datetime
) -> Appointment | None:
    """An appointment to come of this chat; another's is not found."""
    found = await made.find_own(db, address_id, appointment_id, now)
    return found[0] if found else None


async def list_enrolments(db: Db, address_id: int) -> list[Enrolment]:
    """What this chat takes part in, or has left and may come back to."""
    return await stored.list_of_chat(db, address_id, (JOINED, CONFIRMED, LEFT))


async def leave(db: Db, address_id: int, now: datetime) -> bool:
    """Leaves at once, with all reminders; False where there was nothing to leave."""
    mine = await stored.list_of_chat(db, address_id, (JOINED, CONFIRMED))
    for enrolment in mine:
        number = enrolment.id or 0
        await withdraw_reminders(db, number, now)
        values = {"state": LEFT, "left_at": now}
        await stored.change_enrolment(db, number, (JOINED, CONFIRMED), values)
    return bool(mine)


async def come_back(db: Db, address_id: int, now: datetime, quiet: Quiet = QUIET) -> bool:
    """Takes part again, with the reminders of what is to come; False where nothing was left."""
    gone = await stored.list_of_chat(db, address_id, (LEFT,))
    for enrolment in gone:
        number = enrolment.id or 0
        state = CONFIRMED if enrolment.confirmed_at else JOINED
        values = {"state": state, "left_at": None}
        await stored.change_enrolment(db, number, (LEFT,), values)
        await plan_reminders(db, number, now, quiet)
    return bool(gone)


async def has_plans(db: Db, address_id: int, now: datetime) -> bool:
    """Whether this chat can get reminders: of a follow-up, or of what it booked."""
    mine = await stored.list_of_chat(db, address_id, (JOINED, CONFIRMED))
    return bool(mine) or bool(await list_bookings(db, address_id, now))


async def is_paused(db: Db, address_id: int) -> bool:
    """Whether the person wants nothing that was not asked for."""
    return (await addresses.get_chat(db, address_id)).paused_at is not None


async def set_paused(db: Db, address_id: int, at: datetime | None) -> None:
    """Stops everything that was not asked for; None lets it go out again."""
    await addresses.save_conversation(db, address_id, {"paused_at": at})


def end_of(appointment: Appointment) -> datetime:
    """When an appointment is over."""
    return appointment.starts_at + timedelta(minutes=appointment.minutes)


async def last_look(db: Db, appointment_id: int) -> datetime | None:
    """When the case worker of an appointment last looked at their list."""
    return await made.find_last_look(db, appointment_id)
