"""Telegram's HTML, read into runs of styled text that any channel can show.

The same reader refuses what Telegram would refuse, so that a fault in a text shows in every test
and not only on Telegram.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser

STYLES = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "ins": "u", "s": "s", "code": "c"}
OWN = ("tel:", "mailto:")  # the text is the address; Telegram finds these by itself
SCHEMES = ("https://", "http://", *OWN)


class BadMarkup(ValueError):
    """The text is not the HTML that Telegram accepts; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with one style: `styles` of b, i, u, s, c; `href` makes it a link."""

    text: str
    styles: frozenset[str] = frozenset()
    href: str | None = None

    def as_dict(self) -> dict[str, object]:
        """The run as the web chat reads it: text, one key per style, href."""
        link = {"href": self.href} if self.href else {}
        return {"text": self.text, **dict.fromkeys(sorted(self.styles), True), **link}


def read_html(text: str) -> list[Run]:
    """Reads Telegram HTML into runs. Raises BadMarkup where Telegram would refuse it."""
    return list(_read(text))


@lru_cache(maxsize=512)  # each reply is read when it is checked and when it is kept
def _read(text: str) -> tuple[Run, ...]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return tuple(reader.finish())


def plain(runs: Sequence[Run]) -> str:
    """The text alone; a link to somewhere else keeps its address."""
    return "".join(_plain_run(run) for run in runs)


def for_telegram(runs: Sequence[Run]) -> str:
    """HTML again, without the links of `OWN`."""
    return "".join(_telegram_run(run) for run in runs)


def utf16_length(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _plain_run(run: Run) -> str:
    away = run.href and not run.href.startswith(OWN) and run.href != run.text
    return f"{run.text} ({run.href})" if away else run.text


def _telegram_run(run: Run) -> str:
    html = escape(run.text, quote=False)
    for style in sorted(run.styles):
        tag = "code" if style == "c" else style
        html = f"<{tag}>{html}</{tag}>"
    if run.href and not run.href.startswith(OWN):
        html = f'<a href="{escape(run.href)}">{html}</a>'
    return html


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.runs: list[Run] = []
        self.open: list[tuple[str, Run]] = []
        self.now = Run("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        before = self.now
        if tag == "a":
            self.now = replace(before, href=_href(dict(attrs)))
        elif tag in STYLES:
            self.now = replace(before, styles=before.styles | {STYLES[tag]})
        else:
            raise BadMarkup(f'unsupported start tag "{tag}"')
        self.open.append((tag, before))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise BadMarkup(f'unexpected end tag "{tag}"')
        self.now = self.open.pop()[1]

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise BadMarkup("a < that begins no tag")
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        if name not in ("lt", "gt", "amp", "quot"):
            raise BadMarkup(f'unsupported entity "&{name};"')
        self._add(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._add(unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        raise BadMarkup("a comment")

    def handle_decl(self, decl: str) -> None:
        raise BadMarkup("a declaration")

    def finish(self) -> list[Run]:
        if self.rawdata:
            raise BadMarkup("an unfinished tag or entity")
        if self.open:
            raise BadMarkup(f'no end tag for "{self.open[-1][0]}"')
        return self.runs

    def _add(self, text: str) -> None:
        if self.runs and replace(self.runs[-1], text="") == self.now:
            text = self.runs.pop().text + text
        if text:
            self.runs.append(replace(self.now, text=text))


def _href(attrs: dict[str, str | None]) -> str:
    href = attrs.get("href") or ""
    if not href.startswith(SCHEMES):
        raise BadMarkup("a link that is neither http, https, tel nor mailto")
    return href
