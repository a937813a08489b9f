"""When a report is due, in words, counted in working days."""

import datetime as dt

from django.utils import timezone

from federation_tasks.plan.models import ReportDuty
from federation_tasks.plan.workdays import workdays_between

WEEKDAYS = "一二三四五六日"


def moment_words(moment: dt.datetime) -> str:
    """Return 12月18日（周五）17:30."""
    local = timezone.localtime(moment)
    return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def countdown(duty: ReportDuty, now: dt.datetime) -> str:
    """Return when the duty is due and how many working days are left; where it has passed, what that means."""
    deadline = duty.deadline
    if deadline is None:
        return "截止时间待办公室确定"
    words = f"{moment_words(deadline)}截止"
    if duty.exception_until:
        words += f"（{exception_words(duty)}）"
    if duty.submitted_at:
        return words
    if now > deadline:
        return f"{words}，已经过了；现在报送记为迟报"
    return f"{words}，{_left(timezone.localdate(now), timezone.localdate(deadline))}"


def exception_words(duty: ReportDuty) -> str:
    """Return that the deadline was put off for this department alone, from when, and why."""
    reason = duty.exception_reason.strip().rstrip("。")
    parts = [f"已个别放宽：{reason}" if reason else "已个别放宽"]
    if duty.period.report_deadline:
        parts.append(f"原定 {moment_words(duty.period.report_deadline)}")
    return "；".join(parts)


def _left(today: dt.date, last: dt.date) -> str:
    if today == last:
        return "就是今天"
    days = workdays_between(today, last)
    return f"还有 {days} 个工作日" if days else f"还有 {(last - today).days} 天，其间没有工作日"
