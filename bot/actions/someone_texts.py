"""A line for who asks on behalf of someone else."""

from bot.texts import Words


def on_behalf(group: str | None, words: Words) -> str | None:
    """That one may ask for another, by the group of that person; None for nobody else."""
    lines = {
        "parent": words.t("You can ask on behalf of your mother or father."),
        "grandparent": words.t("You can ask on behalf of your grandmother or grandfather."),
        "child": words.t("You can ask on behalf of your child."),
        "partner": words.t("You can ask on behalf of your partner."),
        "sibling": words.t("You can ask on behalf of your sister or brother."),
        "friend": words.t("You can ask on behalf of your friend."),
        "someone": words.t("You can ask on behalf of someone else."),
    }
    return lines.get(group or "")
