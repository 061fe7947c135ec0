"""The form of an entry: from an entry to its fields, and back to an entry with its errors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.actions.fact_texts import fact_label
from bot.knowledge import edit_rules, facts, limits
from bot.knowledge.edit_rules import Flaw, flaws
from bot.knowledge.entries import Entry, Fact, Knowledge, Text
from bot.knowledge.text import clean, fold
from bot.texts import OWN_NAMES, Words
from bot.web.staff.form import Form

PARTS = ("title", "audience", "short", "more", "next")
NOT_A_DATE = "date"
DAYS = ("checked", "until")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who fills the form in, where and when: what is ticked as read was read by them, today."""

    knowledge: Knowledge
    name: str
    today: date

    @property
    def languages(self) -> list[str]:
        """The main language first."""
        profile = self.knowledge.profile
        rest = [lang for lang in profile.languages if lang != profile.main_language]
        return [profile.main_language, *rest]


def fields_of(entry: Entry) -> Form:
    """The form's fields as the entry has them."""
    fields = {"topic": entry.topic, "organization": entry.organization or ""}
    for lang, text in entry.texts.items():
        fields |= {f"{part}-{lang}": tidy(getattr(text, part)) for part in PARTS}
        fields[f"read-{lang}"] = "yes" if text.reviewed_by else ""
    for name, said in (("said", entry.utterances), ("never", entry.never)):
        fields |= {f"{name}-{lang}": "\n".join(lines) for lang, lines in said.items()}
    for n, fact in enumerate(entry.facts):
        fields |= _fact_fields(f"fact-{n}", fact)
    lists = {name: [value] for name, value in fields.items()}
    return Form({**lists, "actions": list(entry.actions)})


def read_entry(form: Form, old: Entry, reader: Reader) -> tuple[Entry, dict[str, Flaw]]:
    """The entry as the form wants it, and what is wrong with it.

    What was not changed stays exactly as it was, spaces and all.
    """
    wrong: dict[str, Flaw] = {}
    texts = dict(old.texts) | {
        lang: _text(form, lang, old.texts.get(lang), reader) for lang in reader.languages
    }
    rows = [n for n in range(limits.MAX_FACTS) if is_filled(form, n)]
    entry = replace(
        old,
        topic=form["topic"],
        organization=form["organization"] or None,
        actions=_same_or(old.actions, form.all("actions")),
        texts={lang: text for lang, text in texts.items() if text},
        utterances=_lines(form, "said", old.utterances, reader),
        never=_lines(form, "never", old.never, reader),
        facts=tuple(_fact(form, n, reader, wrong) for n in rows),
    )
    return entry, wrong | _by_row(flaws(entry, reader.languages[0]), rows)


def explain(wrong: Mapping[str, Flaw], words: Words) -> dict[str, str]:
    """Each field's name -> what to do about it, with the field's label."""
    return {name: _sentence(field_label(name, words), flaw, words) for name, flaw in wrong.items()}


def field_label(name: str, words: Words) -> str:
    """What a field is called on the page."""
    kind, _, rest = name.partition("-")
    labels = {
        "topic": words.t("Topic"),
        "organization": words.t("Who runs it"),
        "actions": words.t("What people can do"),
        "title": words.t("Title"),
        "audience": words.t("For whom"),
        "short": words.t("Short answer"),
        "more": words.t("More"),
        "next": words.t("Next step"),
        "said": words.t("What people ask"),
        "never": words.t("What must not lead here"),
        "read": words.t("I have read this text"),
    }
    if kind == "fact":
        return words.t("Fact {number}", number=int(rest.partition("-")[0]) + 1)
    return f"{labels[kind]} ({OWN_NAMES[rest]})" if rest in OWN_NAMES else labels[kind]


def new_slug(entry: Entry, main: str, taken: Mapping[str, object]) -> str:
    """A name for the address of a new entry, from its title: a-z, digits and hyphens."""
    title = fold(entry.text(main, main).title)
    stem = "-".join(re.findall(r"[a-z0-9]+", title))[:40].strip("-") or "entry"
    names = [stem, *(f"{stem}-{n}" for n in range(2, 1000))]
    return next(name for name in names if name not in taken and name != "new")


def kinds(words: Words) -> list[tuple[str, str]]:
    """The kinds of facts with their names."""
    return [(kind, fact_label(kind, words)) for kind in facts.KINDS]


def is_filled(form: Form, n: int) -> bool:
    """Whether there is a fact in a row; its kind alone is none."""
    names = [name for name in form if name.startswith(f"fact-{n}-")]
    return any(form[name] for name in names if name != f"fact-{n}-kind")


