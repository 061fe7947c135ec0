"""What a case worker sees: own cases with what waits in each, and the answers that came."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from db import appointments as made
from db import follow_up as stored
from db.addresses import TERMINAL_BOT, WEB_BOT
from db.engine import Db
from db.follow_up import CALL_ME, CANNOT, CONFIRMED, ENDED, JOINED, LEFT, PLANNED, Appointment, Part
from db.outbox import EXPIRED, FAILED, SENT, UNCERTAIN

CLOSE = timedelta(hours=24)  # so long before, an unanswered appointment is worth a look
ANSWERS_SINCE = timedelta(days=30)


class Waits(StrEnum):
    """What waits for the case worker in a case, the most pressing first."""

    CALL_ME = "call-me"
    CANNOT = "cannot"
    TO_CONFIRM = "to-confirm"
    NOT_DELIVERED = "not-delivered"
    NO_ANSWER = "no-answer"
    SILENT = "silent"  # the person has stopped all reminders
    NEW_ANSWER = "new-answer"


@dataclass(frozen=True, slots=True)
class Case:
    """One person's follow-up. `appointment` is the next one, with its answer.

    `lang` is the person's language, where the chat knows it.

    `channel` is web, telegram, terminal or None before somebody joined. `delivery` is how the
    latest reminder of that appointment ended (sent, uncertain, failed, expired), if one was due.
    """

    enrolment_id: int
    first_name: str | None
    programme: str
    state: str
    channel: str | None
    lang: str | None
    check_number: str | None
    joined_at: datetime | None
    appointment: Appointment | None
    delivery: str | None
    waits: tuple[Waits, ...]

    @property
    def answer(self) -> str | None:
        """coming, cannot, call-me, or None without one."""
        return self.appointment.answer if self.appointment else None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to an appointment; `is_new` until the case worker has seen it."""

    appointment: Appointment
    enrolment_id: int
    first_name: str | None
    is_new: bool


async def list_cases(db: Db, staff_id: int, now: datetime) -> list[Case]:
    """A case worker's own cases: what waits first, then by the next appointment."""
    coming: dict[int, list[Appointment]] = defaultdict(list)
    over: dict[int, list[Appointment]] = defaultdict(list)
    for appointment, enrolment in await made.list_of_staff(db, staff_id, now - ANSWERS_SINCE):
        if appointment.state == PLANNED:
            found = coming if appointment.starts_at > now else over
            found[enrolment.id or 0].append(appointment)
    firsts = [each[0].id or 0 for each in coming.values()]
    delivered = _deliveries(await made.list_reminders(db, firsts))
    cases = [
        _case(part, coming[part.enrolment.id or 0], over[part.enrolment.id or 0], delivered, now)
        for part in await stored.list_of_staff(db, staff_id)
    ]
    return sorted(cases, key=_urgency)


async def list_answers(db: Db, staff_id: int, now: datetime) -> list[Answered]:
    """The answers to a case worker's appointments of the last 30 days and to come; new first."""
    found = await made.list_of_staff(db, staff_id, now - ANSWERS_SINCE)
    answers = [
        Answered(each, enrolment.id or 0, enrolment.first_name, each.seen_at is None)
        for each, enrolment in found
        if each.answered_at
    ]
    return sorted(answers, key=lambda each: (not each.is_new, each.appointment.starts_at))


def channel_of(bot_id: int | None) -> str | None:
    """The name of the channel that a bot's number stands for."""
    if bot_id is None:
        return None
    return {WEB_BOT: "web", TERMINAL_BOT: "terminal"}.get(bot_id, "telegram")


def _case(
    part: Part,
    coming: Sequence[Appointment],
    over: Sequence[Appointment],
    delivered: dict[int, str],
    now: datetime,
) -> Case:
    enrolment = part.enrolment
    first = coming[0] if coming else None
    delivery = delivered.get(first.id or 0) if first else None
    waits = {*_waiting(part, coming, delivery, now), *_left_over(part, over)}
    return Case(
        enrolment_id=enrolment.id or 0,
        first_name=enrolment.first_name,
        programme=part.programme,
        state=enrolment.state,
        channel=channel_of(part.bot_id),
        lang=part.lang,
        check_number=enrolment.check_number,
        joined_at=enrolment.joined_at,
        appointment=first,
        delivery=delivery,
        waits=tuple(sorted(waits, key=_ORDER.index)),
    )


def _left_over(part: Part, over: Sequence[Appointment]) -> list[Waits]:
    """Answers that nobody has seen though the time is over: who wants a call still waits for it."""
    if part.enrolment.state not in (CONFIRMED, LEFT):
        return []
    return [_ANSWERED[a] for each in over if (a := _unseen_answer(each)) in _ANSWERED]


def _unseen_answer(appointment: Appointment) -> str:
    """An answer that waits for the case worker; empty for none."""
    return (appointment.answer or "") if appointment.seen_at is None else ""


def _waiting(
    part: Part, coming: Sequence[Appointment], delivery: str | None, now: datetime
) -> list[Waits]:
    enrolment = part.enrolment
    waits = [Waits.TO_CONFIRM] if enrolment.state == JOINED else []
    unseen = [answer for each in coming if (answer := _unseen_answer(each))]
    waits += [_ANSWERED.get(answer, Waits.NEW_ANSWER) for answer in unseen]
    if delivery in (UNCERTAIN, FAILED, EXPIRED):
        waits.append(Waits.NOT_DELIVERED)
    if coming and part.paused_at and enrolment.state == CONFIRMED:
        waits.append(Waits.SILENT)
    first = coming[0] if coming and enrolment.state == CONFIRMED else None
    if first and first.answer is None and first.starts_at - now < CLOSE:
        waits.append(Waits.NO_ANSWER)
    return waits


def _deliveries(reminders: Sequence[tuple[str, str, datetime]]) -> dict[int, str]:
    """The worst outcome of each appointment's reminders; an hour's that arrived mends a day's."""
    found: dict[int, set[str]] = defaultdict(set)
    for about, state, _ in reminders:
        found[int(about.split(":")[1])].add(state)
    worst = (SENT, UNCERTAIN, FAILED, EXPIRED)
    return {
        appointment: next(state for state in worst if state in states)
        for appointment, states in found.items()
        if states & set(worst)
    }


def _urgency(case: Case) -> tuple[bool, int, bool, str]:
    first = _ORDER.index(case.waits[0]) if case.waits else len(_ORDER)
    when = case.appointment.starts_at.isoformat() if case.appointment else "9"
    return case.state == ENDED, first, case.appointment is None, when


_ORDER = list(Waits)
_ANSWERED = {CALL_ME: Waits.CALL_ME, CANNOT: Waits.CANNOT}
