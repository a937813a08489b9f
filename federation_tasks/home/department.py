"""What the page of one department shows."""

from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from departments.access import Access, Capability, leader_in_charge
from departments.models import Department, Leader, Membership, Portfolio
from federation_tasks.dashboard.reporting import WORDS, standing_of
from federation_tasks.home.timeline.page import newest_events
from federation_tasks.plan.counts import Counts, count_by
from federation_tasks.plan.lights import Lamps
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.reports.deadlines import moment_words
from federation_tasks.reports.models import Report
from federation_tasks.supervision.events import Event

PERIODS = 6  # half-years back: three years


class DepartmentPage:
    """One department on one day, as one person may see it. The number of queries does not grow with its rows."""

    def __init__(self, department: Department, access: Access) -> None:
        self.department, self.access = department, access

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day."""
        return Lamps(self.access.on)

    @cached_property
    def leader(self) -> Leader | None:
        """Return who is in charge today; None is 未分管, and then the principal decides."""
        return leader_in_charge(self.department, self.access.on)

    @cached_property
    def charges(self) -> list[Portfolio]:
        """Return who was, is and will be in charge, the newest first."""
        rows = Portfolio.objects.filter(department=self.department).select_related("leader").order_by("-valid_from")
        return [row for row in rows if not row.holds(self.access.on)]

    @cached_property
    def people(self) -> list[Membership]:
        """Return who works here today or will, heads first."""
        still = Q(valid_to__isnull=True) | Q(valid_to__gt=self.access.on)
        rows = Membership.objects.filter(still, department=self.department, user__is_active=True).select_related("user")
        order = list(Membership.Role.values)
        return sorted(rows, key=lambda row: (order.index(row.role), row.valid_from))

    @cached_property
    def periods(self) -> list[Period]:
        """Return the newest half-years in which there is something to show."""
        # Not a join: that would multiply every task of a half-year by every duty.
        tasks = Task.objects.filter(period=OuterRef("pk"), department=self.department)
        duties = ReportDuty.objects.filter(period=OuterRef("pk"), department=self.department)
        return list(Period.objects.owed().filter(Exists(tasks) | Exists(duties))[:PERIODS])

    @cached_property
    def halves(self) -> list[tuple[Period, Counts, str]]:
        """Return each half-year with the tasks by light and the address of the list."""
        tasks = Task.objects.filter(department=self.department, period__in=self.periods)
        counts = count_by(tasks, self.access.on, "period_id", lamps=self.lamps)
        return [(period, counts.get((period.pk,), Counts()), self._tasks(period)) for period in self.periods]

    def _tasks(self, period: Period) -> str:
        return f"{reverse('supervision:tasks')}?period={period.code}&department={self.department.code}"

    @cached_property
    def newest(self) -> list[Event]:
        """Return the newest events of the half-year that holds the day; the rest is one link away."""
        period = Period.objects.holding(self.access.on)
        return newest_events(self.department, period, self.access) if period else []

    @cached_property
    def reports(self) -> list[tuple[ReportDuty, str, Report | None]]:
        """Return what was owed in each half-year, where it stands, and the report where this person may open it."""
        if not self.access.may(Capability.READ_SUBMITTED, self.department):
            return []
        duties = {row.period_id: row for row in ReportDuty.objects.filter(department=self.department, period__in=self.periods)}
        readable = {row.period_id: row for row in Report.objects.visible_to(self.access).filter(department=self.department, period__in=self.periods)}
        found = []
        for period in self.periods:
            if period.pk not in duties:
                continue
            duty, report = duties[period.pk], readable.get(period.pk)
            duty.period, duty.department = period, self.department
            if report:
                report.period, report.department = period, self.department
            found.append((duty, self._standing(duty, report), report))
        return found

    def _standing(self, duty: ReportDuty, report: Report | None) -> str:
        if duty.submitted_at is None and duty.period.state == Period.State.CLOSED:
            return "已关闭，台账里没有报送记录"
        words = [WORDS[standing_of(duty, self.access.on)]]
        if duty.submitted_at:
            words.append(f"{moment_words(duty.submitted_at)}报送")
        if report:
            words.append(report.state_words)
        return "，".join(words)
