"""The project checks itself: what may stand in no file, and what must stand in the documents."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.lazy_models import SWITCH
from bot.settings import describe

ROOT = Path(__file__).parent.parent
# In pieces, so that this file passes its own test.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js",
    "npmjs" + ".com",
    "unpkg" + ".com",
    "jsdeliv" + "r",
    "anaconda" + ".org",
    "index-" + "url =",
]
MACHINE_PATHS = re.compile(
    r"(?<![\w./~-])/(?:wor" + r"k|hom" + r"e/\w+|roo" + r"t|Use" + r"rs/\w+|mn" + r"t)/[\w.]"
)
BINARY = {".png", ".jpg", ".npz", ".npy", ".ico", ".woff2", ".gz"}


@cache
def files() -> list[Path]:
    """The project's files, as git knows them; without git, all but what is made here."""
    try:
        asked = ["git", "ls-files", "-z"]
        listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout
        names = [name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(ROOT)) for path in _walk(ROOT)]
    paths = [ROOT / name for name in names]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in ("data", "__pycache__", "node_modules"):
            continue
        yield from _walk(path) if path.is_dir() else [path]


def lines() -> Iterator[tuple[str, str]]:
    """(place, line) of every line of the project."""
    for path in files():
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def test_the_guards_see_the_project() -> None:
    names = {str(path.relative_to(ROOT)) for path in files()}
    assert {"pyproject.toml", "bot/cli.py", "requirements.lock", "tests/test_guards.py"} <= names


def test_no_file_names_a_package_registry() -> None:
    named = [place for place, line in lines() if any(host in line for host in REGISTRIES)]
    assert named == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert [place for place, line in lines() if MACHINE_PATHS.search(line)] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("see /roo" + "t/x.py", True),
        ('"/hom' + 'e/anna/innom"', True),
        ("GET /chat/session", False),
        ("https://x.example/hom" + "e/anna/x", False),
        ("frame" + "work/tests", False),
    ],
)
def test_the_guard_knows_a_path_when_it_sees_one(line: str, found: bool) -> None:
    assert bool(MACHINE_PATHS.search(line)) is found


def test_every_setting_stands_in_the_documentation_as_it_is() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name, default, help_line in describe():
        shown = f"`{default}`" if default else ""
        row = rf"^\| `{name}` \| {re.escape(shown)} ?\| {re.escape(help_line)} \|$"
        assert re.search(row, text, re.MULTILINE), name


def test_no_setting_is_documented_that_does_not_exist() -> None:
    # For finding faults, for tests, and for benches.
    switches = {SWITCH, "INNOM_REQUIRE_BROWSER", "INNOM_EXTERNAL"}
    known = {name for name, _, _ in describe()} | switches
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    for path in documents:
        named = re.findall(r"`(INNOM_[A-Z_]+)", path.read_text(encoding="utf-8"))
        assert set(named) <= known, path.name
