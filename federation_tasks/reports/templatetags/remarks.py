"""What a leader said at one place of a report, where templates print that place."""

from typing import Any

from django import template

from federation_tasks.reports.history import Event
from federation_tasks.reports.remarks import Remark

register = template.Library()


@register.simple_tag
def remarks_on(event: Event | None, part: str, key: Any = None) -> list[Remark]:
    """Return what was said with this move about a task, a problem (by their numbers), or the arrangements."""
    return [remark for remark in event.remarks if remark.part == part and str(remark.key) == str(key)] if event else []
