"""Letters as files: where no mail server is named, each one is a .eml under var/mail, which any mail program opens."""

import os
import re
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

UNSAFE = re.compile(r"[^A-Za-z0-9@.]+")
LONGEST_NAME = 120  # characters


class EmlFolderBackend(BaseEmailBackend):
    """Put each letter into a folder: whole or not at all, readable by this account alone."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the letters; return how many there were."""
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
            put(folder, file_name(message), content)
        return len(email_messages)


def file_name(message: EmailMessage) -> str:
    """Return a name that sorts by time, says which letter it is, and is no path whatever the letter's headers hold."""
    about = message.extra_headers.get("X-Digest-Key") or (message.to or ["letter"])[0]
    about = UNSAFE.sub("-", str(about)).strip("-.")[:LONGEST_NAME]
    return f"{timezone.localtime():%Y%m%d-%H%M%S}-{about}-{uuid.uuid4().hex[:8]}.eml"


def put(folder: Path, name: str, content: bytes) -> None:
    """Write a file under another name and rename it, so that nobody ever reads half of it."""
    unfinished = folder / f".{name}.part"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
