"""What a list of instructions is narrowed down by: the parameters of /instructions/, read as a form."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property

from departments.access import Access
from departments.models import Leader
from federation_tasks.supervision.filters import HalfYearConditions, select

OPEN, OVERDUE, WAITING, CLOSED = "open", "overdue", "waiting", "closed"
STATES = {OPEN: "未销号", OVERDUE: "逾期", WAITING: "已答复，待销号", CLOSED: "已销号"}


class InstructionFilter(HalfYearConditions):
    """The conditions of a list of instructions; all are optional. Only what this person may read is offered."""

    names = ("period", "state", "department", "leader", "q")
    period = select(label="半年")
    state = select(label="状态")
    department = select(label="部室或单位")
    leader = select(label="提出的领导")
    q = forms.CharField(label="关键词（选填）", required=False, max_length=100, help_text="在要求和落实情况里查找，只查这个半年的。")

    def __init__(self, typed: QueryDict, access: Access) -> None:
        super().__init__(typed, access)
        self._offer("state", [("", "全部"), *STATES.items()])
        self._offer("leader", [("", "全部")] + [(str(row.pk), f"{row.federation_post} {row.name}") for row in self.leaders])

    @cached_property
    def leaders(self) -> list[Leader]:
        """Return the leaders who have given instructions."""
        return list(Leader.objects.filter(instructions__isnull=False).distinct())

    def clean_state(self) -> Any:
        """Return the state, or an empty text for all."""
        return self._one("state", {value: value for value in STATES}, "这种状态") or ""

    def clean_leader(self) -> Any:
        """Return the leader who gave them, or None for all."""
        return self._one("leader", {str(row.pk): row for row in self.leaders}, "这位领导")
