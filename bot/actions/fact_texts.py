"""Facts of an entry in words: a label, the value as a link where it leads somewhere, its age."""

from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.actions.wording import safe_html
from bot.knowledge.entries import Entry, Fact, Knowledge
from bot.knowledge.facts import link_of
from bot.texts import Words


def fact_lines(entry: Entry, lang: str, main: str, words: Words, today: date | None) -> str:
    """One line a fact, as HTML; what was valid until before `today` is said to be uncertain."""
    return "\n".join(_line(fact, fact.value(lang, main), words, today) for fact in entry.facts)


def today_in(knowledge: Knowledge, now: datetime) -> date:
    """The day where the municipality is."""
    return now.astimezone(ZoneInfo(knowledge.profile.zone)).date()


def fact_label(kind: str, words: Words) -> str:
    """What a kind of fact is called."""
    labels = {
        "phone": words.t("Phone"),
        "hours": words.t("Opening hours"),
        "price": words.t("Price"),
        "address": words.t("Address"),
        "email": words.t("E-mail"),
        "web": words.t("Web page"),
        "other": words.t("Good to know"),
    }
    return labels[kind]


def long_date(day: date, words: Words) -> str:
    """A date with its month in letters."""
    return format_date(day, "long", locale="en_GB" if words.lang == "en" else words.lang)


def _line(fact: Fact, value: str, words: Words, today: date | None) -> str:
    link = link_of(fact.kind, value)
    shown = safe_html(value)
    shown = f'<a href="{escape(link)}">{shown}</a>' if link else shown
    note = _age(fact, words, today)
    return f"{fact_label(fact.kind, words)}: {shown}{f' ({note})' if note else ''}"


def _age(fact: Fact, words: Words, today: date | None) -> str | None:
    if fact.valid_until and today and fact.valid_until < today:
        until = long_date(fact.valid_until, words)
        return words.t("was valid until {date}, so this is not certain", date=until)
    if fact.checked:
        return words.t("checked {date}", date=long_date(fact.checked, words))
    return None
