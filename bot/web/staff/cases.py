"""The case worker's pages: own cases alone. Each look and each change is noted."""

from collections.abc import Mapping

import segno
from starlette.responses import Response

from bot.actions import case_file, caseload, follow_up
from bot.actions.access import appointment_for, case_for
from bot.actions.cases import list_cases
from bot.actions.errors import Conflict, NotFound, Refused
from bot.actions.follow_up import Invitation
from bot.actions.invitations import new_token, token_like, token_of
from bot.actions.wall_time import read_wall
from bot.web.staff import case_words
from bot.web.staff.case_views import OWN_CASE, case_page, row_of, stamp
from bot.web.staff.slot_form import about_clocks, read_count
from bot.web.staff.visit import Pages, Visit
from bot.web.staff.words import cases_flaw
from db import call_back
from db.staff import CASE_WORKER, change_account

pages = Pages()
OWN = frozenset({CASE_WORKER})
HERE = "/staff/cases"


@pages.get(HERE, roles=OWN, cases=True, writes=True)
async def show_cases(visit: Visit) -> Response:
    """Own cases: what waits first. Opening it is what the young are told as "last looked"."""
    found = await list_cases(visit.db, visit.staff.id, visit.now)
    await change_account(visit.db, visit.staff.id, looked_at=visit.now)
    await visit.note("case.list", why=OWN_CASE)
    return await visit.show(
        "cases.html",
        waiting=[row_of(case, visit) for case in found if case.waits],
        others=[row_of(case, visit) for case in found if not case.waits],
        call_backs=await call_back.count_open(visit.db),
    )


@pages.get(HERE + "/new", roles=OWN, cases=True)
async def new_case(visit: Visit) -> Response:
    """An empty form."""
    return await _new(visit, {})


@pages.post(HERE + "/new", roles=OWN, cases=True)
async def enrol(visit: Visit) -> Response:
    """Enrols somebody, and shows the invitation once."""
    programme, name = read_count(visit.form["programme"]), visit.form["name"]
    token = token_of(_token(visit), programme, name)
    try:
        number, invitation = await follow_up.enrol(
            visit.db, programme, visit.staff.id, name, visit.now, token=token
        )
    except NotFound:
        return await _new(visit, case_words.wrong("programme", visit.words))
    except Refused as no:
        if no.reason == "again":
            said = visit.words.t("You have made that invitation already. It is shown only once.")
            return visit.go(HERE, said=said)
        return await _new(visit, case_words.wrong(no.reason, visit.words))
    await _note(visit, "case.enrol", number)
    return await _invitation(visit, number, invitation)


@pages.get(HERE + "/{id}", roles=OWN, cases=True)
async def show_case(visit: Visit) -> Response:
    """One case."""
    await _own(visit, "case.view")
    return await case_page(visit)


@pages.post(HERE + "/{id}/invite", roles=OWN, cases=True)
async def invite_again(visit: Visit) -> Response:
    """A new invitation, shown once; the one before is of no use any more."""
    number = await _own(visit, "case.invite")
    enrolment = await case_for(visit.db, visit.staff.id, number)
    if visit.form["before"] != stamp(enrolment.code_expires_at):
        return await _changed(visit)  # sent twice: the one that was shown must stay good
    try:
        invitation = await follow_up.invite_again(visit.db, number, visit.now)
    except Refused:
        return await _changed(visit)
    await _note(visit, "case.invite", number)
    return await _invitation(visit, number, invitation)


@pages.post(HERE + "/{id}/confirm", roles=OWN, cases=True)
async def confirm(visit: Visit) -> Response:
    """Who joined with the number on the form is the right one."""
    number = await _own(visit, "case.confirm")
    quiet = visit.console.mind.reach.quiet_hours
    try:
        await case_file.confirm_joined(visit.db, number, visit.form["number"], visit.now, quiet)
    except (Conflict, Refused):
        return await _changed(visit)
    said = visit.words.t("It is confirmed. Reminders go out from now on.")
    return await _done(visit, "case.confirm", number, said)


@pages.post(HERE + "/{id}/unlink", roles=OWN, cases=True)
async def unlink(visit: Visit) -> Response:
    """A wrong person joined."""
    number = await _own(visit, "case.unlink")
    try:
        await follow_up.unlink(visit.db, number, visit.now)
    except Refused:
        return await _changed(visit)
    said = visit.words.t("That chat is removed, and gets nothing more. You can invite again.")
    return await _done(visit, "case.unlink", number, said)


@pages.post(HERE + "/{id}/end", roles=OWN, cases=True)
async def end(visit: Visit) -> Response:
    """The follow-up is over, with all that is planned."""
    number = await _own(visit, "case.end")
    try:
        await follow_up.end_enrolment(visit.db, number, visit.now)
    except Refused:
        return await _changed(visit)
    return await _done(visit, "case.end", number, visit.words.t("This follow-up has ended."))


