"""Keeps the catalogues in step with the code: `python -m bot.texts.extract`.

Adds to every catalogue what the code says and it lacks, and drops what the code says no more.
Files are sorted, without dates and line numbers: they change only where their words do.
"""

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from bot.texts import FOLDER

CODE = FOLDER.parent
FORMS = {"t": 1, "n": 2}  # how many sentences each method of `Words` takes first
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""

Sentence = str | tuple[str, ...]


def messages() -> set[Sentence]:
    """All English sentences of the interface; one that is counted is a pair (one, many).

    Raises ValueError where code does not write its sentence out, for then it cannot be found.
    """
    code = (found for path in CODE.rglob("*.py") for found in in_python(path.read_text("utf-8")))
    pages = (found for path in CODE.rglob("*.html") for found in in_template(path))
    return {*code, *pages}


def in_python(source: str) -> Iterator[Sentence]:
    """Sentences given to `.t()` and `.n()`, also within f-strings, where Babel is blind."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            count = FORMS.get(node.func.attr, 0)
            if count:
                forms = tuple(_literal(argument) for argument in node.args[:count])
                yield forms if count > 1 else forms[0]


def in_template(path: Path) -> Iterator[Sentence]:
    """Sentences given to `t()` in a Jinja2 template."""
    with path.open("rb") as file:
        for _, sentence, _, _ in extract("jinja2", file, {"t": None}):
            yield sentence


def refresh(path: Path, wanted: set[Sentence]) -> None:
    """Rewrites one catalogue so that it has the wanted sentences and no others."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    for message in list(catalogue):
        if message.id and message.id not in wanted:
            catalogue.delete(message.id)
    for sentence in wanted:
        if sentence not in catalogue:
            catalogue.add(sentence)
    path.write_bytes(as_po(catalogue))


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as a file, sorted by sentence."""
    body = BytesIO()
    write_po(
        body,
        catalogue,
        width=0,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    header = HEADER.format(language=catalogue.locale, plural_forms=catalogue.plural_forms)
    return header.encode() + body.getvalue()


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"A sentence must be written out where it is said: {ast.unparse(node)}")


if __name__ == "__main__":
    for each in sorted(FOLDER.glob("*.po")):
        refresh(each, messages())
