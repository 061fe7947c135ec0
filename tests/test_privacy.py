"""Every column that tells of a person is in that person's copy, and goes when they erase."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table

from db.addresses import table as addresses
from db.base import PERSONAL
from db.my_data import Part
from db.personal import PARTS, STAFF_TABLES
from db.schema import METADATA
from tests.builders import NOW

TABLES = sorted(METADATA.tables.values(), key=lambda table: table.name)
PART_OF = {part.table.name: part for part in PARTS}
MARKS = {"none", "personal", "special"}


def told(table: Table) -> list[Column[object]]:
    """The columns that tell of a person."""
    return [column for column in table.columns if column.info.get("privacy") != "none"]


def not_copied(part: Part, table: Table) -> Iterator[str]:
    named = {*part.taken, *part.withheld}
    yield from (column.name for column in told(table) if column.name not in named)


def not_erased(part: Part, table: Table) -> Iterator[str]:
    if part.goes:
        return
    named = {*part.emptied(NOW), *part.stays, *part.later}
    yield from (column.name for column in told(table) if column.name not in named)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_marked(table: Table) -> None:
    unmarked = [c.name for c in table.columns if c.info.get("privacy") not in MARKS]
    assert unmarked == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_tells_of_a_person_is_copied_and_erased(table: Table) -> None:
    part = PART_OF.get(table.name)
    if part is None:
        assert not told(table) or table.name in STAFF_TABLES, "a table that was forgotten"
        return
    assert list(not_copied(part, table)) == []
    assert list(not_erased(part, table)) == []


@pytest.mark.parametrize("name", sorted(PART_OF))
def test_a_new_column_that_is_forgotten_is_found(name: str) -> None:
    part = PART_OF[name]
    grown = part.table.to_metadata(MetaData())
    grown.append_column(Column("nickname", String(40), **PERSONAL))
    assert list(not_copied(part, grown)) == ["nickname"]
    assert list(not_erased(part, grown)) == ([] if part.goes else ["nickname"])


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_part_speaks_of_columns_that_are_there_and_says_why(part: Part) -> None:
    emptied = part.emptied(NOW)
    named = {*part.taken, *part.withheld, *emptied, *part.stays, *part.later}
    assert named <= set(part.table.columns.keys())
    assert all([*part.withheld.values(), *part.stays.values()])
    assert not set(part.taken) & set(part.withheld)
    assert not set(emptied) & {*part.stays, *part.later}


def test_what_belongs_to_a_chat_is_known() -> None:
    bound = {t.name for t in TABLES for key in t.foreign_keys if key.column.table is addresses}
    assert bound <= set(PART_OF)


def test_the_tables_of_staff_are_there_and_hold_nothing_else() -> None:
    assert set(STAFF_TABLES) <= {table.name for table in TABLES}
    assert not set(STAFF_TABLES) & set(PART_OF)


@pytest.mark.parametrize("name", ["outbox", "appointment", "call_back"])
def test_the_number_of_a_deleted_row_is_not_given_again(empty_sqlite: Path, name: str) -> None:
    with closing(sqlite3.connect(empty_sqlite)) as db:
        row = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    assert "AUTOINCREMENT" in row[0]
