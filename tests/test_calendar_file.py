"""The calendar file, read back by a reader of its own."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.booking_texts import calendar
from bot.actions.calendar_file import MAX_OCTETS, Event, calendar_file, escape, fold
from bot.texts import speak
from db.booking import Booking
from tests.builders import NOW, make_slot


def read(text: str) -> list[tuple[str, str]]:
    """(name, value) of each line, unfolded and unescaped. Raises ValueError for a bad file."""
    if not text.endswith("\r\n") or re.search(r"(?<!\r)\n|\r(?!\n)", text):
        raise ValueError("lines end with CRLF")
    for line in text.split("\r\n"):
        if len(line.encode()) > MAX_OCTETS:
            raise ValueError("a line is too long")
    lines = re.sub("\r\n[ \t]", "", text).split("\r\n")[:-1]
    pairs = [line.split(":", 1) for line in lines]
    return [(name, re.sub(r"\\(.)", _unescaped, value)) for name, value in pairs]


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]


def event(**changes: str) -> Event:
    start = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    texts = {"uid": "1@innom", "title": "Lunsj", "details": "2 plasser", **changes}
    return Event(starts_at=start, ends_at=start + timedelta(hours=1), **texts)


@pytest.mark.parametrize(
    "text",
    [
        "Lunsj",
        "kaffe, vafler; og \\mer",
        "to\nlinjer",
        "BEGIN:VEVENT",
        "æøå " * 60,
        "🙂" * 60,
        "x" * 74,
        "x" * 75,
        "x" * 76,
        "END:VEVENT\r\nEND:VCALENDAR",
    ],
)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    lines = read(calendar_file(event(title=text, details=text), NOW))
    wanted = text.replace("\r\n", "\n")
    assert [value for name, value in lines if name == "SUMMARY"] == [wanted]
    assert [value for name, value in lines if name == "DESCRIPTION"] == [wanted, wanted]
    assert [name for name, _ in lines].count("BEGIN") == 3


def test_the_file_has_what_a_calendar_needs() -> None:
    lines = dict(read(calendar_file(event(), NOW)))
    assert lines["VERSION"] == "2.0"
    assert lines["UID"] == "1@innom"
    assert (lines["DTSTART"], lines["DTEND"]) == ("20261125T110000Z", "20261125T120000Z")
    assert lines["DTSTAMP"] == "20261123T090000Z"
    assert lines["TRIGGER"] == "-PT2H"


def test_blocks_are_closed_in_order() -> None:
    open_blocks: list[str] = []
    for name, value in read(calendar_file(event(), NOW)):
        if name == "BEGIN":
            open_blocks.append(value)
        elif name == "END":
            assert open_blocks.pop() == value
    assert open_blocks == []


def test_folding_tears_no_character() -> None:
    for line in fold("å🙂" * 100).split("\r\n"):
        assert len(line.encode()) <= MAX_OCTETS
    assert fold("") == ""


def test_escaping_is_rfc_5545s() -> None:
    assert escape("a\\b;c,d\ne\r\nf") == "a\\\\b\\;c\\,d\\ne\\nf"


@pytest.mark.parametrize(
    ("start", "wall"),
    [("2026-10-24T10:00", "12:00"), ("2026-10-25T11:00", "12:00"), ("2026-03-29T10:00", "12:00")],
)
def test_the_file_and_the_words_tell_one_time_when_the_clocks_change(start: str, wall: str) -> None:
    from bot.actions.slot_texts import when_of

    slot = make_slot(starts_at=datetime.fromisoformat(start).replace(tzinfo=UTC))
    booking = Booking(id=3, slot_id=1, ordinary=1, state="active", created_at=NOW)
    name, text = calendar(booking, slot, NOW, speak("nb"))
    assert f" {wall}–14:00" in when_of(slot, speak("nb"))
    assert dict(read(text))["DTSTART"] == re.sub("[-:]", "", start) + "00Z"
    assert name == f"innom-{start[:10]}.ics"


def test_a_sample_is_marked_in_the_file_and_the_code_is_not_in_it() -> None:
    booking = Booking(id=3, slot_id=1, ordinary=2, companion=1, state="active", created_at=NOW)
    booking.code = "ABCD3467"
    _, text = calendar(booking, make_slot(sample=True), NOW, speak("nb"))
    lines = dict(read(text))
    assert lines["SUMMARY"] == "Eksempel: Strikkekveld"
    assert "funnet på" in text.replace("\r\n ", "")
    assert "ABCD3467" not in text
