"""E-mail to staff over SMTP, and what each failure means for the message."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from bot.actions.outbox import Mail, Message
from bot.channels.delivery import EVERYTHING, UNCERTAIN_SECONDS, Outcome
from bot.channels.turns import passed
from db.outbox import DUE, FAILED, REFUSED, SENT, UNCERTAIN

log = logging.getLogger(__name__)

STEP_SECONDS = 15  # for one step of the talk with the server
SEND_SECONDS = 40  # for all of it, within the lease of a message
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 900.0  # seconds between tries while the server takes nothing
LOCAL = ("localhost", "127.0.0.1", "::1")


@asynccontextmanager
async def connected(smtp_url: str, name: str = "localhost") -> AsyncIterator[SMTP]:
    """A line to the mail server, signed in where the URL has a user; `name` is who greets.

    A password never goes over a line in the clear, but to this machine. Raises SMTPException,
    OSError or TimeoutError.
    """
    parts = urlsplit(smtp_url)
    user, host = parts.username, parts.hostname or ""
    server = SMTP(
        hostname=host,
        port=parts.port,
        username=unquote(user) if user else None,
        password=unquote(parts.password or "") if user else None,
        use_tls=parts.scheme == "smtps",
        start_tls=_start_tls(parts.scheme, bool(user), host),
        local_hostname=name,
        timeout=STEP_SECONDS,
    )
    try:
        await server.connect()
        yield server
    finally:
        server.close()


class SmtpMailer:
    """Sends one e-mail at a time."""

    def __init__(self, smtp_url: str, mail_from: str, sent_again: Callable[[], str]) -> None:
        self.smtp_url, self.mail_from, self.sent_again = smtp_url, mail_from, sent_again
        self.pause = FIRST_PAUSE

    async def send(self, message: Message, mail: Mail) -> Outcome:
        """Sends one e-mail and says how it ended."""
        content = self._letter(message, mail).as_bytes(policy=WIRE)
        begun = False
        try:
            async with (
                asyncio.timeout(SEND_SECONDS),
                connected(self.smtp_url, self._domain) as line,
            ):
                await line.mail(self.mail_from)
                await line.rcpt(mail.to)
                passed("in mid-send")
                begun = True
                await line.data(content)
                passed("after the send")
                with suppress(SMTPException, OSError):
                    await line.quit()
        except (SMTPException, OSError, TimeoutError) as error:
            return self._failed(error, begun)
        self.pause = FIRST_PAUSE
        return Outcome(SENT)

    @property
    def _domain(self) -> str:
        return self.mail_from.rpartition("@")[2]

    def _letter(self, message: Message, mail: Mail) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.mail_from, mail.to, mail.subject
        letter["Date"] = format_datetime(message.due_at)
        # The same for the resend, so that a mailbox may show both as one.
        letter["Message-ID"] = f"<{message.id}.{message.useful_until:%Y%m%d%H%M}@{self._domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        again = f"\n\n{self.sent_again()}" if message.attempt > 1 else ""
        letter.set_content(f"{mail.text}{again}\n")
        return letter

    def _failed(self, error: BaseException, begun: bool) -> Outcome:
        outcome = classify_mail(error, begun, self.pause)
        if outcome.state == DUE:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        if isinstance(error, SMTPAuthenticationError):
            log.error("INNOM_SMTP_URL: the mail server refuses user or password")
        log.warning("an e-mail is %s: %s", outcome.state, type(error).__name__)
        return outcome


def classify_mail(error: BaseException, begun: bool, pause: float) -> Outcome:
    """What an error means; `begun`: the content may have gone out. `pause` is in seconds."""
    name = type(error).__name__
    permanent = isinstance(error, SMTPResponseException) and error.code >= 500
    if permanent and isinstance(error, SMTPRecipientRefused | SMTPDataError):
        return Outcome(FAILED, REFUSED)
    if isinstance(error, SMTPRecipientRefused | SMTPDataError):
        return Outcome(DUE, name, pause)  # another receiver may do better
    if begun and not isinstance(error, SMTPResponseException):
        return Outcome(UNCERTAIN, name, UNCERTAIN_SECONDS)
    return Outcome(DUE, name, pause, EVERYTHING)


def _start_tls(scheme: str, signs_in: bool, host: str) -> bool | None:
    if scheme == "smtps":
        return False
    return True if signs_in and host not in LOCAL else None  # None: where the server offers it
