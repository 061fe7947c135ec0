"""What a form brings: capped, without characters that no database stores, lines kept."""

from collections.abc import Iterator, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from bot.knowledge.text import clean

MAX_BODY = 256 * 1024  # bytes
MAX_FIELDS = 2_000
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Form(Mapping[str, str]):
    """Fields by name. A field that is not there reads as the empty text; files are left out."""

    def __init__(self, fields: Mapping[str, list[str]] | None = None) -> None:
        self._fields = dict(fields or {})

    def __getitem__(self, name: str) -> str:
        return _tidy(self.raw(name))

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def all(self, name: str) -> list[str]:
        """All values of a field that may be given several times."""
        return [_tidy(value) for value in self._fields.get(name, [])]

    def raw(self, name: str) -> str:
        """A value as it was typed; for passwords alone."""
        return self._fields.get(name, [""])[0]


async def read_form(request: Request) -> Form:
    """The form in a request's body. Raises HTTPException (400, 413, 415)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise HTTPException(415)
    whole = Request(request.scope, _again(await _body(request)))
    fields: dict[str, list[str]] = {}
    async with whole.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_BODY) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
    return Form(fields)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413)
    return body


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _tidy(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean(line) for line in lines).strip()
