"""What a message means in its conversation: a facet, a correction, two questions, someone else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.actions.mind import Mind
from bot.actions.other_group import for_group, names_a_group
from bot.actions.simply import LOST, UNSURE
from bot.actions.small_talk import CRY
from bot.knowledge.corrections import corrected
from bot.knowledge.danger import find_danger
from bot.knowledge.entries import Knowledge
from bot.knowledge.facets import Facets, facets_before, facets_in, starts_a_search
from bot.knowledge.intents import action_slugs, is_pleasantry
from bot.knowledge.parts import clauses_in, is_question, questions_in, refers_back
from bot.knowledge.said import choice_in, cries_for_help, is_lost, is_unsure, takes_both
from bot.knowledge.someone import someone_in
from bot.knowledge.text import words
from bot.knowledge.understanding import Understanding

MOST_ASKED = 3
MOST_TRIED = 5  # questions of one message that are understood by themselves
FEWEST_APART = 3  # words of a question that is not the rest of the one before it
MOST_NEAR = 4
LONG, VERY_LONG = 5, 8  # letters of words that make a question more than a cry for help


@dataclass(frozen=True, slots=True)
class Thread:
    """What a conversation is about just now; a button or a question changes it.

    `shown` is the entry that was shown last, `near` the slugs that were offered last, `refused`
    those that did not fit and are not offered at once again, `other` the group of the person that
    it is about (`bot.knowledge.someone`), None for the writer. `helped`: help in danger was shown.
    `may_mean` are the entries that a facet may be asked of where none is shown, `offered` what the
    last reply gave to choose among, in its order, `judged` the entry under which the last reply
    asks whether it helped, and `feared` what help in danger has just asked about
    (`bot.actions.yes_to_danger`). `helping`: the last reply was such help. `hid`: it was told that
    a number was taken out of a message.
    """

    shown: str | None = None
    near: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    other: str | None = None
    helped: bool = False
    may_mean: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    judged: str | None = None
    feared: str | None = None
    helping: bool = False
    hid: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `facets` is what it asks of the entry that `understood.slug` names.

    With facets and no such entry, it is not known what is asked about.
    """

    understood: Understanding
    facets: Facets | None = None

    @property
    def about(self) -> tuple[str | None, Facets | None]:
        """What tells one question from another."""
        return self.understood.slug, self.facets


@dataclass(frozen=True, slots=True)
class Meaning:
    """The questions of one message in the order to answer them.

    Beside danger they are what is asked besides. None at all where the last answer is refused
    (`corrects`) and nothing else is said. `other` is the group of the person it speaks of, `left`
    whether something was asked besides that is not answered.
    """

    asked: tuple[Asked, ...]
    corrects: bool = False
    other: str | None = None
    left: bool = False


def read_meaning(
    mind: Mind, heard: Understanding, thread: Thread, lines: str | None = None
) -> Meaning:
    """What a message that was understood by itself means after what was said before.

    `lines` is the message with its line breaks, where it has any.
    """
    other = someone_in(heard.text)
    if heard.outcome == "danger":
        return Meaning(_beside_danger(mind, heard, thread), other=other)
    meant = corrected(heard.text)
    if meant == "" and (thread.shown or thread.near):
        return Meaning((), corrects=True, other=other)
    if meant:
        heard = _again(mind, meant, heard)
        if group := _for_group(mind, heard, thread):
            return Meaning((Asked(group),), corrects=True, other=other)
        heard = _other_than_shown(mind, heard, thread)
    read = _read(mind, heard, thread, (not meant and lines) or heard.text)
    return replace(read, corrects=bool(meant), other=other)


def alternatives(knowledge: Knowledge, thread: Thread) -> tuple[str, ...]:
    """The nearest to what was shown or offered last, without it: offered, related, same topic."""
    entry = knowledge.entries.get(thread.shown or "")
    beside = [*entry.related, *(e.slug for e in knowledge.in_topic(entry.topic))] if entry else []
    near = (*thread.near, *beside) if entry else ()
    without = {thread.shown, *thread.refused}
    return tuple(dict.fromkeys(slug for slug in near if slug not in without))[:MOST_NEAR]


def without_refused(heard: Understanding, refused: Sequence[str]) -> Understanding:
    """Offers nothing of what did not fit a moment ago; where nothing is left, it is unknown."""
    if heard.outcome != "choose" or not refused:
        return heard
    choices = tuple(slug for slug in heard.choices if slug not in refused)
    return replace(heard, choices=choices, outcome="choose" if choices else "unknown")


