"""What the page of one department shows."""

import datetime as dt
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode

from departments.access import Access, Capability, leader_in_charge
from departments.models import Department, Leader, Membership, Portfolio
from federation_tasks.dashboard.links import Links
from federation_tasks.dashboard.overdue import Overdue, longest_overdue
from federation_tasks.dashboard.reporting import WORDS, standing_of
from federation_tasks.dashboard.sentences import Sentence, sentences
from federation_tasks.dashboard.words import long_date, short_date
from federation_tasks.dashboard.worsening import Worsening
from federation_tasks.home.timeline.page import newest_events
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import Goal, Period, ReportDuty, Task
from federation_tasks.plan.past import end_of
from federation_tasks.plan.tally import Tally, by_period
from federation_tasks.reports.deadlines import moment_words
from federation_tasks.reports.models import Report
from federation_tasks.supervision.events import Event

PERIODS = 6  # half-years back: three years
TROUBLED = 10  # overdue tasks; the rest is one link away


class DepartmentPage:
    """One department on one day, as one person may see it: today as it stands now, a day that is over as it ended.

    The number of queries does not grow with its rows. Rights are those of today, whatever the day that is looked at.
    """

    def __init__(self, department: Department, access: Access, period: Period | None, day: dt.date) -> None:
        self.department, self.access, self.period, self.day = department, access, period, day

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day."""
        return Lamps(self.day)

    @property
    def is_today(self) -> bool:
        """Say whether the day is today."""
        return self.day == self.access.on

    @property
    def is_past(self) -> bool:
        """Say whether the day is over."""
        return self.day < self.access.on

    @property
    def day_words(self) -> str:
        """Return the day, in words."""
        return long_date(self.day)

    @cached_property
    def leader(self) -> Leader | None:
        """Return who is in charge on the day; None is 未分管, and then the principal decides."""
        return leader_in_charge(self.department, self.day)

    @cached_property
    def charges(self) -> list[Portfolio]:
        """Return who else was, is and will be in charge, the newest first."""
        rows = Portfolio.objects.filter(department=self.department).select_related("leader").order_by("-valid_from")
        return [row for row in rows if not row.holds(self.day)]

    @cached_property
    def people(self) -> list[Membership]:
        """Return who works here on the day or will, heads first."""
        still = Q(valid_to__isnull=True) | Q(valid_to__gt=self.day)
        rows = Membership.objects.filter(still, department=self.department, user__is_active=True).select_related("user")
        order = list(Membership.Role.values)
        return sorted(rows, key=lambda row: (order.index(row.role), row.valid_from))

    @cached_property
    def periods(self) -> list[Period]:
        """Return the newest half-years that had begun by the day, or all today, in which there is something to show."""
        # Not a join: that would multiply every task of a half-year by every duty.
        tasks = Task.objects.filter(period=OuterRef("pk"), department=self.department)
        duties = ReportDuty.objects.filter(period=OuterRef("pk"), department=self.department)
        begun = Q(starts_on__lte=self.day) if self.is_past else Q()
        return list(Period.objects.owed().filter(begun, Exists(tasks) | Exists(duties))[:PERIODS])

    @cached_property
    def halves(self) -> list[tuple[Period, Counts, str]]:
        """Return each half-year with the tasks by light and the address of the list."""
        counts = by_period(self.periods, self.day, self.access.on, where=Q(department=self.department.pk), lamps=self.lamps)
        return [(period, counts.get(period.pk, Counts()), self._tasks(period)) for period in self.periods]

    def _tasks(self, period: Period, light: str = "") -> str:
        query = {"period": period.code, "on": "" if self.is_today else self.day.isoformat(), "department": self.department.code, "light": light}
        return f"{reverse('supervision:tasks')}?{urlencode({name: value for name, value in query.items() if value})}"

    # --- The half-year that is looked at ---------------------------------------------------------------------------------

    @cached_property
    def tally(self) -> Tally | None:
        """Return the numbers of the department in the half-year that is looked at; None where there is no half-year."""
        own = Department.objects.filter(pk=self.department.pk)
        return Tally(self.period, self.day, self.access.on, own, lamps=self.lamps) if self.period else None

    @cached_property
    def goals(self) -> list[tuple[Goal, Counts, str, list[tuple[str, int]]]]:
        """Return each goal of the half-year in which there are tasks: with counts, the address of the list, and the lights that are lit."""
        if self.tally is None or self.period is None:
            return []
        found, address = self.tally.by_goal, self._tasks(self.period)
        rows = [(goal, found[goal.pk]) for goal in Goal.objects.all() if goal.pk in found]
        return [(goal, counts, f"{address}&goal={goal.number}", [(light.value, n) for light, n in counts.lights.items() if n]) for goal, counts in rows]

    @cached_property
    def overdue(self) -> list[Overdue]:
        """Return the tasks that have been overdue for longest."""
        return longest_overdue(self.tally, limit=TROUBLED) if self.tally and self.tally.whole.overdue else []

    @property
    def unlisted(self) -> int:
        """Return how many more tasks are overdue."""
        return self.tally.whole.overdue - len(self.overdue) if self.tally else 0

    @property
    def overdue_link(self) -> str:
        """Return the address of all overdue tasks of the half-year."""
        return self._tasks(self.period, Light.RED.value) if self.period else ""

    @property
    def since(self) -> str:
        """Return the working day before, in words: what turned red after it is new."""
        return short_date(self.tally.since) if self.tally else ""

    @cached_property
    def worse(self) -> list[Sentence]:
        """Return what got worse, in words."""
        if self.tally is None or self.period is None:
            return []
        goals = {goal: counts for goal, counts, _, _ in self.goals}
        links = Links(self.period, self.day, self.access.on, self.department)
        return sentences(Worsening(self.tally, goals), self.lamps, links, str(self.department), with_departments=False)

    @cached_property
    def newest(self) -> list[Event]:
        """Return today's newest events of the half-year that holds the day; the rest is one link away. They are no part of a past day."""
        period = Period.objects.holding(self.access.on) if not self.is_past else None
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
            if self.is_past and duty.submitted_at and duty.submitted_at >= end_of(self.day):
                duty.submitted_at, report = None, None  # not yet, on that day
            if report:
                report.period, report.department = period, self.department
            found.append((duty, self._standing(duty, report), report))
        return found

    def _standing(self, duty: ReportDuty, report: Report | None) -> str:
        if duty.submitted_at is None and duty.period.state == Period.State.CLOSED:
            return "已关闭，台账里没有报送记录"
        words = [WORDS[standing_of(duty, self.day)]]
        if duty.submitted_at:
            words.append(f"{moment_words(duty.submitted_at)}报送")
        if report and not self.is_past:  # where it stands now is not where it stood
            words.append(report.state_words)
        return "，".join(words)
