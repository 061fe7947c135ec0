"""What is said to the assistant that is no question about an offer.

Actions (it does something), small talk, and matters of others (tax, passports, the weather). Their
utterances are data in `<file>.<lang>.yaml`: a name and its list. An outside name is a signpost
(`bot.knowledge.signposts`); what is nobody's matter stands under `null`.
"""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from bot.knowledge.fields import Fields
from bot.knowledge.frontmatter import LineError, parse, read_text
from bot.knowledge.text import words

FOLDER = Path(__file__).parent
FILES = {"action": "intents/actions", "smalltalk": "intents/smalltalk", "outside": "signposts/said"}
NOBODY = "null"
ASKING = ("can-do", "who-are-you")  # small talk whose words may also ask about an offer

Said = dict[str, dict[str, tuple[str, ...]]]


@cache
def utterances(kind: str) -> Said:
    """name -> language -> utterances of one kind (action, smalltalk, outside).

    Raises LineError for a bad file.
    """
    found: Said = {}
    for path in sorted(FOLDER.glob(f"{FILES[kind]}.*.yaml")):
        lang = path.name.split(".")[1]
        for name, said in _read(path).items():
            found.setdefault(name, {})[lang] = said
    return found


def action_slugs() -> tuple[str, ...]:
    """The actions that an entry may offer and a question may start."""
    return tuple(utterances("action"))


def in_languages(langs: Collection[str]) -> list[tuple[str, str, str]]:
    """(kind, name, utterance) of all kinds, in these languages."""
    return [
        (kind, name, text)
        for kind in FILES
        for name, by_lang in utterances(kind).items()
        for lang, said in by_lang.items()
        if lang in langs
        for text in said
    ]


def is_pleasantry(text: str) -> bool:
    """Whether a whole text is small talk that asks nothing: "thanks for today" is no question of
    the day."""
    return tuple(words(text)) in _pleasantries()


@cache
def _pleasantries() -> frozenset[tuple[str, ...]]:
    by_name = utterances("smalltalk")
    spoken = (by_lang for name, by_lang in by_name.items() if name not in ASKING)
    return frozenset(
        tuple(words(one)) for by_lang in spoken for said in by_lang.values() for one in said
    )


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    values = parse(read_text(path), path)
    problems: list[LineError] = []
    fields = Fields(values, path, problems)
    said = {name: fields.texts(name, required=True) for name in values}
    if problems:
        raise problems[0]
    return said
