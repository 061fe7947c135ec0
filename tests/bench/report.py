"""What was measured, as a table for people and as lines that can be followed over time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass(slots=True)
class Report:
    """Collects rows and figures while the bench runs."""

    figures: dict[str, float] = field(default_factory=dict)

    def figure(self, name: str, value: float) -> None:
        """Keeps one figure for the end."""
        self.figures[name] = value

    def table(self, title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Prints a table at once: a run may be stopped before its end."""
        lines = [[str(cell) for cell in row] for row in (head, *rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        print(f"\n{title}")
        for line in lines:
            cells = [line[0].ljust(widths[0])]
            cells += [c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True)]
            print("  ".join(cells).rstrip(), flush=True)

    def close(self) -> None:
        """Prints all figures, last of all."""
        print()
        for name, value in self.figures.items():
            print(f"figure: {name} = {value:.4g}")


def ms(seconds: float) -> str:
    """Seconds as milliseconds for a table."""
    return f"{seconds * 1000:.2f}"


def middle(values: Sequence[float]) -> float:
    """The median: one round that the machine disturbed changes nothing."""
    return median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 stay below."""
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
