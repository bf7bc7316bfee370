"""The two ways a letter leaves: over SMTP, or as an `.eml` file into a folder."""

from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol, TypeGuard
from urllib.parse import unquote, urlsplit

from jam.mail.compose import Ready
from jam.mail.rules import is_final, refuses_address

#: The server closes the connection for everybody (RFC 5321 section 3.8); a letter is larger than it takes.
_GOES_AWAY, _TOO_LARGE = 421, 552


class Undelivered(Exception):
    """A try that failed."""

    def __init__(
        self,
        reason: str,
        *,
        final: bool = False,
        everything: bool = False,
        blameless: bool = False,
        lost: bool = False,
        nobody: bool = False,
        refused: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        #: Trying again cannot help.
        self.final = final
        #: No other letter would fare better at this moment.
        self.everything = everything
        #: It came to nothing before this letter was spoken of, so it costs it no try.
        self.blameless = blameless
        #: The connection was lost half way.
        self.lost = lost
        #: The address itself takes no mail.
        self.nobody = nobody
        #: The code with which the server refused it for good, unless for its size; it may refuse every other letter, too.
        self.refused = refused


class Transport(Protocol):
    """Takes messages one by one; opened once for many."""

    def send(self, ready: Ready) -> None:
        """Hand over one message; Undelivered when it was not taken."""

    def try_out(self) -> None:
        """See whether messages could be handed over; Undelivered when not. Leaves nothing behind."""

    def close(self) -> None:
        """Let go of the connection."""


def open_transport(mail_url: str, folder: Path | None) -> Transport:
    """The transport of the settings; it connects at the first message."""
    return FolderTransport(folder) if folder is not None else SmtpTransport(mail_url)


def why_unusable(mail_url: str, folder: Path | None) -> str | None:
    """What the mail server says against us when nothing is sent, or None when it would take a letter."""
    transport = open_transport(mail_url, folder)
    try:
        transport.try_out()
    except Undelivered as failure:
        return failure.reason
    finally:
        transport.close()
    return None


class FolderTransport:
    """Each letter as a file, complete or absent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, ready: Ready) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{ready.letter_id:07}.eml"
            half = path.with_suffix(".part")
            half.write_bytes(bytes(ready.message))
            half.replace(path)
        except (ValueError, MessageError) as error:
            raise _unwritable(error) from error
        except OSError as error:
            raise _unusable(f"The mail folder cannot be written: {error.strerror}.") from error

    def try_out(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=self.folder).close()
        except OSError as error:
            raise _unusable(f"The mail folder cannot be written: {error.strerror}.") from error

    def close(self) -> None:
        return None


class SmtpTransport:
    """One connection for many letters, made anew when the server has dropped it."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self.server: smtplib.SMTP | None = None

    def send(self, ready: Ready) -> None:
        server = self.server = self.server or self._connect()
        try:
            # Not `send_message`, which puts a > before every line that begins with “From ”.
            sender = ready.message["From"].addresses[0].addr_spec
            server.sendmail(sender, [ready.to_address], bytes(ready.message))
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            self._reset()
            raise Undelivered(
                _said(code, words),
                final=is_final(code),
                everything=code == _GOES_AWAY,
                nobody=refuses_address(code, _text(words)),
                refused=_for_good(code),
            ) from error
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            raise Undelivered("The mail server closed the connection.", lost=True) from error
        except smtplib.SMTPSenderRefused as error:
            if (
                error.smtp_code == _TOO_LARGE
            ):  # the letter's size is told with the sender (RFC 1870 section 6)
                self._reset()
                raise Undelivered(_said(error.smtp_code, error.smtp_error), final=True) from error
            self.close()  # our sender is refused, whoever the letter is for: never this letter's fault
            raise _unusable(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            self._reset()
            raise Undelivered(
                _said(error.smtp_code, error.smtp_error),
                final=is_final(error.smtp_code),
                everything=error.smtp_code == _GOES_AWAY,
                refused=_for_good(error.smtp_code),
            ) from error
        except smtplib.SMTPException as error:
            self._reset()
            raise Undelivered(f"The mail server refused the letter: {error}.", final=True) from error
        except (ValueError, MessageError) as error:
            self._reset()
            raise _unwritable(error) from error
        except OSError as error:
            # Too slow, or gone half way: this letter may be what it chokes on, so the others go first next time.
            self.close()
            raise Undelivered(f"The mail server did not answer: {error}.", everything=True) from error

    def try_out(self) -> None:
        self.server = self.server or self._connect()

    def close(self) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (smtplib.SMTPException, OSError):
                self.server.close()
            self.server = None

    def _connect(self) -> smtplib.SMTP:
        step, server = "The mail server cannot be reached", None
        try:
            server = self._open()
            step = "The connection to the mail server cannot be encrypted"
            self._encrypt(server)
            step = "The mail server refuses our user name or password (JAM_MAIL_URL)"
            self._log_in(server)
            return server
        except (smtplib.SMTPException, OSError) as error:
            if server is not None:
                server.close()
            if _is_reply(error):
                raise _unusable(f"{step}. {_said(error.smtp_code, error.smtp_error)}") from error
            raise _unusable(f"{step}: {error}.") from error

    def _open(self) -> smtplib.SMTP:
        host, port = self.parts.hostname or "localhost", self.parts.port
        if self.parts.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or 465, timeout=30, context=context)
        return smtplib.SMTP(host, port or 587, timeout=30)

    def _encrypt(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if self.parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self.parts.username:
            server.login(unquote(self.parts.username), unquote(self.parts.password or ""))

    def _reset(self) -> None:
        try:
            if self.server is not None:
                self.server.rset()
        except (smtplib.SMTPException, OSError):
            self.close()


def _unusable(reason: str) -> Undelivered:
    return Undelivered(reason, everything=True, blameless=True)


def _unwritable(error: Exception) -> Undelivered:
    return Undelivered(f"The letter cannot be made into a mail: {error}.", final=True)


def _for_good(code: int) -> int | None:
    return code if is_final(code) and code != _TOO_LARGE else None


def _said(code: int, words: bytes | str) -> str:
    return f"The mail server said {code} {' '.join(_text(words).split())[:300]}"


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def _is_reply(error: Exception) -> TypeGuard[smtplib.SMTPResponseException]:
    return isinstance(error, smtplib.SMTPResponseException)
