"""The half-years and tasks of a generated organisation, shifted to another day."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from departments.saved_states import note_states
from federation_tasks.home import article
from federation_tasks.home.dataset.folder import Folder, Row
from federation_tasks.home.dataset.organisation import AT_A_TIME, Organisation
from federation_tasks.home.demo.halves import CLOSING_TIME, moment
from federation_tasks.plan.models import AchievementTheme, Goal, Period, ReportDuty, Task
from federation_tasks.plan.states import TaskState


@dataclass
class Work:
    """What a task row needs to become a task."""

    organisation: Organisation
    goals: dict[str, int]
    periods: dict[str, Period]  # by the code in the files
    running: Period
    shift: dt.timedelta

    def task(self, row: Row) -> Task:
        """Return the task of a row, not saved. A due date that the shift moves out of its half-year is its last day."""
        period = self.periods[row["period"]]
        due = min(self._day(row["due_on"]), period.ends_on)
        start = min(self._day(row["start_on"]), due)
        state = self._state(row, period)
        completed = self._day(row["completed_on"]) if state == TaskState.COMPLETED else None
        return Task(
            period=period,
            department_id=self.organisation.departments[row["department_id"]],
            goal_id=self.goals[row["goal_id"]],
            assignee_id=self.organisation.users[row["assignee_id"]],
            title=row["title"],
            description=row["description"],
            start=start,
            due=due,
            progress=int(row["percent"]),
            state=state,
            acknowledged_on=None if row["status"] == "not_started" else start,
            claimed_on=completed,
            claimed_by_id=self.organisation.heads[row["department_id"]] if completed else None,
            completed_on=completed,
        )

    def _state(self, row: Row, period: Period) -> TaskState:
        if row["status"] == "done":
            return TaskState.COMPLETED
        if period is not self.running:
            return TaskState.CARRIED_OVER
        return TaskState.IN_PROGRESS if row["status"] == "in_progress" else TaskState.ASSIGNED

    def _day(self, written: str) -> dt.date:
        return dt.date.fromisoformat(written) + self.shift


def load_work(folder: Folder, organisation: Organisation, today: dt.date) -> int:
    """Load goals, half-years and tasks, a few thousand rows at a time; return the number of tasks."""
    goals = {
        row["id"]: Goal.objects.create(number=int(row["id"]), name=row["name"], gap_name=article.GOALS[int(row["id"]) - 1].gap_name).pk
        for row in folder.rows("goals.csv")
    }
    AchievementTheme.objects.bulk_create(AchievementTheme(number=number, name=name) for number, name in enumerate(article.THEMES, 1))
    periods = _periods(folder, today)
    running = list(periods.values())[-1]
    duties = ReportDuty.objects.bulk_create(ReportDuty(period=running, department_id=pk) for pk in organisation.departments.values())
    note_states(duties, new=True)
    work = Work(organisation, goals, periods, running, today - folder.today)
    return sum(_save(tasks) for tasks in _chunks(work.task(row) for row in folder.rows("tasks.csv")))


def _save(tasks: list[Task]) -> int:
    """Write tasks with their first saved states, by which the dashboard looks back; return how many."""
    note_states(Task.objects.bulk_create(tasks), new=True)
    return len(tasks)


def _periods(folder: Folder, today: dt.date) -> dict[str, Period]:
    """Make as many half-years as the data has, so that the last one holds `today`; the others are closed."""
    found: dict[str, Period] = {}
    for back in reversed(range(folder.periods)):
        old, new = _half(folder.today, back), _half(today, back)
        state = Period.State.CLOSED if back else Period.State.OPEN
        period = Period(year=new[0], half=new[1], state=state)
        period.save()
        found[f"{old[0]}H{old[1]}"] = period
    running = list(found.values())[-1]
    running.report_deadline = moment(running.ends_on, CLOSING_TIME)
    running.save()
    return found


def _half(day: dt.date, back: int) -> tuple[int, int]:
    """Return year and half of the half-year so many before the one that holds a day."""
    number = day.year * 2 + (day.month > 6) - back
    return number // 2, number % 2 + 1


def _chunks(tasks: Iterator[Task]) -> Iterator[list[Task]]:
    while chunk := list(islice(tasks, AT_A_TIME)):
        yield chunk
