"""Whose matter it is, where it is not ours: said plainly, without a phone that nobody knows."""

from bot.actions.phone import phone_of
from bot.actions.wording import bold, paragraphs, phone_lines, safe_html
from bot.knowledge.entries import Knowledge
from bot.knowledge.signposts import Signpost, find_signpost
from bot.texts import Words


def signpost_html(knowledge: Knowledge, slug: str | None, words: Words) -> str | None:
    """What it is about and who deals with it, as HTML; None where there is no such signpost.

    The municipality's own number follows where it is known; the country's line for advice on
    health, which stands in for it elsewhere, would only mislead here.
    """
    found = find_signpost(slug, knowledge.profile.country)
    if found is None:
        return None
    has_phone = not phone_of(knowledge.profile, words.lang).is_stand_in
    return paragraphs(
        bold(found.title(words.lang)),
        _whose(found, knowledge, words, has_phone),
        words.t("Was it about something else? Then put it in other words."),
        phone_lines(knowledge, words) if has_phone else None,
    )


def _whose(signpost: Signpost, knowledge: Knowledge, words: Words, has_phone: bool) -> str:
    if owner := signpost.owner(words.lang):
        return words.t(
            "This is a matter for {owner}. I cannot help with it, but they can.",
            owner=safe_html(owner),
        )
    line = words.t("This is a matter for another part of the municipality. I cannot help with it.")
    name = safe_html(knowledge.profile.name)
    return line if has_phone else f"{line} {words.t('Please call {name}.', name=name)}"
