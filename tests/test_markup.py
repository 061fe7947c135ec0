"""Telegram's HTML as runs: what is read, what is refused, and how it is written again."""

import pytest

from bot.channels.markup import BadMarkup, Run, for_telegram, plain, read_html, utf16_length

BOLD, ITALIC = frozenset("b"), frozenset("i")

READ = {
    "": [],
    "hei": [Run("hei")],
    "a &amp; b &lt;c&gt; &quot;d&quot; &#230;&#x1F642;": [Run('a & b <c> "d" æ🙂')],
    "<b>a</b> b": [Run("a", BOLD), Run(" b")],
    "<strong>a</strong><b>b</b>": [Run("ab", BOLD)],
    "<b>a<i>b</i></b>": [Run("a", BOLD), Run("b", BOLD | ITALIC)],
    "<u>a</u><s>b</s><code>c</code>": [
        Run("a", frozenset("u")),
        Run("b", frozenset("s")),
        Run("c", frozenset("c")),
    ],
    '<a href="tel:113">113</a>': [Run("113", href="tel:113")],
    '<a href="https://x.example?a=1&amp;b=2">x</a>': [Run("x", href="https://x.example?a=1&b=2")],
    "1 &gt; 0\n\n2": [Run("1 > 0\n\n2")],
    "a > b": [Run("a > b")],
    "\u202ea 👨‍👩‍👧": [Run("\u202ea 👨‍👩‍👧")],
}
REFUSED = [
    "a < b",
    "a & b <",
    "<b>a",
    "a</b>",
    "<b>a</i>",
    "<b><i>a</b></i>",
    "<script>a</script>",
    "<img src=x onerror=alert(1)>",
    "<br>",
    "&nbsp;",
    "&eacute;",
    "<!-- a -->",
    "<!DOCTYPE html>",
    '<a href="javascript:alert(1)">a</a>',
    '<a href="data:text/html,a">a</a>',
    '<a href="//evil.example">a</a>',
    "<a>a</a>",
    '<a href="https://x.example',
]


@pytest.mark.parametrize("html", READ)
def test_html_becomes_runs(html: str) -> None:
    assert read_html(html) == READ[html]


@pytest.mark.parametrize("html", REFUSED)
def test_what_telegram_would_refuse_is_refused(html: str) -> None:
    with pytest.raises(BadMarkup):
        read_html(html)


@pytest.mark.parametrize("html", READ)
def test_what_is_written_again_reads_the_same(html: str) -> None:
    runs = read_html(html)
    without_calls = [run for run in runs if not run.href or not run.href.startswith("tel:")]
    if runs == without_calls:
        assert read_html(for_telegram(runs)) == runs


def test_numbers_are_left_to_telegram_and_addresses_stay() -> None:
    runs = read_html('<a href="tel:113">113</a> or <a href="https://x.example">here</a>')
    assert for_telegram(runs) == '113 or <a href="https://x.example">here</a>'
    assert plain(runs) == "113 or here (https://x.example)"


def test_a_run_for_the_page_holds_only_what_it_has() -> None:
    assert Run("a").as_dict() == {"text": "a"}
    assert Run("a", BOLD, "tel:113").as_dict() == {"text": "a", "b": True, "href": "tel:113"}


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("æ", 1), ("🙂", 2), ("a\u0301", 2), ("\ud800", 1), ("👨‍👩‍👧", 8)]
)
def test_length_is_counted_as_telegram_does(text: str, length: int) -> None:
    assert utf16_length(text) == length
