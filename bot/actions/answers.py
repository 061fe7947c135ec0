"""Answers from the municipality's knowledge: an entry, a choice, a topic, or honestly nothing."""

from collections.abc import Sequence
from datetime import date

from bot.actions.fact_texts import fact_lines, long_date
from bot.actions.signpost_texts import signpost_html
from bot.actions.wording import (
    Answer,
    Button,
    bold,
    one_each,
    paragraphs,
    person_button,
    phone_lines,
    safe_html,
    topics_button,
    words_for,
)
from bot.knowledge.edited import STAFF
from bot.knowledge.entries import Entry, Knowledge, Text
from bot.knowledge.intents import action_slugs
from bot.texts import OWN_NAMES, Words

MAX_CHOICES = 4
MAX_RELATED = 2
MAX_DATA = 64  # bytes of a button's data, Telegram's limit; slugs are ASCII
BOOKABLE = ("book-activity", "volunteer-shift", "book-guidance")


def entry_answer(
    knowledge: Knowledge,
    slug: str,
    lang: str,
    today: date | None = None,
    note: str | None = None,
) -> Answer | None:
    """An entry's short answer with its facts, source and age and the next steps.

    None where there is no such entry. Facts that ended before `today` are said to be uncertain;
    `note` is a line more on what to do next.
    """
    entry = knowledge.entries.get(slug)
    if entry is None:
        return None
    words, main = words_for(knowledge, lang), knowledge.profile.main_language
    text = entry.text(lang, main)
    html = paragraphs(
        bold(text.title),
        safe_html(text.short),
        fact_lines(entry, text.lang, main, words, today),
        safe_html(text.next),
        note,
        f"<i>{origin(entry, text, lang, words)}</i>",
        words.t("Was this helpful?"),
    )
    return Answer(html, _entry_buttons(knowledge, entry, text, words), text.lang)


def more_answer(knowledge: Knowledge, slug: str, lang: str) -> Answer | None:
    """The rest of what an entry tells, or None if unknown."""
    entry = knowledge.entries.get(slug)
    if entry is None:
        return None
    words = words_for(knowledge, lang)
    text = entry.text(lang, knowledge.profile.main_language)
    facts = [_labelled(words.t("For whom"), text.audience)]
    facts.append(_labelled(words.t("Who runs it"), entry.organization))
    html = paragraphs(
        bold(text.title),
        safe_html(text.more or words.t("We know no more than this.")),
        "\n".join(fact for fact in facts if fact),
        f"<i>{origin(entry, text, lang, words)}</i>",
    )
    buttons = [*_related(knowledge, entry, lang, words), person_button(words)]
    return Answer(html, one_each(buttons), text.lang)


def origin(entry: Entry, text: Text, lang: str, words: Words) -> str:
    """Where the facts come from, how fresh they are, and what nobody has read yet."""
    parts = [words.t("Source: {source}.", source=_source(entry, words))]
    if entry.last_checked:
        parts.append(words.t("Checked {date}.", date=long_date(entry.last_checked, words)))
    else:
        parts.append(words.t("Not checked since."))
    if text.reviewed_by is None:
        parts.append(words.t("Staff have not read this text yet."))
    if text.lang != lang:
        parts.append(words.t("So far only in: {language}.", language=OWN_NAMES[text.lang]))
    return " ".join(parts)


def _source(entry: Entry, words: Words) -> str:
    title, year = safe_html(entry.source.title), entry.source.year
    if entry.source.id == STAFF:
        return words.t("the staff of {name}", name=title)
    return f"{title} ({year})" if year else title


def known(knowledge: Knowledge, slugs: Sequence[str]) -> list[str]:
    """The slugs that lead somewhere: an entry that is shown, or an action.

    The index may for a moment name an entry that staff have just hidden.
    """
    return [slug for slug in slugs if slug in knowledge.entries or slug in action_slugs()]


def choices_answer(knowledge: Knowledge, slugs: Sequence[str], lang: str) -> Answer:
    """Near answers to choose among, and a way on where none of them fits."""
    words = words_for(knowledge, lang)
    buttons = [_entry_button(knowledge, slug, lang, words) for slug in slugs[:MAX_CHOICES]]
    none = Button(words.t("None of these"), "none")
    html = words.t("I am not quite sure what you mean. Is it one of these?")
    return Answer(html, one_each([*buttons, none]), words.lang)


def unknown_answer(
    knowledge: Knowledge, near: Sequence[str], lang: str, signpost: str | None = None
) -> Answer:
    """Says that the answer is not known, and leads on: near topics, the phone, a person.

    `signpost` names whose matter it is, where that is known.
    """
    words = words_for(knowledge, lang)
    html = signpost_html(knowledge, signpost, words) or paragraphs(
        words.t("I do not know the answer to that. I only know what is written down for me."),
        words.t("You can put it in other words, look at the topics, or talk to a person."),
        phone_lines(knowledge, words),
    )
    buttons = [*entry_buttons(knowledge, near[:2], lang), topics_button(words)]
    return Answer(html, one_each([*buttons, person_button(words)]), words.lang)


