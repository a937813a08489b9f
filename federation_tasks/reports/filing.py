"""Everything the pages of one report read, fetched once: the number of queries does not grow with its items or its problems."""

import datetime as dt
from collections.abc import Collection
from functools import cached_property

from federation_tasks.plan.lights import Lamp, Lamps, Light, days_overdue, elapsed_percent
from federation_tasks.plan.models import AchievementTheme, Goal, ReportDuty
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.background import last_report
from federation_tasks.reports.instructions import answers_in
from federation_tasks.reports.models import Achievement, InstructionAnswer, Problem, Report, ReportEvidence, ReportItem

# A task claimed, completed or suspended meanwhile keeps its figures: the report states facts about it and moves nothing.
MOVED_ALONG = (TaskState.ASSIGNED, TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS)


class Stated:
    """A task with the progress that the report states: what its light is judged by (lights.Lit)."""

    def __init__(self, item: ReportItem) -> None:
        task = item.task
        self.state, self.start, self.due = task.state, task.start, task.due
        self.claimed_on, self.completed_on = task.claimed_on, task.completed_on
        self.progress = item.stated_progress


class Filing:
    """One report on one day."""

    def __init__(self, report: Report, day: dt.date, tasks: Collection[int] | None = None) -> None:
        self.report, self.day = report, day
        self._tasks = tasks  # of which the items are wanted; None for all

    @cached_property
    def duty(self) -> ReportDuty | None:
        """Return the duty that the report answers; None where the office has withdrawn it."""
        duty = ReportDuty.objects.filter(period=self.report.period_id, department=self.report.department_id).first()
        if duty:
            duty.period = self.report.period
        return duty

    @property
    def is_oral(self) -> bool:
        """Say whether the department speaks at the meeting."""
        return self.duty is not None and self.duty.mode == ReportDuty.Mode.ORAL

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day."""
        return Lamps(self.day)

    @cached_property
    def last(self) -> Report | None:
        """Return the department's report before this one, with what stands of it; None where none was submitted."""
        return last_report(self.report)

    @cached_property
    def answers(self) -> list[InstructionAnswer]:
        """Return an answer for each instruction since the last report, stored or offered."""
        return answers_in(self.report, self.last)

    @cached_property
    def items(self) -> list[ReportItem]:
        """Return the items shown, each with its files: those of tasks since suspended or carried over only where something was said of them."""
        rows = self.report.items.select_related("task__goal", "task__target").prefetch_related("task__milestones")
        if self._tasks is not None:
            rows = rows.filter(task__in=self._tasks)
        for item in rows:
            item.evidence = [row for row in self.evidence if row.item_id == item.pk]
        return [item for item in rows if item.is_owed or item.is_filled or any(row.stands for row in item.evidence)]

    @cached_property
    def evidence(self) -> list[ReportEvidence]:
        """Return the files of the report and of its items, withdrawn ones too, in the order in which they came."""
        return list(self.report.evidence.select_related("attachment__uploaded_by", "attachment__withdrawn_by"))

    @property
    def evidence_of_whole(self) -> list[ReportEvidence]:
        """Return the files of the report as a whole."""
        return [row for row in self.evidence if row.item_id is None]

    @property
    def drafted(self) -> int:
        """Return how many items still say what the system put together."""
        return sum(item.is_drafted for item in self.items if item.is_owed)

    @cached_property
    def problems(self) -> list[Problem]:
        """Return the problems, in the order in which they were written."""
        return list(self.report.problems.select_related("goal"))

    @cached_property
    def achievements(self) -> list[Achievement]:
        """Return the achievements, in the order of the five themes."""
        return list(self.report.achievements.select_related("theme"))

    @cached_property
    def goals(self) -> list[Goal]:
        """Return the five goals, each with the gap that a problem can be."""
        return list(Goal.objects.all())

    @cached_property
    def themes(self) -> list[AchievementTheme]:
        """Return the themes of the achievements (五个更加)."""
        return list(AchievementTheme.objects.all())

    def elapsed(self, item: ReportItem) -> int:
        """Return how many percent of a task's days are gone by."""
        return elapsed_percent(item.task, self.day)

    def lamp(self, item: ReportItem) -> Lamp:
        """Return the light of a task with the progress that the report states."""
        return self.lamps.of(Stated(item))

    def days_overdue(self, item: ReportItem) -> int:
        """Return by how many days a task is overdue, which means red; 0 where it is not."""
        days = days_overdue(item.task, self.day)
        # The lights are read only where a task can be red at all.
        return days if days > 0 and self.lamp(item).light is Light.RED else 0
