"""What the fake server says: one answer of each shape that the page must draw."""

import base64
from typing import Any

Body = dict[str, Any]

PHONE = {"label": "51 00 00 00", "tel": "+4751000000", "note": "Hverdager 9–15"}
LANGUAGES = [
    ("nb", "Bokmål"),
    ("nn", "Nynorsk"),
    ("sv", "Svenska"),
    ("en", "English"),
    ("uk", "Українська"),
    ("ar", "العربية"),
]
HELLO = [
    "Hei! Jeg er Innom, en maskin som svarer for kommunen.",
    "Spør med dine egne ord. Ikke skriv fødselsnummer.",
]
HELLO_BUTTONS = [
    [{"text": "Hva kan jeg være med på?", "data": "offers"}],
    [{"text": "Bli frivillig", "data": "volunteer"}, {"text": "Få skyss", "data": "ride"}],
]

BUTTONS = [
    [
        {"text": "Meld meg på", "data": "book:1"},
        {"text": "Vis på kart", "url": "https://a.example/"},
    ],
    [{"text": "Noe annet", "data": "other"}],
]
PARAGRAPHS: Body = {
    "runs": [
        {"text": "Språkkafé\n", "b": True},
        {"text": "Her kan du øve på norsk over en kopp kaffe.\n\nDet er gratis. "},
        {"text": "Les mer hos kommunen", "href": "https://b.example/sprak"},
        {"text": "."},
    ],
    "buttons": BUTTONS,
}
DANGER: Body = {
    "runs": [
        {"text": "Er det fare for liv? Ring nå:\n", "b": True},
        {"text": "113", "href": "tel:113", "b": True},
        {"text": " Medisinsk nødtelefon\n"},
        {"text": "116 117", "href": "tel:116117", "b": True},
        {"text": " Legevakt, hele døgnet\n\nDu er ikke alene. Vil du snakke med noen nå?"},
    ],
    "buttons": [[{"text": "Snakk med et menneske", "data": "do:talk-to-human"}]],
}
CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
DOCUMENT: Body = {
    "runs": [{"text": "Her er avtalen til kalenderen din."}],
    "file": {
        "name": "avtale.ics",
        "mime": "text/calendar",
        "size": len(CALENDAR),
        "data": base64.b64encode(CALENDAR).decode(),
    },
}
HOSTILE: Body = {
    "runs": [
        {"text": "<img src=x onerror=alert(1)><b>fet</b> "},
        {"text": "lenke", "href": "javascript:alert(1)"},
    ],
    "buttons": [[{"text": "knapp", "url": "javascript:alert(1)"}]],
}
BOOKED: Body = {
    "runs": [{"text": "Du er påmeldt."}],
    "buttons": [[{"text": "Meld meg av", "data": "cancel:1"}]],
}
SAID: dict[str, tuple[str, Body]] = {
    "språkkafé": ("out", PARAGRAPHS),
    "fare": ("out", DANGER),
    "fil": ("document", DOCUMENT),
    "ondt": ("out", HOSTILE),
}


def answers_to(frame: dict[str, Any]) -> list[tuple[str, Body]]:
    """(kind of event, body) of each reply to what was said or pressed."""
    if frame["t"] == "press":
        if frame["data"] == "book:1":
            return [("edit", BOOKED)]
        return [("out", {"runs": [{"text": f"Du trykket {frame['data']}."}]})]
    echo: Body = {"runs": [{"text": f"Svar på: {frame['text'][:40]}"}]}
    return [SAID.get(frame["text"], ("out", echo))]
