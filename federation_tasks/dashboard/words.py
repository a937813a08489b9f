"""The dashboard in words: what is the case, before any picture (design, Words first)."""

import datetime as dt

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Period

WEEKDAYS = "一二三四五六日"
STANDING = (Light.DONE, Light.YELLOW, Light.RED)  # what the headline counts, in the order in which it is said


def headline(summary: Summary) -> SafeString:
    """Return how things stand, in one or two sentences."""
    if summary.day < summary.period.starts_on:
        return _not_begun(summary)
    if not summary.counts.total:
        return format_html("{}还没有下达任务。", scope(summary))
    return format_html("{}：{}{}。{}", _how_many(summary), _standing(summary), _time(summary), _overdue(summary))


def scope(summary: Summary) -> str:
    """Return whose tasks of which period are meant."""
    departments = summary.departments
    if summary.is_whole:
        whose = ""
    elif len(departments) == 1:
        whose = str(departments[0])
    else:
        whose = f"您负责的 {len(departments)} 个单位" if departments else ""
    return f"{whose}{summary.period}"


def pace(summary: Summary) -> str:
    """Return in a sentence how progress stands against the time gone by."""
    progress, elapsed, limit = summary.counts.progress, summary.elapsed, summary.lamps.thresholds[0]
    if summary.day < summary.period.starts_on or not summary.counts.total:
        return ""
    if summary.day > summary.period.ends_on:
        return f"色块：任务完成 {progress}%。本期时间已过完。"
    return f"色块：任务完成 {progress}%；竖线：时间已过 {elapsed}%。{_difference(elapsed - progress, limit)}。"


def long_date(day: dt.date) -> str:
    """Return a day with its weekday: 2026年10月21日（周三）."""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def short_date(day: dt.date) -> str:
    """Return a day within its year: 10月20日."""
    return f"{day.month}月{day.day}日"


def _difference(behind: int, limit: int) -> str:
    if behind <= 0:
        return f"快于时间 {-behind} 个百分点" if behind else "与时间同步"
    return f"落后 {behind} 个百分点，" + (f"在 {limit} 个百分点的界线之内" if behind <= limit else f"超过 {limit} 个百分点的界线")


def _not_begun(summary: Summary) -> SafeString:
    starts = short_date(summary.period.starts_on)
    if not summary.counts.total:
        return format_html("{}从{}开始，还没有下达任务。", scope(summary), starts)
    return format_html("{}从{}开始，到{}还没有开始；已下达 <b>{} 项任务</b>。", scope(summary), starts, short_date(summary.day), summary.counts.total)


def _how_many(summary: Summary) -> SafeString:
    closed = "（已关闭）" if summary.period.state == Period.State.CLOSED else ""
    return format_html("{}{}共 {} 项任务", scope(summary), closed, summary.counts.total)


def _standing(summary: Summary) -> SafeString:
    lights = summary.counts.lights
    shown = [light for light in STANDING if lights[light]]
    if lights[Light.GREY]:
        shown.append(Light.GREY)
    if not shown:
        return mark_safe("都在办理中")
    return format_html_join("，", "<b>{} {}</b>", ((summary.lamps.counted(light).words, lights[light]) for light in shown))


def _time(summary: Summary) -> SafeString:
    if summary.counts.total == summary.counts.lights[Light.GREY]:
        return mark_safe("")
    if summary.day > summary.period.ends_on:
        return format_html("；任务平均完成 {}%", summary.counts.progress)
    return format_html("；时间已过 {}%，任务平均完成 {}%", summary.elapsed, summary.counts.progress)


def _overdue(summary: Summary) -> SafeString:
    red, name = summary.counts.overdue, summary.lamps.names[Light.RED]
    if not red:
        return format_html("没有{}任务。", name)
    if red == 1 and summary.overdue:
        return _the_one(summary, name)
    return _new(summary, name)


def _the_one(summary: Summary, name: str) -> SafeString:
    one = summary.overdue[0]
    since = f"，{short_date(summary.since)}以后新{name}" if one.is_new else ""
    return format_html('{}的是<a href="{}">{}</a>（{}，{} 天{}）。', name, one.task.get_absolute_url(), one.task.title, one.task.department, one.days, since)


def _new(summary: Summary, name: str) -> SafeString:
    since, new = short_date(summary.since), summary.counts.newly_overdue
    return format_html("比{}新增{} {} 项。", since, name, new) if new else format_html("比{}没有新增{}。", since, name)
