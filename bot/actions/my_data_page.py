"""One's own data as a page to read: whole in itself, without scripts, pictures or links."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from bot.actions.call_back import spaced
from bot.actions.call_back_texts import shown_time
from bot.actions.my_data import Mine, Row, answers_of, cut
from bot.actions.my_data_texts import look_line
from bot.actions.slot_texts import instant_of
from bot.actions.wording import words_for
from bot.knowledge.entries import CLOSE, LAST_RESORT, Knowledge
from bot.texts import Words
from db.follow_up import CALL_ME, CANNOT, COMING

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:18px/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em;"
    "overflow-wrap:anywhere}"
    "li{margin:.4em 0;white-space:pre-line}"
)


def pages(knowledge: Knowledge, mine: Mine, lang: str, now: datetime) -> list[str]:
    """The page as HTML, in as many files as a long chat needs; the first has all but the chat."""
    words = words_for(knowledge, lang)
    chats = cut(mine["chat"])
    first = Mine({**mine.parts, "chat": chats[0]})
    rest = [Mine({**{name: [] for name in mine.parts}, "chat": chat}) for chat in chats[1:]]
    return [Page(knowledge, each, words).render(now) for each in (first, *rest)]


class Page:
    """Writes the sections; each line is text, which is escaped at the end."""

    def __init__(self, knowledge: Knowledge, mine: Mine, words: Words) -> None:
        self.knowledge, self.mine, self.words = knowledge, mine, words

    def render(self, now: datetime) -> str:
        """The page; what there is nothing of is said as well."""
        title = escape(self.words.t("What is stored about me"))
        made = self.words.t(
            "{name}, made on {when}", name=self.knowledge.profile.name, when=self.at(now)
        )
        sections = "".join(_section(*each, self.words.t("Nothing.")) for each in self.sections())
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        return (
            f'<!doctype html><html lang="{self.words.lang}"><head>{head}<title>{title}</title>'
            f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1><p>{escape(made)}</p>"
            f"{sections}</main></body></html>"
        )

    def sections(self) -> list[tuple[str, list[str]]]:
        """(heading, lines) of all there is."""
        words, mine = self.words, self.mine
        return [
            (
                words.t("The chat's address"),
                [line for row in mine["address"] for line in self.address(row)],
            ),
            (words.t("Bookings"), [self.booking(row) for row in mine["bookings"]]),
            (words.t("Calls that you asked for"), [self.call(row) for row in mine["call_backs"]]),
            (words.t("Follow-up"), [self.enrolment(row) for row in mine["follow_up"]]),
            (words.t("Reminders that wait"), [self.at(row["due_at"]) for row in mine.waiting]),
            (
                words.t("Who looked at your case or changed it:").rstrip(":"),
                [look_line(self.knowledge, row, self.words) for row in mine["case_log"]],
            ),
            (words.t("What was written"), [self.said(row) for row in mine["chat"]]),
        ]

    def at(self, instant: datetime) -> str:
        """Day and time here."""
        return instant_of(instant, self.knowledge.profile.zone, self.words)

    def address(self, row: Row) -> Iterable[str]:
        """What the chat remembers."""
        words = self.words
        yield words.t("Address: {address}", address=row["external_id"])
        yield words.t("Language: {language}", language=row["language"] or "-")
        yield words.t("First used: {when}", when=self.at(row["created_at"]))
        yield words.t("Last used: {when}", when=self.at(row["seen_at"]))

    def booking(self, row: Row) -> str:
        """One booking."""
        words, lang = self.words, self.words.lang
        order = (lang, CLOSE.get(lang, ""), LAST_RESORT, *row["titles"])
        title = next((row["titles"][each] for each in order if each in row["titles"]), "")
        places = row["ordinary"] + row["wheelchair"] + row["companion"]
        lines = [
            f"{self.at(row['starts_at'])}: {title}",
            words.t("Name: {name}", name=row["first_name"] or "-"),
            self.words.n("{count} place", "{count} places", places),
            words.t("Your code: {code}", code=row["code"] or "-"),
            words.t("Cancelled: {when}", when=self.at(row["cancelled_at"]))
            if row["cancelled_at"]
            else "",
        ]
        return "\n".join(line for line in lines if line)

    def call(self, row: Row) -> str:
        """One wish to be rung."""
        words = self.words
        wanted = shown_time(self.knowledge, row["wanted"] or "", self.words)
        lines = [
            words.t("Name: {name}", name=row["first_name"] or "-"),
            words.t("Phone: {phone}", phone=spaced(row["phone"] or "-")),
            words.t("When: {when}", when=wanted),
            words.t("Asked for: {when}", when=self.at(row["created_at"])),
            words.t("Done: {when}", when=self.at(row["done_at"])) if row["done_at"] else "",
        ]
        return "\n".join(line for line in lines if line)

    def enrolment(self, row: Row) -> str:
        """One's part in a programme, with its appointments and answers."""
        words = self.words
        answers = {
            COMING: words.t("I am coming"),
            CANNOT: words.t("I cannot come"),
            CALL_ME: words.t("Call me"),
        }
        if not row["confirmed_at"]:
            return words.t("You have joined. I wait for your contact.")
        lines = [row["programme"], words.t("Name: {name}", name=row["first_name"] or "-")]
        for each in answers_of(self.mine, row["id"]):
            said = answers.get(each["answer"] or "", "")
            lines.append(words.listed((self.at(each["starts_at"]), each["place"], said)))
        return "\n".join(lines)

    def said(self, row: Row) -> str:
        """One line of the chat."""
        who = self.words.t("You") if row["who"] == "you" else "Innom"
        return f"{self.at(row['at'])}, {who}: {row['text'] or row.get('file', '')}"


def _section(heading: str, lines: list[str], nothing: str) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    body = f"<ul>{items}</ul>" if items else f"<p>{escape(nothing)}</p>"
    return f"<h2>{escape(heading)}</h2>{body}"
