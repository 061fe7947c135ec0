"""What may be typed after `innom staff`, `innom follow-up` and `innom backup`.

It imports nothing that takes time: every command builds these options, whichever it is.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any


def add_writing_commands(commands: Any) -> None:
    """Adds the commands that change what is stored to the command line's own."""
    _add_staff(commands.add_parser("staff", help="accounts of staff, and links to sign in"))
    _add_follow_up(commands.add_parser("follow-up", help="programmes, enrolments, appointments"))
    _add_backup(commands)


def _add_staff(staff: argparse.ArgumentParser) -> None:
    verbs = staff.add_subparsers(required=True, metavar="WHAT")
    add = _of_account(verbs, "add", "make an account, with a link for its first sign-in")
    add.add_argument("--name", required=True, help="shown to colleagues")
    _add_roles(add)
    _of_account(verbs, "link", "make a new sign-in link; the one before ends")
    _verb(verbs, "staff", "list", "list all accounts")
    _add_successor(_of_account(verbs, "disable", "close an account at once"))
    _of_account(verbs, "enable", "open a disabled account again")
    roles = _of_account(verbs, "roles", "give an account these roles and no others")
    _add_roles(roles)
    _add_successor(roles)
    _of_account(verbs, "reset-second-factor", "have the second factor set up anew")


def _add_follow_up(follow_up: argparse.ArgumentParser) -> None:
    verbs = follow_up.add_subparsers(required=True, metavar="WHAT")
    _add_programmes(verbs.add_parser("programme", help="make and list programmes"))
    enrol = _verb(verbs, "follow-up", "enrol", "enrol somebody; shows the invitation once")
    enrol.add_argument("programme", metavar="PROGRAMME", help="its name or number")
    enrol.add_argument("first_name", metavar="FIRST-NAME")
    _add_case_worker(enrol)
    appoint = _verb(verbs, "follow-up", "appoint", "make an appointment, with its reminders")
    appoint.add_argument("enrolment", metavar="ENROLMENT", type=int, help="the case's number")
    appoint.add_argument("when", metavar="WHEN", help='local time, such as "2026-11-24 10:00"')
    appoint.add_argument("--minutes", type=int, default=30, help="how long (30)")
    appoint.add_argument("--place", help="where")
    cancel = _verb(verbs, "follow-up", "cancel", "cancel an appointment and its reminders")
    cancel.add_argument("appointment", metavar="APPOINTMENT", type=int, help="its number")
    _add_case_worker(_verb(verbs, "follow-up", "list", "list a case worker's cases"))


def _add_programmes(programme: argparse.ArgumentParser) -> None:
    verbs = programme.add_subparsers(required=True, metavar="WHAT")
    add = _verb(verbs, "follow-up programme", "add", "make a programme")
    add.add_argument("name", metavar="NAME")
    for name, when in (("day", "the day before"), ("hour", "an hour before")):
        help_line = f"no reminder {when}"
        add.add_argument(f"--no-{name}", dest=name, action="store_false", help=help_line)
    _verb(verbs, "follow-up programme", "list", "list all programmes")


def _add_case_worker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--case-worker", required=True, metavar="EMAIL")


def _of_account(verbs: Any, name: str, help_line: str) -> argparse.ArgumentParser:
    made = _verb(verbs, "staff", name, help_line)
    made.add_argument("email", metavar="EMAIL")
    return made


def _add_roles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role", action="append", required=True, help="admin, editor, host or case-worker"
    )


def _add_successor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases-to", metavar="EMAIL", help="who takes over the open cases")


def _verb(verbs: Any, area: str, name: str, help_line: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(name, help=help_line)
    _does(made, f"{area} {name}")
    return made


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