@pages.post(HERE + "/{id}/hand-over", roles=OWN, cases=True)
async def hand_over(visit: Visit) -> Response:
    """Another case worker has the case from now on."""
    number, to = await _own(visit, "case.hand-over"), read_count(visit.form["to"])
    try:
        taker = await caseload.hand_over(visit.db, visit.staff.id, number, to)
    except Refused as no:
        return await case_page(visit, {"to": cases_flaw(no.reason, visit.words)})
    await visit.note("case.hand-over", f"enrolment:{number}", why=caseload.NEW_CASE_WORKER)
    await visit.note("cases.take", f"staff:{taker.id}", why=f"1, staff:{visit.staff.id}")
    said = visit.words.t("{name} has the case from now on.", name=taker.name)
    return visit.go(HERE, said)


@pages.post(HERE + "/{id}/appointments", roles=OWN, cases=True)
async def make_appointment(visit: Visit) -> Response:
    """An appointment with its reminders, or the form again with what is wrong."""
    number = await _own(visit, "appointment.make")
    form, zone = visit.form, visit.console.mind.knowledge.profile.zone
    quiet = visit.console.mind.reach.quiet_hours
    minutes = read_count(form["minutes"], 30)
    try:
        wall = read_wall(f"{form['day']}T{form['at']}", zone)
        await follow_up.make_appointment(
            visit.db, number, wall, minutes, form["place"], visit.now, quiet, zone
        )
    except Refused as no:
        return await case_page(visit, case_words.wrong(no.reason, visit.words))
    said = f"{visit.words.t('The appointment is made.')} {about_clocks([wall], visit.words)}"
    return await _done(visit, "appointment.make", number, said.strip())


@pages.post(HERE + "/{id}/appointments/{appointment}/cancel", roles=OWN, cases=True)
async def cancel_appointment(visit: Visit) -> Response:
    """Cancels an appointment to come; who was reminded is told."""
    number, appointment = await _own_appointment(visit, "appointment.cancel")
    try:
        await follow_up.cancel_appointment(visit.db, appointment, visit.now)
    except Refused:
        return await _changed(visit)
    said = visit.words.t("The appointment is cancelled.")
    return await _done(visit, "appointment.cancel", number, said)


@pages.post(HERE + "/{id}/appointments/{appointment}/seen", roles=OWN, cases=True)
async def seen(visit: Visit) -> Response:
    """The case worker has seen the answer that stood on the page, and no later one."""
    number, appointment = await _own_appointment(visit, "appointment.seen")
    found, _ = await appointment_for(visit.db, visit.staff.id, appointment)
    if found.answer != visit.form["answer"]:
        return await _changed(visit)
    await follow_up.mark_seen(visit.db, appointment, visit.staff.id, visit.now)
    return await _done(visit, "appointment.seen", number, visit.words.t("It is marked as seen."))


async def _own(visit: Visit, action: str) -> int:
    """The number of an own case. Raises NotFound for another's, which is noted as denied."""
    number = visit.number()
    try:
        await case_for(visit.db, visit.staff.id, number)
    except NotFound:
        await visit.note(action, about=f"enrolment:{number}", outcome="denied")
        raise
    return number


async def _own_appointment(visit: Visit, action: str) -> tuple[int, int]:
    """The numbers of an own case and of an appointment in it. Raises NotFound."""
    number, appointment = await _own(visit, action), visit.number("appointment")
    try:
        _, enrolment = await appointment_for(visit.db, visit.staff.id, appointment)
        if enrolment.id != number:
            raise NotFound
    except NotFound:
        await visit.note(action, about=f"appointment:{appointment}", outcome="denied")
        raise
    return number, appointment


async def _note(visit: Visit, action: str, number: int) -> None:
    await visit.note(action, about=f"enrolment:{number}", why=OWN_CASE)


async def _done(visit: Visit, action: str, number: int, said: str) -> Response:
    await _note(visit, action, number)
    return visit.go(f"{HERE}/{number}", said)


async def _changed(visit: Visit) -> Response:
    """The case stands elsewhere by now: it is shown as it is."""
    return await case_page(visit, case_words.wrong("state", visit.words), 409)


async def _new(visit: Visit, errors: Mapping[str, str]) -> Response:
    found = await follow_up.list_programmes(visit.db)
    return await visit.show(
        "case-new.html",
        422 if errors else 200,
        programmes=[(each.id, each.name) for each in found],
        typed=visit.form,
        errors=errors,
        token=_token(visit),
    )


def _token(visit: Visit) -> str:
    """The token of the form, or a new one for an empty form."""
    said = visit.form["token"]
    return said if token_like(said) else new_token()


async def _invitation(visit: Visit, number: int, invitation: Invitation) -> Response:
    """The one page that ever shows link and code; no cache keeps it."""
    reach = visit.console.mind.reach
    link = f"{visit.console.settings.chat_url}/#join={invitation.link_token}"
    return await visit.show(
        "invitation.html",
        number=number,
        link=link,
        picture=segno.make(link, error="m").svg_data_uri(scale=4, border=4, light="#fff"),
        code=f"{invitation.code[:4]}-{invitation.code[4:]}",
        expires=invitation.expires_at,
        telegram=reach.telegram,
        telegram_link=reach.telegram_link(invitation.link_token),
    )
