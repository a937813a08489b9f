"""The user guide: one Markdown file, read once, shown in the site with an id at every heading."""

from functools import cache

import markdown
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

PLACE = settings.BASE_DIR / "docs" / "user-guide.zh-CN.md"
CONTENTS_DEPTH = "2-2"


@cache
def _converter() -> tuple[str, str]:
    """Return the guide and its table of contents as HTML. The file is the product's own: nothing in it comes from outside."""
    made = markdown.Markdown(extensions=["toc", "attr_list"], extension_configs={"toc": {"toc_depth": CONTENTS_DEPTH}})
    guide = made.convert(PLACE.read_text(encoding="utf-8"))
    return guide, made.toc  # type: ignore[attr-defined]


def rendered() -> SafeString:
    """Return the guide."""
    return mark_safe(_converter()[0])  # noqa: S308


def contents() -> SafeString:
    """Return the table of contents."""
    return mark_safe(_converter()[1])  # noqa: S308
