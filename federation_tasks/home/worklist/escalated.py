"""What has come up to a leader because it stays overdue (升级到您的)."""

from typing import Any

from departments.access import Access
from federation_tasks.home.worklist.pieces import SHOWN, Item, Section
from federation_tasks.home.worklist.tasks import where_and_when
from federation_tasks.supervision.escalating import duties_in_hand, escalated_to, step_words, tasks_in_hand


def escalated_section(access: Access) -> Section:
    """Return the tasks and the duties on instructions that stand at this leader's step and are still overdue: at most four queries."""
    tasks = escalated_to(tasks_in_hand(access.on), access)
    duties = escalated_to(duties_in_hand(access.on), access)
    numbers = tasks.count(), duties.count()
    items = [_task(row) for row in tasks.select_related("department").prefetch_related("milestones")[:SHOWN]] if numbers[0] else []
    if numbers[1] and len(items) < SHOWN:
        items += [_duty(row, access) for row in duties.select_related("department", "instruction__period")[: SHOWN - len(items)]]
    return Section("升级到您的", items, sum(numbers))


def _task(task: Any) -> Item:
    text = f"{where_and_when(task)}{step_words(task.step)}。"
    return Item(f"{task.title}（{task.department}）", task.get_absolute_url(), text, "看任务", task)


def _duty(duty: Any, access: Access) -> Item:
    text = f"逾期 {duty.days_overdue_on(access.on)} 天，{step_words(duty.step)}。"
    return Item(str(duty), duty.get_absolute_url(), text, "看要求", flag="逾期")
