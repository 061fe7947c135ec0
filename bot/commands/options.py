"""What may be typed after `innom staff`, `innom follow-up` and `innom backup`.

It imports nothing that takes time: every command builds these options, whichever it is.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any


def add_writing_commands(commands: Any) -> None:
    """Adds the commands that change what is stored to the command line's own."""
    _add_backup(commands)


def _add_backup(commands: Any) -> None:
    backup = commands.add_parser("backup", help="copy the SQLite database while it is in use")
    backup.add_argument("file", metavar="FILE", type=_path, help="a new file")
    _does(backup, "backup")


def _does(parser: argparse.ArgumentParser, command: str) -> None:
    """The parser's arguments become those of the command's function."""
    parser.set_defaults(command=run_writing, does=command)


def run_writing(options: argparse.Namespace) -> int:
    """Has a writing command done; returns the exit code."""
    from bot.commands.client import carry_out
    from bot.settings import Settings

    given = vars(options)
    arguments = {name: given[name] for name in given if name not in ("command", "does", "verbose")}
    return asyncio.run(carry_out(Settings.from_environment(), options.does, arguments))


def _path(name: str) -> str:
    """As seen from here: the server may stand in another folder."""
    return str(Path(name).absolute())
