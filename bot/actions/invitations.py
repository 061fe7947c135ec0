"""Invitations to a follow-up: a one-time link and a code, of which only hashes are stored."""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.actions.booking import code_like, is_written_code, new_code
from db import follow_up as stored
from db.engine import Db
from db.follow_up import INVITED, JOINED, Enrolment

VALID = timedelta(days=7)
TRIES_OF_CHAT, TRIES_OF_ALL, TRIES_TIME = 5, 300, timedelta(hours=1)
TOKEN_LENGTH = 24  # letters, about 136 bits; digits could look like somebody's id number
_LINK = re.compile(rf"(?:#join=|[?&]start=|^/start )([A-Za-z]{{{TOKEN_LENGTH}}})$")
ENDED_ABOUT = {"link_hash": None, "code_hash": None, "code_expires_at": None}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the case worker hands over, shown once: a link's token, or a code to type."""

    link_token: str
    code: str
    expires_at: datetime

    def hashes(self) -> dict[str, Any]:
        """What is stored of it."""
        return {
            "link_hash": hash_of(self.link_token),
            "code_hash": hash_of(self.code),
            "code_expires_at": self.expires_at,
        }


def new_token() -> str:
    """A link's token."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(TOKEN_LENGTH))


def token_of(form: str, *who: object) -> str:
    """The token of a form's link, another one for each person: going back and writing another name
    must not bring back to life a link that somebody has.
    """
    mixed = hashlib.sha256("\n".join((form, *map(str, who))).encode()).digest()
    return "".join(string.ascii_letters[byte % 52] for byte in mixed[:TOKEN_LENGTH])


def make_invitation(now: datetime, token: str | None = None) -> Invitation:
    """A new invitation; its code always has a letter and a digit, so that no word looks like it."""
    return Invitation(token or new_token(), new_code(), now + VALID)


def hash_of(secret: str) -> str:
    """The SHA-256 of a token or a code."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_like(said: str) -> bool:
    """Whether a text can be a link's token."""
    return len(said) == TOKEN_LENGTH and said.isascii() and said.isalpha()


def hash_of_code(said: str) -> str | None:
    """The hash of a typed code, blanks and hyphens apart, or None where it cannot be one."""
    code = "".join(letter for letter in said.upper() if letter.isalnum())
    return hash_of(code) if code_like(said) else None


def token_in(said: str) -> str | None:
    """The token of a link that somebody wrote, or as Telegram hands it over."""
    found = _LINK.search(said.strip())
    return found[1] if found else None


def is_secret(said: str) -> bool:
    """Whether a text is a code or a link and nothing else, so that it says nothing by itself."""
    return is_written_code(said) or (len(said.split()) <= 2 and token_in(said) is not None)


def holds_secret(said: str) -> bool:
    """Whether a code or a link stands among other words."""
    return any(is_secret(word.strip(".,;:!()")) for word in said.split())


async def find_invited(db: Db, secret_hash: str, now: datetime) -> Enrolment | None:
    """What a link or code opens, which consumes nothing."""
    return await stored.find_invited(db, secret_hash, now)


async def join(db: Db, secret_hash: str, address_id: int, now: datetime) -> Enrolment | None:
    """Joins a chat by a link or code, once; None where it opens nothing any more."""
    values = {
        "state": JOINED,
        "address_id": address_id,
        "check_number": str(10 + secrets.randbelow(90)),
        "joined_at": now,
        "left_at": None,
    }
    taken = await stored.take_invitation(db, secret_hash, now, values)
    return await stored.find_enrolment(db, taken) if taken is not None else None


async def may_try(db: Db, address_id: int, now: datetime) -> bool:
    """Whether another code may be tried: not after five wrong ones an hour, nor 300 of all."""
    mine, everyones = await stored.count_tries(db, address_id, now - TRIES_TIME)
    return mine < TRIES_OF_CHAT and everyones < TRIES_OF_ALL


async def note_wrong_code(db: Db, address_id: int, now: datetime) -> None:
    """Counts a wrong code."""
    await stored.add_try(db, address_id, now)


def invited(now: datetime, token: str | None = None) -> tuple[Invitation, dict[str, Any]]:
    """A new invitation and the columns of an enrolment that waits for it to be used."""
    made = make_invitation(now, token)
    nobody = {"address_id": None, "check_number": None, "joined_at": None, "confirmed_at": None}
    return made, {"state": INVITED, **nobody, "left_at": None, **made.hashes()}
