"""A "yes" to what an entry, or help in danger itself, has asked: the texts promise numbers then."""

from dataclasses import replace
from functools import cache

from bot.knowledge.corrections import is_not_me
from bot.knowledge.danger import Danger
from bot.knowledge.text import words
from bot.knowledge.understanding import Understanding

ASKED = {
    "krisesenteret": "violence",
    "skyddat-boende": "violence",
    "smso": "sexual-abuse",
    "kirkens-sos": "suicide",
}

YES = frozenset(("ja", "jo", "ja nå", "ja no", "ja nu", "ja det er det", "ja det är det")) | {
    *("yes", "yes now", "yes there is", "так", "tak", "نعم", "أيوه", "haa"),
}
"""Folded when compared. Not the "ok" of who has read an answer."""

# What the help asks about oneself, by need: the answer that tells of danger, and which danger then.
# "Are you thinking of ending your life?", "are you safe now?", "are you alone?".
QUESTIONS = {
    "suicide": ("yes", "suicide"),
    "self-harm": ("yes", "suicide"),
    "violence": ("no", "violence"),
    "sexual-abuse": ("no", "sexual-abuse"),
    "child": ("no", "child"),
    "child/other": ("yes", "child"),
    "overdose": ("yes", "overdose"),
    "acute-medical": ("yes", "acute-medical"),
}
MOST_WORDS = 5  # a longer text tells by itself what it is about
SAID = {  # in all languages, since people mix them; yes and no are the first word of an answer
    "yes": "ja|jo|jau|jepp|japp|joda|yes|yeah|yep|yea|так|ага|tak|نعم|أيوه|ايوه|اي|أجل|haa|haah",
    "no": "nei|nej|nä|næ|nope|no|nah|ні|нє|nie|لا|كلا|maya|may",
    "unsure": "kanskje|vet ikke|jeg vet ikke|veit ikkje|eg veit ikkje|av og til|noen ganger|litt"
    "|nokre gonger|kanske|vet inte|jag vet inte|ibland|lite|maybe|dont know|i dont know|sometimes"
    "|a little|може|може бути|не знаю|іноді|może|nie wiem|czasami|ربما|لا أعرف|أحيانا|malaha"
    "|ma garanayo|mararka qaarkood",
    "thanks": "takk|tack|thanks|thank|дякую|شكرا|dziękuję|dzięki|mahadsanid",
}


def yes_to_danger(heard: Understanding, shown: str | None) -> Understanding:
    """What was heard; a bare yes to what the entry `shown` asks tells of danger."""
    need = ASKED.get(shown or "")
    if need is None or heard.outcome == "danger" or words(heard.text) not in map(words, YES):
        return heard
    return _in_danger(heard, Danger(need, 1, "said-yes", about_other=False))


def asked_by_help(danger: Danger) -> str | None:
    """The key of `QUESTIONS` that the help for a danger asks, None where it asks nothing."""
    about_both = danger.need in ("overdose", "acute-medical")
    key = f"{danger.need}/other" if danger.about_other and not about_both else danger.need
    return key if key in QUESTIONS else None


def answer_to_help(heard: Understanding, feared: str | None) -> Understanding:
    """What was heard; a short answer to what the help has just asked may tell of danger."""
    expected, need = QUESTIONS.get(feared or "", (None, None))
    if expected is None or need is None or not _tells(heard, expected):
        return heard
    about_other = (feared or "").endswith("/other")
    return _in_danger(heard, Danger(need, 2, f"said-{expected}", about_other=about_other))


def _tells(heard: Understanding, expected: str) -> bool:
    said = words(heard.text)
    if heard.outcome == "danger" or "?" in heard.text or not 0 < len(said) <= MOST_WORDS:
        return False
    if " ".join(said) in _phrases("unsure"):  # whatever that is nearest to
        return True
    understood = heard.outcome in ("answer", "action") or is_not_me(heard.text)
    return not understood and said[0] in _phrases(expected) and not {*said} & _phrases("thanks")


@cache
def _phrases(key: str) -> frozenset[str]:
    return frozenset(" ".join(words(phrase)) for phrase in SAID[key].split("|"))


def _in_danger(heard: Understanding, danger: Danger) -> Understanding:
    found = replace(heard, outcome="danger", slug=None, need=danger.need)
    return replace(found, level=danger.level, danger=danger)
