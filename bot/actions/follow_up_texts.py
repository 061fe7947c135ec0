"""What is said in a follow-up: one's own appointments, answers, stopping and leaving."""

from collections.abc import Sequence
from datetime import datetime

from bot.actions.joining_texts import code_button, leave_button
from bot.actions.local_time import day_and_time
from bot.actions.wording import (
    Answer,
    Button,
    Rows,
    bold,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    safe_html,
    topics_button,
    words_for,
)
from bot.knowledge.entries import Knowledge
from bot.texts import Words
from db.follow_up import CALL_ME, CANNOT, COMING, Appointment

SHOWN = 8  # appointments in one list


def nothing_here(knowledge: Knowledge, lang: str) -> Answer:
    """For a chat that takes part in nothing."""
    words = words_for(knowledge, lang)
    html = words.t("I have no appointments for this chat. Have you got a code?")
    buttons = [code_button(words), topics_button(words), person_button(words)]
    return Answer(html, one_each(buttons), words.lang)


def my_appointments(
    knowledge: Knowledge,
    found: Sequence[Appointment],
    lang: str,
    *,
    paused: bool,
    notes: str | None = None,
) -> Answer:
    """What is to come, each with its answer; a press shows the rest."""
    words = words_for(knowledge, lang)
    lines = [
        f"{n}. {bold(_when(each, words))}\n{answer_line(each, words)}"
        for n, each in enumerate(found[:SHOWN], 1)
    ]
    html = paragraphs(
        bold(words.t("My appointments")),
        *(lines or [words.t("No appointment is planned now.")]),
        _off(words) if paused else None,
        notes if found else None,
    )
    buttons = [Button(_when(each, words), f"fu:d:{each.id}") for each in found[:SHOWN]]
    return Answer(html, (*one_each(buttons), *_ways_out(words, paused)), words.lang)


def details(knowledge: Knowledge, appointment: Appointment, lang: str) -> Answer:
    """One appointment with its place, and what can be done about it."""
    words = words_for(knowledge, lang)
    place = appointment.place
    facts = [
        bold(_when(appointment, words)),
        words.n("{count} minute", "{count} minutes", appointment.minutes),
        words.t("Place: {place}", place=safe_html(place)) if place else None,
        answer_line(appointment, words),
    ]
    html = "\n".join(fact for fact in facts if fact)
    number = appointment.id or 0
    file = Button(words.t("Calendar file"), f"fu:i:{number}")
    return Answer(html, (*answer_rows(number, words), (file,), (_mine(words),)), words.lang)


def ask_answer(knowledge: Knowledge, appointment: Appointment, lang: str) -> Answer:
    """For words that are none of the answers: what can be passed on, and the way to a person."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        _when(appointment, words),
        words.t("I can pass on one of three answers. Which one fits best?"),
        words.t("If it is about something else, write it once more."),
    )
    rows = (*answer_rows(appointment.id or 0, words), (person_button(words),))
    return Answer(html, rows, words.lang)


def answer_rows(appointment_id: int, words: Words) -> Rows:
    """The three answers to a reminder."""
    return (
        (
            Button(words.t("I am coming"), f"fu:a:{appointment_id}:{COMING}"),
            Button(words.t("I cannot come"), f"fu:a:{appointment_id}:{CANNOT}"),
        ),
        (Button(words.t("Call me"), f"fu:a:{appointment_id}:{CALL_ME}"),),
    )


def answer_line(appointment: Appointment, words: Words) -> str:
    """What the person has answered."""
    lines = {
        COMING: words.t("Your answer: you are coming."),
        CANNOT: words.t("Your answer: you cannot come."),
        CALL_ME: words.t("Your answer: you want a call."),
    }
    return lines.get(appointment.answer or "", words.t("You have not answered yet."))


def thanks(
    knowledge: Knowledge,
    appointment: Appointment,
    lang: str,
    *,
    mail: bool,
    looked_at: datetime | None,
) -> Answer:
    """After an answer: what was stored, and honestly who sees it when."""
    words = words_for(knowledge, lang)
    noted = {
        COMING: words.t("Thank you. I have noted that you are coming."),
        CANNOT: words.t("Thank you. I have noted that you cannot come."),
        CALL_ME: words.t("I have noted that you want a call. I do not know when they call."),
    }
    seen = words.t("It stands on the list of your contact.")
    if mail:
        seen += " " + words.t("They also get an e-mail about it.")
    html = paragraphs(
        noted[appointment.answer or COMING],
        f"{_when(appointment, words)}",
        seen,
        _looked(looked_at, appointment.zone, words),
        _phone(knowledge, words) if appointment.answer != COMING else None,
    )
    change = Button(words.t("Change my answer"), f"fu:d:{appointment.id}")
    return Answer(html, one_each([change, _mine(words)]), words.lang)


def not_there(knowledge: Knowledge, lang: str) -> Answer:
    """For an appointment that is over, cancelled, or somebody else's: all the same to who asks."""
    words = words_for(knowledge, lang)
    html = words.t("I find no such appointment of yours to come.")
    return Answer(html, one_each([_mine(words), person_button(words)]), words.lang)


