"""A booking as a calendar file (RFC 5545). Times are in UTC, so that no zone need be described."""

from dataclasses import dataclass
from datetime import UTC, datetime

MAX_OCTETS = 75  # of a line, without its end (RFC 5545, 3.1)
NAME = "-//Innom//Innom//EN"


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar is told. `uid` stays the same when the event changes."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    details: str
    place: str | None = None


def calendar_file(event: Event, made_at: datetime) -> str:
    """The file's text, with an alarm two hours before."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{NAME}",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_utc(made_at)}",
        f"DTSTART:{_utc(event.starts_at)}",
        f"DTEND:{_utc(event.ends_at)}",
        f"SUMMARY:{escape(event.title)}",
        f"DESCRIPTION:{escape(event.details)}",
        *([f"LOCATION:{escape(event.place)}"] if event.place else []),
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escape(event.title)}",
        "TRIGGER:-PT2H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def escape(text: str) -> str:
    """A text value: backslash, semicolon, comma and line break (RFC 5545, 3.3.11)."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\r", "\\n").replace("\n", "\\n")


def fold(line: str) -> str:
    """A line cut so that no piece has over 75 octets and no character is torn."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > MAX_OCTETS:
            pieces.append(piece)
            piece, size = " ", 1  # the blank that marks a continued line counts
        piece, size = piece + letter, size + octets
    return "\r\n".join([*pieces, piece])


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
