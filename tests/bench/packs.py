"""Made-up packs of any size, with questions that people could ask about them.

The words are made of syllables by a seeded generator, so that entries differ as real ones do and
every run measures the same. Each entry has a name and a place of its own; the rest of its text
takes words that all share, few of them often and many seldom, as in any language (Zipf).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.knowledge.entries import Entry, Knowledge, Text
from bot.knowledge.packs import load

SEED = 2026
WORDS = 20_000  # that texts share
LONG = 30  # words of a text
TOPICS = ("seniors", "transport", "work", "activity", "health", "housing", "education")
SYLLABLES = tuple(
    "".join(parts)
    for parts in product(("b", "fl", "gr", "k", "l", "m", "sk", "st", "tr", "v"), "aeiouå", "lnrst")
)
SAYINGS = (
    "hva er {thing}",
    "hvor finner jeg {thing} i {place}",
    "jeg vil være med på {thing}",
    "hvordan melder jeg meg på {thing}",
    "kan mor på åtti være med på {thing}",
    "hva koster {thing} i måneden",
    "når åpner {thing} i {place}",
    "e det {thing} her i {place} te helgå",
    "trenger følge til {thing} på tirsdag",
    "{thing} {place} påmelding",
)
ASKED = (
    "hei, jeg lurer på om {thing} finnes i {place}",
    "kan noen hjelpe meg med {thing}",
    "er {thing} åpent på onsdag",
    "hvem snakker jeg med om {thing}",
)
PROFILE = """pack: bench
kind: municipality
name: Prøve kommune
country: "no"
zone: Europe/Oslo
languages: [nb]
main_language: nb
sample: true
sources:
  made-up: {title: "Made up for the bench", year: 2026}
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What one made-up entry tells of."""

    slug: str
    topic: str
    thing: str
    place: str
    more: str

    def said(self, sayings: tuple[str, ...]) -> tuple[str, ...]:
        """What people say about it."""
        return tuple(saying.format(thing=self.thing, place=self.place) for saying in sayings)

    @property
    def text(self) -> Text:
        """Its answer."""
        short = f"{self.thing.capitalize()} er et tilbud i {self.place}. Du kan komme som du er."
        return Text("nb", self.thing.capitalize(), f"Alle i {self.place}", short, self.more, "")


@dataclass(frozen=True, slots=True)
class MadePack:
    """A pack on disk, and questions with the slug of the entry each is about."""

    name: str
    folder: Path
    questions: tuple[tuple[str, str], ...]


def make_pack(folder: Path, size: int) -> MadePack:
    """Writes a pack of `size` entries of ten utterances below `folder`."""
    path = folder / str(size) / "bench"
    path.mkdir(parents=True)
    (path / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    made = list(_made(size))
    for one in made:
        (path / f"{one.slug}.md").write_text(_file(one), encoding="utf-8")
    return MadePack("bench", path.parent, _questions(made))


def make_knowledge(size: int) -> tuple[Knowledge, list[str]]:
    """The same entries, never written to disk, and the questions."""
    with TemporaryDirectory(prefix="innom-bench-") as folder:
        pack = make_pack(Path(folder), 1)
        knowledge = load((pack.name,), (pack.folder,))
    (like,) = knowledge.entries.values()
    made = list(_made(size))
    entries = {one.slug: _entry(one, like) for one in made}
    questions = [text for text, _ in _questions(made)]
    return replace(knowledge, entries=entries), questions


def _made(size: int) -> Iterator[Made]:
    chance = Random(SEED)
    shared = [_word(chance, chance.randint(1, 3)) for _ in range(WORDS)]
    shares = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
    for number in range(size):
        more = " ".join(chance.choices(shared, cum_weights=shares, k=LONG))
        topic, thing, place = chance.choice(TOPICS), _thing(chance), _word(chance, 2)
        yield Made(f"made-{number}", topic, thing, place, f"{more.capitalize()}.")


def _questions(made: list[Made]) -> tuple[tuple[str, str], ...]:
    questions = [(text, one.slug) for one in made for text in one.said(ASKED)]
    Random(SEED).shuffle(questions)
    return tuple(questions)


def _entry(made: Made, like: Entry) -> Entry:
    texts, said = {"nb": made.text}, {"nb": made.said(SAYINGS)}
    return replace(like, slug=made.slug, topic=made.topic, texts=texts, utterances=said)


def _file(made: Made) -> str:
    said, text = "\n".join(f"- {saying}" for saying in made.said(SAYINGS)), made.text
    head = f"slug: {made.slug}\ntopic: {made.topic}\nsource: made-up\n"
    head += f"title: {text.title}\naudience: {text.audience}\nutterances:\n{said}\n"
    return f"---\n{head}---\n{text.short}\n\n## more\n{text.more}\n"


def _thing(chance: Random) -> str:
    return f"{_word(chance, 2)}{chance.choice(('gruppe', 'kafé', 'tur', 'verksted', 'hjelp'))}"


def _word(chance: Random, syllables: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(syllables))
