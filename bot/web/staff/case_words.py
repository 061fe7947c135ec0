"""What the pages of cases say: where a case stands, what waits, how a reminder fared."""

from bot.actions.case_file import CaseFile, Reminder
from bot.actions.cases import Case, Waits
from bot.actions.local_time import day_and_time
from bot.actions.reminder_plan import DAY
from bot.texts import Words
from db import outbox
from db.follow_up import CALL_ME, CANNOT, COMING, CONFIRMED, ENDED, INVITED, JOINED, LEFT


def waiting_lines(case: Case, words: Words) -> list[str]:
    """What waits in a case, the most pressing first."""
    lines = {
        Waits.CALL_ME: words.t("Wants a call"),
        Waits.CANNOT: words.t("Cannot come"),
        Waits.TO_CONFIRM: words.t("Somebody has joined. Check the number."),
        Waits.NOT_DELIVERED: words.t("A reminder may not have come through"),
        Waits.NO_ANSWER: words.t("No answer yet, and it is soon"),
        Waits.SILENT: words.t("This person has stopped all reminders"),
        Waits.NEW_ANSWER: words.t("New answer"),
    }
    return [lines[each] for each in case.waits]


def answer_name(answer: str | None, words: Words) -> str:
    """What the person has answered."""
    names = {
        COMING: words.t("Is coming"),
        CANNOT: words.t("Cannot come"),
        CALL_ME: words.t("Wants a call"),
    }
    return names.get(answer or "", words.t("No answer"))


def state_line(found: CaseFile, words: Words) -> str:
    """Where a case stands, in a sentence or two."""
    case = found.case
    lines = {
        INVITED: words.t("Nobody has joined yet. No reminder goes out."),
        JOINED: words.t("Somebody has joined. No reminder goes out until you confirm who it is."),
        CONFIRMED: words.t("Takes part, and gets reminders."),
        LEFT: words.t("Has left, and gets no reminders. The person can come back."),
        ENDED: words.t("This follow-up has ended."),
    }
    return f"{lines[case.state]} {_channel_line(case, words)}".strip()


def _channel_line(case: Case, words: Words) -> str:
    if case.state not in (JOINED, CONFIRMED):
        return ""
    if case.channel == "web":
        return words.t("It is a web chat. A reminder is seen only when that chat is open.")
    return words.t("It is a chat on Telegram.") if case.channel == "telegram" else ""


def state_name(state: str, words: Words) -> str:
    """Where a case stands, in a word or two."""
    names = {
        INVITED: words.t("Not joined"),
        JOINED: words.t("Joined, not confirmed"),
        CONFIRMED: words.t("Takes part"),
        LEFT: words.t("Has left"),
        ENDED: words.t("Ended"),
    }
    return names[state]


def reminder_line(reminder: Reminder, zone: str, words: Words, *, wanted: bool = True) -> str:
    """How a reminder fared; what waits is not sent where it is not `wanted` any more."""
    name = words.t("The day before") if reminder.detail == DAY else words.t("An hour before")
    when = day_and_time(reminder.at, zone, words) if reminder.at else ""
    waits = reminder.state in (None, outbox.DUE)
    state = outbox.CANCELLED if waits and not wanted else reminder.state
    return f"{name}: {_fared(state, when, words)}"


def _fared(state: str | None, when: str, words: Words) -> str:
    lines = {
        None: words.t("planned for {when}, when the person is confirmed.", when=when),
        outbox.DUE: words.t("goes out {when}.", when=when),
        outbox.SENDING: words.t("is on its way."),
        outbox.SENT: words.t("was sent {when}.", when=when),
        outbox.UNCERTAIN: words.t("nobody knows whether it came through. Please call."),
        outbox.FAILED: words.t("did not come through. Please call."),
        outbox.EXPIRED: words.t("was not sent in time. Please call."),
    }
    return lines.get(state, words.t("not sent."))


def wrong(reason: str, words: Words) -> dict[str, str]:
    """Which field of a form is wrong, and what to do."""
    told = {
        "name": ("name", words.t("Write a first name. Nothing else.")),
        "programme": ("programme", words.t("Choose a programme.")),
        "time": ("day", words.t("Write the day and the time.")),
        "past": ("day", words.t("That time is over.")),
        "far": ("day", words.t("That is too far away. Choose an earlier day.")),
        "minutes": ("minutes", words.t("Write how many minutes, from 1 to 480.")),
        "place": ("place", words.t("That place is too long. Use at most 120 letters.")),
        "twice": ("day", words.t("There is an appointment at that time already.")),
        "ended": ("day", words.t("This follow-up has ended.")),
    }
    changed = words.t("This was changed in the meantime. Look at how it is now.")
    field, text = told.get(reason, ("state", changed))
    return {field: text}
