"""The console's menu: what there is for which role. A page stands in it once it is built."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.texts import Words
from db.staff import ADMIN, CASE_WORKER, EDITOR, HOST, ROLES


@dataclass(frozen=True, slots=True)
class Item:
    """A page in the menu; `current` marks the one that is open, or the one it belongs to."""

    path: str
    label: str
    current: bool


def menu(words: Words, roles: Collection[str], paths: Collection[str], here: str) -> list[Item]:
    """The pages for these roles, of those that exist."""
    return [
        Item(path, label, here == path or (path != "/staff" and here.startswith(f"{path}/")))
        for path, label, allowed in _items(words)
        if path in paths and not allowed.isdisjoint(roles)
    ]


def _items(words: Words) -> list[tuple[str, str, frozenset[str]]]:
    return [
        ("/staff", words.t("First page"), frozenset(ROLES)),
        ("/staff/cases", words.t("My cases"), frozenset({CASE_WORKER})),
        ("/staff/programmes", words.t("Programmes"), frozenset({ADMIN, CASE_WORKER})),
        ("/staff/slots", words.t("Bookings"), frozenset({ADMIN, HOST})),
        ("/staff/call-backs", words.t("Call-backs"), frozenset({ADMIN, HOST, CASE_WORKER})),
        ("/staff/entries", words.t("Entries"), frozenset({ADMIN, EDITOR})),
        ("/staff/unanswered", words.t("Asked in vain"), frozenset({ADMIN, EDITOR})),
        ("/staff/deliveries", words.t("Not delivered"), frozenset({ADMIN, CASE_WORKER})),
        ("/staff/accounts", words.t("Accounts"), frozenset({ADMIN})),
        ("/staff/log", words.t("Log"), frozenset({ADMIN})),
    ]


def role_names(words: Words) -> dict[str, str]:
    """What each role is called, in the order in which they are shown."""
    return {
        ADMIN: words.t("Administrator"),
        EDITOR: words.t("Editor"),
        HOST: words.t("Host"),
        CASE_WORKER: words.t("Case worker"),
    }
