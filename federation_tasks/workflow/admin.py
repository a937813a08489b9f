"""What was moved, when, by whom and why: to be read, by nobody to be changed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from departments.access import Role
from departments.administration import RoleAdmin
from departments.filters import DepartmentChoice
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import TABLES

PLAN = "plan"


def names(rows: Iterable[HistoryRow]) -> dict[int, str]:
    """Return what the things are called that these rows are about: one query for each kind of thing."""
    kinds: dict[Any, list[HistoryRow]] = {}
    for row in rows:
        kinds.setdefault(row.content_type.model_class(), []).append(row)
    found: dict[int, str] = {}
    for model, of_kind in kinds.items():
        related = [f.name for f in model._meta.fields if f.name in {"department", "period"}]
        things = model._base_manager.select_related(*related).in_bulk({row.object_id for row in of_kind})
        found |= {row.pk: str(things[row.object_id]) for row in of_kind if row.object_id in things}
    return found


class Named(ChangeList):
    """A page of history rows with the names of what they are about."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows, then their things."""
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        found = names(self.result_list)
        for row in self.result_list:
            row.named = found.get(row.pk)


@admin.register(HistoryRow)
class HistoryRowAdmin(RoleAdmin):
    """The auditor reads all of it; the plan administrator what became of the tasks, since reports are not his to read."""

    readers = frozenset({Role.AUDITOR, Role.PLAN})
    room = "办理记录"
    fields = ["on", "at", "department", "period", "what", "move_words", "from_words", "to_words", "actor", "acting_as", "reason"]
    list_display = ["entry", "what", "move_words", "from_words", "to_words", "department", "actor", "acting_as"]
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

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Read what the moved things are called once for the page."""
        return Named

    def heading(self, obj: HistoryRow) -> str:
        """Return what was done with what."""
        return f"{self.move_words(obj)}：{self.what(obj)}"

    @admin.display(description="日期", ordering="on")
    def entry(self, row: HistoryRow) -> SafeString:
        """Return the day, with the row's number for those who hear the link alone."""
        return format_html('{}<span class="visually-hidden">，第 {} 号记录</span>', f"{row.on:%Y-%m-%d}", row.pk)

    @admin.display(description="事项")
    def what(self, row: HistoryRow) -> str:
        """Return what kind of thing was moved, and which."""
        name = getattr(row, "named", None) or names([row]).get(row.pk, row.object_id)
        return f"{row.content_type.name}：{name}"

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
