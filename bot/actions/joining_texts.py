"""What is said while somebody joins a follow-up: the invitation, the code, the number."""

from bot.actions.reach import Reach
from bot.actions.wording import (
    Answer,
    Button,
    bold,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    topics_button,
    words_for,
)
from bot.knowledge.entries import Knowledge
from bot.texts import Words


def look(knowledge: Knowledge, lang: str) -> Answer:
    """An invitation, before it is used: neither programme nor office is named."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t(
            "Somebody at {name} invites you to get reminders in this chat.",
            name=bold(knowledge.profile.name),
        ),
        words.t("You can answer them with a button, and you can stop at any time."),
        words.t("Go on only if somebody told you about this."),
    )
    buttons = [
        Button(words.t("Yes, I want the reminders"), "fu:join"),
        Button(words.t("No, that is not for me"), "fu:no"),
    ]
    return Answer(html, one_each([*buttons, person_button(words)]), words.lang)


def unusable(knowledge: Knowledge, lang: str) -> Answer:
    """For an invitation that is used, old, or none: all the same to who asks."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("I cannot open that invitation. It may be old, or used already."),
        words.t("Ask for a new one where you got it."),
        phone_lines(knowledge, words),
    )
    return Answer(html, one_each([code_button(words), person_button(words)]), words.lang)


def declined(knowledge: Knowledge, lang: str) -> Answer:
    """After no to an invitation."""
    words = words_for(knowledge, lang)
    html = words.t("All right. Nothing has changed, and you get no reminders.")
    return Answer(html, one_each([topics_button(words), person_button(words)]), words.lang)


def joined(knowledge: Knowledge, number: str, lang: str, notes: str | None) -> Answer:
    """After joining: the number that the contact compares, and what comes next."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        bold(words.t("You have joined.")),
        _number_line(number, words),
        words.t("You get no reminders before that."),
        notes,
    )
    mine = Button(words.t("My appointments"), "do:my-follow-up")
    return Answer(html, one_each([mine, leave_button(words)]), words.lang)


def where_seen(
    knowledge: Knowledge, lang: str, *, web: bool, reminds: bool, reach: Reach
) -> str | None:
    """On the web a reminder waits in the chat, and nobody may look; that is said."""
    words = words_for(knowledge, lang)
    if not reminds:
        return words.t("Reminders cannot reach you in this window.")
    if not web:
        return None
    telegram = words.t("Would you rather get them in Telegram? Ask your contact for a new link.")
    return paragraphs(
        words.t("You see reminders only when this chat is open."),
        words.t("Put each appointment into your calendar too: it can ring."),
        telegram if reach.telegram else None,
    )


def ask_code(knowledge: Knowledge, lang: str, note: str | None = None) -> Answer:
    """The code of an invitation."""
    words = words_for(knowledge, lang)
    html = paragraphs(note, words.t("Write the code that you got. It has 8 letters and digits."))
    return Answer(html, one_each([person_button(words)]), words.lang)


def no_such_code(knowledge: Knowledge, lang: str) -> str:
    """After a code that opens nothing: wrong, used or old."""
    words = words_for(knowledge, lang)
    return words.t("That code opens nothing here. Look once more, or ask for a new one.")


def opens_nothing(knowledge: Knowledge, lang: str) -> Answer:
    """The same in the middle of something else, which then goes on."""
    words = words_for(knowledge, lang)
    html = no_such_code(knowledge, lang)
    return Answer(html, one_each([person_button(words)]), words.lang)


def waiting(knowledge: Knowledge, number: str, lang: str) -> Answer:
    """Joined, and not confirmed yet."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("You have joined. I wait for your contact."),
        _number_line(number, words),
    )
    return Answer(html, one_each([leave_button(words), person_button(words)]), words.lang)


def code_button(words: Words) -> Button:
    """The way in with a code."""
    return Button(words.t("I have a code"), "fu:code")


def leave_button(words: Words) -> Button:
    """The way out of a follow-up."""
    return Button(words.t("I want to leave"), "fu:leave")


def _number_line(number: str, words: Words) -> str:
    return words.t(
        "Your number is {number}. Your contact sees it too, and checks that it is you.",
        number=bold(number),
    )
