"""What stands on the outside of a letter, the same at every try (contract.md, Letters)."""

import uuid
from email.header import Header
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from federation_tasks.digests.models import Letter


class Envelope(EmailMultiAlternatives):
    """An e-mail whose Chinese subject begins on the line of its name: an empty first line is read as a blank by some programs."""

    def message(self, **options: Any) -> Any:
        """Return the letter as it goes over the wire."""
        built = super().message(**options)
        built.replace_header("Subject", Header(str(self.subject), "utf-8", header_name="Subject"))
        return built


def envelope(letter: Letter) -> Envelope:
    """Return a frozen letter as an e-mail: text first, then HTML."""
    headers = {
        "Message-ID": letter.message_id,
        "X-Digest-Key": f"{slug(letter.kind)}:{letter.key}",
        "List-Id": f"<{slug(letter.kind)}.{host()}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "zh-Hans",
    }
    message = Envelope(letter.subject, letter.text, to=[letter.address], headers=headers)
    message.attach_alternative(letter.html, "text/html")
    return message


def new_message_id() -> str:
    """Return a Message-ID for a row that is being made; short, so that its header stays on one line."""
    return f"<{uuid.uuid4().hex}@{host()}>"


def slug(kind: str) -> str:
    """Return a kind's name as it stands in headers."""
    return kind.replace("_", "-")


def host() -> str:
    """Return the site's own name, for the right-hand side of identifiers."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"
