"""The console's cookies: for this host alone, out of the reach of scripts, never sent from afar."""

import base64
import binascii
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

# What each is for: the signed-in session, forms before it, a browser in which somebody signed in
# before, a text shown once, the language.
NAMES = {
    "session": "innom-staff",
    "form": "innom-staff-form",
    "device": "innom-staff-device",
    "flash": "innom-staff-said",
    "lang": "innom-staff-language",
}
LASTING = ("device", "lang")
YEAR = 365 * 24 * 3600  # seconds
MAX_FLASH = 1_000  # characters; a browser keeps 4 kB


def name_of(kind: str, *, secure: bool) -> str:
    """A cookie's name; by its prefix browsers refuse one that another host or path set."""
    return f"__Host-{NAMES[kind]}" if secure else NAMES[kind]


def read_from(request: Request, *, secure: bool) -> dict[str, str]:
    """The console's cookies that came with a request, by what they are for."""
    named = {kind: name_of(kind, secure=secure) for kind in NAMES}
    return {kind: request.cookies[name] for kind, name in named.items() if name in request.cookies}


def add_to(answer: Response, kept: Iterable[tuple[str, str | None]], *, secure: bool) -> None:
    """Sets cookies, and takes those away whose value is None."""
    for kind, value in kept:
        answer.set_cookie(
            name_of(kind, secure=secure),
            value or "",
            max_age=0 if value is None else YEAR if kind in LASTING else None,
            secure=secure,
            httponly=True,
            samesite="lax",
        )


def encode(text: str) -> str:
    """A text as a cookie can carry it."""
    return base64.urlsafe_b64encode(text[:MAX_FLASH].encode()).decode()


def decode(value: str | None) -> str | None:
    """The text again; None for what is none."""
    try:
        return base64.urlsafe_b64decode(value or "").decode() or None
    except (binascii.Error, UnicodeError, ValueError):
        return None
