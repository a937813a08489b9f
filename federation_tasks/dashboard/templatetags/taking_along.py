"""What a page of the dashboard has at its end and on paper: workbooks, a link to send, and whose print of which day it is."""

from typing import Any

from django import template
from django.utils import timezone

from federation_tasks.dashboard.exports.link import address_of, letter_with
from federation_tasks.dashboard.exports.tables import TABLES
from federation_tasks.dashboard.exports.workbook import facts
from federation_tasks.dashboard.summary import Summary
from federation_tasks.dashboard.words import long_date, scope

register = template.Library()


@register.inclusion_tag("dashboard/taking_along.html", takes_context=True)
def taking_along(context: dict[str, Any], summary: Summary) -> dict[str, Any]:
    """Print the ways in which this view can be taken along or sent."""
    request = context["request"]
    address = address_of(summary, request.path, request.GET)
    subject = f"亮灯总览：{scope(summary)}，{long_date(summary.day)}"
    tables = [(name, title) for name, (title, _) in TABLES.items() if summary.is_whole or name != "leaders"]
    asked = [("period", summary.period.code), ("on", summary.day.isoformat()), ("leader", request.GET.get("leader", ""))]
    return {"asked": asked, "address": address, "letter": letter_with(address, subject), "tables": tables}


@register.inclusion_tag("dashboard/printed.html", takes_context=True)
def printed(context: dict[str, Any], summary: Summary) -> dict[str, Any]:
    """Print the line that only paper has: who printed what, and when."""
    return {"user": context["request"].user, "now": timezone.localtime(), "day": long_date(summary.day), "scope": scope(summary), "facts": facts(summary)}
