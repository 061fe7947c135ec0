"""Help in danger: fixed texts and the country's numbers. Needs no database and no index."""

from bot.actions.wording import (
    Answer,
    Button,
    one_each,
    paragraphs,
    person_button,
    safe_html,
    topics_button,
    words_for,
)
from bot.knowledge.crisis import HelpText, Line, emergency_lines, help_text
from bot.knowledge.danger import find_danger
from bot.knowledge.entries import Knowledge
from bot.knowledge.language import detect
from bot.knowledge.understanding import Understanding
from bot.texts import Words, speak


def help_answer(
    knowledge: Knowledge, asked: Understanding, lang: str, *, told: bool = False
) -> Answer | None:
    """The help for what was understood as danger, in the person's language.

    `told`: an alert to those on duty is part of this turn's transaction.
    """
    if asked.danger is None:
        return None
    danger = asked.danger
    text = help_text(knowledge.profile.country, danger.need, lang, danger.about_other, danger.level)
    words = words_for(knowledge, lang)
    rows = one_each([person_button(words), Button(words.t("It is not about me"), "notme")])
    html = paragraphs(as_html(text), _is_told(words_for(knowledge, text.lang)) if told else None)
    return Answer(html, rows, text.lang)


def first_aid(knowledge: Knowledge, text: str, lang: str | None = None) -> str | None:
    """Help as HTML straight from the words of a message, for when nothing else works."""
    danger = find_danger(text)
    if danger is None:
        return None
    profile = knowledge.profile
    lang = detect(text, profile.languages, lang or profile.main_language)
    found = help_text(profile.country, danger.need, lang, danger.about_other, danger.level)
    return as_html(found)


def cry_answer(knowledge: Knowledge, lang: str) -> Answer:
    """To "help!" and no more: asks with what, and shows the country's emergency numbers."""
    words = words_for(knowledge, lang)
    numbers = emergency_lines(knowledge.profile.country, lang)
    lines = "\n".join(_line(line, words) for line in numbers)
    html = paragraphs(words.t("What do you need help with? A few words are enough."), lines)
    return Answer(html, one_each([topics_button(words), person_button(words)]), words.lang)


def arrived_now(knowledge: Knowledge, lang: str, *, told: bool = False) -> Answer:
    """For a message that was helped before it could be stored, when it comes again."""
    words = words_for(knowledge, lang)
    arrived = words.t("Your message has arrived now. You can go on writing.")
    html = paragraphs(arrived, _is_told(words) if told else None)
    return Answer(html, one_each([person_button(words)]), words.lang)


def not_me(knowledge: Knowledge, lang: str) -> Answer:
    """After "it is not about me": no questions asked, the numbers stay good for others too."""
    words = words_for(knowledge, lang)
    html = words.t(
        "All right. You can give the numbers to the one it is about, or ring and ask for advice."
    )
    return Answer(html, one_each([person_button(words)]), words.lang)


def _is_told(words: Words) -> str:
    """Said only where it is committed together with the alert."""
    return words.t("I have let the duty staff know. Please ring as well: they may not see it now.")


def as_html(text: HelpText) -> str:
    """Opening, lines with numbers to dial, and what follows, as Telegram HTML."""
    words = speak(text.lang)
    lines = "\n".join(_line(line, words) for line in text.lines)
    parts = [safe_html(text.opening), lines, safe_html(text.closing), safe_html(text.not_read)]
    return paragraphs(*parts)


def _line(line: Line, words: Words) -> str:
    """Number, name, for whom and when, on one line."""
    number = f'<a href="tel:{line.tel}"><b>{safe_html(line.number)}</b></a>'
    details = words.listed((line.audience, line.hours))
    return f"{number} {safe_html(line.name)}: {safe_html(details)}"
