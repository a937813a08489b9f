"""One page of a list of instructions, a row for each department that owes something on one: what the template of /instructions/ shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.db.models import Case, Count, IntegerField, Q, Value, When

from departments.access import Access, Capability
from federation_tasks.supervision.instruction_filters import CLOSED, OPEN, OVERDUE, STATES, WAITING, InstructionFilter
from federation_tasks.supervision.listing import Chip, page_chips, page_of
from federation_tasks.supervision.models import DutyState, InstructionDuty

IS_OPEN = ~Q(state=DutyState.CLOSED)
FIRST, THEN, LAST = 0, 1, 2  # overdue, open, closed


def sees_instructions(access: Access) -> bool:
    """Say whether this person has a list of instructions: whoever reads tasks somewhere, and a leader, who reads what he required himself."""
    return access.may(Capability.READ_TASKS) or access.leader is not None


@dataclass(frozen=True)
class Row:
    """What one department owes on one instruction, on the day."""

    duty: InstructionDuty
    days_overdue: int  # calendar days; 0 where it is not
    is_from_before: bool  # given in an earlier half-year
    has_moved_on: bool  # stands in a later half-year now


class InstructionList:
    """The duties that stand in a half-year or were given in it, and fit a filter. The same number of queries, however many they are."""

    def __init__(self, form: InstructionFilter, access: Access, page: str) -> None:
        self.form, self.access, self.page_typed = form, access, page
        chosen = form.cleaned_data
        self.period, self.state, self.words = chosen["period"], chosen["state"], chosen["q"]
        self.department, self.leader = chosen["department"], chosen["leader"]

    @cached_property
    def conditions_of(self) -> dict[str, Q]:
        """Return what each state means on the day."""
        overdue = IS_OPEN & Q(instruction__due__lt=self.access.on)
        return {OPEN: IS_OPEN, OVERDUE: overdue, WAITING: Q(state=DutyState.ANSWERED), CLOSED: Q(state=DutyState.CLOSED)}

    @cached_property
    def duties(self) -> Any:
        """Return those that fit all conditions but the state: the ones that the numbers are about."""
        duties = InstructionDuty.objects.visible_to(self.access).filter(Q(period=self.period) | Q(instruction__period=self.period))
        if self.department:
            duties = duties.filter(department=self.department)
        if self.leader:
            duties = duties.filter(instruction__leader=self.leader)
        if self.words:
            duties = duties.filter(Q(instruction__text__icontains=self.words) | Q(answer__icontains=self.words))
        return duties

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return the numbers by state, and of all: one query."""
        by_state = {name: Count("pk", filter=condition) for name, condition in self.conditions_of.items()}
        return dict(self.duties.order_by().aggregate(**by_state, total=Count("pk")))

    @property
    def number(self) -> int:
        """Return how many rows the list has, on all its pages."""
        return self.counts[self.state or "total"]

    @cached_property
    def page(self) -> Page:
        """Return the page that was asked for; the last one where there are fewer."""
        return page_of(self._sorted(), self.number, self.page_typed)

    def _sorted(self) -> Any:
        duties = self.duties.filter(self.conditions_of[self.state]) if self.state else self.duties
        rank = Case(When(self.conditions_of[OVERDUE], then=Value(FIRST)), When(IS_OPEN, then=Value(THEN)), default=Value(LAST), output_field=IntegerField())
        duties = duties.annotate(rank=rank).order_by("rank", "instruction__due", "instruction__number", "department__order", "pk")
        return duties.select_related("instruction__leader", "instruction__period", "department", "period")

    @cached_property
    def rows(self) -> list[Row]:
        """Return the rows of the page."""
        assert self.period is not None
        start = self.period.starts_on
        return [
            Row(duty, duty.days_overdue_on(self.access.on), duty.instruction.period.starts_on < start, duty.period.starts_on > start)
            for duty in self.page.object_list
        ]

    @property
    def state_chips(self) -> list[Chip]:
        """Return the links to each state, with its number; states without a row are left out."""
        every = Chip(f"全部 {self.counts['total']}", self.form.address(state=""), not self.state)
        shown = [name for name in STATES if self.counts[name] or self.state == name]
        return [every, *(Chip(f"{STATES[name]} {self.counts[name]}", self.form.address(state=name), self.state == name) for name in shown)]

    @property
    def conditions(self) -> list[Chip]:
        """Return the conditions in force, each with the link that takes it off."""
        leader = f"{self.leader.federation_post} {self.leader.name}" if self.leader else ""
        found = [("department", str(self.department or "")), ("leader", leader), ("q", f"含“{self.words}”" if self.words else "")]
        return [Chip(label, self.form.address(**{name: ""})) for name, label in found if label]

    @property
    def is_narrowed(self) -> bool:
        """Say whether any condition is in force beside the half-year."""
        return bool(self.conditions or self.state)

    @property
    def pages(self) -> list[Chip]:
        """Return the links to the pages."""
        return page_chips(self.page, self.form.address)

    @property
    def may_instruct(self) -> bool:
        """Say whether this person gives instructions."""
        return self.access.may(Capability.DECIDE)
