"""The built-in knowledge, understood: built once for all tests, as it takes seconds."""

from functools import cache

from bot.knowledge.packs import load
from bot.knowledge.questions import DEPLOYMENTS
from bot.knowledge.understanding import Understander


@cache
def understander(deployment: str) -> Understander:
    """The understander of a deployment (no, se)."""
    return Understander(load(DEPLOYMENTS[deployment]))
