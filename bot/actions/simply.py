"""For who does not understand an answer, or does not know what to ask: few words, and ways on."""

import re
from dataclasses import replace

from bot.actions.answers import topics_answer
from bot.actions.services import hello_buttons
from bot.actions.small_talk import small_talk
from bot.actions.wording import (
    Answer,
    bold,
    one_each,
    paragraphs,
    person_button,
    safe_html,
    words_for,
)
from bot.knowledge.entries import Knowledge

LOST, UNSURE = "lost", "unsure"
ASIDES = (LOST, UNSURE)  # kinds of small talk beside those of the intents
FEWEST_LETTERS = 40  # of the first sentences; "It is free." alone says too little
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3}[.!?؟])\s+")  # no abbreviation, no day of a month


def simply(knowledge: Knowledge, slug: str | None, lang: str) -> Answer:
    """What was shown, in its first sentences; where nothing was, what can be asked here.

    Source and age stand above, in the answer that was too much.
    """
    entry = knowledge.entries.get(slug or "")
    if entry is None:
        return small_talk(knowledge, "can-do", lang)
    words = words_for(knowledge, lang)
    text = entry.text(lang, knowledge.profile.main_language)
    html = paragraphs(words.t("In short:"), bold(text.title), safe_html(first_words(text.short)))
    return Answer(html, hello_buttons(words), text.lang)


def first_words(text: str) -> str:
    """The first sentence of a text, with the next one where it says too little."""
    said = ""
    for sentence in _SENTENCE_END.split(text):
        said = f"{said} {sentence}".strip()
        if len(said) >= FEWEST_LETTERS:
            break
    return said


def topics_for_unsure(knowledge: Knowledge, lang: str) -> Answer:
    """After "I do not know": what there is to choose from, and a person."""
    words = words_for(knowledge, lang)
    topics = topics_answer(knowledge, lang)
    html = words.t("That is all right. Choose a topic, or talk to a person.")
    return replace(topics, html=html, rows=(*topics.rows, (person_button(words),)))


def in_a_step(knowledge: Knowledge, lang: str) -> Answer:
    """For who is lost in the middle of something, which waits for an answer."""
    words = words_for(knowledge, lang)
    html = words.t("Take your time. You can also talk to a person.")
    return Answer(html, one_each([person_button(words)]), words.lang)
