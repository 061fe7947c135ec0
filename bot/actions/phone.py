"""The phone number that a person is given when the bot cannot help."""

from dataclasses import dataclass

from bot.knowledge.crisis import lines_for
from bot.knowledge.entries import Profile


@dataclass(frozen=True, slots=True)
class Phone:
    """Who answers, the number as one writes it, as one dials it, and when they answer."""

    name: str
    number: str
    tel: str
    note: str
    is_stand_in: bool = False


def phone_of(profile: Profile, lang: str) -> Phone:
    """The municipality's switchboard; until staff set it, the country's line for advice on health.

    The stand-in is Legevakt 116 117 in Norway and 1177 in Sweden: open around the clock, and the
    only numbers that are certain everywhere in the country.
    """
    if profile.switchboard:
        tel = "".join(c for c in profile.switchboard if c.isdigit() or c == "+")
        return Phone(profile.name, profile.switchboard, tel, profile.hours or "")
    line = lines_for(profile.country, "acute-medical", lang)[-1]
    name = line.name.removeprefix(line.number).strip(" ()")  # "1177 (…)" would say it twice
    return Phone(name, line.number, line.tel, line.hours or "", is_stand_in=True)
