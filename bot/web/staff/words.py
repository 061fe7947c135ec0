"""What the console says where a field is not right."""

from bot.actions.passwords import SHORTEST
from bot.texts import Words


def email_flaw(reason: str | None, words: Words) -> str:
    """What is wrong with an e-mail address; empty for nothing."""
    if reason == "taken":
        return words.t("There is an account with this e-mail address already.")
    return words.t("Write an e-mail address, such as kari@example.org.") if reason else ""


def name_flaw(reason: str | None, words: Words) -> str:
    """What is wrong with a name; empty for nothing."""
    return words.t("Write a name, at most 80 letters.") if reason else ""


def roles_flaw(reason: str | None, words: Words) -> str:
    """What is wrong with a choice of roles; empty for nothing."""
    if reason == "last-admin":
        return words.t("There must be at least one administrator. Make another one first.")
    return words.t("Choose one role or more.") if reason else ""


def cases_flaw(reason: str | None, words: Words) -> str:
    """What is wrong with who shall take over somebody's cases; empty for nothing."""
    if reason == "cases":
        return words.t("There are open cases. Choose who takes them over.")
    return words.t("Choose another case worker from the list.") if reason else ""


def open_cases(count: int, words: Words) -> str:
    """How many cases somebody has; empty for none."""
    return words.n("{count} case is open.", "{count} cases are open.", count) if count else ""


def handed_over(count: int, words: Words) -> str:
    """How many cases have another case worker now."""
    return words.n("{count} case is handed over.", "{count} cases are handed over.", count)


def password_flaw(reason: str | None, words: Words) -> str:
    """What is wrong with a password; empty for nothing."""
    if reason == "short":
        return words.t("Use {count} signs or more. Three or four words are good.", count=SHORTEST)
    if reason == "long":
        return words.t("That password is too long. Use at most 200 signs.")
    if reason == "common":
        return words.t("Many people use that password. Choose another one.")
    return words.t("Do not use your own name or e-mail address as a password.") if reason else ""


def code_flaw(words: Words) -> str:
    """What to say about a wrong code."""
    return words.t("That code does not fit. Take the newest one from the app, and try once more.")
