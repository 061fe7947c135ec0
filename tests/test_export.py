"""CSV files: as the standard has them, and without formulas in them."""

import csv
from datetime import date
from io import StringIO

import pytest

from bot.actions.export import as_csv, file_name, safe_cell

FORMULAS = [
    '=HYPERLINK("http://x.example","click")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    "  =1",
    "\n=1",
    '"=1"',
    "'=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_never_begins_as_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert cell.replace("'", "", 1) != cell
    assert cell.lstrip(' \t\r\n"')[0] == "'"


@pytest.mark.parametrize("text", ["Anna;=1+1", "Anna,=1", "Anna\n=1", 'Anna;"=1', "a; \t@SUM(A1)"])
def test_a_cell_that_is_split_in_two_has_no_formula_in_its_second_half(text: str) -> None:
    cell = safe_cell(text)
    sign = next(at for at, letter in enumerate(cell) if letter in "=@")
    assert cell[sign - 1] == "'"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Anna", "Anna"),
        ("Anne-Marie", "Anne-Marie"),
        ("Åse \u00d8, født", "Åse \u00d8, født"),
        (3, "3"),
        (None, ""),
        ("+47 900 00 000", "'+47 900 00 000"),
        ("a\x00b\u202ec", "abc"),
    ],
)
def test_other_cells_stay_readable(value: object, shown: str) -> None:
    assert safe_cell(value) == shown


def test_a_file_is_read_back_as_it_was_written() -> None:
    rows = [["Anna", 'says "hi", and goes'], ["Åse", "two\nlines"]]
    made = as_csv(["Name", "Note"], rows)
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.endswith(b"\r\n")
    read = list(csv.reader(StringIO(made.decode("utf-8-sig"), newline="")))
    assert read == [["Name", "Note"], *rows]


def test_a_headline_is_made_safe_as_well() -> None:
    assert b'"\'=1"' in as_csv(["=1"], [])


def test_the_file_has_a_name_of_ours() -> None:
    assert file_name("coming", 12, date(2026, 11, 25)) == "coming-12-2026-11-25.csv"
