"""A language that a person has chosen, and when they have left it again."""

from bot.channels.turn import Turn
from bot.knowledge.language import is_clear
from bot.knowledge.understanding import Understanding

CHOSEN, STRAY = "chosen", "stray"


def choose(turn: Turn, lang: str) -> None:
    """From now on this chat is in `lang`."""
    turn.language = lang
    turn.context = {**turn.context, CHOSEN: lang, STRAY: None}


def follow(turn: Turn, understood: Understanding) -> str:
    """The language to answer in: the chosen one until two messages in a row are clearly in another.

    One is not enough, however long: who reads no Norwegian pastes the letter that they ask about.
    """
    chosen, stray, found = turn.context.get(CHOSEN), turn.context.get(STRAY), understood.lang
    if chosen is None:
        return found
    if found == chosen:
        _remember(turn, chosen, None)
    elif is_clear(understood.text, found, chosen):
        if stray == found:
            _remember(turn, None, None)
            return found
        _remember(turn, chosen, found)
    return str(chosen)


def _remember(turn: Turn, chosen: str | None, stray: str | None) -> None:
    turn.context = {**turn.context, CHOSEN: chosen, STRAY: stray}
