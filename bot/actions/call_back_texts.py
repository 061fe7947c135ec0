"""What is said while somebody asks to be called back."""

from collections.abc import Sequence
from datetime import datetime

from bot.actions.call_back import Reason, spaced
from bot.actions.privacy import DONE_DAYS, OPEN_DAYS
from bot.actions.slot_texts import instant_of
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
from bot.knowledge.redaction import MARK
from bot.texts import Words
from db.call_back import CallBack

EXAMPLES = {"no": "912 34 567", "se": "070-123 45 67"}


def ask_button(words: Words) -> Button:
    """The way into it."""
    return Button(words.t("Ask to be called back"), "cb:new")


def times(words: Words) -> dict[str, str]:
    """The times that have a button, by what the button sends."""
    return {
        "morning": words.t("In the morning"),
        "afternoon": words.t("In the afternoon"),
        "any": words.t("Any time"),
    }


def shown_time(knowledge: Knowledge, wanted: str, words: Words) -> str:
    """When it suits; what was pressed is stored in staff's language and shown in the person's."""
    for key, label in times(words_for(knowledge, None)).items():
        if wanted == label:
            return times(words)[key]
    return wanted


def ask_name(knowledge: Knowledge, lang: str, note: str | None, *, other: bool = False) -> Answer:
    """What to call the person; `other` where somebody else may be the one to call."""
    words = words_for(knowledge, lang)
    yours = words.t("What is your first name? You may use another name.")
    theirs = words.t("What is the first name of the one to call? You may use another name.")
    html = paragraphs(note, theirs if other else yours)
    return Answer(html, _leave(words), words.lang)


def ask_phone(knowledge: Knowledge, lang: str, note: str | None) -> Answer:
    """Where to ring."""
    words = words_for(knowledge, lang)
    html = paragraphs(note, words.t("Which phone number can staff call?"))
    return Answer(html, _leave(words), words.lang)


def no_phone(knowledge: Knowledge, said: str, lang: str) -> str:
    """After what is no phone number, or was taken for a number that identifies."""
    words = words_for(knowledge, lang)
    if MARK in said:
        return words.t("That looked like an id number, so I hid it. Write the phone number again.")
    example = EXAMPLES.get(knowledge.profile.country, "+47 912 34 567")
    return words.t(
        "I cannot read a phone number there. Write it like this: {example}.", example=example
    )


def ask_wanted(knowledge: Knowledge, lang: str, note: str | None) -> Answer:
    """When it suits."""
    words = words_for(knowledge, lang)
    html = paragraphs(note, words.t("When does it suit you? Choose here, or write it."))
    buttons = [Button(label, f"cb:w:{key}") for key, label in times(words).items()]
    return Answer(html, (*one_each(buttons), *_leave(words)), words.lang)


def ask_confirm(
    knowledge: Knowledge, asked: CallBack, token: str, lang: str, note: str | None
) -> Answer:
    """All of it, what is kept and how long; the last yes puts it on the list."""
    words = words_for(knowledge, lang)
    kept = words.t(
        "Staff can see this. I delete it {days} days after they have called, "
        "or after {most} days at most.",
        days=DONE_DAYS,
        most=OPEN_DAYS,
    )
    html = paragraphs(note, bold(words.t("Is this right?")), lines(knowledge, asked, words), kept)
    buttons = [
        Button(words.t("Yes, ask them to call"), f"cb:ok:{token}"),
        Button(words.t("Change the name"), "cb:c:name"),
        Button(words.t("Change the number"), "cb:c:phone"),
        Button(words.t("Change the time"), "cb:c:wanted"),
    ]
    return Answer(html, (*one_each(buttons), *_leave(words)), words.lang)


def lines(knowledge: Knowledge, asked: CallBack, words: Words) -> str:
    """Name, number and time of one wish."""
    wanted = shown_time(knowledge, asked.wanted or "", words)
    return "\n".join(
        (
            words.t("Name: {name}", name=safe_html(asked.first_name or "")),
            words.t("Phone: {phone}", phone=safe_html(spaced(asked.phone or ""))),
            words.t("When: {when}", when=safe_html(wanted)),
        )
    )


def on_the_list(knowledge: Knowledge, made: CallBack, looked: datetime | None, lang: str) -> Answer:
    """What is true now: it stands on a list. Nobody has been told."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("It is on the list that staff look at. I do not know when they call."),
        _looked(knowledge, looked, words),
        phone_lines(knowledge, words),
    )
    return Answer(html, (*one_each([withdraw_button(made, words)]), *_on(words)), words.lang)


def withdraw_button(asked: CallBack, words: Words) -> Button:
    """Takes one wish off the list."""
    return Button(words.t("Do not call {name}", name=asked.first_name or ""), f"cb:d:{asked.id}")


def withdrawn(knowledge: Knowledge, lang: str) -> Answer:
    """After one was taken off the list."""
    words = words_for(knowledge, lang)
    html = words.t("It is off the list and erased. Someone may have read it before.")
    return Answer(html, _on(words), words.lang)


def not_there(knowledge: Knowledge, lang: str) -> Answer:
    """For a wish that is ticked off, withdrawn, or another chat's: all the same to who asks."""
    words = words_for(knowledge, lang)
    html = words.t("I find no such call of yours on the list.")
    return Answer(html, _on(words), words.lang)


def refused(knowledge: Knowledge, reason: str, own: Sequence[CallBack], lang: str) -> Answer:
    """Why there is no further wish, and the phone."""
    words = words_for(knowledge, lang)
    if reason == Reason.TOO_MANY:
        why = words.t("You are on the list twice already. Wait for the call, or take one off.")
    else:
        why = words.t("Too many have asked to be called just now. Please call instead.")
    html = paragraphs(why, phone_lines(knowledge, words))
    buttons = [withdraw_button(each, words) for each in own] if reason == Reason.TOO_MANY else []
    return Answer(html, (*one_each(buttons), *_on(words)), words.lang)


def left(knowledge: Knowledge, lang: str) -> Answer:
    """After leaving before the last yes."""
    words = words_for(knowledge, lang)
    html = words.t("All right. Nothing is kept of it, and nobody calls.")
    return Answer(html, one_each([topics_button(words), person_button(words)]), words.lang)


def closed(knowledge: Knowledge, lang: str) -> Answer:
    """For a button of a wish that was finished or left."""
    words = words_for(knowledge, lang)
    html = words.t("That is not open any more. You can begin anew.")
    return Answer(html, one_each([ask_button(words), person_button(words)]), words.lang)


def waits(knowledge: Knowledge, lang: str) -> Answer:
    """After help in danger: the question does not push itself forward."""
    words = words_for(knowledge, lang)
    html = words.t("What we were doing can wait. Go on only if you want to.")
    go_on = Button(words.t("Go on with the call"), "cb:a")
    return Answer(html, (*one_each([go_on]), *_leave(words)), words.lang)


def _looked(knowledge: Knowledge, looked: datetime | None, words: Words) -> str | None:
    if looked is None:
        return None
    when = instant_of(looked, knowledge.profile.zone, words)
    return words.t("They last looked at the list on {when}.", when=when)


def _leave(words: Words) -> Rows:
    return one_each([Button(words.t("Do not ask them to call"), "cb:x")])


def _on(words: Words) -> Rows:
    data = Button(words.t("What is stored about me"), "do:my-data")
    return one_each([data, topics_button(words)])
