"""Which digits, in which groups, are an id number or an account number.

Check digits are not asked for: a mistyped number gives a person away as well, and from 2032
Norwegian ones are relaxed. Sources: Skatteetaten on fødselsnummer and D-numbers, Direktoratet for
e-helse on H-numbers, Skatteverket on personnummer and samordningsnummer, Bankgirot on the sizes of
clearing and account numbers.
"""

from collections.abc import Sequence

# How many digits stand together. Sure ones need no date.
_SURE_GROUPS = {(11,), (6, 5), (4, 2, 5)}
_ID_GROUPS = {
    (2, 2, 2, 5),
    (2, 2, 2, 3, 2),
    (6, 3, 2),
    (3, 3, 5),
    (3, 3, 3, 2),
    (4, 4, 3),
    (1,) * 11,
}
_SWEDISH_GROUPS = {
    (6, 4),
    (2, 2, 2, 4),
    (1,) * 10,
    (8, 4),
    (4, 2, 2, 4),
    (2, 6, 4),
    (12,),
    (1,) * 12,
}


def is_secret(groups: Sequence[str], whole: bool, named: bool) -> bool:
    """Whether the groups of digits are one secret number.

    `whole`: no other digits stand beside them. `named`: a word before them says what they are.
    """
    digits = "".join(groups)
    sizes = tuple(len(group) for group in groups)
    return (
        _is_long(digits, sizes)
        or _is_norwegian(digits, sizes, whole)
        or _is_swedish(digits, sizes)
        or (whole and _is_swedish_account(digits, sizes))
        or (whole and named and 10 <= len(digits) <= 16)
    )


def _is_long(digits: str, sizes: tuple[int, ...]) -> bool:
    """Cards and international account numbers: nothing else has so many digits."""
    is_card = len(digits) >= 15 and set(sizes[:-1]) == {4} and sizes[-1] <= 4
    return is_card or (len(sizes) == 1 and len(digits) >= 12)


def _is_norwegian(digits: str, sizes: tuple[int, ...], whole: bool) -> bool:
    """Ids and accounts both have 11 digits; ids begin with a day and a month."""
    if len(digits) != 11:
        return False
    if sizes in _SURE_GROUPS:
        return True
    return (whole or sizes in _ID_GROUPS) and _is_norwegian_date(digits)


def _is_norwegian_date(digits: str) -> bool:
    """DDMM: D-numbers add 40 to the day; H-numbers add 40 to the month, synthetic ones 65 or 80."""
    day, month = int(digits[:2]), int(digits[2:4])
    return (
        day % 40 in range(1, 32)
        and day < 72
        and any(month - added in range(1, 13) for added in (0, 40, 65, 80))
    )


def _is_swedish(digits: str, sizes: tuple[int, ...]) -> bool:
    """Ten digits, or twelve with the century; ten in one may also be a mobile phone's."""
    if sizes == (10,):
        return _is_swedish_date(digits) and (digits[0] != "0" or _passes_luhn(digits))
    if sizes not in _SWEDISH_GROUPS:
        return False
    short = digits[2:] if len(digits) == 12 else digits
    return _is_swedish_date(short) and (len(digits) == 10 or digits[:2] in ("18", "19", "20"))


def _is_swedish_date(digits: str) -> bool:
    """YYMMDD, where a samordningsnummer has added 60 to the day."""
    return int(digits[2:4]) in range(1, 13) and int(digits[4:6]) % 60 in range(1, 32)


def _passes_luhn(digits: str) -> bool:
    doubled = (int(d) * (2 - n % 2) for n, d in enumerate(digits))
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def _is_swedish_account(digits: str, sizes: tuple[int, ...]) -> bool:
    """A clearing number of four digits (and one), then 7 to 10.

    Not 8: a year or a postcode before a Norwegian phone number looks like that.
    """
    if sizes[0] not in (4, 5) or len(sizes) < 2 or digits[0] == "0":
        return False
    rest = len(digits) - sizes[0] - (sizes[1] == 1)
    return 7 <= rest <= 10 and rest != 8 and 11 <= len(digits) <= 15
