"""What is said in a step of a booking, in one's own words."""

from bot.actions.booking import MAX_PARTY
from bot.actions.booking_texts import party_refused
from bot.actions.simply import ASIDES
from bot.actions.slots import named
from bot.handlers.booking_steps import BookingSteps
from bot.handlers.follow_up_steps import FollowUp
from bot.knowledge import said
from bot.knowledge.facets import facets_in
from bot.knowledge.understanding import Understanding


async def hear(talk: BookingSteps, text: str, understood: Understanding) -> bool:
    """Gives the open step what it asked for; False where this is no answer to it."""
    if said.is_stop(text, talk.lang):
        await talk.leave()
        return True
    if understood.slug in ASIDES:  # "skjønner ikke" is no "ikke" to what is asked, and no name
        return False
    step = (talk.turn.step or "").partition(":")[2]
    if step == "name":
        return await _name(talk, text, understood)
    hears = {"slot": _slot, "party": _party, "needs": _needs, "confirm": _confirm, "code": _code}
    return await hears[step](talk, text) if step in hears else False


async def _slot(talk: BookingSteps, text: str) -> bool:
    """The number of a line, yes to a single one, no to all, or a name or a day that narrows."""
    shown = talk.turn.step_data.get("shown", [])
    only_one = len(shown) == 1 and said.is_yes(text, talk.lang)
    number = 1 if only_one else said.choice_in(text, talk.lang, len(shown))
    if number and 1 <= number <= len(shown):
        await talk.choose(shown[number - 1])
        return True
    if said.is_no(text, talk.lang):
        await talk.leave()
        return True
    if "?" in text:
        return False
    kind = talk.turn.step_data.get("kind")
    names = named(await talk.find(kind), talk.knowledge, text)
    if kind is None or not (names or said.day_in(text, talk.turn.now.date())):
        return False
    await talk.begin(kind, said=text)
    return True


async def _party(talk: BookingSteps, text: str) -> bool:
    number = said.number_in(text, talk.lang)
    if number is None:
        return False
    if 1 <= number <= MAX_PARTY:
        await talk.set_party(int(talk.turn.step_data["slot"]), number)
    else:
        await talk.ask_again(party_refused(talk.knowledge, talk.lang))
    return True


async def _needs(talk: BookingSteps, text: str) -> bool:
    if "?" in text:
        return False
    wheelchair = said.names(text, talk.lang, "wheelchair")
    companion = said.names(text, talk.lang, "companion")
    if not (wheelchair or companion or said.names(text, talk.lang, "nothing")):
        return False
    data = talk.turn.step_data
    count = min(said.number_in(text, talk.lang) or 1, MAX_PARTY)
    both = wheelchair and companion  # one number cannot say how many of each
    special = 1 if both else count
    await talk.set_needs(
        int(data["slot"]), int(data["n"]), special * wheelchair, special * companion
    )
    return True


async def _name(talk: BookingSteps, text: str, understood: Understanding) -> bool:
    name = said.first_name_in(text)
    if (
        name is None
        or (" " in name and facets_in(name))
        or (understood.outcome == "smalltalk" and name == text.strip())
    ):
        return False
    await talk.set_name(name)
    return True


async def _confirm(talk: BookingSteps, text: str) -> bool:
    if said.is_yes(text, talk.lang):
        await talk.confirm()
        return True
    if said.is_no(text, talk.lang):
        await talk.leave()
        return True
    return False


async def _code(talk: BookingSteps, text: str) -> bool:
    return await FollowUp(talk.bot, talk.turn, talk.mind, talk.lang).open_code(text)
