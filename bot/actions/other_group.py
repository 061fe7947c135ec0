""" "No, I meant for refugees": the same subject for another group, as far as there is something."""

from dataclasses import replace

from bot.actions.mind import Mind
from bot.knowledge.facets import facets_in
from bot.knowledge.someone import someone_in
from bot.knowledge.understanding import Understanding

MOST_NEAR = 4


def names_a_group(text: str) -> bool:
    """Whether a text holds nothing but for whom, as "for flyktninger" does, and no one person."""
    facets = facets_in(text)
    return bool(facets and facets.group and facets.asked == ("who",) and not someone_in(text))


def for_group(mind: Mind, meant: Understanding, about: str) -> Understanding | None:
    """What there is for the group that was meant, where it was asked about an entry.

    The entry's topic stands for the old question, whose words are not kept. Answers what both the
    group alone and its topic lead to, else offers both; None where the group leads nowhere.
    """
    entry = mind.knowledge.entries.get(about)
    if entry is None or meant.outcome not in ("answer", "choose"):
        return None
    topic = mind.knowledge.topics[entry.topic].get(meant.lang, "")
    alone = _others(meant, about)
    beside = _others(mind.understand(f"{topic} {meant.text}", meant.lang), about)
    if meant.outcome == "answer" and alone[:1] == beside[:1] == (meant.slug,):
        return meant
    near = tuple(dict.fromkeys((*beside[:1], *alone, *beside)))[:MOST_NEAR]
    return replace(meant, outcome="choose", slug=None, choices=near) if near else None


def _others(found: Understanding, about: str) -> tuple[str, ...]:
    """What was found, best first, without what it was asked about."""
    slugs = dict.fromkeys((found.slug, *found.choices))
    return tuple(slug for slug in slugs if slug and slug != about)
