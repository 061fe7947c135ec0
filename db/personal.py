"""Where something is stored about a person: which rows, what is taken along, and how it goes.

A test compares this with the marks on the columns, so that no new column is forgotten.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, Table, cast, exists, func, literal, or_, select

from db import addresses, booking, call_back, follow_up, history, inbox, outbox, staff
from db.my_data import Part, Whose


def _of_address(table: Table) -> Callable[[Whose], ColumnElement[bool]]:
    return lambda whose: table.c.address_id == whose.address_id


def _confirmed(whose: Whose) -> tuple[ColumnElement[bool], ...]:
    """That somebody takes part whom the case worker knows; before that it may be anybody."""
    enrolments = follow_up.enrolments
    return _of_address(enrolments)(whose), enrolments.c.confirmed_at.is_not(None)


def _own_enrolments(whose: Whose) -> Any:
    return select(follow_up.enrolments.c.id).where(*_confirmed(whose))


def _of_enrolment(whose: Whose) -> ColumnElement[bool]:
    return follow_up.appointments.c.enrolment_id.in_(_own_enrolments(whose))


def _about(column: ColumnElement[Any], kind: str, table: Table, *mine: Any) -> ColumnElement[bool]:
    """Whether a row is about one of these: `kind:12`, or `kind:12:day`."""
    name = literal(f"{kind}:") + cast(table.c.id, String)
    return exists().where(*mine, or_(column == name, column.like(name + ":%")))


def _about_own(column: ColumnElement[Any], whose: Whose) -> ColumnElement[bool]:
    enrolments, appointments = follow_up.enrolments, follow_up.appointments
    calls, booked = call_back.table, booking.bookings
    return or_(
        _about(column, "enrolment", enrolments, *_confirmed(whose)),
        _about(column, "appointment", appointments, _of_enrolment(whose)),
        _about(column, "call-back", calls, _of_address(calls)(whose)),
        _about(column, "booking", booked, _of_address(booked)(whose)),
        _about(column, "address", addresses.table, addresses.table.c.id == whose.address_id),
    )


_STATISTICS = "counts places without a person"
_CASE = "that somebody took part stays with the case worker, without name, chat or meetings"
_LOG = "who looked at a case must stay known; it leads to no name any more"

# In the order of erasing: what is found by way of another row goes before it.
PARTS: tuple[Part, ...] = (
    Part(
        name="case_log",
        table=staff.audit,
        mine=lambda whose: _about_own(staff.audit.c.about, whose),
        taken=("at", "action", "about", "why", "outcome"),
        withheld={"staff_id": "the role says who it was; an employee's name is the employee's"},
        source=staff.audit.outerjoin(staff.accounts),
        more={"roles": staff.accounts.c.roles},
        stays=dict.fromkeys(("at", "staff_id", "about", "why"), _LOG),
    ),
    Part(
        name="messages_waiting",
        table=outbox.table,
        mine=lambda whose: or_(
            outbox.table.c.address_id == whose.address_id,
            _about_own(outbox.table.c.about, whose),
        ),
        taken=("purpose", "about", "state", "due_at", "useful_until", "ended_at"),
        withheld={
            "address_id": "is this chat",
            "method": "an answer on its way; emptied when it is sent",
        },
        goes=True,
    ),
    Part(
        name="appointments",
        table=follow_up.appointments,
        mine=_of_enrolment,
        taken=(
            "enrolment_id",
            "wall",
            "zone",
            "starts_at",
            "minutes",
            "place",
            "state",
            "answer",
            "answered_at",
            "created_at",
            "cancelled_at",
        ),
        goes=True,
    ),
    Part(
        name="follow_up",
        table=follow_up.enrolments,
        mine=_of_address(follow_up.enrolments),
        taken=(
            "id",
            "first_name",
            "state",
            "check_number",
            "joined_at",
            "confirmed_at",
            "left_at",
            "ended_at",
            "created_at",
        ),
        withheld={
            "programme_id": "its name is in the copy",
            "staff_id": "an employee's name is the employee's",
            "address_id": "is this chat",
            "link_hash": "empty once it is used",
            "code_hash": "empty once it is used",
        },
        source=follow_up.enrolments.join(follow_up.programmes),
        more={"programme": follow_up.programmes.c.name},
        emptied=lambda now: {
            "first_name": None,
            "address_id": None,
            "link_hash": None,
            "code_hash": None,
            "check_number": None,
            "state": follow_up.ENDED,
            "ended_at": func.coalesce(follow_up.enrolments.c.ended_at, now),
        },
        stays=dict.fromkeys(
            ("programme_id", "staff_id", "joined_at", "confirmed_at", "left_at", "created_at"),
            _CASE,
        ),
    ),
    Part(
        name="bookings",
        table=booking.bookings,
        mine=_of_address(booking.bookings),
        taken=(
            "slot_id",
            "ordinary",
            "wheelchair",
            "companion",
            "first_name",
            "phone",
            "code",
            "state",
            "created_at",
            "cancelled_at",
            "cancelled_by",
            "reason",
        ),
        withheld={"address_id": "is this chat"},
        source=booking.bookings.join(booking.slots),
        more={
            name: booking.slots.c[name]
            for name in ("titles", "starts_at", "ends_at", "zone", "place")
        },
        emptied=lambda _: dict.fromkeys(("address_id", "first_name", "phone", "code")),
        stays=dict.fromkeys(
            ("slot_id", "ordinary", "wheelchair", "companion", "created_at", "cancelled_at"),
            _STATISTICS,
        ),
    ),
    Part(
        name="call_backs",
        table=call_back.table,
        mine=_of_address(call_back.table),
        taken=("first_name", "phone", "wanted", "lang", "created_at", "done_at"),
        withheld={"address_id": "is this chat"},
        goes=True,
    ),
    Part(
        name="wrong_codes",
        table=follow_up.code_tries,
        mine=_of_address(follow_up.code_tries),
        taken=("at",),
        withheld={"address_id": "is this chat"},
        later=("address_id", "at"),
    ),
    Part(
        name="chat",
        table=history.table,
        mine=_of_address(history.table),
        taken=("no", "kind", "body", "at"),
        goes=True,
    ),
    Part(
        name="received",
        table=inbox.table,
        mine=lambda whose: (
            (inbox.table.c.address_id == whose.address_id) & (inbox.table.c.id < whose.update_id)
        ),
        taken=("received_at", "handled_at"),
        withheld={"address_id": "is this chat", "payload": "emptied when it is handled"},
        emptied=lambda _: {"payload": None, "state": inbox.HANDLED},
        later=("address_id", "received_at", "handled_at"),
    ),
    Part(
        name="address",
        table=addresses.table,
        mine=lambda whose: addresses.table.c.id == whose.address_id,
        taken=(
            "external_id",
            "language",
            "step",
            "step_data",
            "context",
            "paused_at",
            "created_at",
            "seen_at",
        ),
        emptied=lambda now: {
            "language": None,
            "step": None,
            "step_data": {},
            "context": {},
            "paused_at": None,
            "created_at": now,
            "seen_at": now,
            "erased_at": now,
        },
        later=("external_id",),
    ),
)

# Tables about those who work here. They go with the account, or by age.
STAFF_TABLES: Mapping[str, str] = {
    "staff": "the accounts of employees",
    "staff_session": "the signed-in browsers of employees",
    "sign_in_link": "links for employees",
}
