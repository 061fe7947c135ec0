"""Answers about what was just shown: from its facts, its own sentences, or openly none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.actions.answers import MAX_DATA, choices_answer, next_buttons, origin, topics_answer
from bot.actions.fact_texts import fact_lines
from bot.actions.slot_texts import sample_note, slot_buttons, slot_lines
from bot.actions.slots import Found
from bot.actions.wording import (
    Answer,
    Button,
    bold,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    safe_html,
    words_for,
)
from bot.knowledge.entries import Entry, Knowledge, Text
from bot.knowledge.facets import Facets, sentences_on
from bot.texts import Words

MOST_SLOTS = 3
FACTS = {
    "when": ("hours",),
    "where": ("address",),
    "price": ("price",),
    "apply": ("web",),
    "contact": ("phone", "email", "web"),
}
PLAIN = ("when", "where", "price", "contact")  # what a text either tells or does not
PERSONAL = {"who", "apply", "contact"}  # what differs for who asks for someone else
_PHONE = re.compile(  # 113, 116 117, 114 14, 1177, 02800, 08-123 45 67, 22 33 44 55
    r"(?<![\d-])(?:\d{3}(?: \d{2,3})?|1177|0\d{4}|0\d{1,3}-\d[\d ]{4,}\d"
    r"|\d\d(?: ?\d\d){3})(?![\d-])"
)
_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+")


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of one facet, and whether that answers it."""

    html: str
    known: bool


def facet_answer(
    knowledge: Knowledge,
    slug: str,
    facets: Facets,
    lang: str,
    today: date | None = None,
    *,
    slots: Found | None = None,
    note: str | None = None,
) -> Answer | None:
    """What is known of an entry's facets, else whom to ask; None where there is no such entry.

    `slots` are its times that can be booked. `note` is a line for who asks for someone else.
    """
    entry = knowledge.entries.get(slug)
    if entry is None:
        return None
    teller = _Teller(knowledge, entry, words_for(knowledge, lang), lang, today, slots or [])
    said = [teller.tell(facet) for facet in facets.asked]
    unknown = not all(one.known for one in said)
    html = paragraphs(
        bold(teller.text.title),
        *(one.html for one in said),
        teller.whom_to_ask() if unknown else None,
        teller.for_others() if facets.group else None,
        note if PERSONAL & set(facets.asked) else None,
        f"<i>{origin(entry, teller.text, lang, teller.words)}</i>",
    )
    return Answer(html, one_each(teller.buttons(facets, unknown)), teller.text.lang)


def not_known(
    knowledge: Knowledge,
    slug: str,
    facets: Facets,
    lang: str,
    today: date | None = None,
    slots: Found | None = None,
) -> str | None:
    """A line for an answer to a full question: what it asks that the entry does not tell."""
    entry = knowledge.entries.get(slug)
    if entry is None or "apply" in facets.asked:  # where to apply is not where it is
        return None
    words = words_for(knowledge, lang)
    teller = _Teller(knowledge, entry, words, lang, today, slots or [])
    silent = [facet for facet in facets.asked if facet in PLAIN and teller.is_silent(facet)]
    return " ".join(_missing(facet, words) for facet in silent) or None


def ask_back(
    knowledge: Knowledge, lang: str, facets: Facets | None = None, near: Sequence[str] = ()
) -> Answer:
    """For a facet of nothing: asks what is meant, among what is `near` or among the topics."""
    if facets and near:
        return _ask_which(knowledge, lang, facets, near)
    words = words_for(knowledge, lang)
    html = words.t("What do you mean? Write the name of it, or choose a topic.")
    topics = topics_answer(knowledge, lang)
    return replace(topics, html=html, rows=(*topics.rows, (person_button(words),)))


