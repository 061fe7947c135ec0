"""Who answers for which cases, and handing them over; what is in a case is not looked at."""

from bot.actions.errors import NotFound, Refused
from db import caseload as stored
from db import staff
from db.engine import Db
from db.staff import CASE_WORKER, Account

NEW_CASE_WORKER = "new case worker"  # why a case was handed over, for its log


async def count_cases(db: Db, staff_id: int) -> int:
    """How many cases of somebody have not ended."""
    return len(await stored.list_open(db, staff_id))


async def list_successors(db: Db, staff_id: int) -> list[Account]:
    """Who could take over the cases of somebody: the other active case workers, by name."""
    found = await staff.list_accounts(db)
    return [account for account in found if why_not_take_over(account, staff_id) is None]


def why_not_take_over(account: Account | None, staff_id: int) -> str | None:
    """`successor` for who cannot take over the cases of `staff_id`, else None."""
    if account is None or account.id == staff_id:
        return "successor"
    return None if account.is_active and CASE_WORKER in account.roles else "successor"


async def hand_over(db: Db, staff_id: int, enrolment_id: int, successor_id: int) -> Account:
    """Gives one's own open case to another case worker, whom it returns.

    Raises NotFound for another's case and one that has ended, Refused: `successor`.
    """
    successor = await _successor(db, staff_id, successor_id)
    if not await stored.give(db, staff_id, successor_id, enrolment_id):
        raise NotFound
    return successor


async def hand_over_all(db: Db, staff_id: int, successor_id: int) -> list[int]:
    """Gives all open cases of somebody to another case worker; returns their numbers.

    Raises Refused: `successor`.
    """
    await _successor(db, staff_id, successor_id)
    return await stored.give(db, staff_id, successor_id, None)


async def leave_cases(db: Db, staff_id: int, successor_id: int | None) -> list[int]:
    """For who stops being a case worker: no case stays without one.

    Raises Refused: `cases` where there are open ones and no successor, `successor`.
    """
    if successor_id is not None:
        return await hand_over_all(db, staff_id, successor_id)
    if await stored.list_open(db, staff_id):
        raise Refused("cases")
    return []


async def _successor(db: Db, staff_id: int, successor_id: int) -> Account:
    """The new case worker, who stays one until this transaction ends. Raises Refused."""
    found = {account.id: account for account in await staff.lock_accounts(db)}
    if reason := why_not_take_over(found.get(successor_id), staff_id):
        raise Refused(reason)
    return found[successor_id]
