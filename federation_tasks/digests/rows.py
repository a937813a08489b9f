"""One row of a digest for each kind of thing that it lists."""

from departments.models import Department
from federation_tasks.digests.briefing import Briefing
from federation_tasks.digests.comparison import NOT_YOURS, Came, TakenOver, Went
from federation_tasks.digests.sections import Labels, Line, address, due_words, full, month_day, shortened
from federation_tasks.plan.lights import Light, days_overdue
from federation_tasks.plan.models import ProgressUpdate, ReportDuty, Task
from federation_tasks.supervision.models import InstructionDuty

LONGEST_TITLE = 60  # characters: more is cut, the link leads to the rest
LONGEST_NOTE = 60


class Rows:
    """Makes the rows of one letter: knows the day's lights, the newest statements, and which link texts are taken."""

    def __init__(self, briefing: Briefing, updates: dict[int, ProgressUpdate], *, show_leader: bool) -> None:
        self.briefing, self.updates, self.show_leader = briefing, updates, show_leader
        self.labels = Labels()

    def label(self, text: str, department: Department, number: int) -> str:
        """Return a link text that this letter does not have yet."""
        return self.labels.unique(shortened(text, LONGEST_TITLE), department.name, number)

    def where(self, department: Department) -> str:
        """Return a department's name, and for the principal who is in charge of it."""
        if not self.show_leader:
            return department.name
        leader = self.briefing.in_charge.get(department.pk)
        return f"{department}（{leader.name}分管）" if leader else f"{department}（未分管）"

    def overdue(self, task: Task) -> Line:
        """Return a row about an overdue task."""
        update = self.updates.get(task.pk)
        note = f"{month_day(update.on)}：{shortened(update.text, LONGEST_NOTE)}" if update else "还没有填过进展"
        return self._lit(task, f"{self.where(task.department)}，{due_words(task)}，进度 {task.progress}%", note)

    def soon(self, task: Task) -> Line:
        """Return a row about a task that falls due within days."""
        return self._lit(task, f"{self.where(task.department)}，{due_words(task)}，进度 {task.progress}%")

    def resolved(self, went: Went) -> Line:
        """Return a row about a task that is overdue no more."""
        return self._gone(went, went.why)

    def moved(self, thing: TakenOver | Came | Went) -> Line:
        """Return a row about a department that came, or about a task that came or went."""
        if isinstance(thing, TakenOver):
            return self._taken_over(thing)
        if isinstance(thing, Went):
            return self._gone(thing, f"移出：{thing.why}")
        line = self._lit(thing.task, f"{self.where(thing.task.department)}，{due_words(thing.task)}")
        return Line(f"接手：{thing.why}", line.label, line.url, line.detail, f"{line.mark} {line.state}", tone="red")

    def required(self, duty: InstructionDuty) -> Line:
        """Return a row about an instruction that a department has let pass."""
        instruction = duty.instruction
        label = self.label(f"{instruction}：{instruction.text}", duty.department, duty.pk)
        detail = f"{self.where(duty.department)}，{month_day(instruction.due)}前办，{instruction.leader.name}提出"
        state = f"逾期 {duty.days_overdue_on(self.briefing.day)} 天"
        return Line(state, label, full(duty.get_absolute_url()), detail, str(duty.get_state_display()), tone="red")

    def _taken_over(self, thing: TakenOver) -> Line:
        """Return one row for all that came with a department: the rest stands on the handover page."""
        number, longest = len(thing.tasks), max(days_overdue(task, self.briefing.day) for task in thing.tasks)
        brought = f"{self.where(thing.department)}，随单位接过来逾期的任务 {number} 项，最久的 {longest} 天"
        if self.show_leader:  # who becomes the principal takes over no portfolio, and has no page of it
            where, detail = address("supervision:tasks", department=thing.department.code, light=Light.RED), brought
        else:
            since = self.briefing.charges[thing.department.pk].valid_from
            where = address("home:handover", on=since.isoformat())
            detail = f"{brought}；{month_day(since)}起由您分管，待审定的和没销号的要求也在接手清单里"
        label = self.label(f"{'逾期任务' if self.show_leader else '接手清单'}：{thing.department}", thing.department, thing.department.pk)
        return Line(f"接手 {number} 项", label, where, detail, tone="red", number=number)

    def missing(self, duty: ReportDuty) -> Line:
        """Return a row about a report that was not submitted in time."""
        deadline = f"截止 {month_day(duty.deadline.date())}" if duty.deadline else ""
        label = self.label(f"{duty.department}：{duty.period}工作汇报", duty.department, duty.pk)
        return Line("未报送", label, full(duty.department.get_absolute_url()), f"{self.where(duty.department)}，{deadline}")

    def _lit(self, task: Task, detail: str, note: str = "") -> Line:
        lamp = self.briefing.lamps.of(task)
        return Line(lamp.words, self.label(task.title, task.department, task.pk), full(task.get_absolute_url()), detail, note, lamp.character, lamp.colour)

    def _gone(self, went: Went, state: str) -> Line:
        task, was = went.task, went.was
        if task is None or went.why == NOT_YOURS:
            # What is not his any more has no link and no news: only what he was told before.
            return Line(state, shortened(was.title, LONGEST_TITLE), "", f"{month_day(was.due)}到期")
        label = self.label(task.title, task.department, task.pk)
        return Line(state, label, full(task.get_absolute_url()), f"{self.where(task.department)}，{due_words(task)}")
