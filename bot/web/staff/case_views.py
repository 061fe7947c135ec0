"""What the pages of cases show: the rows of the list, and one case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response

from bot.actions import case_file, caseload
from bot.actions.case_file import Dated
from bot.actions.cases import Case
from bot.actions.local_time import day_and_time
from bot.actions.reminder_plan import DAY, SOON, plan_appointment
from bot.actions.reminders import remember_appointment
from bot.actions.wording import words_for
from bot.texts import Words
from bot.web.staff import case_words
from bot.web.staff.log_words import action_name
from bot.web.staff.visit import Visit
from db.follow_up import CANNOT, ENDED, INVITED, JOINED, Appointment

OWN_CASE = "own case"  # why a case is looked at; nobody else can


def row_of(case: Case, visit: Visit) -> dict[str, Any]:
    """A case in the list."""
    words, next_one = visit.words, case.appointment
    return {
        "id": case.enrolment_id,
        "name": case.first_name or words.t("No name"),
        "programme": case.programme,
        "state": case_words.state_name(case.state, words),
        "waits": case_words.waiting_lines(case, words),
        "next": day_and_time(next_one.starts_at, next_one.zone, words) if next_one else None,
        "answer": case_words.answer_name(case.answer, words) if next_one else None,
    }


async def case_page(
    visit: Visit, errors: Mapping[str, str] | None = None, status: int = 422
) -> Response:
    """The own case in the path, which is noted; with errors, what was typed stands there again."""
    await visit.note("case.view", about=f"enrolment:{visit.number()}", why=OWN_CASE)
    words, quiet = visit.words, visit.console.mind.reach.quiet_hours
    found = await case_file.open_case(visit.db, visit.staff.id, visit.number(), visit.now, quiet)
    state, theirs = found.case.state, _words_of(found.case, visit)
    successors = await caseload.list_successors(visit.db, visit.staff.id)
    return await visit.show(
        "case.html",
        status if errors else 200,
        case=found.case,
        name=found.case.first_name or words.t("No name"),
        state=case_words.state_line(found, words),
        dated=[_shown(each, theirs, visit) for each in found.dated],
        their_lang=theirs.lang,
        events=[(e, action_name(e.action, words)) for e in found.events],
        is_open=state != ENDED,
        is_invited=state == INVITED,
        to_confirm=state == JOINED,
        has_joined=state not in (INVITED, ENDED),
        expires=found.enrolment.code_expires_at,
        before=stamp(found.enrolment.code_expires_at),
        successors=[(str(each.id), each.name) for each in successors],
        typed=visit.form,
        errors=errors or {},
    )


def stamp(at: datetime | None) -> str:
    """An instant in a form's hidden field."""
    return at.isoformat() if at else ""


def _words_of(case: Case, visit: Visit) -> Words:
    """The words in which reminders go out; those of the page before anybody has joined."""
    if case.channel is None:
        return visit.words
    return words_for(visit.console.mind.knowledge, case.lang)


def _shown(each: Dated, theirs: Words, visit: Visit) -> dict[str, Any]:
    appointment, words = each.appointment, visit.words
    zone = appointment.zone
    return {
        "id": appointment.id,
        "when": day_and_time(appointment.starts_at, zone, words),
        "minutes": words.n("{count} minute", "{count} minutes", appointment.minutes),
        "place": appointment.place,
        "cancelled": appointment.cancelled_at,
        "answer": case_words.answer_name(appointment.answer, words),
        "given": appointment.answer,
        "answered": appointment.answered_at,
        "is_new": appointment.answered_at is not None and appointment.seen_at is None,
        "to_come": each.to_come,
        "reminders": [
            case_words.reminder_line(r, zone, words, wanted=appointment.answer != CANNOT)
            for r in each.reminders
        ],
        "looks": _looks(appointment, theirs, visit) if _is_reminded(each) else None,
    }


def _is_reminded(each: Dated) -> bool:
    """Whether a reminder may still go out: who cannot come gets none."""
    return each.to_come and each.appointment.answer != CANNOT


def _looks(appointment: Appointment, theirs: Words, visit: Visit) -> str | None:
    """The next reminder as it will look; None where it is too late for one."""
    at, zone, quiet = appointment.starts_at, appointment.zone, visit.console.mind.reach.quiet_hours
    planned = plan_appointment(at, zone, (DAY, SOON), visit.now, quiet)
    return remember_appointment(appointment, planned[0].due_at, theirs) if planned else None
