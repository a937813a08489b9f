"""What a report must say before it is submitted, and what is worth a second look (domain.md, A report's life)."""

import datetime as dt
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.models.periods import half_year
from federation_tasks.plan.progress import number_words
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.findings import Finding
from federation_tasks.reports.instructions import missing_answers
from federation_tasks.reports.models import Problem, ReportItem
from federation_tasks.reports.second_look import odd_in_items

__all__ = ["Finding", "missing", "odd", "refuse_incomplete"]


def missing(filing: Filing) -> list[Finding]:
    """Return what keeps the report from being submitted, in page order; empty where it is complete."""
    found = list(missing_answers(filing.answers))
    found += [remark for item in filing.items if item.is_owed for remark in _missing_in_item(filing, item)]
    for position, problem in enumerate(filing.problems):
        found += _missing_in_problem(position, problem)
    if not filing.report.arrangements.strip():
        found.append(Finding("arrangements", f"请填写{filing.report.period.next_half}工作安排。"))
    return found


def refuse_incomplete(filing: Filing) -> None:
    """Raise ValidationError, keyed by field name, where something is missing."""
    if remarks := missing(filing):
        raise ValidationError({remark.field: remark.sentence for remark in remarks})


def _missing_in_item(filing: Filing, item: ReportItem) -> Iterator[Finding]:
    if not item.narrative.strip() and not item.is_no_progress:
        yield Finding(f"{item.prefix}-narrative", f"请填写“{item.task}”的完成情况；确实没有进展的，请勾选“本期无进展”并写明原因。")
    if sentence := _reason_wanted(filing, item):
        yield Finding(f"{item.prefix}-reason", sentence)


def _reason_wanted(filing: Filing, item: ReportItem) -> str:
    """Return why a reason must be given for an item and is not there, else an empty text."""
    if item.reason.strip():
        return ""
    if days := filing.days_overdue(item):
        return f"“{item.task}”已逾期 {days} 天，请填写逾期原因和预计办结时间。"
    if lower := _lower(item):
        return f"“{item.task}”{lower}，请核对；确实减少的，请写明原因。"
    return f"“{item.task}”勾选了“本期无进展”，请写明原因。" if item.is_no_progress else ""


def _lower(item: ReportItem) -> str:
    """Say by how much an item stays below what is registered on the task; empty where it does not."""
    task = item.task
    if task.measure == Task.Measure.QUANTITY and item.stated_quantity < task.quantity_done:
        return f"完成数量 {number_words(item.stated_quantity)} 小于已登记的 {number_words(task.quantity_done)} {task.unit}"
    if task.measure != Task.Measure.QUANTITY and item.stated_progress < task.progress:
        return f"进度 {item.stated_progress}% 低于已登记的 {task.progress}%"
    return ""


def _missing_in_problem(position: int, problem: Problem) -> Iterator[Finding]:
    wanted = [
        ("goal", problem.goal_id, "请选择第 {} 个问题属于哪个差距。"),
        ("text", problem.text.strip(), "请写明第 {} 个问题。"),
        ("measure", problem.measure.strip(), "请填写第 {} 个问题的改进措施。"),
        ("owner", problem.owner.strip(), "请填写第 {} 个问题的责任人。"),
        ("due", problem.due, "请填写第 {} 个问题的完成时限。"),
    ]
    for name, value, sentence in wanted:
        if not value:
            yield Finding(f"{problem.prefix}-{name}", sentence.format(position + 1))


def odd(filing: Filing) -> list[Finding]:
    """Return what may be submitted as it is but is worth a second look, in page order."""
    found = list(odd_in_items(filing))
    last_day = end_of_next_half(filing.report.period)
    for n, row in enumerate(filing.problems):
        if row.due and row.due < filing.day:
            found.append(Finding(f"{row.prefix}-due", f"第 {n + 1} 个问题的完成时限已经过去，请核对。"))
        if row.due and row.due > last_day:
            found.append(Finding(f"{row.prefix}-due", f"第 {n + 1} 个问题的完成时限在{filing.report.period.next_half}以后（{row.due:%Y-%m-%d}），请核对。"))
    if not filing.problems:
        found.append(Finding("problems", "没有写任何问题；请对照五个差距再想一想。"))
    return found


def end_of_next_half(period: Period) -> dt.date:
    """Return the last day of the half-year after this one: what a report arranges ends there."""
    return half_year(period.year, 2)[1] if period.half == Period.Half.FIRST else half_year(period.year + 1, 1)[1]
