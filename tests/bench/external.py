"""Innom's matcher on tasks of others, beside other ways to find an entry, in the same run.

The shipped fusion has learned from some of these queries, too. So each task is also ranked by a
fusion that has learned from the other tasks and the project's own questions alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bot.knowledge.calibration import FULL, LEXICAL, shipped
from bot.knowledge.embeddings import Library
from bot.knowledge.fit import hear as hear_questions
from bot.knowledge.fusing import Asked, fuse
from bot.knowledge.questions import read_questions
from tests.bench.external_tables import OURS, UNSEEN, show_results, show_slips
from tests.bench.figures import Result, judge
from tests.bench.ours import QUESTIONS, hear, make_library, make_matcher, weigh, without_embeddings
from tests.bench.report import Report
from tests.bench.rivals import entries_of, rivals
from tests.bench.tasks import Task, read_tasks, with_typos

OUTSIDE = 300  # queries without an answer: enough to tell how well they are known
SLIPPED = 400  # queries with typos
LEARNED_FROM = 300  # queries of each task, when a fusion is learned
SEED = 1


@dataclass(slots=True)
class Run:
    """One task: `results` by engine; what our matcher heard, clean and with typos."""

    task: Task
    results: dict[str, Result]
    heard: list[Asked]
    clean: list[Asked]
    slipped: list[Asked]


def measure_external(report: Report) -> None:
    """All tasks that are there; says so where none is."""
    tasks = read_tasks()
    if not tasks:
        print("\nTasks of others: not there (INNOM_EXTERNAL names their folder)")
        return
    library = make_library()
    runs = [run(task, library) for task in tasks]
    paths = (LEXICAL, FULL) if library else (LEXICAL,)
    own = own_questions(library)
    for path in paths:
        add_ours(runs, path, own)
    show_results(report, {one.task.name: one.results for one in runs})
    for path in paths:
        show_slips(report, path, [slips(one, path) for one in runs])


def run(task: Task, library: Library | None) -> Run:
    """Asks all rivals, and hears our own signals."""
    outside = Random(SEED).sample(task.outside, min(OUTSIDE, len(task.outside)))
    asked = [*task.inside, *outside]
    texts, gold = [query.text for query in asked], [query.gold for query in asked]
    embedder = library.embedder if library else None
    results = {
        name: judge(rival(task, texts), entries_of(task), gold)
        for name, rival in rivals(embedder).items()
    }
    matcher = make_matcher(task, library)
    some = sorted(Random(SEED).sample(range(len(task.inside)), min(SLIPPED, len(task.inside))))
    heard = hear(task.name, matcher, asked)
    slipped = hear(task.name, matcher, with_typos([asked[n] for n in some], task.lang))
    return Run(task, results, heard, [heard[n] for n in some], slipped)


def own_questions(library: Library | None) -> list[Asked]:
    """What the signals say of the project's own questions."""
    questions = [
        one for path in QUESTIONS.glob("questions-*.jsonl") for one in read_questions(path)
    ]
    return [one.asked for one in hear_questions(questions, library)]


def add_ours(runs: Sequence[Run], path: str, own: Sequence[Asked]) -> None:
    """Our results by the shipped fusion, and by one that has not seen the task."""
    for one in runs:
        others = [q for other in runs if other is not one for q in some_of(other.heard)]
        learned = [*own, *others]
        fusion = fuse(learned if path == FULL else without_embeddings(learned))
        one.results[OURS[path]] = weigh(one.heard, shipped(path).fusion)
        one.results[UNSEEN[path]] = weigh(one.heard, fusion)


def some_of(heard: Sequence[Asked]) -> list[Asked]:
    """As many queries as a fusion learns from, always the same ones."""
    inside = [one for one in heard if one.gold]
    return Random(SEED).sample(inside, min(LEARNED_FROM, len(inside)))


def slips(one: Run, path: str) -> tuple[str, float, float]:
    """A task with the share of right firsts, clean and with typos, by the shipped fusion."""
    fusion = shipped(path).fusion
    return one.task.name, weigh(one.clean, fusion).top1, weigh(one.slipped, fusion).top1
