"""Messages with numbers in them that are nobody's secret: phones, times, prices, lines, houses."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

_FRAMES = (
    "ring meg på {phone}",
    "Jeg heter Kari, tlf {phone}. Ring helst etter kl {time}",
    "telefon {phone} eller {phone}",
    "{phone} / {phone}",
    "nummeret mitt er {phone}, jeg bor i Storgata {house}, {postcode} Sandnes",
    "kan dere ringe {phone} mellom {time} og {time} den {date}",
    "når går buss {line} fra {street} {house} etter {time}",
    "buss {line} eller {line} kl {time}, {time} og {time}",
    "vi er {count} personer, {count} av dem er barn på {count} og {count} år",
    "møtet er {date} {time}-{time} i rom {line}",
    "fra {date} til {date}",
    "koster det {price} kr eller {price} kroner for {count}",
    "jeg tjener {price} i måneden og betaler {price} i leie",
    "ordre {order}, betalt {price} den {date}",
    "saksnummer {case}, har ikke hørt noe siden {date}",
    "jeg er født i {year} og fyller {count}",
    "hei eg er {count} år og bur på {postcode} {street} {house}",
    "timen {date} kl. {time} passar ikkje, ring {phone}",
    "jag nås på {phone} efter {time}",
    "mitt nummer: {phone}, {street} {house}, {postcode}",
    "går bussen {line} den {date} klockan {time}",
    "det kostar {price} kr, beställning {order}",
    "my phone is {phone}, call after {time}",
    "we are {count} people, on {date} at {time}, order {order}",
    "мій телефон {phone}, можна {date} о {time}",
    "автобус {line} о {time}, нас {count}",
    "رقم هاتفي {phone} بعد الساعة {time}",
    "الحافلة {line} الساعة {time} يوم {date}",
    "mój telefon to {phone}, po {time}",
    "wizyta {date} o {time}, sprawa {case}",
    "telefoonkaygu waa {phone}, {date} saacadda {time}",
    "baska {line} {time}, waxaan nahay {count}",
    "{date} {time}",
    "{time} - {time}",
    "{date}\n{date}\n{date}",
    "{phone}\n{phone}",
    "vipps {price} til {order}, kvittering {case}",
    "org.nr {org}, tlf {phone}",
    "fra {year} til {year}, altså {count} år, {price} kr",
    "sist {date} kl {time} ringte jeg {phone} og fikk saksnummer {case}",
)
_STREETS = ("Langgata", "Storgatan", "Ganddalsgata", "Dragonvägen", "Jærveien")
_PHONES = (
    "4## ## ###",
    "4# ## ## ##",
    "9#######",
    "51 ## ## ##",
    "+47 9# ## ## ##",
    "+474#######",
    "0047 4## ## ###",
    "(+47) 4## ## ###",
    "070-### ## ##",
    "07########",
    "073 ### ## ##",
    "08-### ### ##",
    "08-### ## ##",
    "+46 70 ### ## ##",
    "+4673#######",
    "0046 70 ### ## ##",
    "+46 (0)70 ### ## ##",
    "116 1##",
    "0##0#",
    "020-## ## ##",
    "+380 67 ### ## ##",
    "+380 (50) ### ## ##",
    "+48 5## ### ###",
    "+252 61 ### ####",
    "+963 9## ### ###",
)
_ORDERS = (
    "#####",
    "######",
    "########",
    "#########",
    "ORD-2026-######",
    "A####-###",
    "nr. #######",
)
_PRICES = ("##", "###", "# ###", "## ###", "###,50", "##.500,-", "1 ### ###", "###.000")
_CASES = ("2026/#####", "26/###", "2025/###-4", "K-######")
_ORGS = ("9## ### ###", "9########", "556###-####")
_TIMES = ("{h:02}:{m:02}", "{h}.{m:02}", "{h:02}{m:02}", "{h}", "{h:02}.{m:02}")
_DATES = ("%d.%m.%Y", "%d.%m.%y", "%d.%m", "%Y-%m-%d", "%d/%m", "%d/%m-%y", "%d-%m-%Y", "%-d. %B")


def ordinary(rng: Random) -> str:
    """One message that holds nothing to take out."""
    text = rng.choice(_FRAMES)
    for name, make in _PARTS.items():
        while (slot := f"{{{name}}}") in text:
            text = text.replace(slot, make(rng), 1)
    return text


def _pattern(patterns: tuple[str, ...]) -> Callable[[Random], str]:
    return lambda rng: "".join(
        str(rng.randrange(10)) if sign == "#" else sign for sign in rng.choice(patterns)
    )


def _date(rng: Random) -> str:
    return (date(2025, 1, 1) + timedelta(days=rng.randrange(900))).strftime(rng.choice(_DATES))


def _time(rng: Random) -> str:
    return rng.choice(_TIMES).format(h=rng.randrange(7, 22), m=rng.randrange(0, 60, 5))


def _between(low: int, high: int) -> Callable[[Random], str]:
    return lambda rng: str(rng.randint(low, high))


_PARTS: dict[str, Callable[[Random], str]] = {
    "phone": _pattern(_PHONES),
    "date": _date,
    "time": _time,
    "price": _pattern(_PRICES),
    "order": _pattern(_ORDERS),
    "case": _pattern(_CASES),
    "org": _pattern(_ORGS),
    "postcode": _pattern(("4###", "19# ##", "194 ##")),
    "line": _between(1, 700),
    "house": _between(1, 250),
    "count": _between(2, 99),
    "year": _between(1930, 2030),
    "street": lambda rng: rng.choice(_STREETS),
}
