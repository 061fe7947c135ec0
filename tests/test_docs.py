"""The documents are true: their commands run, their links and settings exist."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.commands.registry import COMMANDS
from bot.knowledge.packs import load
from tests.small_pack import write_pack

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
OURS = ".venv/bin/python -m bot"


def commands() -> list[tuple[str, str]]:
    """(document, line) of each command line in a block of shell."""
    found = []
    for path in DOCUMENTS:
        for block in BLOCK.findall(path.read_text(encoding="utf-8")):
            found += [(path.name, line.split("  #")[0].strip()) for line in block.splitlines()]
    return [(name, line) for name, line in found if line]


def test_the_documents_have_commands() -> None:
    lines = [line for _, line in commands()]
    assert "make run    # serves" not in lines
    assert sum(OURS in line for line in lines) >= 3


def test_the_programs_commands_run_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("INNOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("INNOM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for document, line in commands():
        if OURS in line:
            assert run(line) == 0, (document, line, capfd.readouterr().err)
    assert list(tmp_path.glob("innom-*.db")), "the backup is where it was to be"


def run(line: str) -> int:
    """Runs a line as a reader would; where the shell adds nothing, without a process of its own."""
    if re.match(rf"{re.escape(OURS)} (staff|follow-up) [^$~|]*$", line):
        return main(shlex.split(line.removeprefix(OURS)))
    program = line.replace(OURS, f"{sys.executable} -m bot")
    return subprocess.run(program, shell=True, cwd=ROOT, input=b"hei\n", timeout=120).returncode


def test_the_entry_that_is_shown_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```\n(---\n.*?)```", text, re.DOTALL)
    folder = write_pack(tmp_path)
    (folder / "seniorsentre.md").write_text(shown.replace("sandnes-levekar", "plan"), "utf-8")
    entry = load(["liten"], [tmp_path / "packs"]).entries["seniorsentre"]
    assert entry.text("nb", "nb").next == "Whom to ask."


@pytest.mark.parametrize(
    "line", ["make run", "make test", "make lint", "make bench", "make faults"]
)
def test_the_makefile_has_what_the_documents_name(line: str) -> None:
    target = line.removeprefix("make ")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE), line


def test_every_command_is_told_of() -> None:
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = " ".join(line for line in told.splitlines() if line.startswith("|"))
    missing = [name for name in COMMANDS if not all(part in rows for part in name.split())]
    assert missing == []
    assert "follow-up appoint" in rows


def test_the_guide_for_staff_names_the_buttons_as_they_are() -> None:
    guide = (ROOT / "docs" / "staff-guide.md").read_text(encoding="utf-8")
    folder = ROOT / "bot" / "web" / "templates" / "staff"
    pages = " ".join(path.read_text(encoding="utf-8") for path in folder.glob("*.html"))
    pages += (ROOT / "bot" / "web" / "staff" / "menu.py").read_text(encoding="utf-8")
    named = [" ".join(name.split()) for name in re.findall(r"\*\*([^*]+)\*\*", guide)]
    own = {"The first time", "Later", "The first page"}  # how a paragraph begins
    beginnings = own | {name for name in named if name.endswith("?")}
    assert len(named) > 25
    assert [n for n in named if f'"{n}' not in pages and n not in beginnings] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [t for t in targets if not (path.parent / t).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist(path: Path) -> None:
    named = re.findall(r"`((?:bot|db|tests|docs)/[\w./-]+\.(?:py|md|json|yaml))`", path.read_text())
    later = {"handlers/booking.py", "actions/booking.py", "db/booking.py"}
    assert [n for n in named if not (ROOT / n).exists() and n not in later] == []
