"""What a piece of text is, decided once, so that every part of the bot sees the same letters.

`clean` is safe to store and show, `fold` is for comparing, `words` is `fold` cut into words.
"""

import re
import unicodedata

MAX_TEXT = 4000
"""Characters kept of one message; Telegram's own limit is 4096."""

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
# NUL and controls, bidi overrides, invisible tags, lone surrogates and noncharacters. The joiners
# U+200C and U+200D stay: emoji and some scripts need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]+"
)
_SPACE = re.compile(r"\s+")
_MANY_MARKS = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_FOLD_DROPS = re.compile(f"[{_MARKS}\u0640\u200c\u200d\ufe0e\ufe0f]+")
_INNER_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_WORD = re.compile(r"[^\W_]+")

# nb and sv spell one sound with different letters, and many type a and o for lack of a keyboard:
# å, ä, æ meet in a, and ø, ö in o. Quotes become plain, Arabic letter forms meet, digits are 0-9.
_FOLDED = str.maketrans(
    dict.fromkeys("åäæ", "a")
    | dict.fromkeys("øö", "o")
    | {"ł": "l", "đ": "d", "ð": "d", "ı": "i", "ё": "е", "ъ": "", "ß": "ss"}
    | dict.fromkeys("’‘‚‛ʼʹ`´′＇", "'")
    | dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‐‑‒–—―", "-")
    | dict.fromkeys("أإآٱ", "ا")
    | {"ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك"}
    | {chr(0x0660 + n): str(n) for n in range(10)}
    | {chr(0x06F0 + n): str(n) for n in range(10)}
)


def clean(text: str) -> str:
    """The text as we keep it: NFKC, one line, at most `MAX_TEXT` characters, nothing invisible.

    Drops NUL, controls, bidi overrides and lone surrogates; white space of any kind, newlines too,
    becomes one space; a letter keeps at most three combining marks.
    """
    # Cut before normalising as well: one character can become eighteen.
    text = _UNWANTED.sub("", text[: 2 * MAX_TEXT])
    text = unicodedata.normalize("NFKC", text)
    text = _MANY_MARKS.sub(r"\1", text)
    return _SPACE.sub(" ", text).strip()[:MAX_TEXT].rstrip()


def fold(text: str) -> str:
    """The text for comparing: cleaned, lower case, Nordic vowels as a and o, accents off.

    Quotes and dashes are plain, Arabic vowel signs and tatweel are gone, all digits are 0-9.
    Cyrillic letters keep their marks (й is not и).
    """
    folded = clean(text).casefold().translate(_FOLDED)
    folded = _FOLD_DROPS.sub("", folded)
    return _ACCENTED.sub(_without_accent, folded)


def words(text: str) -> list[str]:
    """The folded words: letters and digits of any script ("б'є" gives "бє", "can't" "cant")."""
    return _WORD.findall(_INNER_APOSTROPHE.sub("", fold(text)))


def _without_accent(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKD", match[0])[0]