def _ask_which(knowledge: Knowledge, lang: str, facets: Facets, near: Sequence[str]) -> Answer:
    """As any choice, but its buttons answer the facet."""
    asked = choices_answer(knowledge, near, lang)
    data = {f"e:{slug}": f"f:{'+'.join(facets.asked)}:{slug}" for slug in near}
    good = {entry: facet for entry, facet in data.items() if len(facet) <= MAX_DATA}
    rows = [[replace(b, data=good.get(b.data, b.data)) for b in row] for row in asked.rows]
    return replace(asked, rows=tuple(map(tuple, rows)))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells of one entry in one language."""

    knowledge: Knowledge
    entry: Entry
    words: Words
    lang: str
    today: date | None
    slots: Found

    @property
    def text(self) -> Text:
        """The entry's text that the person reads."""
        return self.entry.text(self.lang, self.knowledge.profile.main_language)

    def tell(self, facet: str) -> _Said:
        """What is written about a facet, or that nothing is."""
        told = {"who": self._who, "apply": self._apply}.get(facet)
        known = [told() if told else "", self._facts(facet), self._times(facet)]
        if any(known):
            return _Said(paragraphs(*known), known=True)
        if facet == "contact" and (numbers := self._numbers()):
            return _Said(safe_html(" ".join(numbers)), known=True)
        if quoted := sentences_on(facet, self._sentences(), self.text.lang):
            return _Said(safe_html(" ".join(quoted)), known=False)
        return _Said(_unknown(facet, self.words), known=False)

    def whom_to_ask(self) -> str:
        """The organization and its phone, or the municipality's where it is set."""
        name = self.entry.organization or self.knowledge.profile.name
        ask = self.words.t("You can ask {name}.", name=safe_html(name))
        phone = self._facts("contact", ("phone",))
        if not phone and self.knowledge.profile.switchboard:
            phone = phone_lines(self.knowledge, self.words)
        return "\n".join(line for line in (ask, phone) if line)

    def for_others(self) -> str | None:
        """After whom it is for, where the person named somebody: related entries may fit."""
        if not any(slug in self.knowledge.entries for slug in self.entry.related):
            return None
        return self.words.t("I know no more about who can come. Look at the buttons, too.")

    def buttons(self, facets: Facets, unknown: bool) -> list[Button]:
        """Times to book, what the entry leads to, and a person where something is unknown."""
        timely = {"when", "apply"} & set(facets.asked)
        times = slot_buttons(self.slots[:MOST_SLOTS], self.words) if timely else []
        steps = next_buttons(self.knowledge, self.entry, self.text, self.words)
        person = [person_button(self.words)] if unknown else []
        return list({button.data: button for button in (*times, *steps, *person)}.values())

    def _who(self) -> str:
        audience = safe_html(self.text.audience)
        return self.words.t("It is for: {who}.", who=audience.rstrip(".")) if audience else ""

    def _apply(self) -> str:
        return safe_html(self.text.next)

    def _facts(self, facet: str, kinds: Sequence[str] | None = None) -> str:
        wanted = kinds or FACTS.get(facet, ())
        facts = tuple(fact for fact in self.entry.facts if fact.kind in wanted)
        only = replace(self.entry, facts=facts)
        main = self.knowledge.profile.main_language
        return fact_lines(only, self.text.lang, main, self.words, self.today)

    def _numbers(self) -> list[str]:
        """The entry's own sentences that name a number to call."""
        told = [*self._sentences(), *_SENTENCE_END.split(self.text.next)]
        return [sentence for sentence in told if _PHONE.search(sentence)]

    def is_silent(self, facet: str) -> bool:
        """Whether nothing at all is written about a facet."""
        said = self.tell(facet)
        return not said.known and said.html == _unknown(facet, self.words)

    def _times(self, facet: str) -> str:
        """The next times that can be booked."""
        placed = facet == "where"
        if not placed and facet != "when":
            return ""
        found = [slot for slot, _ in self.slots if slot.place or not placed][:MOST_SLOTS]
        samples = sample_note(self.words) if any(slot.sample for slot in found) else None
        return paragraphs(*(slot_lines(slot, self.words) for slot in found), samples)

    def _sentences(self) -> list[str]:
        return [*_SENTENCE_END.split(self.text.short), *_SENTENCE_END.split(self.text.more)]


def _unknown(facet: str, words: Words) -> str:
    return f"{_missing(facet, words)} {words.t('Nobody has written that down for me.')}"


def _missing(facet: str, words: Words) -> str:
    missing = {
        "who": words.t("I do not know who it is for."),
        "when": words.t("I do not know when it is."),
        "where": words.t("I do not know where it is."),
        "price": words.t("I do not know what it costs."),
        "apply": words.t("I do not know how to apply."),
        "contact": words.t("I have no phone number for it."),
    }
    return missing[facet]
