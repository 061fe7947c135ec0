"""Takes out of a text what may tell who wrote it, so that it can be kept without the person.

Names where they can be recognised (after "my name is", or capitals in the middle of a sentence
that no entry uses), phones and other long numbers, e-mail and web addresses, streets. A name in
small letters that nothing announces is not found.
"""

import re
from collections.abc import Callable

from bot.knowledge.redaction import MARK, redact
from bot.knowledge.text import words

_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*|(?<![\w.])@\w{2,}"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:no|se|com|org|net|dk|pl|ua)\b(?:/\S*)?",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:(?-i:[A-ZÆØÅÄÖ])[^\W\d_]* )?[^\W\d_]*(?:gata|gate|gaten|gatan|vei|veien|veg|vegen|väg|"
    r"vägen|allé|alléen|plass|plassen|torget|stien|bakken|gränd|stigen|street|road|avenue|lane)\s+\d{1,4}\s?[a-z]?\b"
    r"|\b(?:ul\.|ulica|вул\.|вулиця)\s*[^\W\d_]+\s+\d{1,4}\w?\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?\d(?:[\s.\-/()]{0,2}\d){4,}")
_CUE = re.compile(
    r"\b(?:heter|heiter|hete|heite|(?:mitt|sitt|hans|hennes) (?:navn|namn) (?:er|är)"
    r"|(?:navnet|namnet) (?:mitt|hans|hennes) (?:er|är)|kall(?:e|a)? (?:meg|mig)"
    r"|mvh|hilsen|helsing|h[äe]lsningar|h[äe]lsning|(?:my|his|her) name(?:'s|’s| is)"
    r"|(?:i am|i'm|he is|she is) called|regards|(?:мене|його|її) зв(?:ати|уть)"
    r"|(?:моє|його|її) ім['’]я|nazywa(?:m)? się|mam na imię|pozdrawiam|magac(?:ay|i|ii)gu?(?: waa)?"
    r"|la(?: i)? yiraahd[ao]|(?:أنا |انا )?[إا]?اسمي)\b[\s:,]*(?:er|är|is|waa|—|-)?\s*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*[^\W_])?")
_NEXT = re.compile(r"\s+([^\W\d_](?:[\w'’-]*[^\W_])?)")
# What follows a name rather than belongs to it.
_AFTER = frozenset(
    words(
        "og och and men but er är is i jeg eg jag kan vil vill skal skall ska har have fra från"
        " from på til till for med som bor live lives trenger treng behöver need want lurer undrar"
        " та і й а з я хочу мені живу потребую oraz a z jestem mam chcę mieszkam و من iyo oo waxaan"
    )
)
_MOST_NAMES = 2  # words after the first that may belong to a name
_ENDS = (".", "!", "?", ":", "\n")


def anonymous(text: str, knows: Callable[[str], bool]) -> str:
    """The text with `MARK` for what may tell who wrote it; `knows` tells the words of entries."""
    text = redact(text)
    for pattern in (_ADDRESS, _STREET, _NUMBER):
        text = pattern.sub(MARK, text)
    return _joined(_without_capitals(_without_announced(text), knows))


def says_something(text: str) -> bool:
    """Whether anything is left that somebody could answer."""
    return any(len(word) > 1 for word in words(text.replace(MARK, " ")))


def _without_announced(text: str) -> str:
    """Names after words that announce one."""
    at = 0
    while found := _CUE.search(text, at):
        first = _WORD.match(text, found.end())
        if first is None:
            at = found.end()
            continue
        end = _name_end(text, first)
        text = f"{text[: first.start()]}{MARK}{text[end:]}"
        at = first.start() + len(MARK)
    return text


def _name_end(text: str, first: re.Match[str]) -> int:
    end = first.end()
    for _ in range(_MOST_NAMES):
        more = _NEXT.match(text, end)
        if more is None or not _AFTER.isdisjoint(words(more[1])):
            break
        end = more.end()
    return end


def _without_capitals(text: str, knows: Callable[[str], bool]) -> str:
    """Words with a capital in the middle of a sentence, and what stands before such a one."""
    found = list(_WORD.finditer(text))
    names = [_is_name(word[0]) and not knows(word[0]) for word in found]
    begins = [_begins(text, word.start()) for word in found]
    for n in reversed(range(len(found))):
        beside = n + 1 < len(found) and names[n + 1] and _is_near(text, found[n], found[n + 1])
        if names[n] and (not begins[n] or beside):
            text = f"{text[: found[n].start()]}{MARK}{text[found[n].end() :]}"
    return text


def _is_name(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word[1:].isupper()


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins here."""
    before = text[:start].rstrip(" \"'«“(-")
    return not before or before.endswith(_ENDS)


def _is_near(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return text[one.end() : other.start()] == " "


def _joined(text: str) -> str:
    """One mark where several stood side by side."""
    mark = re.escape(MARK)
    return re.sub(rf"{mark}(?:[\s,-]*{mark})+", MARK, text).strip()
