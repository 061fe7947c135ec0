"""The words of the interface: gettext catalogues, one `.po` per language beside this file.

The English sentence is the key. A new language is a new file; nothing else names languages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
SOURCE = "en"
_COMMAS = {"ar": "، "}


@dataclass(frozen=True)
class Words:
    """Speaks one language: `t` looks a sentence up and fills it, `n` chooses a plural form."""

    lang: str
    catalogue: NullTranslations

    def t(self, sentence: str, **values: object) -> str:
        """The sentence in this language, with `{name}` filled from `values`."""
        text = self.catalogue.gettext(sentence)
        return text.format(**values) if values else text

    def n(self, one: str, many: str, count: int, **values: object) -> str:
        """The form for `count`, which fills `{count}`."""
        return self.catalogue.ngettext(one, many, count).format(count=count, **values)

    @property
    def comma(self) -> str:
        """What stands between two parts of a list."""
        return _COMMAS.get(self.lang, ", ")

    def listed(self, parts: Iterable[str | None]) -> str:
        """The parts that are not empty, with a comma between them."""
        return self.comma.join(part for part in parts if part)

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`."""
        return Locale.parse(self.lang).text_direction


@cache
def speak(lang: str) -> Words:
    """The words of a language; English where there is no catalogue of it."""
    path = FOLDER / f"{lang}.po"
    if lang == SOURCE or not path.is_file():
        return Words(SOURCE, NullTranslations())
    with path.open("rb") as file:
        catalogue = read_po(file, locale=lang)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(lang, GNUTranslations(compiled))


@cache
def spoken() -> tuple[str, ...]:
    """The languages that the interface speaks."""
    return (SOURCE, *sorted(path.stem for path in FOLDER.glob("*.po")))


def choose(wanted: str | None, main: str) -> str:
    """The interface's language for a person: theirs, the main one, or English."""
    return next((lang for lang in (wanted, main) if lang in spoken()), SOURCE)


OWN_NAMES: Mapping[str, str] = {
    "nb": "Norsk bokmål",
    "nn": "Norsk nynorsk",
    "sv": "Svenska",
    "en": "English",
    "uk": "Українська",
    "ar": "العربية",
    "pl": "Polski",
    "so": "Soomaali",
    "da": "Dansk",
}
