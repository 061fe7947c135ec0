"""What the actions in the log are called."""

from bot.actions.caseload import NEW_CASE_WORKER
from bot.texts import Words
from bot.web.staff.menu import role_names
from bot.web.staff.slot_form import reasons
from db.staff import Event


def action_name(action: str, words: Words) -> str:
    """An action in plain words; its code where it has none yet."""
    if action.startswith("command."):
        return words.t("On the server: {command}", command=action.removeprefix("command."))
    return {**_names(words), **_entry_names(words)}.get(action, action)


def outcome_name(event: Event, words: Words) -> str:
    """How it ended, where that needs a word."""
    return words.t("refused") if event.outcome == "denied" else ""


def why_name(event: Event, words: Words) -> str:
    """Why it was done, in plain words where a page noted a code."""
    if event.action in ("account.make", "account.roles"):
        names = role_names(words)
        return words.listed(names.get(role, role) for role in (event.why or "").split(", "))
    known = {
        **reasons(words),
        "link": words.t("with a link"),
        "set up": words.t("for the first time"),
        "own case": words.t("own case"),
        NEW_CASE_WORKER: words.t("new case worker"),
        "everywhere": words.t("on every computer"),
    }
    return known.get(event.why or "", event.why or "–")


def _entry_names(words: Words) -> dict[str, str]:
    """What editors press is called in the log as on the button."""
    return {
        "entry.save": words.t("Save as a draft"),
        "entry.drop": words.t("Throw the draft away"),
        "entry.publish": words.t("Publish"),
        "entry.undo": words.t("Undo the last change"),
        "entry.hidden": words.t("Hide"),
        "entry.shown": words.t("Show again"),
        "entry.archived": words.t("Put it away"),
        "entry.restored": words.t("Take back"),
        "entry.check": words.t("All of this is right today"),
        "entry.read": words.t("I have read this text"),
        "question.use": words.t("Lead it to this entry"),
        "question.drop": words.t("Take off the list"),
        "question.undo": words.t("Put a question back"),
    }


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
        "account.seen": words.t("Saw what others did to the account"),
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
