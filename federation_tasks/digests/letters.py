"""Every letter of the house, by name: one function and three templates each (templates/emails/NAME-subject, -body-text, -body-html)."""

import re
from typing import Any, NamedTuple

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

from federation_tasks.digests.overdue import Digest
from federation_tasks.digests.sections import address
from federation_tasks.digests.urges import UrgeLetter

BLANK_LINES = re.compile(r"\n{3,}")
INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


class Words(NamedTuple):
    """A letter's words."""

    subject: str
    text: str
    html: str


def overdue_digest(digest: Digest) -> Words:
    """Tell a leader what is overdue and what awaits him."""
    return _words("overdue-digest", {"digest": digest, "is_demo": bool(digest.leader.user and digest.leader.user.is_demo)})


def urge(said: UrgeLetter) -> Words:
    """Tell somebody who answers for a department what the office urges, in the office's words."""
    return _words("urge", {"urge": said, "is_demo": said.is_demo, "letters": address("digests:letters")})


def _words(name: str, context: dict[str, Any]) -> Words:
    known = context | {"worklist": address("home:worklist"), "federation_name": settings.FEDERATION_NAME, "product_name": settings.PRODUCT_NAME}
    subject, text, html = (render_to_string(f"emails/{name}-{part}", known) for part in ("subject.txt", "body-text.txt", "body-html.html"))
    return Words(" ".join(subject.split()), BLANK_LINES.sub("\n\n", text.strip()) + "\n", INLINER.inline(html))
