"""Reads one entry: `<slug>.md` in the main language and `<slug>.<lang>.md` for each other one."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.knowledge import limits
from bot.knowledge.entries import Entry, Fact, Source, Text
from bot.knowledge.facts import KINDS, answer_length, fact_flaw
from bot.knowledge.fields import Fields
from bot.knowledge.frontmatter import LineError, read_text, split
from bot.knowledge.limits import MAX_ANSWER, MAX_FACT, MAX_FACTS, MAX_PART, MAX_SHORT, MAX_TITLE

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PARTS = ("more", "next")


@dataclass(slots=True)
class Reading:
    """What an entry may refer to, the mistakes found so far, and pointers to check at the end."""

    topics: Collection[str]
    actions: Collection[str]
    sources: Mapping[str, Source]
    problems: list[LineError] = field(default_factory=list)
    pointers: list[tuple[str, Path, int]] = field(default_factory=list)

    def problem(self, path: Path, line: int, reason: str) -> None:
        """Notes a mistake."""
        self.problems.append(LineError(path, line, reason))


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What one file says in its language."""

    text: Text | None
    utterances: tuple[str, ...]
    never: tuple[str, ...]


class _File:
    """One Markdown file, opened: its fields and the parts of its body."""

    def __init__(self, path: Path, reading: Reading) -> None:
        values, body, line = split(read_text(path), path)
        self.fields = Fields(values, path, reading.problems)
        self.parts = _parts(body, line, path, reading)

    def spoken(self, lang: str, needs_text: bool) -> _Spoken:
        """The file's text, utterances and nevers; the text may be missing unless it is needed."""
        text = self._text(lang, needs_text or bool(self.parts["short"]))
        utterances = self.fields.texts("utterances", required=True)
        said = _Spoken(text, utterances, self.fields.texts("never"))
        self.fields.finish()
        return said

    def _text(self, lang: str, needed: bool) -> Text | None:
        fields = self.fields
        text = Text(
            lang=lang,
            title=fields.text("title", limit=MAX_TITLE, required=needed),
            audience=fields.text("audience", limit=MAX_TITLE),
            reviewed_by=fields.text("reviewed_by") or None,
            reviewed_at=fields.day("reviewed_at"),
            **self.parts,
        )
        if (needed or text.title) and not text.short:
            fields.problem("title", "the short answer is missing")
        return text if text.title else None


def read_entry(main: Path, pack: str, main_lang: str, langs: Collection[str], r: Reading) -> Entry:
    """The entry whose main file is `main`, with its translations; mistakes go to `r.problems`.

    Raises LineError when the main file cannot be read at all.
    """
    slug = main.name.removesuffix(".md")
    file = _File(main, r)
    fields = file.fields
    if fields.text("slug", required=True) != slug or not SLUG.fullmatch(slug):
        fields.problem("slug", f"`slug` must be `{slug}` like the file (a-z, 0-9, hyphens)")
    source = fields.one_of("source", r.sources)
    entry = Entry(
        slug=slug,
        pack=pack,
        topic=fields.one_of("topic", r.topics),
        organization=fields.text("organization") or None,
        source=r.sources.get(source, Source(source, source, None)),
        last_checked=fields.day("last_checked"),
        related=_pointers(fields, main, r),
        actions=_known(fields, "actions", r.actions),
        texts={},
        utterances={},
        facts=tuple(_fact(row, langs) for row in _fact_rows(fields)),
    )
    said = {main_lang: file.spoken(main_lang, needs_text=True)}
    said |= dict(_translations(main, [lang for lang in langs if lang != main_lang], r))
    entry = _with_words(entry, said)
    if any(answer_length(text, entry.facts) > MAX_ANSWER for text in entry.texts.values()):
        fields.problem("facts", "short answer, facts and next step are too long for one message")
    return entry


def _fact_rows(fields: Fields) -> list[Fields]:
    rows = fields.rows("facts")
    if len(rows) > MAX_FACTS:
        fields.problem("facts", f"more than {MAX_FACTS} facts")
    return rows


def _fact(row: Fields, langs: Collection[str]) -> Fact:
    kind = row.one_of("kind", KINDS)
    values = row.by_language("value", langs, limit=MAX_FACT)
    if kind in KINDS and any(fact_flaw(kind, value) == kind for value in values.values()):
        row.problem("value", f"`value` cannot be read as {kind}")
    fact = Fact(
        kind=kind,
        values=values,
        owner=row.text("owner", limit=MAX_TITLE) or None,
        checked=row.day("checked"),
        valid_until=row.day("valid_until"),
    )
    row.finish()
    return fact


def _with_words(entry: Entry, said: Mapping[str, _Spoken]) -> Entry:
    return replace(
        entry,
        texts={lang: one.text for lang, one in said.items() if one.text},
        utterances={lang: one.utterances for lang, one in said.items()},
        never={lang: one.never for lang, one in said.items() if one.never},
    )


def _translations(
    main: Path, langs: Collection[str], reading: Reading
) -> Iterator[tuple[str, _Spoken]]:
    slug = main.name.removesuffix(".md")
    for path in sorted(main.parent.glob(f"{slug}.*.md")):
        lang = path.name.removeprefix(f"{slug}.").removesuffix(".md")
        if lang not in langs:
            reading.problem(path, 1, f"`{lang}` is not another language of this pack")
            continue
        try:
            yield lang, _File(path, reading).spoken(lang, needs_text=False)
        except LineError as problem:
            reading.problems.append(problem)


def _pointers(fields: Fields, path: Path, reading: Reading) -> tuple[str, ...]:
    related = fields.texts("related")
    reading.pointers += [(slug, path, fields.line("related")) for slug in related]
    return related


def _known(fields: Fields, name: str, known: Collection[str]) -> tuple[str, ...]:
    values = fields.texts(name)
    for value in values:
        if value not in known:
            fields.problem(name, f"unknown {name} `{value}`")
    return values


def _parts(body: str, first_line: int, path: Path, reading: Reading) -> dict[str, str]:
    """The short answer and what stands under `## more` and `## next`."""
    parts: dict[str, list[str]] = {"short": [], "more": [], "next": []}
    name = "short"
    for number, line in enumerate(body.split("\n"), start=first_line):
        if line.startswith("#"):
            heading = line.strip("# \t")
            if heading not in PARTS or parts[heading]:
                reading.problem(path, number, f"heading `{heading}`: only more and next, once")
            name = heading if heading in PARTS else name
            continue
        if flaw := limits.flaw(line, len(line)):
            reason = "HTML is" if flaw == limits.HTML else "signs that cannot be seen are"
            reading.problem(path, number, f"{reason} not allowed")
        parts[name].append(line)
    texts = {name: "\n".join(lines).strip() for name, lines in parts.items()}
    for name, text in texts.items():
        limit = MAX_SHORT if name == "short" else MAX_PART
        if len(text) > limit:
            reading.problem(path, first_line, f"`{name}` is longer than {limit} characters")
    return texts
