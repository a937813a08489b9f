"""Time in words: what the pictures show, said before them."""

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

from federation_tasks.dashboard.time.forecast import ENOUGH, Forecast
from federation_tasks.dashboard.words import short_date
from federation_tasks.plan.models import Period

if TYPE_CHECKING:
    from federation_tasks.dashboard.time.curve import Curve

A_WEEK = dt.timedelta(days=7)


def gap(behind: int) -> str:
    """Return how many points of percent progress is behind or ahead of time."""
    if not behind:
        return "与时间同步"
    return f"落后 {behind} 个百分点" if behind > 0 else f"领先 {-behind} 个百分点"


def gap_since(now: int, before: int) -> str:
    """Return how the gap changed within a week: both in points of percent behind, below 0 ahead."""
    if now == before:
        return "与上周持平"
    if now > 0 and before > 0:
        return f"比上周{'缩小' if now < before else '扩大'} {abs(now - before)} 个"
    if now < 0 and before < 0:
        return f"比上周{'多' if now < before else '少'}领先 {abs(now - before)} 个"
    return f"上周{gap(before)}"


def finding(curve: "Curve") -> str:
    """Return what the curve shows, in one sentence."""
    if not curve.is_begun:
        return f"{curve.period}从{short_date(curve.period.starts_on)}开始，到{short_date(min(curve.day, curve.today))}还没有开始。"
    if curve.until not in curve.recorded:
        return (
            f"{curve.period}的时间已过完，{short_date(curve.until)}没有留下每日记录。"
            if curve.is_over
            else f"到{short_date(curve.until)}没有要计算进度的任务。"
        )
    if curve.is_over:
        which = "本期最后一天" if curve.until == curve.period.ends_on else "本期关闭前一天"
        return f"{short_date(curve.until)}（{which}）结束时，任务平均完成 {curve.progress}%。"
    said = [f"到{short_date(curve.until)}", f"时间已过 {curve.elapsed}%", f"任务平均完成 {curve.progress}%", gap(curve.gap)]
    if curve.until - A_WEEK in curve.recorded:
        said.append(gap_since(curve.gap, curve.gap_on(curve.until - A_WEEK)))
    return "，".join(said) + "。"


def recording(curve: "Curve") -> str:
    """Return from which day the curve is recorded; empty where that is the period's first day, or nothing is recorded."""
    if curve.since is None or curve.since == curve.period.starts_on:
        return ""
    return f"曲线从{short_date(curve.since)}开始：这以前没有任务，或者没有留下每日记录。"


def prospect(curve: "Curve") -> str:
    """Return where the pace leads to and how many tasks a week that takes, or why that is not said."""
    if curve.forecast is None:
        return no_forecast(curve)
    half = f"本期是上半年，只推算到{short_date(curve.period.ends_on)}，不推算到年底。" if curve.period.half == Period.Half.FIRST else ""
    return f"{pace(curve.forecast)}{remaining(curve.forecast)}{half}"


def pace(found: Forecast) -> str:
    """Return the method and what comes of it, in one sentence."""
    leads = f"推算，到{short_date(found.end)}约 {found.expected}%，{found.outlook}。"
    if not found.per_day:
        return f"最近{found.days}天平均进度没有提高，按此{leads}"
    return f"按最近{found.days}天平均每天推进 {points(found.per_day)} 个百分点{leads}"


def remaining(found: Forecast) -> str:
    """Return what is left to complete, and how much that is a week."""
    if found.days_left <= 7:
        return f"还有 {found.open} 项没有办结，只剩 {found.days_left} 天。"
    return f"还有 {found.open} 项没有办结，要在本期内全部办结，每周要办结 {found.per_week} 项。"


def points(per_day: Fraction) -> str:
    """Return points of percent a day as people write them: 0.45, 1.2; never 0 for what is more than nothing."""
    return f"{float(per_day):.2f}".rstrip("0").rstrip(".") if per_day >= Fraction(1, 200) else "不到 0.01"


def no_forecast(curve: "Curve") -> str:
    """Return why the end is not foretold."""
    if not curve.is_begun:
        return "本期还没有开始，不推算。"
    if curve.is_over or curve.until == curve.period.ends_on:
        return "本期时间已过完，不再推算。"
    if curve.until not in curve.recorded:
        return "没有要计算进度的任务，不推算。"
    done = curve.now.done
    if done and done == curve.now.total - curve.now.grey:
        return f"{done} 项任务已全部办结，不用推算。"
    return f"数据不足，不推算：至少要有 {ENOUGH} 天的记录。"
