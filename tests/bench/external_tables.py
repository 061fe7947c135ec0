"""The tables about tasks of others."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from bot.knowledge.calibration import FULL, LEXICAL
from tests.bench.figures import Result, mcnemar
from tests.bench.report import Report
from tests.bench.rivals import EMBEDDED

OURS = {LEXICAL: "Innom, lexical", FULL: "Innom, full"}
UNSEEN = {path: f"{name}, task unseen" for path, name in OURS.items()}
PREFIX = {
    OURS[FULL]: "matcher",
    UNSEEN[FULL]: "matcher.unseen",
    OURS[LEXICAL]: "matcher.lexical",
    UNSEEN[LEXICAL]: "matcher.lexical.unseen",
}
SURE = 0.05  # a difference that chance makes less often counts as one

Results = Mapping[str, Mapping[str, Result]]  # task -> engine -> result


def show_results(report: Report, results: Results) -> None:
    """First entries, in scope against out, and each of ours against the best of the others."""
    show(report, "Tasks of others: first entry right", results, lambda result: result.top1)
    show(report, "Tasks of others: AUROC, in scope or not", results, lambda result: result.auroc)
    for name in PREFIX:
        if name in next(iter(results.values())):
            show_against(report, results, name)


def show(report: Report, title: str, results: Results, of: Callable[[Result], float]) -> None:
    """One figure of each result, with the mean over tasks."""
    rows = []
    for name in next(iter(results.values())):
        values = [of(engines[name]) for engines in results.values()]
        rows.append((name, *(f"{value:.3f}" for value in (*values, fmean(values)))))
    report.table(title, ("", *results, "mean"), rows)


def show_against(report: Report, results: Results, name: str) -> None:
    """One of ours against the best other engine of each task, and of all tasks."""
    rows, worse = [], 0
    for task, engines in results.items():
        best = max(others(engines, name), key=lambda other: engines[other].top1)
        ours, theirs = engines[name], engines[best]
        chance = mcnemar(ours.right, theirs.right)
        worse += ours.top1 < theirs.top1 and chance < SURE
        rows.append((task, f"{ours.top1:.3f}", f"{theirs.top1:.3f}", best, f"{chance:.2g}"))
        report.figure(f"{PREFIX[name]}.top1.{task}", ours.top1)
    mean, best, theirs_mean = means(results, name)
    rows.append(("mean", f"{mean:.3f}", f"{theirs_mean:.3f}", best, ""))
    title = f"{name}, against the best other (p: McNemar, exact)"
    report.table(title, ("", "ours", "best other", "which", "p"), rows)
    report.figure(f"{PREFIX[name]}.top1.mean", mean)
    report.figure(f"{PREFIX[name]}.points_above_best", 100 * (mean - theirs_mean))
    report.figure(f"{PREFIX[name]}.significantly_worse", worse)


def means(results: Results, name: str) -> tuple[float, str, float]:
    """The mean over tasks of one of ours; the engine that is best on the mean, and its mean."""

    def mean(engine: str) -> float:
        return fmean(engines[engine].top1 for engines in results.values())

    best = max(others(next(iter(results.values())), name), key=mean)
    return mean(name), best, mean(best)


def others(engines: Mapping[str, Result], name: str) -> list[str]:
    """The engines that are not ours; for the lexical path those that have no embeddings either."""
    lexical = name in (OURS[LEXICAL], UNSEEN[LEXICAL])
    return [one for one in engines if one not in PREFIX and not (lexical and one == EMBEDDED)]


def show_slips(report: Report, path: str, rows: Sequence[tuple[str, float, float]]) -> None:
    """What one or two slips of the keyboard cost; rows of (task, clean, with slips)."""
    clean, slipped = (fmean(column) for column in list(zip(*rows, strict=True))[1:])
    lines = [
        (task, f"{one:.3f}", f"{other:.3f}", f"{100 * (one - other):.1f}")
        for task, one, other in [*rows, ("mean", clean, slipped)]
    ]
    head = ("", "clean", "1-2 slips", "points lost")
    report.table(f"{OURS[path]}, with typos", head, lines)
    report.figure(f"{PREFIX[OURS[path]]}.typo_loss", 100 * (clean - slipped))
