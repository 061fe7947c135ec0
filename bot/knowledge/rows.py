"""A sparse matrix in compressed rows, as in "compressed sparse row" (CSR) of linear algebra."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Sizes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Of each row its columns, ascending, and their values; `starts` are the rows' borders."""

    starts: Sizes
    columns: Ints
    values: Floats

    @classmethod
    def of(cls, rows: npt.NDArray[np.integer], columns: Ints, values: Floats, size: int) -> "Rows":
        """From cells that are in order of their rows and, within one, of their columns."""
        starts = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(rows, minlength=size), out=starts[1:])
        return cls(starts, columns, values)

    def sum(self, rows: Ints, width: int, factors: Floats | None = None) -> Floats:
        """The sum of some rows, each times its factor, as `width` numbers."""
        if not len(rows):
            return np.zeros(width, np.float32)
        spans = [slice(self.starts[n], self.starts[n + 1]) for n in rows]
        values = np.concatenate([self.values[span] for span in spans])
        if factors is not None:
            values = values * np.repeat(factors, self.starts[rows + 1] - self.starts[rows])
        columns = np.concatenate([self.columns[span] for span in spans])
        return np.bincount(columns, values, width).astype(np.float32)

    def holds(self, rows: Ints, column: int) -> npt.NDArray[np.bool_]:
        """Which of some rows have a cell in a column: a binary search in all of them at once."""
        low, end = self.starts[rows], self.starts[rows + 1]
        high, last = end, len(self.columns) - 1
        while (searched := low < high).any():
            middle = (low + high) // 2
            less = self.columns[middle.clip(max=last)] < column
            low = np.where(searched & less, middle + 1, low)
            high = np.where(searched & ~less, middle, high)
        found: npt.NDArray[np.bool_] = low < end
        found[found] = self.columns[low[found]] == column
        return found