def _read(mind: Mind, heard: Understanding, thread: Thread, text: str) -> Meaning:
    if one := _cry(heard) or _aside(heard, thread):
        return Meaning((one,))
    if chosen := _chosen(heard, thread):
        return _in_order(chosen)
    if one := _facets(heard, thread):
        return Meaning((one,))
    several = _several(mind, heard, thread, questions_in(text))
    if several.asked:
        return several
    asked = _told_then_facet(mind, heard, thread)
    one = _of_shown(heard, thread) or Asked(without_refused(heard, thread.refused))
    return Meaning(asked or (one,), left=several.left)


def _cry(heard: Understanding) -> Asked | None:
    """A cry for help that does not say with what: no words are near enough to tell."""
    if not cries_for_help(heard.text):
        return None
    return Asked(replace(heard, outcome="smalltalk", slug=CRY, choices=()))


def _aside(heard: Understanding, thread: Thread) -> Asked | None:
    """ "What?" and "I do not know", which ask for nothing; after help in danger for the numbers."""
    kind = LOST if is_lost(heard.text) else UNSURE if is_unsure(heard.text) else None
    if kind is None:
        return None
    slug = CRY if thread.helping else kind
    return Asked(replace(heard, outcome="smalltalk", slug=slug, choices=()))


def _of_shown(heard: Understanding, thread: Thread) -> Asked | None:
    """A full question about what stands above already asks for the facet that it begins with."""
    if heard.outcome != "answer" or heard.slug != thread.shown:
        return None
    facets = facets_before(heard.text)
    return _of(heard.slug, facets, heard) if facets else None


def _chosen(heard: Understanding, thread: Thread) -> tuple[Asked, ...]:
    """Of what was offered, by its place: "2", "den første"; "both" where there are two."""
    offered = thread.offered
    if not offered:
        return ()
    if takes_both(heard.text):  # of more it is not clear which ones
        both = len(offered) == 2
        again = Asked(replace(heard, outcome="choose", slug=None, choices=offered))
        return tuple(_one_of(slug, heard) for slug in offered) if both else (again,)
    number = choice_in(heard.text, heard.lang, len(offered))
    return (_one_of(offered[number - 1], heard),) if number and 1 <= number <= len(offered) else ()


def _one_of(slug: str, heard: Understanding) -> Asked:
    outcome = "action" if slug in action_slugs() else "answer"
    # "Number two" says no more than that: not even that it asks for a phone number.
    return Asked(replace(heard, outcome=outcome, slug=slug, choices=(), text=""))


def _facets(heard: Understanding, thread: Thread) -> Asked | None:
    """A question about what was shown; where nothing was, it is open what is asked about.

    Words that hold nothing but a facet name no entry, whatever they are nearest to. An action may
    be meant: "can I call?" asks for a person.
    """
    facets = facets_in(heard.text)
    if heard.outcome == "smalltalk" and is_pleasantry(heard.text):
        return None
    if facets and facets.group and heard.outcome in ("answer", "choose") and _seeks(heard, thread):
        return None
    if facets and thread.shown:
        return _of(thread.shown, facets, heard)
    if facets and heard.outcome != "action":
        return Asked(replace(heard, outcome="unknown", slug=None, choices=()), facets)
    return None


def _seeks(heard: Understanding, thread: Thread) -> bool:
    """Whether who names a group looks for something: "something for the young", or nothing before.

    After an entry, or with "and" before it, the group asks whether that is for them.
    """
    return starts_a_search(heard.text) or not (thread.shown or thread.may_mean)


def _of(slug: str | None, facets: Facets, heard: Understanding) -> Asked:
    return Asked(replace(heard, outcome="answer", slug=slug, choices=()), facets)


def _told_then_facet(mind: Mind, heard: Understanding, thread: Thread) -> tuple[Asked, ...]:
    """A facet after something told: of what that names ("an alarm, how much?"), else of the shown.

    The second counts only where the whole is not understood.
    """
    *told, last = clauses_in(heard.text) or [""]
    facets = facets_in(last) if told and not any(map(is_question, told)) else None
    if facets is None:
        return ()
    named = _alone(mind, " ".join(told), heard, thread)
    if named and not _is_action(named):
        return (named, _of(named.understood.slug, facets, heard))
    open_still = thread.shown and heard.outcome in ("choose", "unknown")
    return (_of(thread.shown, facets, heard),) if open_still else ()


