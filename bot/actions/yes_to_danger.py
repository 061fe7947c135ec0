"""A "yes" after an entry that asked about danger: the entries' texts promise numbers then."""

from dataclasses import replace

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


def yes_to_danger(heard: Understanding, shown: str | None) -> Understanding:
    """What was heard; a bare yes to what the entry `shown` asks tells of danger."""
    need = ASKED.get(shown or "")
    if need is None or heard.outcome == "danger" or words(heard.text) not in map(words, YES):
        return heard
    danger = Danger(need, 1, "said-yes", about_other=False)
    return replace(heard, outcome="danger", slug=None, need=need, level=1, danger=danger)
