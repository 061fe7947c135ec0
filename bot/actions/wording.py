"""Answers as text with buttons, independent of any channel."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from bot.actions.phone import Phone, phone_of
from bot.knowledge.entries import Knowledge
from bot.texts import Words, choose, speak


@dataclass(frozen=True, slots=True)
class Button:
    """What a button says and the data (at most 64 bytes) that pressing it sends."""

    text: str
    data: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply: Telegram HTML, rows of buttons, and the language of its words."""

    html: str
    rows: Rows
    lang: str


def words_for(knowledge: Knowledge, lang: str | None) -> Words:
    """The interface in the person's language, else in the main one, else in English."""
    return speak(choose(lang, knowledge.profile.main_language))


def paragraphs(*parts: str | None) -> str:
    """Joins the parts that are not empty by blank lines."""
    return "\n\n".join(part for part in parts if part)


def safe_html(text: str) -> str:
    """Text of an entry or a person, escaped for Telegram's HTML."""
    return escape(text, quote=False)


def bold(text: str) -> str:
    """Escaped text in bold."""
    return f"<b>{safe_html(text)}</b>"


def call_link(phone: Phone) -> str:
    """The number as a link that dials it."""
    return f'<a href="tel:{escape(phone.tel)}">{safe_html(phone.number)}</a>'


def phone_lines(knowledge: Knowledge, words: Words) -> str:
    """Whom to ring, and honestly so where staff have not set the number yet."""
    phone = phone_of(knowledge.profile, words.lang)
    note = f" ({safe_html(phone.note)})" if phone.note else ""
    line = f"{safe_html(phone.name)}: {call_link(phone)}{note}"
    if not phone.is_stand_in:
        return f"{words.t('You can call:')} {line}"
    missing = words.t(
        "I have no phone number of {name} yet.", name=safe_html(knowledge.profile.name)
    )
    return f"{missing}\n{words.t('If you need medical help now:')} {line}"


def one_each(buttons: Iterable[Button]) -> Rows:
    """One button a row: long labels stay readable on a narrow phone."""
    return tuple((button,) for button in buttons)


def person_button(words: Words) -> Button:
    """The way to a person, the same everywhere."""
    return Button(words.t("Talk to a person"), "do:talk-to-human")


def topics_button(words: Words) -> Button:
    """The way to all topics."""
    return Button(words.t("See all topics"), "topics")
