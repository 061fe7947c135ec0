"""How the environment is made: what is optional is pinned, and may be left out."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements-semantic.lock").read_text(encoding="utf-8")
TARGETS = ("run", "test", "bench", "faults")


def planned(*arguments: str) -> str:
    """What make would run in a new environment, whatever make was told that runs this test."""
    given = ("MAKEFLAGS", "MFLAGS", "SEMANTIC")
    kept = {name: value for name, value in os.environ.items() if name not in given}
    command = ["make", "--dry-run", "--always-make", *arguments]
    ran = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=True)
    return ran.stdout


def test_the_optional_package_is_locked_to_one_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [wanted] = project["optional-dependencies"]["semantic"]
    name, _, marker = wanted.partition("; ")
    locked = re.fullmatch(r"(\S+) ; (.+?) --hash=sha256:[0-9a-f]{64}\n", LOCK)
    assert locked, "one line with one hash: the wheel's, and not its source's"
    assert locked[1] == name
    assert locked[2].replace('"', "'") == marker


@pytest.mark.parametrize("target", TARGETS)
def test_it_is_fetched_as_a_checked_wheel_or_left_out(target: str) -> None:
    [line] = [line for line in planned(target).split("\n") if "only-binary :all:" in line]
    assert "--require-hashes" in line
    assert "requirements-semantic.lock" not in planned(target, "SEMANTIC=no")