def _several(mind: Mind, heard: Understanding, thread: Thread, questions: list[str]) -> Meaning:
    """Different questions that are each understood, an action last; none where there is only one.

    What begins a conversation of its own can be one alone. Something is left where that is not
    all that was asked, and the whole is not understood as something else.
    """
    found: list[Asked] = []
    missed = len(questions) > MOST_TRIED
    for question in questions[:MOST_TRIED] if len(questions) > 1 else ():
        one = _part(mind, question, heard, thread)
        if one is None:
            missed = missed or _asks_apart(question)
        elif one.about not in [before.about for before in found]:
            found.append(one)
            thread = replace(thread, shown=one.understood.slug)
    several = _in_order(found)
    left = missed or several.left
    if len(several.asked) < 2:  # one question is understood better as a whole
        whole = [one.understood.slug for one in found] == [heard.slug]
        return Meaning((), left=left and whole)
    return replace(several, left=left)


def _in_order(found: Sequence[Asked]) -> Meaning:
    """What is answered of several questions: the first few, and one action last."""
    actions = [one for one in found if _is_action(one)]
    asked = [*(one for one in found[:MOST_ASKED] if not _is_action(one)), *actions[:1]][:MOST_ASKED]
    return Meaning(tuple(asked), left=len(found) > len(asked))


def _part(mind: Mind, text: str, heard: Understanding, thread: Thread) -> Asked | None:
    """A question of several, where it is understood or known to be a matter of others."""
    if one := _alone(mind, text, heard, thread):
        return one
    part = _again(mind, text, heard)
    known = part.outcome == "unknown" and part.signpost and not _facets(part, thread)
    return Asked(part) if known and not refers_back(text) else None


def _asks_apart(question: str) -> bool:
    """Whether it surely asks something by itself, as "anything nice?" does not."""
    whole = len(words(question)) >= FEWEST_APART and not refers_back(question)
    return whole and question.rstrip().endswith(("?", "؟"))


def _alone(mind: Mind, text: str, heard: Understanding, thread: Thread) -> Asked | None:
    """A part of a message by itself, where it is understood."""
    part = _again(mind, text, heard)
    asked = _facets(part, thread) or Asked(part)
    if asked.facets is None and refers_back(text):
        return None
    return asked if asked.understood.outcome in ("answer", "action") else None


def _is_action(asked: Asked) -> bool:
    return asked.understood.outcome == "action"


def _beside_danger(mind: Mind, heard: Understanding, thread: Thread) -> tuple[Asked, ...]:
    """The first question that is asked without the words of danger, where it is understood."""
    clauses = clauses_in(heard.text)
    calm = " ".join(clause for clause in clauses if find_danger(clause) is None)
    questions = questions_in(calm)[:MOST_TRIED]
    asked = (_alone(mind, q, heard, thread) for q in questions if _is_specific(q))
    return tuple(one for one in asked if one)[:1]


def _is_specific(question: str) -> bool:
    """Whether it asks for something: "what shall I do" in danger asks for the help itself."""
    lengths = [len(word) for word in words(question)]
    long = sum(length >= LONG for length in lengths)
    return bool(facets_in(question)) or long > 1 or any(n >= VERY_LONG for n in lengths)


def _other_than_shown(mind: Mind, meant: Understanding, thread: Thread) -> Understanding:
    """After "no, I meant": what was just shown is not it, whatever the words are nearest to."""
    if thread.shown is None or thread.shown not in (meant.slug, *meant.choices):
        return meant
    others = tuple(slug for slug in meant.choices if slug != thread.shown)
    near = others or alternatives(mind.knowledge, thread)
    return replace(meant, outcome="choose" if near else "unknown", slug=None, choices=near)


def _for_group(mind: Mind, meant: Understanding, thread: Thread) -> Understanding | None:
    """After "no, I meant for refugees": the old question for that group, where there is one."""
    about = thread.shown or next(iter(thread.may_mean), None)
    return for_group(mind, meant, about) if about and names_a_group(meant.text) else None


def _again(mind: Mind, text: str, heard: Understanding) -> Understanding:
    """Another text of the same person, in the language of the whole."""
    return replace(mind.understand(text, heard.lang), lang=heard.lang)
