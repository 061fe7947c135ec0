"""Reads all texts before a command answers, and shows on a terminal how far that is."""

import sys
from pathlib import Path

from bot.knowledge.corpus import documents
from bot.knowledge.embeddings import Library, built_in, library
from bot.knowledge.entries import Knowledge


def read_all(knowledge: Knowledge, data: Path | None = None) -> Library | None:
    """The meaning of all texts, with what is kept in a data folder; nothing is stored.

    None where this machine cannot compare meanings.
    """
    found = library(data, keeps=False) if data else built_in()
    if found:
        found.learn((text for _, text in documents(knowledge)), _show)
    return found


def _show(done: int, total: int) -> None:
    """One line on standard error that grows; none where all was read before."""
    if total and sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\rReading the texts: {done} of {total}", end=end, file=sys.stderr, flush=True)
