"""Which language somebody asks for by its name. The names are `language_names.yaml`."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

import yaml

from bot.knowledge.text import fold, words

_FILE = Path(__file__).with_suffix(".yaml")
_NOT = "not"


def named_language(text: str, languages: Collection[str]) -> str | None:
    """The one of `languages` that a text names; None for none, several, or "I know no Polish"."""
    said, names = words(text), _names()
    if {*said} & {*names[_NOT]}:
        return None
    found = {
        code
        for code in names
        if code in languages and any(word.startswith(names[code]) for word in said)
    }
    return found.pop() if len(found) == 1 else None


@cache
def _names() -> dict[str, tuple[str, ...]]:
    with _FILE.open(encoding="utf-8") as file:
        read = yaml.safe_load(file)
    return {code: tuple(map(fold, names)) for code, names in read.items()}
