"""Asks from the command line: one question, a file of them, or a file with known answers."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from bot.knowledge.beside import beside
from bot.knowledge.entries import Knowledge
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS, Question, objects, read_questions
from bot.knowledge.reading import read_all
from bot.knowledge.understanding import Understander, Understanding

SURE = ("answer", "action")
OUTCOMES = ("answer", "action", "choose", "unknown", "smalltalk", "danger")


def ask(
    text: str,
    packs: Sequence[str],
    folders: Sequence[Path] = (),
    lang: str | None = None,
    as_json: bool = False,
    data: Path | None = None,
) -> str:
    """What would be answered to one question: as JSON, or as a few lines to read."""
    knowledge = load(packs, folders)
    found = _understander(knowledge, data).understand(text, lang)
    return json.dumps(row(found), ensure_ascii=False) if as_json else _readable(found, knowledge)


def ask_batch(
    lines: Iterable[str],
    packs: Sequence[str],
    folders: Sequence[Path] = (),
    data: Path | None = None,
) -> Iterator[str]:
    """One line of JSON for each line of questions, in order; raises BadQuestions."""
    understander = _understander(load(packs, folders), data)
    for _, values in objects(lines):
        lang = values.get("lang")
        found = understander.understand(values["text"], lang if isinstance(lang, str) else None)
        yield json.dumps({"id": values.get("id")} | row(found), ensure_ascii=False)


def _understander(knowledge: Knowledge, data: Path | None) -> Understander:
    """At full quality; `data` is the folder with the embeddings of earlier starts."""
    return Understander(knowledge, read_all(knowledge, data))


def row(found: Understanding) -> dict[str, Any]:
    """What programs get to see of an understanding."""
    return {
        "outcome": found.outcome,
        "slug": found.slug if found.outcome in SURE else None,
        "choices": list(found.choices) if found.outcome == "choose" else [],
        "need": found.need,
        "signpost": found.signpost,
        "score": round(found.score, 4),
        "lang": found.lang,
        "ms": round(found.ms, 3),
    }


def _readable(found: Understanding, knowledge: Knowledge) -> str:
    entry = knowledge.entries.get(found.slug or "")
    text = entry and entry.text(found.lang, knowledge.profile.main_language)
    about = found.slug or found.need or found.signpost or ""
    head = f"{found.outcome} {about} ({found.score:.2f}, {found.lang}, {found.ms:.1f} ms)"
    choices = [f"- {slug}" for slug in found.choices]
    return "\n".join([head, *([text.title, text.short] if text else choices)])


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was understood, once given its language and once without."""

    question: Question
    found: Understanding
    told: bool

    @property
    def right(self) -> bool:
        """Whether the first answer is one that counts as right for its kind."""
        kind, outcome = self.question.kind, self.found.outcome
        if kind == "crisis":
            return outcome == "danger"
        if kind == "smalltalk":
            return outcome == "smalltalk"
        if kind == "oos":
            return outcome in ("unknown", "choose")
        if kind == "lookalike":
            return outcome != "danger"
        return outcome in SURE and self.found.slug in self.question.gold

    @property
    def wrong(self) -> bool:
        """Answered or acted upon, and not as it should be."""
        return self.found.outcome in SURE and self.found.slug not in self.question.gold

    @property
    def offered(self) -> bool:
        """Right, or among the first four choices."""
        chosen = self.found.choices[:4] if self.found.outcome == "choose" else ()
        return self.right or bool(set(chosen) & set(self.question.gold))

    @property
    def need_right(self) -> bool:
        """The kind of danger is one of those expected."""
        return self.found.need in self.question.gold


def check_report(
    path: Path,
    packs: Sequence[str] = DEPLOYMENTS["no"],
    folders: Sequence[Path] = (),
    misses: bool = False,
    data: Path | None = None,
) -> str:
    """Tables of how well the questions of a file are understood; raises BadQuestions."""
    asked = ask_all(read_questions(path), packs, folders, data)
    parts = []
    for told in (True, False):
        some = [one for one in asked if one.told is told]
        name = "with the language given" if told else "without"
        parts += [f"== {name}: {len(some)} questions", *_tables(some)]
    parts.append(beside([one.question for one in asked if one.told]))
    parts.append(_speed(asked))
    if misses:
        parts.append(_misses(asked))
    return "\n\n".join(parts)


def ask_all(
    questions: Sequence[Question],
    packs: Sequence[str] = DEPLOYMENTS["no"],
    folders: Sequence[Path] = (),
    data: Path | None = None,
) -> list[Asked]:
    """Every question asked of its deployment, with and without its language."""
    asked = []
    for group in sorted({question.deployment or "" for question in questions}):
        understander = _understander(load(DEPLOYMENTS.get(group, packs), folders), data)
        for question in (q for q in questions if (q.deployment or "") == group):
            for lang, told in ((question.lang, True), (None, False)):
                asked.append(Asked(question, understander.understand(question.text, lang), told))
    return asked


def _tables(asked: Sequence[Asked]) -> Iterator[str]:
    yield _table("kind", asked, lambda one: one.question.kind)
    own = [one for one in asked if one.question.kind in ("entry", "action")]
    yield _table("entry and action by language", own, lambda one: one.question.lang or "-")
    yield _table("entry and action by style", own, lambda one: one.question.style)
    yield _table("entry and action by deployment", own, lambda one: one.question.deployment or "-")
    heard = [one for one in asked if one.question.kind == "crisis" and one.right]
    yield f"right kind of danger: {_share(heard, lambda one: one.need_right)} of those found"


def _table(name: str, asked: Sequence[Asked], key: Callable[[Asked], str]) -> str:
    lines = [f"{name:34}{'n':>5} {'right':>7} {'wrong':>7} {'offered':>8}  outcomes"]
    for value in sorted({key(one) for one in asked}):
        some = [one for one in asked if key(one) == value]
        shares = (_share(some, pick) for pick in (_right, _wrong, _offered))
        right, wrong, offered = shares
        counts = Counter(one.found.outcome for one in some)
        ends = " ".join(f"{outcome} {counts[outcome]}" for outcome in OUTCOMES if counts[outcome])
        lines.append(f"  {value:32}{len(some):5} {right:>7} {wrong:>7} {offered:>8}  {ends}")
    return "\n".join(lines)


def _right(one: Asked) -> bool:
    return one.right


def _wrong(one: Asked) -> bool:
    return one.wrong


def _offered(one: Asked) -> bool:
    return one.offered


def _share(asked: Sequence[Asked], pick: Callable[[Asked], bool]) -> str:
    return f"{sum(map(pick, asked)) / len(asked):.3f}" if asked else "-"


def _speed(asked: Sequence[Asked]) -> str:
    times = [one.found.ms for one in asked]
    if len(times) < 2:
        return "too few questions to tell the time"
    cuts = quantiles(times, n=20)
    return f"milliseconds: p50 {cuts[9]:.1f}, p95 {cuts[18]:.1f}, most {max(times):.1f}"


def _misses(asked: Sequence[Asked]) -> str:
    lines = ["== not right, without the language given"]
    for one in asked:
        if not one.told and not one.right:
            found, question = one.found, one.question
            said = found.slug or found.need or ",".join(found.choices)
            lines.append(
                f"{question.kind} {question.lang} {question.id}: {question.text}\n"
                f"    wanted {','.join(question.gold) or '-'}; {found.outcome} {said} "
                f"({found.score:.2f})"
            )
    return "\n".join(lines)
