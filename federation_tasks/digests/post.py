"""Handing letters to the mail server: one connection for a batch, and what its answers mean in Chinese."""

import contextlib
import smtplib
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from django.core.mail import EmailMessage, get_connection

NEEDS_SIGN_IN = {530, 534, 535, 538}  # about our account there, not about the letter
CLOSING = 421
LONGEST_ANSWER = 300  # characters of a server's own words


@dataclass(frozen=True)
class Answer:
    """What became of one letter: accepted, refused for good, or to be tried again; and the reason in words."""

    is_accepted: bool
    is_final: bool
    words: str


ACCEPTED = Answer(is_accepted=True, is_final=True, words="已接收")


class UnreachableError(Exception):
    """No connection can be had; its text says why, in Chinese."""


class Post:
    """One connection to the mail server, made when the first letter goes and made anew after it broke."""

    def __init__(self) -> None:
        self.connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.hang_up()

    def connect(self) -> None:
        """Have a connection; raise UnreachableError where there is none."""
        if self.connection is not None:
            return
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise UnreachableError(f"连不上邮件服务器：{in_words(error)}") from error
        self.connection = connection

    def deliver(self, message: EmailMessage) -> Answer:
        """Hand over one letter and return what the server said to it; a connection that broke over it is dropped."""
        try:
            self.connection.send_messages([message])
        except (OSError, smtplib.SMTPException) as error:
            answer = answer_to(error)
            if code_of(error) in {None, CLOSING}:
                self.hang_up()
            return answer
        return ACCEPTED

    def hang_up(self) -> None:
        """End the connection, whatever state it is in."""
        connection, self.connection = self.connection, None
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.close()


def answer_to(error: Exception) -> Answer:
    """Return what an error means for the letter: 5xx refuses this one for good; 4xx, a drop and a silence are tried again."""
    code = code_of(error)
    is_final = code is not None and 500 <= code <= 599 and code not in NEEDS_SIGN_IN
    return Answer(is_accepted=False, is_final=is_final, words=in_words(error))


def code_of(error: Exception) -> int | None:
    """Return the server's number for an error; None where it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def in_words(error: Exception) -> str:
    """Return an error as the office reads it, with the server's own words behind it."""
    code = code_of(error)
    if code is not None:
        return f"{_meaning(code)}（服务器答复 {code} {_said(error)}）"
    if isinstance(error, TimeoutError):
        return "邮件服务器很久没有答复"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "邮件服务器中途断开了连接"
    return f"与邮件服务器的连接出了问题（{str(error)[:LONGEST_ANSWER] or type(error).__name__}）"


def _meaning(code: int) -> str:
    if code in NEEDS_SIGN_IN:
        return "邮件服务器不认发信账号，请检查 EMAIL_URL 里的账号和密码"
    known = {550: "收信地址不存在或被拒收", 551: "收信人不在这台服务器上", 552: "收信人的邮箱满了或邮件太大", 553: "收信地址不被接受", 554: "邮件被拒收"}
    if code in known:
        return known[code]
    return "邮件服务器拒收" if 500 <= code <= 599 else "邮件服务器暂时不收"


def _said(error: Exception) -> str:
    refused = error.recipients if isinstance(error, smtplib.SMTPRecipientsRefused) else {}
    said: bytes | str = next((answer for _, answer in refused.values()), getattr(error, "smtp_error", b""))
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:LONGEST_ANSWER]
