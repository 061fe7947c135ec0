"""Numbers and Latin names in Arabic lines read as they should, on every channel."""

import pytest

from bot.actions.wording import Answer
from bot.channels.bidi import isolate
from bot.channels.markup import plain, read_html
from bot.channels.methods import message_of
from bot.knowledge.text import clean

RLM, I, E = "\u200f", "\u2066", "\u2069"  # noqa: E741


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("", ""),
        ("Ring 116 123 now.\n<b>Mental Helse</b>", "Ring 116 123 now.\n<b>Mental Helse</b>"),
        ("Подзвоніть 116 123", "Подзвоніть 116 123"),
        ("اتصل بالرقم 116 123 الآن", f"اتصل بالرقم {I}116 123{E} الآن"),
        ("اتصل +47 51 33 50 00.", f"اتصل {I}+47 51 33 50 00{E}."),
        ("خلال 14 يوما، الساعة 10:30", "خلال 14 يوما، الساعة 10:30"),
        ("هذا عرض Aktiv i Sandnes (AKS) للجميع", f"هذا عرض {I}Aktiv i Sandnes (AKS){E} للجميع"),
        (
            '<a href="tel:116123"><b>116 123</b></a> Mental Helse: لمن يحتاج إلى الحديث',
            f'{RLM}<a href="tel:116123"><b>{I}116 123{E}</b></a> {I}Mental Helse{E}: '
            "لمن يحتاج إلى الحديث",
        ),
        ("مرحبا\nSandnes kommune", "مرحبا\nSandnes kommune"),
        ("المصدر: Ann &amp; Bo.", f"المصدر: {I}Ann{E} &amp; {I}Bo{E}."),
        ("مكانان (مكان لمرافق (1))", f"مكانان (مكان لمرافق {I}(1){E})"),
        ("مكان (في Sandnes)", f"مكان (في {I}Sandnes{E})"),
        ("مكان (Sandnes أو قربها)", f"مكان ({I}Sandnes{E} أو قربها)"),
        ("أقل من 5 &lt; Ann", f"أقل من 5 &lt; {I}Ann{E}"),
    ],
)
def test_pieces_are_kept_whole(html: str, marked: str) -> None:
    assert isolate(html) == marked


def test_the_marks_leave_the_markup_whole() -> None:
    html = isolate('<b>عنوان</b> <a href="https://a.example">Sandnes Hjelpelager 1</a> للجميع')
    assert clean(plain(read_html(html))) == (
        "عنوان Sandnes Hjelpelager 1 (https://a.example) للجميع"
    )


def test_what_is_sent_is_marked() -> None:
    message = message_of(1, Answer("اتصل 116 123", (), "ar"))
    assert message.text == f"اتصل {I}116 123{E}"
