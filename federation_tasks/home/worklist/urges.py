"""What the office urges this person's departments to do (催办): above everything else on the page, until it is answered or done."""

from functools import cached_property

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse

from departments.access import Access, Capability
from federation_tasks.home.worklist.pieces import SHOWN
from federation_tasks.plan.models import Period
from federation_tasks.supervision.models import Urge, UrgeStage
from federation_tasks.supervision.models.urge import UrgeQuerySet
from federation_tasks.supervision.stages import Stages

READ_ALONG = ("notice__by", "department", "period", "task", "report_duty__period", "report_duty__department", "instruction_duty__instruction__period")
WORST_FIRST = Case(
    *[When(stage=stage, then=Value(-place)) for place, stage in enumerate(UrgeStage.Stage.values)], default=Value(0), output_field=IntegerField()
)


class OwnUrges:
    """The urges that wait for this person's departments; for staff, those about the tasks that he carries out. At most three queries."""

    def __init__(self, access: Access) -> None:
        self.access = access
        places = {row.department_id for row in access.places}
        self.whole = [pk for pk in places if access.may(Capability.UPDATE_TASKS, pk)]
        self.places = list(places)

    @property
    def rows(self) -> UrgeQuerySet:
        """Return them. What was not done in a half-year that is closed is not waited for any more; its tasks were carried over."""
        mine = Q(department__in=self.whole) | Q(department__in=self.places, task__assignee=self.access.user.pk)
        over = Q(task__period__state=Period.State.CLOSED) | Q(report_duty__period__state=Period.State.CLOSED)
        rows: UrgeQuerySet = Urge.objects.unanswered().filter(mine).exclude(over)
        return rows

    @cached_property
    def total(self) -> int:
        """Return how many there are."""
        return self.rows.count() if self.places else 0

    @cached_property
    def shown(self) -> list[Urge]:
        """Return the first of them: the strongest stage first, then the oldest."""
        return list(self.rows.select_related(*READ_ALONG).order_by(WORST_FIRST, "pk")[:SHOWN]) if self.total else []

    @property
    def unlisted(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.shown)

    @cached_property
    def stages(self) -> Stages:
        """Return the stages by the names that are in use."""
        return Stages()

    @property
    def items(self) -> list[tuple[Urge, str, str]]:
        """Return each with the address of what was urged and what to do about it."""
        return [(urge, self._thing(urge), self._how(urge)) for urge in self.shown]

    def _thing(self, urge: Urge) -> str:
        if urge.report_duty and self.access.may(Capability.DRAFT_REPORTS, urge.department_id):
            return reverse("reports:edit", args=[urge.report_duty.period.code, urge.department.code])
        return urge.get_absolute_url()

    def _how(self, urge: Urge) -> str:
        done = "申请办结" if urge.task_id else ("报送汇报" if urge.report_duty_id else "答复要求")
        if self.access.may(Capability.ANSWER_FOR, urge.department_id):
            return f"一时办不完的，先回应怎么办、哪天办完；{done}以后自动了结。"
        return f"由{urge.department}负责人回应；{done}以后自动了结。"
