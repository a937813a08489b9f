"""What was moved, when, by whom and why: to be read, by nobody to be changed."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from departments.access import Role
from departments.administration import RoleAdmin
from departments.filters import DepartmentChoice
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import TABLES

PLAN = "plan"


@admin.register(HistoryRow)
class HistoryRowAdmin(RoleAdmin):
    """The auditor reads all of it; the plan administrator what became of the tasks, since reports are not his to read."""

    readers = frozenset({Role.AUDITOR, Role.PLAN})
    room = "办理记录"
    fields = ["on", "at", "department", "period", "what", "move_words", "from_words", "to_words", "actor", "acting_as", "reason"]
    list_display = ["on", "what", "move_words", "from_words", "to_words", "department", "actor", "acting_as"]
    list_select_related = ["department", "actor", "content_type"]
    list_filter = [DepartmentChoice]
    search_fields = ["period"]
    search_help_text = "按周期代码查找，例如 2026H2。"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows that this person may read."""
        rows = super().get_queryset(request)
        if Role.AUDITOR in request.access.groups:  # type: ignore[attr-defined]
            return rows
        return rows.filter(content_type__app_label=PLAN)

    @admin.display(description="事项")
    def what(self, row: HistoryRow) -> str:
        """Return what kind of thing was moved, and which."""
        return f"{row.content_type.name} {row.object_id}"

    @admin.display(description="动作")
    def move_words(self, row: HistoryRow) -> str:
        """Return the move in the words of its table."""
        table = TABLES.get(row.content_type.model_class())  # type: ignore[arg-type]
        return table[row.move].label if table and row.move in table else row.move

    @admin.display(description="原状态")
    def from_words(self, row: HistoryRow) -> str:
        """Return the state left, in words."""
        return _state(row, row.from_state)

    @admin.display(description="新状态")
    def to_words(self, row: HistoryRow) -> str:
        """Return the state reached, in words."""
        return _state(row, row.to_state)


def _state(row: HistoryRow, state: str) -> str:
    table = TABLES.get(row.content_type.model_class())  # type: ignore[arg-type]
    return str(table.states(state).label) if table and state in table.states.values else state