def for_calendar(knowledge: Knowledge, lang: str) -> str:
    """What stands under the calendar file."""
    words = words_for(knowledge, lang)
    return words.t("For your calendar. It rings two hours before.")


def event_title(words: Words) -> str:
    """The calendar's own line: it says no more than a reminder does."""
    return words.t("Appointment")


def left(knowledge: Knowledge, lang: str) -> Answer:
    """After leaving."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("You have left. I send you no more reminders."),
        words.t("Your contact can see that you left. An appointment is not cancelled by this."),
    )
    back = Button(words.t("Come back"), "fu:back")
    return Answer(html, one_each([back, person_button(words)]), words.lang)


def has_left(knowledge: Knowledge, lang: str) -> Answer:
    """For who has left, and may come back."""
    words = words_for(knowledge, lang)
    html = words.t("You have left, and get no reminders. You can come back.")
    back = Button(words.t("Come back"), "fu:back")
    return Answer(html, one_each([back, code_button(words), person_button(words)]), words.lang)


def paused(knowledge: Knowledge, lang: str, *, seen: bool) -> Answer:
    """After stopping everything that was not asked for; `seen`: a case worker can see that."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("Stopped. I send you no reminders, and write only when you write."),
        words.t("What you have booked or planned still stands."),
        words.t("Your contact can see that reminders are off.") if seen else None,
    )
    again = Button(words.t("Send me reminders again"), "fu:on")
    return Answer(html, one_each([again, topics_button(words)]), words.lang)


def resumed(knowledge: Knowledge, lang: str) -> Answer:
    """After wanting reminders again."""
    words = words_for(knowledge, lang)
    html = words.t("Reminders are on again.")
    return Answer(html, one_each([_mine(words), topics_button(words)]), words.lang)


def step_left(knowledge: Knowledge, lang: str) -> Answer:
    """After leaving an open step where reminders are planned."""
    words = words_for(knowledge, lang)
    html = words.t("Stopped. You still get the reminders that are planned.")
    off = Button(words.t("Stop the reminders too"), "fu:off")
    return Answer(html, one_each([off, topics_button(words)]), words.lang)


def _phone(knowledge: Knowledge, words: Words) -> str | None:
    """The municipality's phone, where staff have set it; a doctor's is no help with this."""
    return phone_lines(knowledge, words) if knowledge.profile.switchboard else None


def _ways_out(words: Words, paused: bool) -> Rows:
    off = Button(words.t("Stop the reminders"), "fu:off")
    on = Button(words.t("Send me reminders again"), "fu:on")
    return one_each([on if paused else off, leave_button(words)])


def _off(words: Words) -> str:
    return words.t("Reminders are off in this chat.")


def _looked(at: datetime | None, zone: str, words: Words) -> str | None:
    if at is None:
        return None
    return words.t("They last looked at the list {when}.", when=day_and_time(at, zone, words))


def _mine(words: Words) -> Button:
    return Button(words.t("My appointments"), "do:my-follow-up")


def _when(appointment: Appointment, words: Words) -> str:
    return day_and_time(appointment.starts_at, appointment.zone, words)
