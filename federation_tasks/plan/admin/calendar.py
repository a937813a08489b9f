"""Working days that differ from the state calendar's."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse

from federation_tasks.plan.admin.base import PlanAdmin
from federation_tasks.plan.models import WorkdayOverride
from federation_tasks.plan.workdays import state_calendar_knows

AHEAD = dt.timedelta(days=60)  # how long beforehand the missing calendar of a year is spoken of


@admin.register(WorkdayOverride)
class WorkdayOverrideAdmin(PlanAdmin):
    """Days on which letters are sent, or are not, whatever the state calendar says."""

    room = "亮灯和工作日"
    deletable = True
    fields = ["day", "is_workday", "note"]
    list_display = ["day", "is_workday", "note"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list; say so where the state calendar of the days ahead is not known."""
        ahead: dt.date = request.access.on + AHEAD  # type: ignore[attr-defined]
        if not state_calendar_knows(ahead):
            sentence = f"系统还不知道 {ahead.year} 年的放假和调休安排，暂按周一至周五上班计算。国务院办公厅的通知出来以后，请把调休的日子登记在这里。"
            self.message_user(request, sentence, messages.WARNING)
        return super().changelist_view(request, extra_context)
