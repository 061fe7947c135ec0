"""Lists as CSV files that a spreadsheet opens without running anything in them."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

_BOM = "\ufeff"  # without it, spreadsheets take UTF-8 for something else
# What begins a formula, also in full width, and what a spreadsheet may take for a new cell: some
# split at the semicolon although the file's separator is the comma. (OWASP ASVS 5.0, 1.2.10)
_FORMULA = re.compile(r"(^|[;,\t\r\n])([\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_LEADING = re.compile(r"^(?=[\t\r])")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as RFC 4180 has it: every cell quoted, lines ended by CR LF; UTF-8 with a mark."""
    text = StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (_BOM + text.getvalue()).encode()


def safe_cell(value: object) -> str:
    """A cell's text; what a spreadsheet would take for a formula gets a `'` before it."""
    text = "" if value is None else _UNSEEN.sub("", str(value))
    return _FORMULA.sub(r"\1\2'", _LEADING.sub("'", text))


def file_name(kind: str, number: int, day: date) -> str:
    """A name of ours alone: nothing that somebody wrote becomes the name of a file."""
    return f"{kind}-{number}-{day.isoformat()}.csv"
