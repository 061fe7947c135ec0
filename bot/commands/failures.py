"""What actions refuse, in an operator's words."""

from bot.actions.errors import Conflict, Failure, NotAllowed, NotFound, Refused
from bot.control import FAILED, WRONG, Answer

ROLES = "admin, editor, host or case-worker"
FAILURES: dict[type[Failure], str] = {
    NotFound: "there is no such thing",
    NotAllowed: "that is not allowed",
    Conflict: "somebody else changed it in between; look again",
}
# reason: (exit code, words)
REFUSED = {
    "email": (WRONG, "EMAIL: must be an address such as kari@example.org"),
    "name": (WRONG, "the name is empty, too long, or no name"),
    "roles": (WRONG, f"--role: must be {ROLES}"),
    "taken": (FAILED, "it exists already; the `list` command shows all"),
    "time": (WRONG, "WHEN: must be a local time such as 2026-11-24T10:00 or 24.11.2026 10:00"),
    "past": (FAILED, "the time is in the past, or the appointment is over or cancelled already"),
    "far": (FAILED, "WHEN: more than two years ahead"),
    "minutes": (WRONG, "--minutes: 1 to 480"),
    "place": (WRONG, "--place: at most 120 characters"),
    "twice": (FAILED, "there is an appointment at that time already"),
    "ended": (FAILED, "this follow-up has ended"),
    "cases": (FAILED, "there are open cases; name who takes them over with --cases-to EMAIL"),
    "successor": (WRONG, "--cases-to: must be another active case worker"),
    "last-admin": (FAILED, "this is the last administrator; make another one first"),
}


def failed(failure: Failure) -> Answer:
    """The answer to a command that an action did not carry out."""
    if isinstance(failure, Refused):
        code, words = REFUSED.get(failure.reason, (FAILED, f"refused: {failure.reason}"))
        return Answer(code, error=words)
    return Answer(FAILED, error=FAILURES.get(type(failure), failure.code))
