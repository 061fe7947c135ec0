"""Loads the packs of a deployment and checks everything that staff may have written wrong."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.knowledge.entries import Entry, Knowledge, Profile, Source
from bot.knowledge.entry_files import SLUG, Reading, read_entry
from bot.knowledge.fields import Fields
from bot.knowledge.frontmatter import LineError, parse, read_text
from bot.knowledge.intents import action_slugs

BUILT_IN = Path(__file__).parent / "packs"
TOPICS = Path(__file__).parent / "topics.yaml"
KINDS = ("country", "municipality")
COUNTRIES = ("no", "se")
LANGUAGES = ("nb", "nn", "sv", "da", "en", "uk", "ar", "pl", "so")
ZONES = ("Europe/Oslo", "Europe/Stockholm")


class PackError(Exception):
    """The packs cannot be used; `problems` names each mistake with its file and line."""

    def __init__(self, problems: Sequence[LineError]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class _Pack:
    """One folder's own head: who it is for and which documents it builds on."""

    name: str
    kind: str
    profile: Profile
    sources: Mapping[str, Source]


def load(names: Sequence[str], folders: Sequence[Path] = ()) -> Knowledge:
    """The knowledge of the packs `names`, country first: a later pack's entry wins by slug.

    Each pack is a folder of that name in one of `folders` (the first that has it), else built in.
    Raises PackError with every mistake that was found.
    """
    problems: list[LineError] = []
    packs = [pack for name in names if (pack := _open(name, folders, problems))]
    if problems or not packs:
        raise PackError(problems or [LineError(BUILT_IN, 1, "no pack is named")])
    labels = topic_labels()
    sources = {key: source for pack in packs for key, source in pack.sources.items()}
    reading = Reading(labels, action_slugs(), sources, problems)
    entries: dict[str, Entry] = {}
    for pack in packs:
        entries |= _entries(pack, reading)
    entries = {slug: entries[slug] for slug in sorted(entries)}
    _check_related(entries, packs, reading)
    if problems:
        raise PackError(problems)
    return _knowledge(packs, entries, labels)


def available(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """The names of all packs that `load` would find."""
    roots = [root for root in (*folders, BUILT_IN) if root.is_dir()]
    return tuple(
        sorted({path.parent.name for root in roots for path in root.glob("*/profile.yaml")})
    )


@cache
def topic_labels() -> Mapping[str, Mapping[str, str]]:
    """All topics in the order in which they are shown, with their labels by language."""
    return {
        topic: {lang: str(label.value) for lang, label in node.value.items()}
        for topic, node in parse(read_text(TOPICS), TOPICS).items()
        if isinstance(node.value, dict)
    }


def _knowledge(
    packs: Sequence[_Pack], entries: Mapping[str, Entry], labels: Mapping[str, Mapping[str, str]]
) -> Knowledge:
    filled = {entry.topic for entry in entries.values()}
    return Knowledge(
        profile=packs[-1].profile,
        entries=entries,
        topics={topic: label for topic, label in labels.items() if topic in filled},
        hash=_hash([pack.profile.path for pack in packs]),
        packs=tuple(pack.name for pack in packs),
    )


def _open(name: str, folders: Sequence[Path], problems: list[LineError]) -> _Pack | None:
    for root in (*folders, BUILT_IN) if SLUG.fullmatch(name) else ():
        path = root / name / "profile.yaml"
        if path.is_file():
            try:
                return _pack(name, path, problems)
            except LineError as problem:
                problems.append(problem)
                return None
    problems.append(LineError(BUILT_IN / name, 1, f"there is no pack `{name}`"))
    return None


def _pack(name: str, path: Path, problems: list[LineError]) -> _Pack:
    fields = Fields(parse(read_text(path), path), path, problems)
    if fields.text("pack", required=True) != name:
        fields.problem("pack", f"`pack` must be `{name}`, like the folder")
    kind = fields.one_of("kind", KINDS)
    profile = _profile(fields, path.parent)
    sources = {key: _source(key, group) for key, group in fields.groups("sources").items()}
    fields.finish()
    return _Pack(name, kind, profile, sources)


def _profile(fields: Fields, folder: Path) -> Profile:
    languages = fields.texts("languages", required=True)
    for lang in languages:
        if lang not in LANGUAGES:
            fields.problem("languages", f"unknown language `{lang}`")
    return Profile(
        name=fields.text("name", required=True),
        country=fields.one_of("country", COUNTRIES),
        zone=fields.one_of("zone", ZONES),
        languages=languages,
        main_language=fields.one_of("main_language", languages),
        switchboard=fields.text("switchboard") or None,
        hours=fields.text("opening_hours") or None,
        on_duty=fields.text("on_duty") or None,
        sample=fields.flag("sample"),
        path=folder,
    )


def _source(key: str, fields: Fields) -> Source:
    source = Source(key, fields.text("title", required=True), fields.number("year"))
    fields.finish()
    return source


def _entries(pack: _Pack, reading: Reading) -> dict[str, Entry]:
    profile = pack.profile
    found = {}
    for path in sorted(profile.path.glob("*.md")):
        if "." in path.stem:
            if not (profile.path / f"{path.name.split('.')[0]}.md").exists():
                reading.problem(path, 1, "a translation of an entry that does not exist")
            continue
        try:
            entry = read_entry(path, pack.name, profile.main_language, profile.languages, reading)
            found[entry.slug] = entry
        except LineError as problem:
            reading.problems.append(problem)
    return found


def _check_related(entries: Mapping[str, Entry], packs: Sequence[_Pack], reading: Reading) -> None:
    """A municipality's entries may only point to what is loaded.

    A country's entries may also point to what not every municipality has; who shows `related`
    leaves those out.
    """
    folders = {pack.profile.path for pack in packs if pack.kind == "municipality"}
    for slug, path, line in reading.pointers:
        if slug not in entries and path.parent in folders:
            reading.problem(path, line, f"unknown related entry `{slug}`")


def _hash(folders: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in _files(folders):
        digest.update(f"{path.parent.name}/{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((*folder.glob("*.md"), *folder.glob("*.yaml")))