def none_fits(knowledge: Knowledge, lang: str, near: Sequence[str] = ()) -> Answer:
    """After "none of these": the topics of what was offered, all topics, the phone, a person."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        words.t("Then I have not understood you yet. Try to say it in other words."),
        phone_lines(knowledge, words),
    )
    entries = [knowledge.entries[slug] for slug in near if slug in knowledge.entries]
    topics = list(dict.fromkeys(entry.topic for entry in entries))[:MAX_RELATED]
    buttons = [Button(label(knowledge, topic, lang), f"t:{topic}") for topic in topics]
    ways = (*buttons, topics_button(words), person_button(words))
    return Answer(html, one_each(ways), words.lang)


def something_left(knowledge: Knowledge, lang: str) -> Answer:
    """After the answers to a message that asked more than that."""
    words = words_for(knowledge, lang)
    html = words.t("You asked more than this. Please ask the rest again, one question at a time.")
    return Answer(html, one_each([person_button(words)]), words.lang)


def number_hidden(knowledge: Knowledge, lang: str) -> Answer:
    """Beside the answer to a message out of which a number was taken."""
    words = words_for(knowledge, lang)
    html = words.t("One number looked like an id or account number, so I hid it.")
    return Answer(html, (), words.lang)


def entry_buttons(knowledge: Knowledge, slugs: Sequence[str], lang: str) -> list[Button]:
    """One button for each of the entries that this municipality has."""
    words = words_for(knowledge, lang)
    known = [slug for slug in slugs if slug in knowledge.entries]
    return [_entry_button(knowledge, slug, lang, words) for slug in known]


def topics_answer(knowledge: Knowledge, lang: str) -> Answer:
    """All topics that have entries."""
    words = words_for(knowledge, lang)
    buttons = [Button(label(knowledge, topic, lang), f"t:{topic}") for topic in knowledge.topics]
    return Answer(words.t("What is it about?"), one_each(buttons), words.lang)


def topic_answer(knowledge: Knowledge, topic: str, lang: str) -> Answer | None:
    """The entries of one topic, or None where there is no such topic."""
    if topic not in knowledge.topics:
        return None
    words = words_for(knowledge, lang)
    entries = knowledge.in_topic(topic)
    buttons = [_entry_button(knowledge, entry.slug, lang, words) for entry in entries]
    back = Button(words.t("All topics"), "topics")
    html = bold(label(knowledge, topic, lang))
    return Answer(html, one_each([*buttons, back]), words.lang)


def label(knowledge: Knowledge, topic: str, lang: str) -> str:
    """A topic's name in the person's language, the main one or English."""
    labels = knowledge.topics[topic]
    wanted = (lang, knowledge.profile.main_language, "en")
    return next(labels[code] for code in wanted if code in labels)


def _entry_buttons(
    knowledge: Knowledge, entry: Entry, text: Text, words: Words
) -> tuple[tuple[Button, ...], ...]:
    helped = (
        Button(words.t("Yes"), f"fb:y:{entry.slug}"),
        Button(words.t("No"), f"fb:n:{entry.slug}"),
    )
    return (helped, *one_each(next_buttons(knowledge, entry, text, words)))


def next_buttons(knowledge: Knowledge, entry: Entry, text: Text, words: Words) -> list[Button]:
    """Where an entry leads to: the rest of it, what can be done, and related ones."""
    steps = [Button(words.t("Tell me more"), f"m:{entry.slug}")] if text.more else []
    steps += [Button(action_label(a, words), action_data(a, entry.slug)) for a in entry.actions]
    return steps + _related(knowledge, entry, text.lang, words)


def _related(knowledge: Knowledge, entry: Entry, lang: str, words: Words) -> list[Button]:
    known = [slug for slug in entry.related if slug in knowledge.entries]
    return [_entry_button(knowledge, slug, lang, words) for slug in known[:MAX_RELATED]]


def _entry_button(knowledge: Knowledge, slug: str, lang: str, words: Words) -> Button:
    if slug not in knowledge.entries:  # near ones can be actions, too
        return Button(action_label(slug, words), f"do:{slug}")
    title = knowledge.entries[slug].text(lang, knowledge.profile.main_language).title
    return Button(title, f"e:{slug}")


def _labelled(name: str, value: str | None) -> str | None:
    return f"{name}: {safe_html(value)}" if value else None


def action_data(action: str, slug: str) -> str:
    """What the button of an entry's action sends: what is booked there is of this entry."""
    data = f"do:{action}:{slug}"
    return data if action in BOOKABLE and len(data) <= MAX_DATA else f"do:{action}"


def action_label(slug: str, words: Words) -> str:
    """What a button that starts an action says."""
    labels = {
        "book-activity": words.t("Book an activity"),
        "book-ride": words.t("Book a ride"),
        "plan-trip": words.t("How do I get there?"),
        "volunteer-shift": words.t("Sign up as a volunteer"),
        "book-guidance": words.t("Book a talk with an adviser"),
        "my-bookings": words.t("My bookings"),
        "my-follow-up": words.t("My appointments"),
        "talk-to-human": words.t("Talk to a person"),
        "give-feedback": words.t("Give feedback"),
        "change-language": words.t("Change language"),
        "my-data": words.t("What is stored about me"),
    }
    return labels.get(slug, slug)
