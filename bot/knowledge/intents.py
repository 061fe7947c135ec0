"""What is said to the assistant that is no question about an offer.

Actions (it does something), small talk, and matters of others (tax, passports, the weather). Their
utterances are data in `intents/<kind>.<lang>.yaml`: a name and its list. `null` in the outside
files stands for what is nobody's matter here.
"""

from functools import cache
from pathlib import Path

from bot.knowledge.fields import Fields
from bot.knowledge.frontmatter import LineError, parse, read_text

FOLDER = Path(__file__).parent / "intents"
KINDS = ("actions", "smalltalk", "outside")


@cache
def utterances(kind: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """name -> language -> utterances of one kind; raises LineError for a bad file."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for path in sorted(FOLDER.glob(f"{kind}.*.yaml")):
        lang = path.name.split(".")[1]
        for name, said in _read(path).items():
            found.setdefault(name, {})[lang] = said
    return found


def action_slugs() -> tuple[str, ...]:
    """The actions that an entry may offer and a question may start."""
    return tuple(utterances("actions"))


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    values = parse(read_text(path), path)
    problems: list[LineError] = []
    fields = Fields(values, path, problems)
    said = {name: fields.texts(name, required=True) for name in values}
    if problems:
        raise problems[0]
    return said
