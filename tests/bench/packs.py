"""Made-up packs of any size, with questions that people could ask about them.

The words are made of syllables by a seeded generator, so that entries differ as real ones do and
every run measures the same.
"""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

SEED = 2026
UTTERANCES = 10
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
class MadePack:
    """A pack on disk, and questions with the slug of the entry each is about."""

    name: str
    folder: Path
    questions: tuple[tuple[str, str], ...]


def make_pack(folder: Path, size: int) -> MadePack:
    """Writes a pack of `size` entries of ten utterances below `folder`."""
    chance = Random(SEED)
    path = folder / str(size) / "bench"
    path.mkdir(parents=True)
    (path / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    questions = []
    for number in range(size):
        slug, thing, place = f"made-{number}", _thing(chance), _word(chance, 2)
        (path / f"{slug}.md").write_text(_entry(slug, thing, place, chance), encoding="utf-8")
        questions += [(saying.format(thing=thing, place=place), slug) for saying in ASKED]
    chance.shuffle(questions)
    return MadePack("bench", path.parent, tuple(questions))


def _entry(slug: str, thing: str, place: str, chance: Random) -> str:
    said = "\n".join(f"- {saying.format(thing=thing, place=place)}" for saying in SAYINGS)
    short = f"{thing.capitalize()} er et tilbud i {place}. Du kan komme som du er."
    more = " ".join(_word(chance, 3) for _ in range(30))
    head = f"slug: {slug}\ntopic: {chance.choice(TOPICS)}\nsource: made-up\n"
    head += f"title: {thing.capitalize()}\naudience: Alle i {place}\nutterances:\n{said}\n"
    return f"---\n{head}---\n{short}\n\n## more\n{more.capitalize()}.\n"


def _thing(chance: Random) -> str:
    return f"{_word(chance, 2)}{chance.choice(('gruppe', 'kafé', 'tur', 'verksted', 'hjelp'))}"


def _word(chance: Random, syllables: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(syllables))
