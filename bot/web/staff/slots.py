"""The host's pages: slots to come, who comes, and how slots are made, changed and cancelled."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from bot.actions import hosting
from bot.actions.booking_texts import needs_line
from bot.actions.errors import Conflict, Refused
from bot.actions.export import as_csv, file_name
from bot.actions.hosting import Coming, Ended
from bot.actions.slot_change import change_slot, mark_of
from bot.actions.slot_texts import left_line, title_of, when_of
from bot.actions.slots import local_day
from bot.texts import OWN_NAMES
from bot.web.staff.delivery_words import fared
from bot.web.staff.form import Form
from bot.web.staff.slot_form import (
    about_clocks,
    kind_names,
    new_key,
    read_change,
    read_day,
    read_places,
    read_plan,
    reasons,
    unread,
    written,
    wrong,
)
from bot.web.staff.visit import Pages, Visit
from db.booking import Booking, Slot
from db.staff import ADMIN, HOST

pages = Pages()
HOSTS = frozenset({ADMIN, HOST})


@pages.get("/staff/slots", roles=HOSTS)
async def list_slots(visit: Visit) -> Response:
    """Slots to come, of one kind or day where that is asked for."""
    asked = visit.request.query_params
    kind, day = asked.get("kind", ""), read_day(asked.get("day", ""))
    zone = _knowledge(visit).profile.zone
    found = await hosting.list_to_come(visit.db, visit.now, kind=kind, day=day, zone=zone)
    rows = [
        {
            "slot": slot,
            "title": title_of(slot, visit.words),
            "when": when_of(slot, visit.words),
            "booked": visit.words.n("{count} place", "{count} places", taken.total),
            "left": left_line(slot.capacity - taken, visit.words),
        }
        for slot, taken in found
    ]
    asked_for = {"kind": kind, "day": day.isoformat() if day else ""}
    return await visit.show("slots.html", rows=rows, asked=asked_for, kinds=kind_names(visit.words))


@pages.get("/staff/slots/new", roles=HOSTS)
async def new_slot(visit: Visit) -> Response:
    """An empty form."""
    return await _form(visit, Form({"key": [new_key()], "minutes": ["60"], "weeks": ["1"]}), {})


@pages.post("/staff/slots/new", roles=HOSTS)
async def make_slots(visit: Visit) -> Response:
    """Makes what the form says, or shows it again with what is wrong; nothing typed is lost."""
    knowledge, words = _knowledge(visit), visit.words
    zone, plan = knowledge.profile.zone, read_plan(visit.form, knowledge)
    if plan is None:
        return await _form(visit, visit.form, unread(visit.form, words))
    try:
        ids = await hosting.make_slots(visit.db, plan, zone, visit.now)
    except Refused as no:
        return await _form(visit, visit.form, wrong(no.reason, words, plan))
    for slot_id in ids:
        await visit.note("slot.make", about=f"slot:{slot_id}")
    made = words.n("{count} time is made.", "{count} times are made.", len(ids))
    said = f"{made} {about_clocks(plan.walls(zone), words)}".strip()
    return visit.go(f"/staff/slots/{ids[0]}" if len(ids) == 1 else "/staff/slots", said)


@pages.get("/staff/slots/{id}", roles=HOSTS)
async def show_slot(visit: Visit) -> Response:
    """One slot with who comes."""
    return await _slot(visit, await hosting.who_comes(visit.db, visit.number()))


@pages.post("/staff/slots/{id}/change", roles=HOSTS)
async def change(visit: Visit) -> Response:
    """Other names, another place, and another time where nobody has booked."""
    slot_id, words = visit.number(), visit.words
    coming = await hosting.who_comes(visit.db, slot_id)
    wish = read_change(visit.form, coming.slot, _knowledge(visit).profile.languages)
    if wish is None:
        return await _slot(visit, coming, unread(visit.form, words), 422)
    try:
        wall = await change_slot(visit.db, slot_id, wish, visit.form["seen"], visit.now)
    except Refused as no:
        return await _again(visit, wrong(no.reason, words))
    except Conflict:
        changed = words.t("Somebody else has changed this. Look at it, and try again.")
        return await _again(visit, {"change": changed}, 409)
    await visit.note("slot.change", about=f"slot:{slot_id}")
    said = f"{words.t('The changes are saved.')} {about_clocks([wall] if wall else [], words)}"
    return visit.go(f"/staff/slots/{slot_id}", said.strip())


@pages.post("/staff/slots/{id}/places", roles=HOSTS)
async def change_places(visit: Visit) -> Response:
    """More or fewer places; the form says which ones the host saw."""
    slot_id, words = visit.number(), visit.words
    wanted, seen = read_places(visit.form), read_places(visit.form, "seen-")
    try:
        await hosting.change_capacity(visit.db, slot_id, wanted, seen, visit.now)
    except Refused as no:
        return await _again(visit, wrong(no.reason, words))
    except Conflict:
        changed = words.t(
            "Somebody changed the places in the meantime. Look at them, and try again."
        )
        return await _again(visit, {"ordinary": changed}, 409)
    why = f"{wanted.ordinary}+{wanted.wheelchair}+{wanted.companion}"
    await visit.note("slot.places", about=f"slot:{slot_id}", why=why)
    return visit.go(f"/staff/slots/{slot_id}", words.t("The places are changed."))


@pages.post("/staff/slots/{id}/close", roles=HOSTS)
async def close(visit: Visit) -> Response:
    """Nobody books it any more."""
    slot_id = visit.number()
    try:
        await hosting.close_booking(visit.db, slot_id, visit.now)
    except Refused as no:
        return await _again(visit, wrong(no.reason, visit.words))
    await visit.note("slot.close", about=f"slot:{slot_id}")
    return visit.go(f"/staff/slots/{slot_id}", visit.words.t("Booking is closed."))


@pages.post("/staff/slots/{id}/open", roles=HOSTS)
async def open_again(visit: Visit) -> Response:
    """It can be booked until it begins."""
    slot_id = visit.number()
    try:
        await hosting.open_booking(visit.db, slot_id, visit.now)
    except Refused as no:
        return await _again(visit, wrong(no.reason, visit.words))
    await visit.note("slot.open", about=f"slot:{slot_id}")
    return visit.go(f"/staff/slots/{slot_id}", visit.words.t("Booking is open."))


@pages.post("/staff/slots/{id}/cancel", roles=HOSTS)
async def cancel(visit: Visit) -> Response:
    """Cancels the slot and writes to everybody who had booked."""
    slot_id, because = visit.number(), visit.form["because"]
    try:
        ended = await hosting.cancel_slot(visit.db, slot_id, because, visit.now)
    except Refused as no:
        return await _again(visit, wrong(no.reason, visit.words))
    await visit.note("slot.cancel", about=f"slot:{slot_id}", why=because)
    return visit.go(f"/staff/slots/{slot_id}", _told(visit, ended))


@pages.post("/staff/slots/{id}/bookings/{booking}/cancel", roles=HOSTS)
async def cancel_one(visit: Visit) -> Response:
    """Cancels one booking and writes to the person."""
    slot_id, booking_id, because = visit.number(), visit.number("booking"), visit.form["because"]
    try:
        ended = await hosting.cancel_for(visit.db, slot_id, booking_id, because, visit.now)
    except Refused as no:
        # Said at this booking's field: the other one cancels it for everybody.
        errors = wrong(no.reason, visit.words).items()
        return await _again(visit, {_at_booking(name, booking_id): why for name, why in errors})
    await visit.note("booking.cancel", about=f"booking:{booking_id}", why=because)
    return visit.go(f"/staff/slots/{slot_id}", _told(visit, ended))


@pages.get("/staff/slots/{id}/coming.csv", roles=HOSTS)
async def export(visit: Visit) -> Response:
    """Who comes, for a spreadsheet. Each file is noted in the log."""
    coming, words = await hosting.who_comes(visit.db, visit.number()), visit.words
    header = [words.t("First name"), words.t("Places"), words.t("Needs"), words.t("Phone")]
    rows = [
        (b.first_name, b.party.total, needs_line(b.party, words), b.phone) for b in coming.bookings
    ]
    slot = coming.slot
    await visit.note("slot.export", about=f"slot:{slot.id}", why=str(len(rows)))
    name = file_name("coming", slot.id or 0, local_day(slot))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(header, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _at_booking(field: str, booking_id: int) -> str:
    return f"{field}-{booking_id}" if field == "because" else field


async def _again(visit: Visit, errors: Mapping[str, str], status: int = 422) -> Response:
    """The slot as it is now, with what was wrong."""
    return await _slot(visit, await hosting.who_comes(visit.db, visit.number()), errors, status)


async def _slot(
    visit: Visit, coming: Coming, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    slot, words = coming.slot, visit.words
    open_now = slot.starts_at > visit.now and slot.cancelled_at is None
    return await visit.show(
        "slot.html",
        status,
        slot=slot,
        title=title_of(slot, words),
        time=when_of(slot, words),
        kind=kind_names(words)[slot.kind],
        left=left_line(coming.left, words),
        coming=[_coming(booking, visit) for booking in coming.bookings],
        called_off=[
            {**_coming(booking, visit), "told": fared(state, words)}
            for booking, state in coming.called_off
        ],
        sure=_sure(visit, len(coming.bookings)),
        changeable=open_now,
        bookable=open_now and slot.opens_at <= visit.now < slot.closes_at,
        opens_later=visit.now < slot.opens_at < slot.closes_at,
        typed=visit.form,
        seen=mark_of(slot),
        said=visit.form if "seen" in visit.form and status != 409 else Form(_fields(slot)),
        titles=[(c, OWN_NAMES[c]) for c in _knowledge(visit).profile.languages],
        reasons=reasons(words),
        errors=errors or {},
    )


def _fields(slot: Slot) -> dict[str, list[str]]:
    return {name: [text] for name, text in written(slot).items()}


def _coming(booking: Booking, visit: Visit) -> dict[str, Any]:
    words = visit.words
    return {
        "id": booking.id,
        "name": booking.first_name or words.t("No name"),
        "places": words.n("{count} place", "{count} places", booking.party.total),
        "needs": needs_line(booking.party, words),
        "phone": booking.phone,
        "tel": re.sub(r"[^\d+]", "", booking.phone or ""),
    }


def _sure(visit: Visit, bookings: int) -> str:
    """What cancelling does, before it is done."""
    if not bookings:
        return visit.words.t("Nobody has booked yet.")
    return visit.words.n(
        "{count} booking is cancelled too, and Innom writes to the person.",
        "{count} bookings are cancelled too, and Innom writes to each of them.",
        bookings,
    )


def _told(visit: Visit, ended: Ended) -> str:
    """What was done, and no more: a message on its way is no message read."""
    words = visit.words
    parts = [words.t("It is cancelled.")]
    if ended.messages:
        queued = words.n(
            "{count} message is on its way. Below you see whether it is sent.",
            "{count} messages are on their way. Below you see whether they are sent.",
            ended.messages,
        )
        parts.append(queued)
    if silent := ended.bookings - ended.messages:
        parts.append(words.n("{count} has no chat.", "{count} have no chat.", silent))
    return " ".join(parts)


async def _form(visit: Visit, typed: Form, errors: Mapping[str, str]) -> Response:
    knowledge, words = _knowledge(visit), visit.words
    entries = {
        s: e.text(words.lang, knowledge.profile.main_language).title
        for s, e in knowledge.entries.items()
    }
    return await visit.show(
        "slot-new.html",
        422 if errors else 200,
        typed=typed,
        errors=errors,
        kinds=kind_names(words),
        titles=[(code, OWN_NAMES[code]) for code in knowledge.profile.languages],
        entries=sorted(entries.items(), key=lambda item: item[1].casefold()),
    )


def _knowledge(visit: Visit) -> Any:
    return visit.console.mind.knowledge