def _same_or(old: tuple[str, ...], ticked: list[str]) -> tuple[str, ...]:
    """What is ticked; in the old order where nothing changed."""
    return old if set(old) == set(ticked) else tuple(dict.fromkeys(ticked))


def _text(form: Form, lang: str, old: Text | None, reader: Reader) -> Text | None:
    """A language's text; None where it is left empty."""
    parts = [form[f"{part}-{lang}"] for part in PARTS]
    if not any(parts):
        return None
    title, audience, short, more, next_step = parts
    same = old is not None and [tidy(getattr(old, part)) for part in PARTS] == parts
    text = old if old and same else Text(lang, title, audience, short, more, next_step)
    if not form[f"read-{lang}"]:
        return replace(text, reviewed_by=None, reviewed_at=None)
    if text.reviewed_by:
        return text
    return replace(text, reviewed_by=reader.name, reviewed_at=reader.today)


def _lines(
    form: Form, name: str, old: Mapping[str, tuple[str, ...]], reader: Reader
) -> dict[str, tuple[str, ...]]:
    """One line an utterance; each once."""
    found = dict(old)
    for lang in reader.languages:
        lines = tuple(dict.fromkeys(line for line in form[f"{name}-{lang}"].split("\n") if line))
        if lines != tuple(map(tidy, old.get(lang, ()))):
            found[lang] = lines
    return {lang: lines for lang, lines in found.items() if lines}


def _fact_fields(prefix: str, fact: Fact) -> dict[str, str]:
    values = {f"{prefix}-value-{lang}".rstrip("-"): v for lang, v in fact.values.items()}
    return {
        f"{prefix}-kind": fact.kind,
        **values,
        f"{prefix}-owner": fact.owner or "",
        f"{prefix}-checked": fact.checked.isoformat() if fact.checked else "",
        f"{prefix}-until": fact.valid_until.isoformat() if fact.valid_until else "",
    }


def _fact(form: Form, n: int, reader: Reader, wrong: dict[str, Flaw]) -> Fact:
    days = [_day(form, f"fact-{n}-{name}", wrong) for name in DAYS]
    names = {"": f"fact-{n}-value"}
    names |= {lang: f"fact-{n}-value-{lang}" for lang in reader.languages}
    values = {lang: form[name] for lang, name in names.items() if form[name]}
    return Fact(form[f"fact-{n}-kind"], values, form[f"fact-{n}-owner"] or None, *days)


def _day(form: Form, name: str, wrong: dict[str, Flaw]) -> date | None:
    try:
        return date.fromisoformat(form[name]) if form[name] else None
    except ValueError:
        wrong[name] = Flaw(NOT_A_DATE)
        return None


def _by_row(found: Mapping[str, Flaw], rows: list[int]) -> dict[str, Flaw]:
    """Facts are counted without the empty rows; their flaws belong to the rows of the form."""

    def named(name: str) -> str:
        row = re.match(r"fact-(\d+)", name)
        return f"fact-{rows[int(row[1])]}{name[row.end() :]}" if row and rows else name

    return {named(name): flaw for name, flaw in found.items()}


def _sentence(label: str, flaw: Flaw, words: Words) -> str:
    sentences = {
        facts.EMPTY: words.t("{field}: please write something here.", field=label),
        facts.UNKNOWN: words.t("{field}: please choose one from the list.", field=label),
        limits.LONG: words.t("{field}: at most {limit} signs.", field=label, limit=flaw.limit),
        limits.HTML: words.t("{field}: please leave out the angle brackets.", field=label),
        limits.SIGNS: words.t("{field}: has signs that cannot be seen.", field=label),
        limits.HEADING: words.t("{field}: a line must not begin with #.", field=label),
        edit_rules.MANY: words.t("{field}: at most {limit} lines.", field=label, limit=flaw.limit),
        edit_rules.TOGETHER: words.t(
            "{field}: too long together with the facts and the next step.", field=label
        ),
        "phone": words.t("{field}: this is not a phone number.", field=label),
        "email": words.t("{field}: this is not an e-mail address.", field=label),
        "web": words.t("{field}: please begin with https://", field=label),
        NOT_A_DATE: words.t("{field}: please write a date such as 2026-01-31.", field=label),
    }
    return sentences[flaw.reason]


def tidy(text: str) -> str:
    """A text as a form brings it back unchanged."""
    return "\n".join(clean(line) for line in text.split("\n")).strip()
