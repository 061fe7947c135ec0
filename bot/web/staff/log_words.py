"""What the actions in the log are called."""

from bot.actions.caseload import NEW_CASE_WORKER
from bot.texts import Words
from bot.web.staff.menu import role_names
from db.staff import Event


def action_name(action: str, words: Words) -> str:
    """An action in plain words; its code where it has none yet."""
    if action.startswith("command."):
        return words.t("On the server: {command}", command=action.removeprefix("command."))
    return _names(words).get(action, action)


def outcome_name(event: Event, words: Words) -> str:
    """How it ended, where that needs a word."""
    return words.t("refused") if event.outcome == "denied" else ""


def why_name(event: Event, words: Words) -> str:
    """Why it was done, in plain words where a page noted a code."""
    if event.action in ("account.make", "account.roles"):
        names = role_names(words)
        return words.listed(names.get(role, role) for role in (event.why or "").split(", "))
    known = {
        "link": words.t("with a link"),
        "set up": words.t("for the first time"),
        "own case": words.t("own case"),
        NEW_CASE_WORKER: words.t("new case worker"),
        "everywhere": words.t("on every computer"),
    }
    return known.get(event.why or "", event.why or "–")


def _names(words: Words) -> dict[str, str]:
    return {
        "sign-in": words.t("Signed in"),
        "sign-out": words.t("Signed out"),
        "second-factor": words.t("Showed the second factor"),
        "password": words.t("Changed the password"),
        "page": words.t("Opened a page"),
        "account.make": words.t("Made an account"),
        "account.roles": words.t("Changed roles"),
        "account.disable": words.t("Disabled an account"),
        "account.enable": words.t("Enabled an account"),
        "account.reset": words.t("Reset a second factor"),
        "account.link": words.t("Made a sign-in link"),
        "slot.make": words.t("Made a time to book"),
        "slot.change": words.t("Changed a time to book"),
        "slot.places": words.t("Changed the number of places"),
        "slot.close": words.t("Closed the booking"),
        "slot.open": words.t("Opened the booking"),
        "slot.cancel": words.t("Cancelled a time"),
        "slot.export": words.t("Downloaded who comes"),
        "booking.cancel": words.t("Cancelled a booking"),
        "call-back.done": words.t("Ticked off a call-back"),
        "call-back.undo": words.t("Put a call-back back"),
        "programme.make": words.t("Made a programme"),
        "case.list": words.t("Looked at own cases"),
        "case.view": words.t("Looked at a case"),
        "case.delivery": words.t("Saw that a reminder did not come through"),
        "case.enrol": words.t("Made a case"),
        "case.invite": words.t("Made a new invitation"),
        "case.confirm": words.t("Confirmed who joined"),
        "case.unlink": words.t("Removed who joined"),
        "case.hand-over": words.t("Gave a case to another case worker"),
        "cases.take": words.t("Gave this person cases"),
        "case.end": words.t("Ended a case"),
        "appointment.make": words.t("Made an appointment"),
        "appointment.cancel": words.t("Cancelled an appointment"),
        "appointment.seen": words.t("Saw an answer"),
    }
