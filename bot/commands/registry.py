"""The commands by name, as the control socket and the command line call them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from inspect import signature
from typing import Any, get_type_hints

from bot.actions.errors import Failure
from bot.commands import follow_up, staff
from bot.commands.backup import backup
from bot.commands.context import Cannot, Context, Wrong
from bot.commands.failures import failed
from bot.control import FAILED, WRONG, Answer
from bot.knowledge.packs import PackError
from db.engine import is_down

Command = Callable[..., Awaitable[Answer]]

COMMANDS: dict[str, Command] = {
    "backup": backup,
    "follow-up appoint": follow_up.appoint,
    "follow-up cancel": follow_up.cancel,
    "follow-up enrol": follow_up.enrol,
    "follow-up list": follow_up.list_cases,
    "follow-up programme add": follow_up.add_programme,
    "follow-up programme list": follow_up.list_programmes,
    "staff add": staff.add,
    "staff link": staff.link,
    "staff list": staff.list_accounts,
    "staff disable": staff.disable,
    "staff enable": staff.enable,
    "staff roles": staff.roles,
    "staff reset-second-factor": staff.reset_second_factor,
}
SLOW = {"backup"}  # they hold nobody up, and take as long as the disk does
SECONDS = 10


async def run(context: Context, command: str, arguments: Mapping[str, Any]) -> Answer:
    """Carries a command out; what it fails with is a line of words. Raises what is a fault."""
    function = COMMANDS.get(command)
    if function is None or not fits(function, arguments):
        return Answer(WRONG, error="the running Innom does not know this; is it the same version?")
    try:
        async with asyncio.timeout(None if command in SLOW else SECONDS):
            return await function(context, **arguments)
    except (Wrong, PackError) as error:
        return Answer(WRONG, error=str(error))
    except Cannot as error:
        return Answer(FAILED, error=str(error))
    except Failure as failure:
        return failed(failure)
    except TimeoutError:
        return Answer(FAILED, error="it took too long; look whether it was done")
    except Exception as error:
        if not is_down(error):
            raise
        return Answer(FAILED, error=f"the database cannot be used ({type(error).__name__})")


def fits(function: Command, arguments: Mapping[str, Any]) -> bool:
    """Whether the arguments are those that the function takes, each of its kind."""
    try:
        bound = signature(function).bind(None, **arguments)
    except TypeError:
        return False
    kinds = get_type_hints(function)
    given = {name: value for name, value in bound.arguments.items() if name in arguments}
    return all(_is(kinds[name], value) for name, value in given.items())


def _is(kind: Any, value: Any) -> bool:
    if kind == list[str]:
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    return isinstance(value, kind)
