"""What the assistant does itself, and says honestly where it cannot do it yet."""

from bot.actions.answers import action_label, entry_buttons
from bot.actions.call_back_texts import ask_button
from bot.actions.privacy import TEXT_DAYS
from bot.actions.wording import (
    Answer,
    Button,
    Rows,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    safe_html,
    topics_button,
    words_for,
)
from bot.knowledge.entries import LAST_RESORT, Knowledge
from bot.knowledge.other_languages import Other, english_line
from bot.texts import OWN_NAMES, Words, spoken

TRIPS = ("kollektivreise", "transport-til-tilbud")  # what is known about getting there


def hello(knowledge: Knowledge, lang: str) -> list[str]:
    """The first words of a chat, as plain paragraphs."""
    words = words_for(knowledge, lang)
    return [
        words.t("Hello. I am Innom, the chat of {name}.", name=knowledge.profile.name),
        words.t(
            "I am a machine. Nobody reads along around the clock. Do not write your id number. "
            "What you write is kept for {days} days.",
            days=TEXT_DAYS,
        ),
        words.t("Ask in your own words, or choose a topic."),
    ]


def hello_answer(knowledge: Knowledge, lang: str) -> Answer:
    """The hello with its buttons."""
    words = words_for(knowledge, lang)
    html = paragraphs(*(safe_html(line) for line in hello(knowledge, lang)))
    return Answer(html, hello_buttons(words), words.lang)


def hello_buttons(words: Words) -> tuple[tuple[Button, ...], ...]:
    """Where to go without typing."""
    language = Button(words.t("Language"), "do:change-language")
    return one_each([topics_button(words), person_button(words), language])


def act(knowledge: Knowledge, slug: str, lang: str) -> Answer | None:
    """The answer to an action, or None where there is no such action."""
    words = words_for(knowledge, lang)
    if slug == "change-language":
        return language_menu(knowledge, words)
    if slug == "talk-to-human":
        return _person(knowledge, words)
    if slug == "give-feedback":
        return _feedback(knowledge, words)
    if action_label(slug, words) == slug:
        return None
    return _not_yet(knowledge, slug, words)


def offer(knowledge: Knowledge, slug: str, lang: str) -> Answer:
    """An action that was asked for, to begin when the person wants to."""
    words = words_for(knowledge, lang)
    html = words.t("You also asked for this. Choose it when you want to.")
    return Answer(html, one_each([Button(action_label(slug, words), f"do:{slug}")]), words.lang)


def language_menu(knowledge: Knowledge, words: Words) -> Answer:
    """The languages that both the interface and this municipality speak."""
    return Answer(words.t("Which language do you want?"), _language_buttons(knowledge), words.lang)


def other_language(knowledge: Knowledge, other: Other) -> Answer:
    """To somebody who wrote a language that nobody speaks here: one line in it, one in English."""
    line = safe_html(other.line) if other.line else None
    return Answer(paragraphs(line, english_line()), _language_buttons(knowledge), LAST_RESORT)


def _language_buttons(knowledge: Knowledge) -> Rows:
    return one_each(Button(OWN_NAMES[code], f"lang:{code}") for code in languages(knowledge))


def languages(knowledge: Knowledge) -> list[str]:
    """Language codes to choose among, in the profile's order."""
    return [code for code in knowledge.profile.languages if code in spoken()]


def language_chosen(knowledge: Knowledge, lang: str) -> Answer | None:
    """After a choice of language, or None where it is not spoken here."""
    if lang not in languages(knowledge):
        return None
    words = words_for(knowledge, lang)
    html = words.t("I answer in English from now on.")
    language = Button(words.t("Language"), "do:change-language")
    return Answer(html, one_each([topics_button(words), language]), words.lang)


def feedback_thanks(knowledge: Knowledge, helped: bool, lang: str) -> Answer:
    """After yes or no under an answer; a no leads on."""
    words = words_for(knowledge, lang)
    if helped:
        return Answer(words.t("Good. Thank you for telling."), (), words.lang)
    html = paragraphs(
        words.t("I am sorry that it did not help. Try other words, or talk to a person."),
        phone_lines(knowledge, words),
    )
    return Answer(html, one_each([topics_button(words), person_button(words)]), words.lang)


def cleared(knowledge: Knowledge, lang: str, *, booked: bool = False, more: bool = False) -> Answer:
    """After the chat was cleared; bookings, calls and follow-up (`more`) stay."""
    words = words_for(knowledge, lang)
    html = words.t("This chat is cleared. What you wrote here is erased with us.")
    lines, buttons = [html], []
    if booked:
        lines += [words.t("What you have booked stays, with the first name that you gave for it.")]
        buttons += [Button(action_label("my-bookings", words), "do:my-bookings")]
    if more:
        lines += [words.t("Calls that you asked for and follow-up stay, too.")]
        buttons += [Button(action_label("my-data", words), "do:my-data")]
    return Answer(paragraphs(*lines), (*one_each(buttons), *hello_buttons(words)), words.lang)


def _person(knowledge: Knowledge, words: Words) -> Answer:
    html = paragraphs(
        words.t("A person cannot take over this chat yet."),
        phone_lines(knowledge, words),
        words.t("Or leave your number. Staff call you when they can."),
    )
    return Answer(html, one_each([ask_button(words), topics_button(words)]), words.lang)


def _feedback(knowledge: Knowledge, words: Words) -> Answer:
    html = paragraphs(
        words.t("Press yes or no under an answer. It is counted, without your name."),
        words.t("I cannot pass on a longer message yet."),
        phone_lines(knowledge, words),
    )
    return Answer(html, one_each([person_button(words)]), words.lang)


def _not_yet(knowledge: Knowledge, slug: str, words: Words) -> Answer:
    html = paragraphs(
        words.t(
            "“{action}”: I cannot do that here yet.",
            action=action_label(slug, words),
        ),
        phone_lines(knowledge, words),
    )
    near = entry_buttons(knowledge, TRIPS, words.lang) if slug in ("plan-trip", "book-ride") else []
    ways = (*near, person_button(words), topics_button(words))
    return Answer(html, one_each(ways), words.lang)
