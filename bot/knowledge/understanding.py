"""From a message to what it asks for: redaction, danger, language, matching, in that order."""

from dataclasses import dataclass
from time import perf_counter

from bot.knowledge import third_ear
from bot.knowledge.danger import Danger, find_danger
from bot.knowledge.embeddings import Library
from bot.knowledge.entries import Knowledge
from bot.knowledge.language import detect
from bot.knowledge.matching import Match, Matcher
from bot.knowledge.memory import give_back
from bot.knowledge.redaction import redact
from bot.knowledge.text import clean, fold


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message asks for.

    `outcome` is danger, answer, action, smalltalk, choose or unknown. `slug` is the entry, the
    action or the kind of small talk; `choices` are slugs, best first (choose: to offer, unknown:
    what is nearest); `need` and `level` tell the kind of danger; `signpost` whose matter an unknown
    is. `score` is the probability of being right, 0 to 1; `ms` the time taken; `text` the message
    as it may be stored: cleaned and redacted.
    """

    outcome: str
    slug: str | None
    choices: tuple[str, ...]
    need: str | None
    level: int | None
    signpost: str | None
    score: float
    lang: str
    ms: float
    text: str
    danger: Danger | None


class Understander:
    """Understands messages with the knowledge it was built from; threads may share it."""

    def __init__(
        self,
        knowledge: Knowledge,
        library: Library | None = None,
        before: "Understander | None" = None,
    ) -> None:
        """With a library of embeddings meanings are compared, too; texts that it lacks are found
        by their words alone. `before` saves work where most texts are as they were."""
        self._knowledge = knowledge
        self._matcher: Matcher = Matcher(knowledge, library, before._matcher if before else None)
        self.understand("")  # reads the rules of danger now, not while the first person waits
        give_back()

    def understand(
        self, text: str, lang: str | None = None, prior: str | None = None
    ) -> Understanding:
        """What `text` asks for; `lang` is its language where known, `prior` the one to expect."""
        began = perf_counter()
        kept = redact(clean(text))
        danger = find_danger(kept)
        lang = lang or detect(kept, self._knowledge.profile.languages, prior)
        found = None if danger else self._matcher.signals(kept)
        if found and found.asked is not None:
            danger = third_ear.hear(kept, found.asked)
        match = self._matcher.judge(found) if found and not danger else None
        ms = (perf_counter() - began) * 1000
        return _found(match, lang, ms, kept) if match else _danger(danger, lang, ms, kept)

    @property
    def compares(self) -> bool:
        """Whether meanings are compared, too: native code of some 30 ms a message."""
        return self._matcher.meaning is not None

    def knows(self, word: str) -> bool:
        """Whether a word is used in any utterance or text, however it is written."""
        return fold(word) in self._matcher.speller.known


def _danger(danger: Danger | None, lang: str, ms: float, text: str) -> Understanding:
    need, level = (danger.need, danger.level) if danger else (None, None)
    return Understanding("danger", None, (), need, level, None, 1.0, lang, ms, text, danger)


def _found(match: Match, lang: str, ms: float, text: str) -> Understanding:
    sure = match.outcome in ("answer", "action", "smalltalk")
    return Understanding(
        outcome=match.outcome,
        slug=match.first.slug if sure else None,
        choices=match.choices,
        need=None,
        level=None,
        signpost=match.signpost,
        score=match.score,
        lang=lang,
        ms=ms,
        text=text,
        danger=None,
    )
