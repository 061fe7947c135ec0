"""Passwords of staff: argon2id, twelve characters or more, and none that is guessed first.

OWASP ASVS 5.0, 6.2: long ones, any characters, pasting allowed, no rules of composition.
"""

import re
import unicodedata
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.knowledge.text import fold

Flaw = Literal["short", "long", "common", "own"]

SHORTEST, LONGEST = 12, 200  # characters
FEWEST_DIFFERENT = 5
# 19 MiB, two rounds: OWASP's advice where many may sign in at once on a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared where there is no account, so that this takes as long as a wrong password does.
_NOBODYS = _hasher.hash("nobody's password")
# What is left of a guessed password without its digits and signs; folded (å is a).
_COMMON_WORDS = """
passord password losenord innom kommune kommunen sommer vinter host var sommar hostar qwerty
qwertyuiop asdfghjkl zxcvbnm azerty admin administrator welcome velkommen valkommen letmein
iloveyou sunshine princess football fotball fotboll dragon monkey master hemmelig hemlig norge
sverige sandnes vasby passw passwort abc abcd abcdef abcdefg abcdefgh test changeme default secret
hello hei hej
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")
_LETTERS = re.compile(r"[^\W\d_]+")


def why_not_password(password: str, email: str, name: str) -> Flaw | None:
    """What speaks against a password, or None."""
    password = _normal(password)
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if _is_common(password):
        return "common"
    return "own" if _is_own(password, email, name) else None


def hash_password(password: str) -> str:
    """What is stored. Takes some 40 ms of a processor: not for the event loop."""
    return _hasher.hash(_normal(password))


def is_password(hashed: str | None, password: str) -> bool:
    """Whether the password fits; equally slow where there is none. Not for the event loop."""
    try:
        fits = _hasher.verify(hashed or _NOBODYS, _normal(password[: 4 * LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return fits and hashed is not None


def _normal(password: str) -> str:
    """One form for letters that keyboards write in several."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())


def _is_common(password: str) -> bool:
    folded = fold(password)
    if len(set(folded)) < FEWEST_DIFFERENT or any(folded in 3 * run for run in _RUNS):
        return True
    return _once("".join(_LETTERS.findall(folded))) in _COMMON


def _once(text: str) -> str:
    """The part that a text repeats: "heihei" is "hei" twice."""
    return text[: (text + text).find(text, 1)] if text else ""


def _is_own(password: str, email: str, name: str) -> bool:
    """Whether little but the person's own name or e-mail address is in it."""
    folded = fold(password)
    parts = {fold(email), *_LETTERS.findall(fold(email)), *_LETTERS.findall(fold(name))}
    for part in sorted(parts, key=len, reverse=True):
        folded = folded.replace(part, "") if len(part) > 2 else folded
    return len(folded) < SHORTEST // 2
