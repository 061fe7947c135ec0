"""How hard a text is to read: Björnsson's LIX, words a sentence, and whether it is choppy.

LIX (Björnsson, Läsbarhet, 1968) is words a sentence plus words of more than six letters in a
hundred; he counts full stops, question marks, exclamation marks and colons as ends. Below 30 is
very easy, 30-40 easy. It is made for the Nordic languages and serves English; Polish, Ukrainian,
Somali and Arabic build words otherwise, so there the words a sentence alone are looked at.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

LIX_LANGUAGES = ("nb", "nn", "sv", "en")
MAX_WORDS = 15  # a sentence, on average, in the other languages
_LONG = 6  # letters that a word may have before it counts as long
_SHORT = 4  # words: a sentence with fewer of them is a short one
_MANY_SHORT = 1 / 3

_WORD = re.compile(r"[^\W_]+(?:['’\-‑][^\W_]+)*")
_END = re.compile(r"[.?!:؟]+[\")»”\]]*(?=\s|$)")
_ENDING = r"[^\W\d_]{0,4}"  # of a name: seniorsentre, seniorsentrene
# A dot after a letter with a dot before it (f.eks., m.in., т. д.) or after one of these words ends
# no sentence, unless a capital letter follows those that stand last in an enumeration.
_ABBREVIATED = re.compile(
    r"\b(?:[^\W\d_]\.\s?)+[^\W\d_]{1,3}\.|\b(?:f\.?eks|bl\.a|t\.ex|jf|kl|nr|ca|evt|ev|inkl|pga|mht|tlf|tel|"
    r"min|maks|max|st|dr|mr|mrs|e\.g|i\.e|np|tzw|ul|godz|вул|напр|тел|год|грн|ім)\.",
    re.IGNORECASE,
)
_LISTS_END = re.compile(
    r"\b(osv|mv|m\.m|m\.fl|o\.l|etc|itp|itd|т\. ?д|т\. ?п|тощо)\.", re.IGNORECASE
)
_GOES_ON = re.compile(r"\s+[^\W\d_A-ZÆØÅÄÖА-ЯІЇЄҐŁŚŻĆŹ]")


def lix(text: str, names: frozenset[str] = frozenset()) -> float:
    """LIX of a text in which each of `names` counts as one short word; 0.0 for no words."""
    found = sentences(text, names)
    said = [word for sentence in found for word in sentence]
    if not said:
        return 0.0
    return len(said) / len(found) + 100 * sum(map(_is_long, said)) / len(said)


def words_a_sentence(text: str, names: frozenset[str] = frozenset()) -> float:
    """How many words a sentence has on average; 0.0 for no words."""
    found = sentences(text, names)
    return sum(map(len, found)) / max(len(found), 1)


def is_choppy(text: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether more than a third of the sentences have fewer than four words.

    One "Ring oss." among others is good writing. A text that was cut into such pieces has a low LIX
    and is harder to read: what belongs together is torn apart.
    """
    found = sentences(text, names)
    return sum(len(sentence) < _SHORT for sentence in found) > max(1, len(found) * _MANY_SHORT)


def sentences(text: str, names: frozenset[str] = frozenset()) -> list[list[str]]:
    """The words of each sentence; each of `names`, with an ending or not, is the word "x"."""
    return list(_cut(_without_dots(_without_names(text, names))))


def _cut(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        for sentence in _END.split(line):
            if words := _WORD.findall(sentence):
                yield words


def _is_long(word: str) -> bool:
    return sum(sign.isalnum() for sign in word) > _LONG


def _without_names(text: str, names: frozenset[str]) -> str:
    return _any_of(names).sub("x", text) if names else text


@lru_cache(maxsize=4)
def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    """Any of the names, the longest first, in upper or lower case."""
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))}){_ENDING}\b", re.IGNORECASE)


def _without_dots(text: str) -> str:
    """The dots of abbreviations taken out, where they do not end the sentence."""
    text = _LISTS_END.sub(_last_of_a_list, text)
    return _ABBREVIATED.sub(lambda short: re.sub(r"[.\s]", "", short[0]), text)


def _last_of_a_list(short: re.Match[str]) -> str:
    plain = re.sub(r"[.\s]", "", short[0])
    return plain if _GOES_ON.match(short.string, short.end()) else f"{plain}."
