"""E-mail to staff: what each failure of the mail server means, over a real line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Letter
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from bot.channels.mail import FIRST_PAUSE, LONGEST_PAUSE, SmtpMailer
from bot.channels.post import Postman
from db import outbox
from db.engine import Database
from tests.conftest import Clock
from tests.posted import a_postman, deliver, remind, rows, tell_staff

SENDER, AGAIN = "innom@example.org", "Sent again."


@dataclass
class Server:
    """A mail server that does what it is told, and keeps what it took."""

    letters: list[Letter] = field(default_factory=list)
    rcpt: str = ""
    data: str = ""
    hang_up: str = ""
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802 - the name is the interface's
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        self.connections += 1
        envelope.mail_from = address
        if self.hang_up == "MAIL":
            abort(server)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.data:
            return self.data
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content))
        if self.hang_up == "DATA":
            abort(server)
        return "250 OK"


def abort(server: SMTP) -> None:
    """Hangs up in the middle."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@asynccontextmanager
async def serving(served: Server, **options: Any) -> AsyncIterator[Server]:
    """The mail server on a free port."""
    loop = asyncio.get_running_loop()
    made = await loop.create_server(lambda: SMTP(served, loop=loop, **options), "127.0.0.1", 0)
    served.port = made.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        made.close()
        await asyncio.sleep(0)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(Server()) as made:
        yield made


@pytest.fixture
async def post(database: Database, clock: Clock, server: Server) -> Postman:
    return a_postman(database, clock, mailer=SmtpMailer(server.url, SENDER, lambda: AGAIN))


async def test_an_e_mail_reaches_staff_with_its_words(
    post: Postman, server: Server, database: Database, clock: Clock
) -> None:
    await tell_staff(database, clock())
    await deliver(post)
    [letter] = server.letters
    assert (letter["From"], letter["To"]) == (SENDER, "bruno@example.org")
    assert letter["Subject"] == "Somebody has answered"
    assert letter.get_payload(decode=True) == b"About call:1.\r\n"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter["Auto-Submitted"] == "auto-generated", "no holiday note comes back"
    assert await rows(database) == [("sent", None)]


# What the server does, the row after the first try, and whether a later try is made.
TABLE: dict[str, tuple[dict[str, str], tuple[str, str], bool]] = {
    "unknown receiver": ({"rcpt": "550 no such user"}, ("failed", outbox.REFUSED), False),
    "full mailbox": ({"rcpt": "452 full"}, ("due", "SMTPRecipientRefused"), True),
    "content refused": ({"data": "554 no"}, ("failed", outbox.REFUSED), False),
    "come again": ({"data": "451 later"}, ("due", "SMTPDataError"), True),
    "cut before": ({"hang_up": "MAIL"}, ("due", "SMTPServerDisconnected"), True),
    "cut after": ({"hang_up": "DATA"}, ("uncertain", "SMTPServerDisconnected"), True),
}


@pytest.mark.parametrize("case", TABLE)
async def test_each_failure_has_its_meaning(
    post: Postman, server: Server, database: Database, clock: Clock, case: str
) -> None:
    ways, row, again = TABLE[case]
    for name, value in ways.items():
        setattr(server, name, value)
    await tell_staff(database, clock())
    await deliver(post)
    assert await rows(database) == [row]
    server.rcpt = server.data = server.hang_up = ""
    clock.move(seconds=61)
    await deliver(post)
    assert (await rows(database))[0][0] == ("sent" if again else "failed")


async def test_a_resend_says_so_and_keeps_its_number(
    post: Postman, server: Server, database: Database, clock: Clock
) -> None:
    server.hang_up = "DATA"
    await tell_staff(database, clock())
    for _ in range(4):
        await deliver(post)
        clock.move(seconds=61)
    await deliver(post)
    first, second = server.letters
    assert AGAIN not in str(first.get_payload())
    assert AGAIN in str(second.get_payload())
    assert first["Message-ID"] == second["Message-ID"]
    assert await rows(database) == [("failed", outbox.TOO_OFTEN)]


async def test_a_server_that_is_down_is_asked_ever_more_seldom_and_holds_up_no_chat(
    database: Database, clock: Clock, server: Server
) -> None:
    mailer = SmtpMailer("smtp://127.0.0.1:1", SENDER, lambda: AGAIN)
    post = a_postman(database, clock, mailer=mailer)
    await tell_staff(database, clock(), "call:1")
    await tell_staff(database, clock(), "call:2")
    await remind(database, clock())
    await deliver(post)
    assert await rows(database, "state") == [("due",), ("due",), ("sent",)]
    for _ in range(20):
        clock.move(minutes=5)
        await deliver(post)
    assert FIRST_PAUSE < mailer.pause == LONGEST_PAUSE
    mailer.smtp_url = server.url
    for _ in range(4):
        clock.move(minutes=5)
        await deliver(post)
    assert len(server.letters) == 2
    assert mailer.pause == FIRST_PAUSE


async def test_a_server_that_stays_down_leaves_it_to_staffs_list(
    database: Database, clock: Clock
) -> None:
    mailer = SmtpMailer("smtp://127.0.0.1:1", SENDER, lambda: AGAIN)
    post = a_postman(database, clock, mailer=mailer)
    await tell_staff(database, clock())
    for _ in range(3):
        await deliver(post)
        clock.move(hours=9)
    await deliver(post)
    assert await rows(database) == [("expired", outbox.MISSED)]


async def test_without_a_mail_server_nothing_waits_for_one(
    database: Database, clock: Clock
) -> None:
    await tell_staff(database, clock())
    await remind(database, clock())
    await deliver(a_postman(database, clock))
    assert await rows(database) == [("expired", outbox.NO_MAIL), ("sent", None)]


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.parametrize(("password", "state"), [("right!", "sent"), ("wrong", "due")])
async def test_it_signs_in_and_a_wrong_password_is_the_operators_matter(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture, password: str, state: str
) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = data.login == b"us" and data.password == b"right!"
        return AuthResult(success=right, handled=right)

    options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    async with serving(Server(), **options) as server:
        url = f"smtp://us:{password.replace('!', '%21')}@127.0.0.1:{server.port}"
        post = a_postman(database, clock, mailer=SmtpMailer(url, SENDER, lambda: AGAIN))
        await tell_staff(database, clock())
        await deliver(post)
    assert (await rows(database))[0][0] == state
    assert ("INNOM_SMTP_URL" in caplog.text) is (state == "due")
    assert password not in caplog.text


async def test_a_password_never_goes_over_a_foreign_line_in_the_clear(
    database: Database, clock: Clock, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.mail.LOCAL", ())
    url = server.url.replace("//", "//us:secret@")
    post = a_postman(database, clock, mailer=SmtpMailer(url, SENDER, lambda: AGAIN))
    await tell_staff(database, clock())
    await deliver(post)
    assert server.connections == 0
    assert (await rows(database))[0][0] == "due"
