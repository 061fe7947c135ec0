"""Invented numbers that identify somebody, in the many ways in which people write them.

Sources: Skatteetaten on fødselsnummer, D-numbers and the control digits from 2032; Skatteverket on
personnummer and samordningsnummer; Bankgirot on clearing and account numbers; ISO 13616 on IBAN.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_ZEROS = "0" * 12 + "٠۰０"
_LETTERS = str.maketrans("01", "Ol")
_GAPS = (" ", "-", ".", "\u00a0", "–", "\u2009", " - ", "/", "\n", "\u200b")
_CONTROL = ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
_ACCOUNT = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_NORWEGIAN = ((11,), (6, 5), (6, 5), (2, 2, 2, 5), (2, 2, 2, 3, 2), (6, 3, 2), (3, 3, 3, 2))
_SWEDISH = {10: ((6, 4), (6, 4), (10,), (2, 2, 2, 4)), 12: ((8, 4), (12,), (4, 2, 2, 4))}
_AROUND = (
    "{}",
    "nummeret mitt er {}, hva nå?",
    "hei, jeg heter Åse og er født {} takk",
    "fnr{}",
    "({})",
    "Personnummer: {}.",
    "mitt personnr är {}",
    "my number is {}, please help",
    "رقمي {} شكرا",
    "мій номер {}, дякую",
    "mój numer to {}.",
    "lambarkaygu waa {} mahadsanid",
    "nr {}\nhilsen Kåre",
    "ring meg på 41 23 45 67. fnr {}",
    "{} og ring +47 412 34 567",
    "jag heter Åsa {} ring 070-123 45 67",
    "er 82 år, {}, bor i Langgata 12",
)
_ACCOUNTS_AROUND = ("{}", "pengene skal til {}.", "konto {}", "mitt konto är {}, tack", "nr {}")
_GIROS_AROUND = (
    "bankgiro {}",
    "bg {}",
    "mitt bankgironummer är {}",
    "plusgiro: {}",
    "pg {} tack",
    "betala till pg-nr {}",
    "postgiro {}",
)


@dataclass(frozen=True, slots=True)
class Written:
    """A message, the number in it, and all that should be left of the message's digits."""

    kind: str
    text: str
    number: str
    rest: str


def written(rng: Random) -> Written:
    """One message with one number, of any kind."""
    kind = rng.choice(tuple(_KINDS))
    make, around = _KINDS[kind]
    number, frame = _scribbled(make(rng), rng), rng.choice(around)
    return Written(kind, frame.format(number), number, digits(frame))


def split(rng: Random) -> tuple[str, str]:
    """An id number over two messages, cut anywhere but within its first or last two digits."""
    number = rng.choice((fodselsnummer, d_number, personnummer, samordningsnummer))(rng)
    places = [n for n, sign in enumerate(number) if sign.isdigit()]
    at = rng.choice(places[2:-2])
    return f"jeg heter Kari, {number[:at]}", f"{number[at:]} er nummeret"


def digits(text: str) -> str:
    """The digits of a text, in any script, as 0-9."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def fodselsnummer(rng: Random) -> str:
    """DDMMYY, three digits, and two control digits of weight 11."""
    return _grouped(_norwegian(rng), rng.choice(_NORWEGIAN), rng.choice(_GAPS))


def fodselsnummer_2032(rng: Random) -> str:
    """From 2032 the control sums may leave 0 to 3, and the third digit says nothing of gender."""
    return _grouped(_norwegian(rng, left=range(4)), rng.choice(_NORWEGIAN), rng.choice(_GAPS))


def d_number(rng: Random) -> str:
    """40 added to the day: who has no fødselsnummer yet."""
    return _grouped(_norwegian(rng, day=40), rng.choice(_NORWEGIAN), rng.choice(_GAPS))


def h_number(rng: Random) -> str:
    """40 added to the month: a hospital's own number."""
    return _grouped(_norwegian(rng, month=40), rng.choice(_NORWEGIAN), rng.choice(_GAPS))


def synthetic(rng: Random) -> str:
    """65 or 80 added to the month: invented people of test systems, also with D-numbers."""
    number = _norwegian(rng, day=rng.choice((0, 40)), month=rng.choice((65, 80)))
    return _grouped(number, rng.choice(_NORWEGIAN), rng.choice(_GAPS))


def norwegian_account(rng: Random) -> str:
    """Bank, group and number with a control digit, as 1234.56.78903."""
    while True:
        ten = f"{rng.randrange(1000, 10_000)}{rng.randrange(10**6):06}"
        control = _control(ten, _ACCOUNT)
        if control < 10:
            gap = rng.choice((".", " ", "-", "\u00a0"))
            return _grouped(f"{ten}{control}", rng.choice(((4, 2, 5), (4, 2, 5), (11,))), gap)


def personnummer(rng: Random) -> str:
    """YYMMDD-NNNN, + for who is over a hundred, or the whole year."""
    return _swedish(rng, added=0)


def samordningsnummer(rng: Random) -> str:
    """60 added to the day: who is not in the population register."""
    return _swedish(rng, added=60)


