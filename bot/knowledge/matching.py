"""Tells what a message is about: an entry, an action, small talk, or nothing that we know.

Four signals of every meaning: a classifier over the letters of all its texts (`bayes`), BM25 over
the same (`words`), and, where this machine has an embedder, the nearest text by meaning (`nearest`)
and a regression over the texts around the message (`local`). A learned fusion ranks by them; what
they say becomes a few scale-free features, which a small calibrated model turns into the
probability that the answer is right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge import intents
from bot.knowledge.calibration import FULL, LEXICAL, Calibration, shipped
from bot.knowledge.classifier import Classifier
from bot.knowledge.corpus import Document, Label, documents, nevers
from bot.knowledge.embeddings import Library
from bot.knowledge.entries import Knowledge
from bot.knowledge.evidence import Evidence, Nearness
from bot.knowledge.features import Reading, Vector, tokens
from bot.knowledge.index import Index
from bot.knowledge.meaning import Meaning
from bot.knowledge.rows import Floats, Ints
from bot.knowledge.spelling import Speller, mend, spellings

MAX_CHOICES = 4  # buttons under one message
MOST = 8  # offers that a later look may need
MANY = 100  # texts a label: from there on, more of them change no weight
LEAST_SAID = 0.25  # of a message's weight in one text of small talk; a greeting by name has 0.4
OFFERED = ("entry", "action")
OUTCOMES = {"entry": "answer", "action": "action", "smalltalk": "smalltalk"}


@dataclass(frozen=True, slots=True)
class Match:
    """What the message means; `score` is the calibrated probability that `first` is right.

    `outcome` is answer, action, smalltalk, choose or unknown. `choices` are slugs, best first: what
    to offer (choose), or what is nearest (unknown, and beside an answer). `signpost` says whose
    matter an unknown is.
    """

    outcome: str
    first: Label
    score: float
    choices: tuple[str, ...] = ()
    signpost: str | None = None


@dataclass(frozen=True, slots=True)
class Signals:
    """What was found out about one message: `values` has a row a label and a column a signal;
    `asked` is its embedding where meanings are compared."""

    values: Floats
    words: tuple[str, ...]
    query: Vector
    scores: Floats
    best: Floats
    asked: Floats | None = None


class Matcher:
    """Matches messages to the knowledge it was built from; safe to share between threads."""

    def __init__(
        self,
        knowledge: Knowledge,
        library: Library | None = None,
        before: "Matcher | None" = None,
    ) -> None:
        """With a library of embeddings, meanings are compared, too. What the matcher `before` has
        read is not read again."""
        self._build(documents(knowledge), nevers(knowledge), library, before)

    @classmethod
    def of(
        cls,
        known: Sequence[Document],
        barred: Sequence[Document] = (),
        library: Library | None = None,
    ) -> "Matcher":
        """A matcher of any texts, each with its label."""
        matcher = cls.__new__(cls)
        matcher._build(sorted(known), barred, library, None)
        return matcher

    def _build(
        self,
        known: Sequence[Document],
        barred: Sequence[Document],
        library: Library | None,
        before: "Matcher | None",
    ) -> None:
        texts = [text for _, text in (*known, *barred)]
        read = Reading(texts, before.index.words if before else {})
        self.index: Index = Index(read)
        self.speller = Speller(word for _, text in known for word in self.index.words[text])
        self.labels = sorted({label for label, _ in known})
        self.number = {label: n for n, label in enumerate(self.labels)}
        owners = np.array([self.number[label] for label, _ in known], np.int32)
        self.starts = np.searchsorted(owners, np.arange(len(self.labels) + 1))
        self.barred = np.array([self.number[label] for label, _ in barred], np.int32)
        kinds = np.array([label.kind for label in self.labels])
        self.of_kind = {kind: np.flatnonzero(kinds == kind) for kind in np.unique(kinds).tolist()}
        offered = [self.of_kind[kind] for kind in OFFERED if kind in self.of_kind]
        self.offered = np.sort(np.concatenate(offered))
        self.classifier = Classifier(self.index.idf, read.vectors, owners, len(self.labels))
        self.library, self.meaning = library, None
        if library:
            rows = library.of(texts[: len(known)])
            self.meaning = Meaning(rows, owners, len(self.labels), library.middle)
            self.spelled = spellings(texts)
        self.few = _few(len(known) / max(len(self.labels), 1))

    def match(self, text: str) -> Match:
        """What to do with a cleaned message."""
        return self.judge(self.signals(text))

    def judge(self, found: Signals) -> Match:
        """What to do with a message of which the signals are known."""
        return decide(self.weigh(found, self.learned), self.learned)

    @property
    def learned(self) -> Calibration:
        """The calibration for what this matcher can see."""
        return shipped(FULL if self.library else LEXICAL)

    def signals(self, text: str) -> Signals:
        """Everything that the ranking rests on."""
        said = tokens(text)
        slips = self.speller.slips(said)
        query = self.index.vector(slips.get(word, word) for word in said)
        scores = self.index.scores(query)
        best = np.maximum.reduceat(scores[: self.starts[-1]], self.starts[:-1])
        columns: list[Floats] = [
            self.classifier.scores(query),
            (best / max(float(best.max()), 1e-9)).astype(np.float32),
        ]
        asked = None
        if self.library and self.meaning:
            asked = self.library.embedder.question(mend(text, slips, self.spelled))
            columns += self.meaning.look(asked)
        return Signals(np.stack(columns, axis=1), tuple(said), query, scores, best, asked)

    def evidence(self, text: str) -> Evidence:
        """Everything that the decision rests on."""
        return self.weigh(self.signals(text), self.learned)

    def weigh(self, found: Signals, calibration: Calibration) -> Evidence:
        """The evidence of signals, ranked by the fusion of a calibration."""
        shares = self._shares(found.values, calibration)
        shares[self._vetoed(found.scores, found.best)] = 0
        offers = self._offers(shares)
        small, outside = (self._kind(shares, kind) for kind in ("smalltalk", "outside"))
        first = max(offers[0], small, key=lambda pair: pair[1])[0]
        number = self.number[first]
        return Evidence(
            offers=offers,
            smalltalk=small,
            outside=outside,
            matter=float(shares[self.number[outside[0]]]),
            near=self._nearness(number, found),
            meaning=self._meaning(number, found),
            words=len(found.words),
            unknown=self.index.unknown_share(found.words),
        )

    def _shares(self, values: Floats, calibration: Calibration) -> Floats:
        weights = np.array(calibration.fusion.weights(self.few), np.float32)
        totals = values @ weights
        shares: Floats = np.exp(totals - totals.max())
        shares /= shares.sum()
        return shares

    def _vetoed(self, scores: Floats, best: Floats) -> Ints:
        """Labels whose own texts are farther from the message than what must not lead to them."""
        nevers = scores[self.starts[-1] :]
        return self.barred[(nevers > 0) & (nevers > best[self.barred])]

    def _offers(self, shares: Floats) -> list[tuple[Label, float]]:
        """The likeliest entries and actions, best first."""
        most = min(MOST, len(self.offered))
        near = np.sort(self.offered[np.argpartition(-shares[self.offered], most - 1)[:most]])
        order = near[np.argsort(-shares[near], kind="stable")]
        return [(self.labels[n], float(shares[n])) for n in order]

    def _kind(self, shares: Floats, kind: str) -> tuple[Label, float]:
        """The likeliest label of a kind, with the share of the whole kind."""
        members = self.of_kind[kind]
        return self.labels[members[np.argmax(shares[members])]], float(shares[members].sum())

    def _nearness(self, n: int, found: Signals) -> Nearness:
        weights = self.index.idf[found.query.ids]
        total = self.index.weight(found.words) or 1.0
        start, end = self.starts[n : n + 2]
        nearest = start + int(np.argmax(found.scores[start:end]))
        ids = found.query.ids
        top = float(found.best.max())
        return Nearness(
            best=float(weights[self.index.postings.holds(ids, nearest)].sum()) / total,
            union=float(weights[self.classifier.gains.holds(ids, n)].sum()) / total,
            ratio=float(found.best[n]) / (top or 1.0),
            strength=top / total,
        )

    def _meaning(self, n: int, found: Signals) -> tuple[float, ...]:
        """Of the label: how near its nearest text is, how well its texts around explain the
        message, and the same of the best of all labels; empty without embeddings."""
        if self.meaning is None:
            return ()
        near, local = found.values[:, 2], found.values[:, 3]
        return float(near[n]), float(local[n]), float(near.max()), float(local.max())


def decide(evidence: Evidence, calibration: Calibration) -> Match:
    """Answers when sure enough, offers when one of the choices may be it, else says unknown."""
    features = evidence.features()
    score = calibration.first.probability(features)
    first = evidence.first
    choices = _choices(evidence, calibration.least_share)
    enough = calibration.talk if first.kind == "smalltalk" else calibration.answer
    if score >= enough and not _is_nonsense(evidence):
        return Match(OUTCOMES[first.kind], first, score, choices)
    likely = calibration.among.probability(features) >= calibration.choose
    if likely and choices and first.kind != "smalltalk":
        return Match("choose", first, score, choices)
    return Match("unknown", first, score, choices, _signpost(evidence))


def _is_nonsense(evidence: Evidence) -> bool:
    """Whether it would be small talk, but next to nothing of it was ever said as such."""
    return evidence.first.kind == "smalltalk" and evidence.near.best < LEAST_SAID


def _few(texts: float) -> float:
    """How few texts a label has, on average: 0 from a hundred on, 1 for one."""
    return 1 - min(math.log(max(texts, 1)) / math.log(MANY), 1.0)


def _choices(evidence: Evidence, least: float) -> tuple[str, ...]:
    """Two to four slugs; those far less likely than the first are left out.

    None where a matter of others is likelier than all of them, or nothing is near at all.
    """
    best = evidence.offers[0][1]
    if best < evidence.matter or not evidence.near.strength:
        return ()
    near = [label.slug for label, share in evidence.offers if share >= least * best]
    return tuple(near[:MAX_CHOICES] if len(near) > 1 else (o[0].slug for o in evidence.offers[:2]))


def _signpost(evidence: Evidence) -> str | None:
    """Whose matter it is, when that is likelier than anything we know."""
    label = evidence.outside[0]
    likeliest = evidence.matter > max(evidence.offers[0][1], evidence.smalltalk[1])
    named = label.slug != intents.NOBODY and evidence.near.strength > 0
    return label.slug if likeliest and named else None
