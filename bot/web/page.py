"""The chat page: one template, filled in the visitor's language."""

import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.actions import services
from bot.actions.danger_help import first_aid
from bot.actions.mind import Mind
from bot.actions.phone import Phone, phone_of
from bot.actions.wording import words_for
from bot.channels.bidi import isolate
from bot.channels.markup import plain, read_html
from bot.knowledge.entries import Knowledge
from bot.texts import OWN_NAMES, Words, speak

FOLDER = Path(__file__).parent
# Where "leave quickly" goes: a page that everybody in the country has open now and then.
EXIT = {"no": "https://www.yr.no", "se": "https://www.smhi.se"}


class Page:
    """Renders the chat page and speaks for it."""

    def __init__(self, mind: Mind) -> None:
        self.mind = mind
        self.templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
        )
        self.version = _version(FOLDER / "static")

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge in use."""
        return self.mind.knowledge

    def words(self, lang: object) -> Words:
        """The interface in a language that a browser names."""
        return words_for(self.knowledge, lang if isinstance(lang, str) else None)

    def language(self, asked: str | None, accepted: str) -> str:
        """The page's language: asked for, else the first of Accept-Language, else the main one."""
        offered = services.languages(self.knowledge)
        codes = [part.split(";")[0].strip().split("-")[0].lower() for part in accepted.split(",")]
        wanted = [asked or "", *("nb" if code == "no" else code for code in codes)]
        fallback = words_for(self.knowledge, None).lang
        return next((code for code in wanted if code in offered), fallback)

    def render(self, lang: str, nonce: str) -> str:
        """The page as HTML."""
        knowledge = self.knowledge
        return self._fill(
            "chat.html",
            lang,
            languages=[(code, OWN_NAMES[code]) for code in services.languages(knowledge)],
            hello=services.hello(knowledge, lang),
            hello_buttons=services.hello_buttons(speak(lang)),
            exit_url=EXIT[knowledge.profile.country],
            nonce=nonce,
        )

    def render_missing(self, lang: str) -> str:
        """What stands where there is no page: the phone, and the way to the chat."""
        return self._fill("missing.html", lang)

    def first_aid(self, text: str, lang: str) -> str | None:
        """Help in danger as plain text, for when nothing can be stored; None without danger."""
        html = first_aid(self.knowledge, text, lang)
        return plain(read_html(isolate(html))) if html else None

    def _fill(self, template: str, lang: str, **values: object) -> str:
        profile, words = self.knowledge.profile, speak(lang)
        return self.templates.get_template(template).render(
            lang=lang,
            dir=words.direction,
            t=words.t,
            municipality=profile.name,
            phone=phone_link(phone_of(profile, lang), words),
            version=self.version,
            **values,
        )


def phone_link(phone: Phone, words: Words) -> dict[str, str]:
    """The number at the top of the page; a stand-in says whose it is."""
    note = phone.note
    if phone.is_stand_in:
        note = words.t("medical help, around the clock")
    return {"label": f"{phone.name} {phone.number}", "tel": phone.tel, "note": note}


def _version(folder: Path) -> str:
    """A name for the static files' content, so that browsers fetch a new version at once."""
    content = b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
    return hashlib.sha256(content).hexdigest()[:12]
