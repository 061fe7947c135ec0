"""What is stored about a person: see it, take it along, erase it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

from bot.actions.outbox import ON_DUTY, STAFF_ANSWER
from db import call_back, follow_up, unanswered
from db import my_data as stored
from db.addresses import get_external_id
from db.booking import ACTIVE
from db.engine import Db
from db.my_data import Whose
from db.outbox import OPEN
from db.personal import PARTS
from db.staff import CASE_WORKER

WAIT = timedelta(minutes=1)  # until the answer of the erasing turn has been fetched or sent
TRIES = timedelta(hours=1)  # so long a wrong code counts
MAX_FILE = 180 * 1024  # bytes of one file; a chat's channel takes 256 kB

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mine:
    """All that is stored about a person, by the names of `db/personal.py`."""

    parts: dict[str, list[Row]]

    def __getitem__(self, name: str) -> list[Row]:
        return self.parts[name]

    @property
    def bookings_to_come(self) -> list[Row]:
        """What is booked and not cancelled; the caller knows what is over."""
        return [row for row in self["bookings"] if row["state"] == ACTIVE]

    @property
    def taking_part(self) -> list[Row]:
        """The follow-ups in which the person was confirmed."""
        return [row for row in self["follow_up"] if row["confirmed_at"]]

    @property
    def waiting(self) -> list[Row]:
        """Messages that are still to be sent to the person, but for answers."""
        rows = self["messages_waiting"]
        to_staff = (STAFF_ANSWER, ON_DUTY)
        return [
            r for r in rows if r["state"] in OPEN and r["about"] and r["purpose"] not in to_staff
        ]


async def collect(db: Db, whose: Whose) -> Mine:
    """Reads all that is stored about a person."""
    parts = {part.name: await stored.list_rows(db, part, whose) for part in PARTS}
    parts["chat"] = [_said(row) for row in parts["chat"]]
    parts["follow_up"] = [_joined(row) for row in parts["follow_up"]]
    parts["case_log"] = [_looked(row) for row in parts["case_log"]]
    return Mine(parts)


async def has_more(db: Db, address_id: int) -> bool:
    """Whether a chat has asked to be called or takes part in a follow-up."""
    return bool(
        await call_back.list_own(db, address_id)
        or await follow_up.list_of_chat(db, address_id, follow_up.ACTIVE)
    )


async def erase(db: Db, whose: Whose) -> None:
    """Erases a person, all in one transaction that the caller commits.

    Bookings to come are cancelled, and nothing is sent to the chat any more. Its address follows
    by `finish_erasing`: the turn that erases still has to answer.
    """
    await stored.lock_enrolments(db, whose)
    await stored.cancel_bookings(db, whose)
    await stored.free_alerts(db, whose)
    await stored.part_unconfirmed(db, whose)
    await unanswered.take_back(db, await get_external_id(db, whose.address_id))
    for part in PARTS:
        await stored.erase_rows(db, part, whose)


async def finish_erasing(db: Db, now: datetime) -> int:
    """Deletes the addresses of erased chats; returns how many. For a tick."""
    return await stored.forget_addresses(db, now, WAIT, TRIES)


def as_json(mine: Mine, municipality: str, now: datetime) -> list[str]:
    """The copy for programs, in as many files as a long chat needs; each can be read alone."""
    rest = {name: rows for name, rows in mine.parts.items() if name != "chat"}
    files: list[dict[str, Any]] = [{"chat": chat} for chat in cut(mine["chat"])]
    files[0] |= rest
    head = {"made_at": now, "municipality": municipality, "files": len(files)}
    return [_dumped({**head, "file": n, **file}) for n, file in enumerate(files, 1)]


def cut(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in pieces that are not too large, neither as JSON nor as HTML; at least one."""
    pieces: list[list[Row]] = [[]]
    size = 0
    for row in rows:
        length = len(escape(_dumped(row)).encode())
        if size + length > MAX_FILE:
            pieces.append([])
            size = 0
        pieces[-1].append(row)
        size += length
    return pieces


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=datetime.isoformat)


def _said(row: Row) -> Row:
    """One event of a chat in words; a file by its name alone, as it is a copy of what follows."""
    body = row["body"]
    said = {"at": row["at"], "who": "you" if row["kind"] == "in" else "Innom"}
    said["text"] = "".join(run["text"] for run in body.get("runs", ()))
    return {**said, "file": body["file"]["name"]} if "file" in body else said


def _joined(row: Row) -> Row:
    """A follow-up; until who joined is confirmed, its name and programme may be another's."""
    return row if row["confirmed_at"] else {**row, "first_name": None, "programme": None}


def _looked(row: Row) -> Row:
    """Who looked at a case: by role, not by name."""
    roles = row["roles"]
    who = "operator" if roles is None else "case worker" if CASE_WORKER in roles else "staff"
    return {name: value for name, value in row.items() if name != "roles"} | {"who": who}


def answers_of(mine: Mine, enrolment_id: int) -> list[Row]:
    """The appointments of one enrolment, soonest first."""
    rows = [r for r in mine["appointments"] if r["enrolment_id"] == enrolment_id]
    return sorted(rows, key=lambda row: row["starts_at"])
