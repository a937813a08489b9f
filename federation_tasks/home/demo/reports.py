"""File the reports of the demo: written by the clerk, submitted by the head, returned or approved by the leader in charge."""

import datetime as dt
from collections.abc import Callable

from federation_tasks.home.demo.diary import Hour
from federation_tasks.home.demo.filings import (
    ACHIEVEMENTS,
    ARRANGEMENTS,
    ARRANGEMENTS_CORRECTED,
    CLOSED,
    CORRECTED,
    COURSES,
    FRESH,
    ONE_MORE_PROBLEM,
    PROBLEMS,
    RUNNING,
    SAID,
    STILL_AT_IT,
    Deed,
)
from federation_tasks.home.demo.halves import moment
from federation_tasks.home.demo.tasks import Chapter, Story
from federation_tasks.plan.lights import Lamps, Light, light_on
from federation_tasks.plan.models import AchievementTheme
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.models import Achievement, Outcome, Problem, Report, ReportItem
from federation_tasks.supervision.models import DutyState
from federation_tasks.workflow.moves import perform

PROBLEMS_PER_REPORT = 2
TIME_FOR_PROBLEMS = dt.timedelta(days=45)
WRITTEN_AT = dt.time(8, 45)


def file_reports(story: Story, closed_on: dt.date) -> None:
    """Note what becomes of every report. Those of the running half are filed from the closing of the other on, when all tasks are there."""
    for code, course in CLOSED.items():
        for deed in COURSES[course]:
            story.diary.note(_day(story.closed, deed), _act(story, story.closed, code, deed, course))
    for code, course in RUNNING.items():
        for deed in COURSES[course]:
            story.diary.note(max(closed_on, _day(story.running, deed)), _act(story, story.running, code, deed, course), Hour.FILING)


def _day(chapter: Chapter, deed: Deed) -> dt.date:
    return chapter.anchor + dt.timedelta(days=deed.day)


def _act(story: Story, chapter: Chapter, code: str, deed: Deed, course: str) -> Callable[[dt.date], None]:
    def act(day: dt.date) -> None:
        user = story.people.clerks[code] if deed.by == "clerk" else story.actor(code, deed.by)
        report = start_report(chapter.period, story.people.departments[code], user)
        if deed.by != "leader":
            _write(story, report, code, day, is_fresh=course == FRESH)
        if deed.corrects:
            _correct(story, report, code, day)
        if deed.name != "start":
            said = {f"remark_task_{_first_task(report)}": deed.remark} if deed.remark else {}
            perform(report, deed.name, story.diary.access(user, day), reason=deed.reason, **said)

    return act


def _first_task(report: Report) -> int:
    """Return the task that the version submitted last speaks of first."""
    return int(report.versions.latest("number").content["items"][0]["task"])


def _correct(story: Story, report: Report, code: str, day: dt.date) -> None:
    """Answer what the leader asked for: one task told in full, one problem more, the arrangements with their dates."""
    item = report.items.select_related("task").get(task=_first_task(report))
    item.narrative, item.is_no_progress = CORRECTED.format(item.task.progress), False
    item.save()
    _add_problem(story, report, code, day, ONE_MORE_PROBLEM)
    report.arrangements = ARRANGEMENTS_CORRECTED
    report.save()


def _write(story: Story, report: Report, code: str, day: dt.date, *, is_fresh: bool) -> None:
    """Say something about every task, problem, achievement and, unless the draft is fresh, instruction, as far as it has not been said."""
    lamps = Lamps(day)
    for item in report.items.select_related("task"):
        _write_item(item, light_on(item.task, day, lamps.thresholds), is_read_over=not is_fresh)
    if not is_fresh:
        _answer(Filing(report, day), code)
    if not report.problems.exists():
        _write_problems(story, report, code, day)
        theme = AchievementTheme.objects.get(number=min(ACHIEVEMENTS) + report.department.order % len(ACHIEVEMENTS))
        Achievement.objects.create(report=report, theme=theme, text=ACHIEVEMENTS[theme.number])
    report.arrangements = ARRANGEMENTS
    report.revision += 1
    report.edited_by, report.edited_at = story.people.clerks[code], moment(day, WRITTEN_AT)
    report.begun_at = report.begun_at or report.edited_at
    report.save()


def _write_item(item: ReportItem, light: Light, *, is_read_over: bool) -> None:
    """Say something of a task; what the system put together from its updates stands as it is, and only a fresh draft leaves it unread."""
    task = item.task
    item.is_drafted = item.is_drafted and not is_read_over
    if task.progress == 0 and not task.updates.exists():
        item.is_no_progress, item.reason = True, "任务刚刚下达，正在摸底和明确分工。"
    item.narrative = item.narrative or f"本期按计划推进，目前进度 {task.progress}%。"
    item.next_step = "整理佐证材料，做好总结。" if task.state in {TaskState.COMPLETED, TaskState.CLAIMED} else "对照完成标准逐项推进，每周更新进展。"
    if light is Light.RED:
        item.reason = item.reason or "前期协调用时较长，已经倒排时间，明确专人负责，尽快办结。"
        item.coordination = "请分管领导帮助协调相关部门。"
    item.save()


def _write_problems(story: Story, report: Report, code: str, day: dt.date) -> None:
    first = report.department.order % len(PROBLEMS)
    for problem in (PROBLEMS * 2)[first : first + PROBLEMS_PER_REPORT]:
        _add_problem(story, report, code, day, problem)


def _add_problem(story: Story, report: Report, code: str, day: dt.date, problem: tuple[int, str, str]) -> None:
    number, text, measure = problem
    owner = f"{story.people.departments[code]}负责人"
    Problem.objects.create(report=report, goal=story.goals[number], text=text, measure=measure, owner=owner, due=day + TIME_FOR_PROBLEMS)


def _answer(filing: Filing, code: str) -> None:
    """Answer what leaders have required since the last report."""
    for answer in filing.answers:
        if answer.duty.state == DutyState.CLOSED:
            answer.outcome, answer.text = Outcome.DONE, answer.duty.answer
        else:
            answer.outcome, answer.text = SAID.get((code, answer.duty.instruction.text), STILL_AT_IT)
        answer.save()
