"""What may be submitted as it is but is worth a second look, item by item: what a leader would ask about first."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Task
from federation_tasks.plan.progress import number_words
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.background import standing_of
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.findings import Finding
from federation_tasks.reports.models import ReportItem

ENDED = (TaskState.CLAIMED, TaskState.COMPLETED)
LONG_ENOUGH = 10  # characters: shorter texts are the same by chance
FIGURES = {Task.Measure.QUANTITY: "quantity_done", Task.Measure.MILESTONES: "milestones_done", Task.Measure.PERCENT: "progress"}


class Before(NamedTuple):
    """What was said of a task the last time: in the version that stands of this report, else in the last one."""

    progress: int
    quantity: Decimal
    where: str


class Past:
    """What was reported before, read once."""

    def __init__(self, filing: Filing) -> None:
        self.this = filing.report.standing.content["items"] if filing.report.standing else []
        self.last = standing_of(filing.last).content["items"] if filing.last else []
        self.half = f"上期（{filing.last.period}）汇报" if filing.last else ""
        self.texts = {row["narrative"].strip() for row in self.last if len(row["narrative"].strip()) >= LONG_ENOUGH}

    def of(self, task: Task) -> Before | None:
        """Return what was said of a task, through a carrying over; None where it is new."""
        for rows, pk, where in ((self.this, task.pk, "已报送的一稿"), (self.last, task.carried_from_id, self.half)):
            for row in rows:
                if row["task"] == pk:
                    return Before(row["progress"], _number(row), where)
        return None


def _number(row: dict[str, Any]) -> Decimal:
    return Decimal((row["quantity_done"] or "0").replace(",", ""))


def odd_in_items(filing: Filing) -> Iterator[Finding]:
    """Return what is odd in the items that are owed, in page order."""
    past = Past(filing)
    if filing.drafted:
        first = next(item for item in filing.items if item.is_owed and item.is_drafted)
        yield Finding(f"{first.prefix}-narrative", f"有 {filing.drafted} 项任务的完成情况还是系统拟写的，请核对。")
    for item in filing.items:
        if item.is_owed:
            yield from _odd_in_item(filing, item, past)


def _odd_in_item(filing: Filing, item: ReportItem, past: Past) -> Iterator[Finding]:
    task, figure = item.task, f"{item.prefix}-{FIGURES[Task.Measure(item.task.measure)]}"
    if sentence := _lower_than_before(item, past.of(task)):
        yield Finding(figure, sentence)
    if task.measure == Task.Measure.QUANTITY and item.stated_quantity > (task.quantity or 0):
        done, planned = number_words(item.stated_quantity), number_words(task.quantity or Decimal(0))
        yield Finding(figure, f"“{task}”完成 {done} {task.unit}，比计划的 {planned} {task.unit}还多，请核对；确实超额的，照报。")
    if item.is_no_progress and (item.stated_progress > task.progress or item.stated_quantity > task.quantity_done):
        yield Finding(f"{item.prefix}-is_no_progress", f"“{task}”勾选了“本期无进展”，数字却比已登记的多，请核对。")
    if item.narrative.strip() in past.texts and not item.is_drafted:
        yield Finding(f"{item.prefix}-narrative", f"“{task}”的完成情况和{past.half}里的一字不差，请写本期做了什么。")
    if item.stated_progress == 100 and task.state not in ENDED:
        yield Finding(f"{item.prefix}-narrative", f"“{task}”进度已到 100%，还没有申请办结；办完了请到任务页申请。")
    if sentence := _no_next_step(filing, item):
        yield Finding(f"{item.prefix}-next_step", sentence)


def _lower_than_before(item: ReportItem, before: Before | None) -> str:
    """Say by how much an item stays below what was reported before, where nobody has said why; empty where it does not."""
    if before is None or item.reason.strip():
        return ""
    task = item.task
    if task.measure == Task.Measure.QUANTITY and item.stated_quantity < before.quantity:
        done = number_words(item.stated_quantity)
        return f"“{task}”完成 {done} {task.unit}，少于{before.where}的 {number_words(before.quantity)} {task.unit}，请核对。"
    if task.measure != Task.Measure.QUANTITY and item.stated_progress < before.progress:
        return f"“{task}”进度 {item.stated_progress}%，低于{before.where}的 {before.progress}%，请核对。"
    return ""


def _no_next_step(filing: Filing, item: ReportItem) -> str:
    """Say of a task that is red or yellow that nothing is written about how it goes on; empty where something is, or none is needed."""
    light = filing.lamp(item).light
    if item.next_step.strip() or light not in {Light.RED, Light.YELLOW}:
        return ""
    which = f"已逾期 {filing.days_overdue(item)} 天" if light is Light.RED else "进度落后于时间"
    return f"“{item.task}”{which}，请写{filing.report.period.next_half}怎么接着做。"
