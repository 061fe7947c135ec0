"""The first page: what waits for this person's roles, and whether things run."""

from dataclasses import dataclass

from babel.numbers import format_percent
from starlette.responses import Response

from bot.actions.overview import Read, Running, Waiting, how_read, what_runs, what_waits
from bot.actions.own_account import list_unseen
from bot.texts import OWN_NAMES, Words
from bot.web.staff.me import done_to_lines
from bot.web.staff.visit import EVERYONE, Pages, Visit
from db.staff import ADMIN, EDITOR

pages = Pages()
UNREAD = "/staff/entries?state=unread"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is so. `path` leads to it; an alarm wants somebody to look."""

    text: str
    path: str = ""
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A language with how much of it staff have read; `path` lists what they have not."""

    lang: str
    name: str
    read: Read
    share: str
    path: str


@pages.get("/staff", roles=EVERYONE)
async def home(visit: Visit) -> Response:
    """What waits, the most pressing first."""
    waiting = await what_waits(visit.db, visit.staff, visit.console.mind, visit.now)
    running = await what_runs(visit.db, visit.now)
    paths = visit.console.paths
    lines = [
        Line(line.text, line.path if line.path.partition("?")[0] in paths else "", line.alarm)
        for line in [*_wrong(running, visit.words), *_waiting(waiting, visit.words)]
    ]
    state = await _state(visit) if ADMIN in visit.staff.roles else []
    reading, read = _reading(visit), _read(visit)
    done_to = await list_unseen(visit.db, visit.staff.id)
    return await visit.show(
        "home.html",
        lines=lines,
        state=state,
        reading=reading,
        read=read,
        done_to=done_to_lines(done_to, visit),
        last=done_to[0].id if done_to else 0,
    )


def _wrong(running: Running, words: Words) -> list[Line]:
    """What stands still."""
    late = words.t("Messages are not sent in time. Please tell whoever runs Innom.")
    still = words.t("A part of Innom stands still. Please tell whoever runs it.")
    found = [Line(late, alarm=True)] if running.is_late else []
    return found + ([Line(still, alarm=True)] if running.still else [])


def _waiting(waiting: Waiting, words: Words) -> list[Line]:
    """A line for each kind of which there is some."""
    one_by_one = [*_people(waiting, words), *_knowledge(waiting, words), *_trouble(waiting, words)]
    return [Line(text, path) for count, text, path in one_by_one if count]


def _people(waiting: Waiting, words: Words) -> list[tuple[int, str, str]]:
    """Who waits for an answer from us: how many, in words, and where to look."""
    answers, joined = waiting.answers or 0, waiting.to_confirm or 0
    silent, calls = waiting.no_answer or 0, waiting.call_backs or 0
    return [
        (
            answers,
            words.n("{count} answer in your cases.", "{count} answers in your cases.", answers),
            "/staff/cases",
        ),
        (
            joined,
            words.n(
                "{count} person has joined. Look whether it is the right one.",
                "{count} people have joined. Look whether they are the right ones.",
                joined,
            ),
            "/staff/cases",
        ),
        (
            silent,
            words.n(
                "{count} person with an appointment soon has not answered.",
                "{count} people with an appointment soon have not answered.",
                silent,
            ),
            "/staff/cases",
        ),
        (
            calls,
            words.n("{count} person wants a call.", "{count} people want a call.", calls),
            "/staff/call-backs",
        ),
    ]


def _knowledge(waiting: Waiting, words: Words) -> list[tuple[int, str, str]]:
    asked, unread = waiting.in_vain or 0, waiting.unread or 0
    return [
        (
            asked,
            words.n("{count} question got no answer.", "{count} questions got no answer.", asked),
            "/staff/unanswered",
        ),
        (
            unread,
            words.n(
                "{count} text has not been read by staff.",
                "{count} texts have not been read by staff.",
                unread,
            ),
            UNREAD,
        ),
    ]


def _trouble(waiting: Waiting, words: Words) -> list[tuple[int, str, str]]:
    lost, dead, guessed = waiting.not_delivered or 0, waiting.not_handled or 0, waiting.guessed_at
    return [
        (
            lost,
            words.n(
                "{count} message may not have arrived.",
                "{count} messages may not have arrived.",
                lost,
            ),
            "/staff/deliveries",
        ),
        (
            dead,
            words.n(
                "{count} message to Innom could not be handled. The person was told to call.",
                "{count} messages to Innom could not be handled. The people were told to call.",
                dead,
            ),
            "",
        ),
        (
            guessed or 0,
            words.n(
                "Someone guesses at the password of {count} account.",
                "Someone guesses at the passwords of {count} accounts.",
                guessed or 0,
            ),
            "/staff/accounts",
        ),
    ]


def _reading(visit: Visit) -> str | None:
    """How far the reading of new texts is, for those who write them."""
    reading = visit.console.mind.reading
    if reading is None or not visit.staff.roles & {ADMIN, EDITOR}:
        return None
    done, total = reading
    return visit.words.t(
        "The meaning of {done} of {total} texts has been read.", done=done, total=total
    )


def _read(visit: Visit) -> list[ReadLine]:
    """A line for each language, for those who can read and mark the texts."""
    if not visit.staff.roles & {ADMIN, EDITOR}:
        return []
    found = how_read(visit.console.mind.knowledge)
    return [_read_line(read, visit.words) for read in found]


def _read_line(read: Read, words: Words) -> ReadLine:
    path = f"{UNREAD}&lang={read.lang}" if read.read < read.texts else ""
    share = format_percent(read.share, locale=words.lang)
    return ReadLine(read.lang, OWN_NAMES[read.lang], read, share, path)


async def _state(visit: Visit) -> list[tuple[str, str]]:
    """How this installation is set up: what, and how it is."""
    words, settings, mind = visit.words, visit.console.settings, visit.console.mind
    on, off = words.t("on"), words.t("off")
    return [
        (words.t("Database"), await visit.console.database.version()),
        ("Telegram", on if settings.telegram_token else off),
        (words.t("E-mail to staff"), on if settings.smtp_url else off),
        (words.t("Sample times to book"), on if mind.samples else off),
        (words.t("Knowledge packs"), ", ".join(settings.packs)),
        (
            words.t("Search in the entries"),
            words.t("is being made anew") if mind.is_behind else words.t("up to date"),
        ),
    ]
