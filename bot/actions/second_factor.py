"""The second factor: a code of six digits that an app makes anew every 30 seconds (RFC 6238)."""

import hmac
import re
from datetime import datetime

import pyotp
import segno

STEP = 30  # seconds
WINDOW = (0, -1, 1)  # steps: clocks differ, and typing takes a while
_SECRET = re.compile("[A-Z2-7]{32}")


def new_secret() -> str:
    """160 random bits as the apps want them typed."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Whether this can be a secret that we made."""
    return bool(_SECRET.fullmatch(text))


def picture(secret: str, email: str) -> str:
    """The secret as a QR picture for an app: an SVG inlined as a `data:` address."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Innom")
    return segno.make(uri, error="m").svg_data_uri(scale=5, border=4, light="#fff")


def spoken_secret(secret: str) -> str:
    """The secret in groups of four, for typing."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def used_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step that a code belongs to; None where it is wrong, old, or was used before."""
    typed = re.sub(r"\s", "", code).encode("utf-8", "replace")
    present = int(now.timestamp()) // STEP
    steps = [present + shift for shift in WINDOW]
    # All are compared, so that the time tells nothing.
    fits = [hmac.compare_digest(_code(secret, step).encode(), typed) for step in steps]
    return next((s for s, fit in zip(steps, fits, strict=True) if fit and s > last_step), None)


def _code(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)
