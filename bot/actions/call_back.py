"""Call-backs: a wish to be rung, which stands on a list that staff look at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.actions.errors import NotFound, Refused
from bot.knowledge.text import clean, fold
from db import call_back as stored
from db.call_back import CallBack
from db.engine import Db
from db.staff import ADMIN, CASE_WORKER, HOST

MOST_OPEN = 2  # of one chat
MOST_AN_HOUR = 20  # of all chats that anybody can open anew, such as the web chat's
MAX_NAME, MAX_WANTED = 40, 80
LATELY = timedelta(hours=1)

_COUNTRY = {"no": "47", "se": "46"}
_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-\u2010-\u2013/]{0,3}\d)*")
# A Norwegian number has 8 digits and begins with 2 to 9 (ekomforskriften, the national plan); a
# Swedish one begins with 0 and has 8 to 10; E.164 allows 15 digits with the country's.
_NATIONAL = {"no": re.compile(r"[2-9]\d{7}"), "se": re.compile(r"0[1-9]\d{6,8}")}
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")


class Reason(StrEnum):
    """Why a wish is not taken."""

    TOO_MANY = "too-many"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to be rung, on which number, and when it suits."""

    address_id: int
    first_name: str
    phone: str
    wanted: str
    lang: str


def why_not_call_back(own_open: int, made_lately: int) -> Reason | None:
    """The reason against another wish, or None; `made_lately` counts those of nameless chats."""
    if own_open >= MOST_OPEN:
        return Reason.TOO_MANY
    return Reason.BUSY if made_lately >= MOST_AN_HOUR else None


async def find_reason(
    db: Db, address_id: int, nameless: Sequence[int], now: datetime
) -> Reason | None:
    """The reason against another wish of this chat now, or None.

    `nameless` are the channels that count together, if this chat is on one of them.
    """
    own_open = len(await stored.list_own(db, address_id))
    lately = await stored.count_lately(db, nameless, now - LATELY) if nameless else 0
    return why_not_call_back(own_open, lately)


async def ask_call_back(db: Db, wish: Wish, nameless: Sequence[int], now: datetime) -> CallBack:
    """Puts a wish on the list. Raises Refused. The caller commits."""
    if reason := await find_reason(db, wish.address_id, nameless, now):
        raise Refused(reason)
    values: dict[str, Any] = {
        "address_id": wish.address_id,
        "first_name": wish.first_name[:MAX_NAME],
        "phone": wish.phone,
        "wanted": wish.wanted[:MAX_WANTED],
        "lang": wish.lang,
        "created_at": now,
    }
    return CallBack(id=await stored.add_call_back(db, values), **values)


async def list_own(db: Db, address_id: int) -> list[CallBack]:
    """What a chat has asked for and nobody has ticked off."""
    return await stored.list_own(db, address_id)


async def find_last_look(db: Db) -> datetime | None:
    """When staff last looked at the list, as far as that is known.

    The look of a case worker is noted for the list of cases, not for this one.
    """
    return await stored.find_last_look(db, (ADMIN, HOST), CASE_WORKER)


async def withdraw(db: Db, address_id: int, call_back_id: int) -> None:
    """Takes a chat's own wish off the list. Raises NotFound, also for another chat's."""
    if not await stored.withdraw(db, address_id, call_back_id):
        raise NotFound


def read_phone(said: str, country: str) -> str | None:
    """The one phone number in a text, as digits with + where a country is named; else None.

    Kind to blanks, hyphens, brackets, `+47` and `0047`.
    """
    found = [re.sub(r"[^\d+]", "", number) for number in _NUMBER.findall(fold(said))]
    if len(found) != 1:
        return None
    number = re.sub(r"^00", "+", found[0])
    own = f"+{_COUNTRY.get(country, '')}"
    if country in _COUNTRY and number.startswith(own):
        trunk = "0" if country == "se" else ""
        number = trunk + number.removeprefix(own).removeprefix("0" if trunk else "")
    if len(set(number[-7:])) == 1:  # 99 99 99 99 is nobody's
        return None
    national = country in _NATIONAL and _NATIONAL[country].fullmatch(number)
    return number if national or _ABROAD.fullmatch(number) else None


def spaced(phone: str) -> str:
    """A number as one reads it: `912 34 567`; one with another length stays as it is."""
    if len(phone) == 8 and phone.isdigit():
        return f"{phone[:3]} {phone[3:5]} {phone[5:]}"
    return phone


def read_wanted(said: str) -> str | None:
    """When it suits, in the person's own words, on one line; None where nothing is said."""
    return clean(said)[:MAX_WANTED].strip() or None