def swedish_account(rng: Random) -> str:
    """A clearing number of four digits (Swedbank's has one more), then seven, nine or ten."""
    clearing = rng.choice((f"{rng.randrange(1000, 10_000)}", f"8{rng.randrange(1000):03}-9"))
    size = rng.choice((7, 9, 10))
    number = f"{rng.randrange(10**size):0{size}}"
    cuts = {7: ((7,), (2, 5), (3, 4)), 9: ((9,), (3, 3, 3)), 10: ((10,), (6, 4), (3, 3, 3, 1))}
    return clearing + rng.choice(("-", " ", ", ", ",")) + _grouped(number, rng.choice(cuts[size]))


def bankgiro(rng: Random) -> str:
    """Seven or eight digits with a hyphen. Only its name tells it from a phone number."""
    number = _with_luhn(f"{rng.randrange(10**5, 10**7)}")
    return rng.choice((f"{number[:-4]}-{number[-4:]}", number))


def plusgiro(rng: Random) -> str:
    """Two to eight digits, the last one a check digit after a hyphen, as 28 65 43-4."""
    number = _with_luhn(f"{rng.randrange(10**4, 10**7)}")
    start = number[:-1]
    pairs = [start[: len(start) % 2], *(start[n : n + 2] for n in range(len(start) % 2, 9, 2))]
    return rng.choice((" ".join(filter(None, pairs)), start)) + "-" + number[-1]


def iban(rng: Random) -> str:
    """NO and 13 digits, or SE and 22; in fours or in one."""
    country, size = rng.choice((("NO", 11), ("SE", 20)))
    body = f"{rng.randrange(10**size):0{size}}"
    check = 98 - int(body + "".join(str(ord(c) - 55) for c in country) + "00") % 97
    whole = f"{country}{check:02}{body}"
    fours = " ".join(whole[n : n + 4] for n in range(0, len(whole), 4))
    return rng.choice((whole, fours, fours.replace(" ", "-"), whole.lower(), fours.lower()))


def last_digits(rng: Random) -> str:
    """The five (Swedish: four) digits alone that make a known birthday an id number."""
    five = f"{rng.randrange(10**5):05}"
    said = rng.choice(("personnummer", "pnr", "personnr.", "siste fem siffer:", "de siste fem er"))
    four = f"{rng.randrange(10**4):04}"
    last = rng.choice(("sista fyra", "fyra sista siffrorna är", "last four digits"))
    return rng.choice((f"{said} {five}", f"{last} {four}"))


_Kind = tuple[Callable[[Random], str], Sequence[str]]
_KINDS: dict[str, _Kind] = {
    "fødselsnummer": (fodselsnummer, _AROUND),
    "fødselsnummer of 2032": (fodselsnummer_2032, _AROUND),
    "D-number": (d_number, _AROUND),
    "H-number": (h_number, _AROUND),
    "synthetic": (synthetic, _AROUND),
    "personnummer": (personnummer, _AROUND),
    "samordningsnummer": (samordningsnummer, _AROUND),
    "account NO": (norwegian_account, _ACCOUNTS_AROUND),
    "account SE": (swedish_account, _ACCOUNTS_AROUND),
    "bankgiro": (bankgiro, _GIROS_AROUND),
    "plusgiro": (plusgiro, _GIROS_AROUND),
    "IBAN": (iban, _ACCOUNTS_AROUND),
    "last digits": (last_digits, ("er {}.",)),
}


def _norwegian(rng: Random, day: int = 0, month: int = 0, left: Sequence[int] = (0,)) -> str:
    while True:
        born = _birthday(rng)
        number = f"{born.day + day:02}{born.month + month:02}{born:%y}{rng.randrange(1000):03}"
        for weights in _CONTROL:
            number += str((_control(number, weights) + rng.choice(left)) % 11)
        if len(number) == 11:  # a control digit of 10 is never given out
            return number


def _control(number: str, weights: Sequence[int]) -> int:
    return -sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 11


def _swedish(rng: Random, added: int) -> str:
    born = _birthday(rng)
    ten = _with_luhn(f"{born:%y%m}{born.day + added:02}{rng.randrange(1000):03}")
    number = rng.choice((ten, f"{born.year // 100}{ten}"))
    sizes = rng.choice(_SWEDISH[len(number)])
    gap = rng.choice((*_GAPS, "-", "-", "+")) if len(sizes) == 2 else rng.choice("- ")
    return _grouped(number, sizes, gap)


def _with_luhn(start: str) -> str:
    doubled = (int(d) * (2 - n % 2) for n, d in enumerate(reversed(start)))
    return start + str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def _birthday(rng: Random) -> date:
    return date(1924, 1, 1) + timedelta(days=rng.randrange(36_500))


def _grouped(number: str, sizes: Sequence[int], gap: str = " ") -> str:
    rest = iter(number)
    return gap.join("".join(next(rest) for _ in range(size)) for size in sizes)


def _scribbled(number: str, rng: Random) -> str:
    """Digits of another script now and then, or letters that look like digits."""
    if rng.random() < 0.04:
        return number.translate(_LETTERS)
    zero = ord(rng.choice(_ZEROS))
    return "".join(chr(zero + int(c)) if c.isdigit() else c for c in number)
