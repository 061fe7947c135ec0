"""The built-in knowledge, understood: built once for all tests, as it takes seconds."""

from functools import cache

from bot.actions.mind import Mind
from bot.knowledge.embeddings import built_in
from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS
from bot.knowledge.understanding import Understander

PATHS = ("words", "meanings")


@cache
def understander(deployment: str, path: str = "meanings") -> Understander:
    """The understander of a deployment (no, se), by words alone or as well as this machine can."""
    library = built_in() if path == "meanings" else None
    found = Mind.of(load(DEPLOYMENTS[deployment]), library=library).understander
    assert found is not None
    return found
