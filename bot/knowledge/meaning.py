"""Nearness of meaning: which labels have texts that mean the same as a message.

Two looks at the embeddings. `nearest`: the one text that is nearest. `local`: a regression over
the neighbourhood alone, which lets close texts of one label support each other and holds what
many labels say alike against all of them (kernel ridge regression; its weights sum by label).
"""

from dataclasses import dataclass

import numpy as np

from bot.knowledge.rows import Floats, Ints

AROUND = 100  # texts of the neighbourhood
RIDGE = 0.5
# All of the model's points lie in one narrow cone: most of the way to its middle is taken off.
TAKEN_OFF = 0.7


@dataclass(frozen=True, slots=True)
class Middle:
    """The mean embedding of questions and of texts, learned from the built-in packs."""

    question: Floats
    text: Floats


class Meaning:
    """Embedded texts by label. A row of zeros is a text that has no embedding yet."""

    def __init__(self, rows: Floats, owners: Ints, size: int, middle: Middle) -> None:
        """Takes the rows over: they are changed in place, for many take much room."""
        unknown = ~rows.any(axis=1)
        rows -= TAKEN_OFF * middle.text
        self._rows = unit(rows)
        self._rows[unknown] = 0
        self._owners, self._size, self._middle = owners, size, middle

    def look(self, question: Floats) -> tuple[Floats, Floats]:
        """(nearest, local) of each label, both about 0 to 1."""
        question = unit(question - TAKEN_OFF * self._middle.question)
        near = self._rows @ question
        nearest = np.zeros(self._size, np.float32)
        np.maximum.at(nearest, self._owners, near)
        return nearest, self._local(near)

    def _local(self, near: Floats) -> Floats:
        most = min(AROUND, len(near))
        around = np.argpartition(-near, most - 1)[:most]
        rows = self._rows[around]
        kernel = rows @ rows.T + RIDGE * np.eye(most, dtype=np.float32)
        weights = np.linalg.solve(kernel, near[around])
        return np.bincount(self._owners[around], weights, self._size).astype(np.float32)


def unit(rows: Floats) -> Floats:
    """The same rows or row, made of length one in place; zeros stay zeros."""
    squares = np.einsum("...i,...i->...", rows, rows)
    rows /= np.sqrt(squares)[..., None].clip(1e-6)
    return rows
