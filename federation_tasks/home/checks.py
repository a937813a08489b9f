"""What `manage.py check --deploy` asks besides Django's own questions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.template import TemplateSyntaxError, engines


@register(Tags.templates, deploy=True)
def every_template_compiles(**_: Any) -> list[CheckMessage]:
    """Report templates that would fail when somebody opens their page."""
    return [Error(f"{name}: {error}", id="home.E001") for name in templates() if (error := fault_of(name))]


def templates() -> Iterator[str]:
    """Return the names of the site's own templates."""
    for folder in settings.TEMPLATES[0]["DIRS"]:
        yield from (str(path.relative_to(folder)) for path in sorted(Path(folder).rglob("*")) if path.is_file())


def fault_of(name: str) -> str:
    """Return what is wrong with a template; an empty text where it compiles."""
    try:
        engines["django"].get_template(name)
    except TemplateSyntaxError as error:
        return str(error)
    return ""
