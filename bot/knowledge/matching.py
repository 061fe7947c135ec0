"""Tells what a message is about: an entry, an action, small talk, or nothing that we know.

Two looks at the same letters: a classifier over all utterances and texts ranks the meanings, and
BM25 over the same tells how near the nearest of them is. What both say becomes a few scale-free
features; a small calibrated model turns these into the probability that the answer is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.knowledge import intents
from bot.knowledge.calibration import Calibration, shipped
from bot.knowledge.classifier import Classifier
from bot.knowledge.corpus import Label, documents, nevers
from bot.knowledge.entries import Knowledge
from bot.knowledge.evidence import Evidence, Nearness
from bot.knowledge.index import Floats, Index, Ints, Vector, holds, tokens
from bot.knowledge.spelling import Speller

MAX_CHOICES = 4  # buttons under one message
LEAN = 1.5
FLOOR = 0.01  # what a label without any letter group in common keeps
MOST = 8  # offers that a later look may need
OUTCOMES = {"entry": "answer", "action": "action", "smalltalk": "smalltalk"}


@dataclass(frozen=True, slots=True)
class Match:
    """What the message means; `score` is the calibrated probability that `first` is right.

    `outcome` is answer, action, smalltalk, choose or unknown. `choices` are slugs, best first: what
    to offer (choose), or what is nearest (unknown). `signpost` says whose matter an unknown is.
    """

    outcome: str
    first: Label
    score: float
    choices: tuple[str, ...] = ()
    signpost: str | None = None


class Matcher:
    """Matches messages to the knowledge it was built from; safe to share between threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        known, barred = documents(knowledge), nevers(knowledge)
        self.index = Index([text for _, text in (*known, *barred)])
        self.speller = Speller(word for _, text in known for word in tokens(text))
        self.labels = sorted({label for label, _ in known})
        number = {label: n for n, label in enumerate(self.labels)}
        owners = np.array([number[label] for label, _ in known], np.int32)
        self.starts = np.searchsorted(owners, np.arange(len(self.labels) + 1))
        self.barred = np.array([number[label] for label, _ in barred], np.int32)
        self.kinds = np.array([label.kind for label in self.labels])
        vectors = self.index.vectors[: len(known)]
        self.features = [
            np.unique(np.concatenate([vector.ids for vector in vectors[start:end]]))
            for start, end in pairwise(self.starts)
        ]
        self.classifier = Classifier(self.index.idf, vectors, owners, len(self.labels))

    def match(self, text: str, calibration: Calibration | None = None) -> Match:
        """What to do with a cleaned message."""
        return decide(self.evidence(text), calibration or shipped())

    def evidence(self, text: str) -> Evidence:
        """Everything that the decision rests on."""
        said = tokens(text)
        query = self.index.vector(self.speller.mend(said))
        scores = self.index.scores(query)
        best = np.maximum.reduceat(scores[: self.starts[-1]], self.starts[:-1])
        shares = self._shares(query, best)
        shares[self._vetoed(scores, best)] = 0
        offers = self._ranked(shares, ("entry", "action"))[:MOST]
        small, outside = (self._kind(shares, kind) for kind in ("smalltalk", "outside"))
        first = max(offers[0], small, key=lambda pair: pair[1])[0]
        return Evidence(
            offers=offers,
            smalltalk=small,
            outside=outside,
            matter=float(shares[self.labels.index(outside[0])]),
            near=self._nearness(self.labels.index(first), said, query, scores, best),
            words=len(said),
            unknown=self.index.unknown_share(said),
        )

    def _shares(self, query: Vector, best: Floats) -> Floats:
        """The classifier's probabilities, leaning towards labels with one very near text.

        The lean helps entries with few utterances, of which the classifier knows little.
        """
        lean: Floats = (best / max(float(best.max()), FLOOR) + FLOOR) ** LEAN
        shares = self.classifier.probabilities(query) * lean
        shares /= shares.sum()
        return shares

    def _vetoed(self, scores: Floats, best: Floats) -> Ints:
        """Labels whose own texts are farther from the message than what must not lead to them."""
        nevers = scores[self.starts[-1] :]
        return self.barred[(nevers > 0) & (nevers > best[self.barred])]

    def _ranked(self, shares: Floats, kinds: Sequence[str]) -> list[tuple[Label, float]]:
        order = np.argsort(-shares, kind="stable")
        return [(self.labels[n], float(shares[n])) for n in order if self.kinds[n] in kinds]

    def _kind(self, shares: Floats, kind: str) -> tuple[Label, float]:
        """The likeliest label of a kind, with the share of the whole kind."""
        members = np.flatnonzero(self.kinds == kind)
        return self.labels[members[np.argmax(shares[members])]], float(shares[members].sum())

    def _nearness(
        self, n: int, said: Sequence[str], query: Vector, scores: Floats, best: Floats
    ) -> Nearness:
        weights = self.index.idf[query.ids]
        total = self.index.weight(said) or 1.0
        start, end = self.starts[n : n + 2]
        nearest = self.index.vectors[start + int(np.argmax(scores[start:end]))]
        top = float(best.max())
        return Nearness(
            best=float(weights[holds(nearest.ids, query.ids)].sum()) / total,
            union=float(weights[holds(self.features[n], query.ids)].sum()) / total,
            ratio=float(best[n]) / (top or 1.0),
            strength=top / total,
        )


def decide(evidence: Evidence, calibration: Calibration) -> Match:
    """Answers when sure enough, offers when one of the choices may be it, else says unknown."""
    features = evidence.features()
    score = calibration.first.probability(features)
    first = evidence.first
    if score >= calibration.answer:
        return Match(OUTCOMES[first.kind], first, score)
    choices = _choices(evidence, calibration.least_share)
    likely = calibration.among.probability(features) >= calibration.choose
    if likely and choices and first.kind != "smalltalk":
        return Match("choose", first, score, choices)
    return Match("unknown", first, score, choices, _signpost(evidence))


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
