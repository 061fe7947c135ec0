"""An answer in the console, as the chat shows it: the same runs, drawn without a script."""

from dataclasses import replace

from markupsafe import Markup, escape

from bot.actions.answers import entry_answer, more_answer
from bot.actions.fact_texts import today_in
from bot.actions.wording import Answer
from bot.channels.bidi import isolate
from bot.channels.markup import Run, read_html
from bot.knowledge.entries import Entry
from bot.texts import speak
from bot.web.staff.visit import Visit

STYLED = {
    "b": Markup("<strong>{}</strong>"),
    "i": Markup("<em>{}</em>"),
    "u": Markup("<u>{}</u>"),
    "s": Markup("<s>{}</s>"),
    "c": Markup("<code>{}</code>"),
}


def preview(visit: Visit, entry: Entry, lang: str) -> dict[str, object] | None:
    """What a person who speaks `lang` gets: the answer, what more there is, and the buttons."""
    if not entry.texts:
        return None
    knowledge = visit.console.mind.knowledge
    knowledge = replace(knowledge, entries={**knowledge.entries, entry.slug: entry})
    answer = entry_answer(knowledge, entry.slug, lang, today_in(knowledge, visit.now))
    more = more_answer(knowledge, entry.slug, lang)
    has_more = bool(entry.text(lang, knowledge.profile.main_language).more)
    spoken = answer.lang if answer else lang
    return {
        "lang": spoken,
        "dir": speak(spoken).direction,
        "answer": as_page(answer),
        "buttons": [button.text for row in answer.rows for button in row] if answer else [],
        "more": as_page(more) if has_more else None,
    }


def as_page(answer: Answer | None) -> Markup:
    """The answer as paragraphs for a page; its text is escaped, its links are the chat's own."""
    runs = read_html(isolate(answer.html)) if answer else []
    html = Markup("").join(_piece(run) for run in runs)
    lines = html.split("\n")
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines if line)


def _piece(run: Run) -> Markup:
    """Each line of a run on its own, so that a paragraph holds whole tags."""
    return Markup("\n").join(_line(line, run) if line else line for line in run.text.split("\n"))


def _line(text: str, run: Run) -> Markup:
    made = escape(text)
    for style in sorted(run.styles):
        made = STYLED[style].format(made)
    if run.href:
        made = Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(run.href, made)
    return made
