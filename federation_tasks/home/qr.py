"""QR codes as pictures in the page itself: drawn with attributes only, since the policy (CSP) lets no style in."""

import segno
from django.utils.safestring import SafeString, mark_safe

QUIET = 4  # points of white round it, without which telephones do not find it


def picture(text: str, name: str) -> SafeString:
    """Return the picture of a text, dark on light in every colour scheme and as wide as there is room, with its name for those who do not see it."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=QUIET, dark="#000", light="#fff", title=name, omitsize=True, svgclass=None, lineclass=None
    )
    return mark_safe(drawn.replace("<svg", '<svg role="img"', 1))  # noqa: S308 - made by segno of points; it escapes the name
