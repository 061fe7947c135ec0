"""The command line: `innom run | chat | ask | check | packs | staff | follow-up | backup | doctor`.

What is meant for programs goes to standard output alone; everything else to standard error.
Exit codes: 0 done, 1 it could not be done now, 2 a setting, a pack or an argument is wrong.
Each command imports what it needs, so that `innom ask` does not wait for a web server.
"""

import argparse
import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from bot.commands.options import add_writing_commands
from bot.knowledge.packs import PackError

OK, FAILED, WRONG = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # It tells of every tick and of each that was held up; what goes wrong, `jobs.py` tells.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # half a character is valid in JSON
    try:
        code: int = options.command(options)
    except KeyboardInterrupt:
        return OK
    except BrokenPipeError:
        return FAILED
    except Exception as error:
        return explain(error)
    return code


def explain(error: Exception) -> int:
    """Says in words what an operator can mend, and returns the exit code; raises the rest."""
    from bot.control import CannotReach
    from bot.knowledge.questions import BadQuestions
    from bot.lock import CannotStart
    from bot.settings import SettingError
    from db.engine import is_down
    from db.schema import SchemaTooNew

    if isinstance(error, SettingError | PackError | BadQuestions):
        print(error, file=sys.stderr)
        return WRONG
    if isinstance(error, CannotStart | CannotReach):
        print(error, file=sys.stderr)
        return FAILED
    if isinstance(error, SchemaTooNew):
        print("INNOM_DATABASE_URL: made by a newer Innom; update this one", file=sys.stderr)
        return FAILED
    if is_down(error):
        print(
            f"INNOM_DATABASE_URL: the database cannot be used: {_cause(error)}",
            file=sys.stderr,
        )
        return FAILED
    raise error


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="innom",
        description="A municipality's assistant in a chat.",
        epilog=_settings(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("-v", "--verbose", action="store_true", help="log what happens")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "run", run_server, "serve the chat (and Telegram, where a token is set)")
    chat = _command(commands, "chat", run_chat, "talk in the terminal; keeps nothing")
    chat.add_argument("--lang", help="language to begin in")
    _add_ask(_command(commands, "ask", run_ask, "what would be answered; stores nothing"))
    check = _command(
        commands, "check", run_check, "how well questions with known answers are understood"
    )
    check.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
    check.add_argument("--misses", action="store_true", help="list what was not understood")
    packs = _command(commands, "packs", run_packs, "list, check or copy knowledge packs")
    packs.add_argument("action", choices=("list", "check", "copy"))
    packs.add_argument("name", nargs="?", help="the pack to copy into the data folder")
    packs.add_argument("--to", metavar="NAME", help="the copy's own name")
    add_writing_commands(commands)
    _command(commands, "doctor", run_doctor, "check settings, database, packs and channels")
    return top


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], help_line: str
) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=help_line)
    made.set_defaults(command=run)
    return made


def _add_ask(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("text", nargs="?", help="the question")
    ask.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="many questions, one a line")
    ask.add_argument("--lang", help="the question's language, where it is known")
    ask.add_argument("--packs", type=_names, help="packs to ask, for example sverige,vasby")
    ask.add_argument("--json", action="store_true", help="one line of JSON")


def run_server(_: argparse.Namespace) -> int:
    """`innom run`."""
    # Thousands of classes are made here, and none of them is garbage.
    gc.disable()
    from bot.serve import serve
    from bot.settings import Settings

    gc.freeze()
    gc.enable()
    return asyncio.run(serve(Settings.from_environment()))


def run_chat(options: argparse.Namespace) -> int:
    """`innom chat`."""
    from bot.serve import chat
    from bot.settings import Settings

    return asyncio.run(chat(Settings.from_environment(), options.lang))


def run_ask(options: argparse.Namespace) -> int:
    """`innom ask`."""
    from bot.knowledge.check import ask, ask_batch
    from bot.settings import Settings

    settings = Settings.from_environment()
    packs = options.packs or settings.packs
    if options.batch:
        with _open(options.batch) as lines:
            for line in ask_batch(lines, packs, settings.pack_folders, settings.data_dir):
                print(line)
        return OK
    if not options.text:
        print("innom ask: give a question, or --batch FILE.jsonl", file=sys.stderr)
        return WRONG
    folders, data = settings.pack_folders, settings.data_dir
    print(ask(options.text, packs, folders, options.lang, options.json, data))
    return OK


def run_check(options: argparse.Namespace) -> int:
    """`innom check`."""
    from bot.knowledge.check import check_report
    from bot.settings import Settings

    settings = Settings.from_environment()
    with _open(options.questions):
        pass
    folders, data = settings.pack_folders, settings.data_dir
    print(check_report(options.questions, settings.packs, folders, options.misses, data))
    return OK


def run_packs(options: argparse.Namespace) -> int:
    """`innom packs`."""
    from bot.knowledge.pack_copy import copy_pack
    from bot.knowledge.packs import available, load
    from bot.settings import Settings

    settings = Settings.from_environment()
    if options.action == "list":
        print("\n".join(available(settings.pack_folders)))
    elif options.action == "check":
        knowledge = load(settings.packs, settings.pack_folders)
        print(f"{','.join(settings.packs)}: {len(knowledge.entries)} entries, no faults")
    else:
        if not options.name:
            print("innom packs copy: name the pack to copy", file=sys.stderr)
            return WRONG
        print(copy_pack(options.name, settings.pack_folders, options.to or options.name))
    return OK


def run_doctor(_: argparse.Namespace) -> int:
    """`innom doctor`."""
    from bot.doctor import examine
    from bot.settings import Settings

    return asyncio.run(examine(Settings.from_environment()))


def _settings() -> str:
    from bot.settings import describe

    lines = [
        f"  {name:24} {line}" + f" ({value})" * bool(value) for name, value, line in describe()
    ]
    return "\n".join(["settings, from the environment:", *lines])


def _cause(error: Exception) -> str:
    """What the driver says, without the details that may quote what is stored."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _open(path: Path) -> TextIO:
    from bot.knowledge.questions import MARKED
    from bot.settings import SettingError

    try:
        return path.open(encoding="utf-8", errors=MARKED)
    except OSError as error:
        raise SettingError(f"{path}: {error.strerror}") from None
