"""The curve's points equal what stood on each day, a past day shows what it showed then, and each situation has its own words."""

import datetime as dt
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.db.models import Q
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.dashboard.summary import summarise
from federation_tasks.dashboard.time.curve import Curve
from federation_tasks.dashboard.time.ends import last_days
from federation_tasks.dashboard.time.section import InTime
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.keeping import refresh
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Period, Task

A_DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 9, 1)
DAYS = [FIRST + n * A_DAY for n in range((TODAY - FIRST).days + 1)]
SNAPSHOTS = DAYS[::10]

# What happens: on a day since the first, a task of a department and goal is assigned, gets so far, is completed or is suspended.
HAPPENS = {
    2: [("a", "kfb", 1, 0), ("b", "jjb", 2, 10)],
    9: [("a", 30), ("c", "kfb", 3, 0)],
    15: [("b", 55)],
    21: [("c", 20), ("d", "kfyy", 1, 5)],
    33: [("a", 90), ("d", 61)],
    40: [("b", "completed"), ("c", "suspended")],
    49: [("a", 97), ("d", 80)],
}


def at_ten(day):
    return time_machine.travel(f"{day}T10:00:00+08:00", tick=False)


def happen(plan, cast, tasks, day, what):
    """Let one thing happen to the tasks in the database, and return it in plain values: department, goal, progress, counted."""
    name, *rest = what
    if len(rest) == 3:
        code, goal, progress = rest
        tasks[name] = plan.task(getattr(cast, code), goal=plan.goals[goal - 1], progress=progress, title=name, start=day)
        return name, [code, goal, progress, True]
    task = tasks[name]
    if rest == ["completed"]:
        task.progress, task.state, task.claimed_on, task.completed_on = 100, "completed", day, day
    elif rest == ["suspended"]:
        task.state = "suspended"
    else:
        task.progress = rest[0]
    task.save()
    return name, [task.department.code, task.goal.number, task.progress, task.state != "suspended"]


def section(cast, plan, today, day, part="principal"):
    return render_to_string("dashboard/time/section.html", {"time": InTime(summarise(cast.access(part, today), plan.period, day))})


@pytest.fixture
def walk(plan, cast):
    """Walk day by day; return what was counted by hand on each, and what the section showed on some."""
    tasks, plain, by_hand, shown = {}, {}, {}, {}
    for n, day in enumerate(DAYS):
        with at_ten(day):
            plain |= dict(happen(plan, cast, tasks, day, what) for what in HAPPENS.get(n, []))
            refresh(day)
            by_hand[day] = [tuple(row) for row in plain.values()]
            if day in SNAPSHOTS:
                shown[day] = section(cast, plan, day, day)
    return by_hand, shown


def mean_of(rows):
    counted = [progress for *_, progress, is_counted in rows if is_counted]
    return sum(counted) // len(counted) if counted else None


PARTS = {
    "all": (None, Q(), lambda code, goal: True),
    "the departments of a leader": (("kfb", "kfyy"), Q(), lambda code, goal: code != "jjb"),
    "one department": (None, Q(department__code="kfb"), lambda code, goal: code == "kfb"),
    "one goal": (None, Q(goal__number=1), lambda code, goal: goal == 1),
    "a goal of a leader's departments": (("kfb", "jjb"), Q(goal__number=2), lambda code, goal: (code, goal) == ("jjb", 2)),
}


def test_every_point_is_what_stood_at_the_end_of_its_day(plan, cast, walk):
    by_hand, shown = walk
    for codes, where, belongs in PARTS.values():
        departments = codes and Department.objects.filter(code__in=codes)
        for day in (DAYS[12], DAYS[-2], TODAY):
            curve = Curve(plan.period, day, TODAY, departments=departments, **({"where": where} if where else {}))
            expected = {one: mean_of([row for row in rows if belongs(*row[:2])]) for one, rows in by_hand.items() if one <= day}
            assert {one: counts.progress for one, counts in curve.recorded.items()} == {one: mean for one, mean in expected.items() if mean is not None}
            assert curve.rows[-1].day == day
            assert [row.progress for row in curve.rows] == [expected[row.day] for row in curve.rows]
    for day, html in shown.items():
        assert section(cast, plan, TODAY, day) == html


def test_the_section_says_how_progress_stands(plan, cast, walk):
    html = section(cast, plan, TODAY, TODAY)
    # a 97, b 100, d 80, and c suspended; a week before, at 57%: a 90, b 100, d 61; 28 days before: a 30, b 55, c 20, d 5
    assert "到10月21日，时间已过 60%，任务平均完成 92%，领先 32 个百分点，比上周多领先 6 个。" in html
    assert "曲线从9月3日开始：这以前没有任务，或者没有留下每日记录。" in html
    gained = (277 / 3 - 110 / 4) / 28
    assert f"按最近28天平均每天推进 {gained:.2f} 个百分点推算，到12月31日约 100%，能完成。" in html
    assert "还有 2 项没有办结，要在本期内全部办结，每周要办结 1 项。" in html
    assert "到10月21日办结率 33%；没有上期和去年同期可以比较。" in html
    text = section(cast, plan, TODAY, TODAY, "other_head")  # only 教就部's task, which is completed
    assert "任务平均完成 100%" in text
    assert "1 项任务已全部办结，不用推算。" in text
    with at_ten(TODAY):
        page = cast.client("principal").get("/dashboard/").content.decode()
        assert html.strip() in page


def test_the_markup_is_read_well(plan, cast, walk):
    tree = ElementTree.fromstring(section(cast, plan, TODAY, TODAY))
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert not [one for one in tree.iter() if one.get("style")]
    assert [one.tag for one in tree.iter() if one.tag in ("h2", "h3")] == ["h2", "h3", "h3"]
    order = list(tree)
    charts = [one for one in order if one.tag == "svg"]
    assert charts
    for chart in charts:
        place = order.index(chart)
        assert chart.get("role") == "img"
        assert chart.find("title").get("id") == chart.get("aria-labelledby")
        assert "数据见下表" in chart.find("title").text
        assert order[place - 1].tag == "p"
        assert order[place - 1].text.endswith("。")
        assert order[place + 1].tag == "details"
        assert order[place + 1].find("table") is not None
    for table in tree.iter("table"):
        assert table.find("caption").text
        assert all(head.get("scope") == "col" for head in table.iter("th") if head.get("role") == "columnheader")
        for row in table.find("tbody"):
            assert row[0].get("scope") == "row"
            assert all(cell.get("role") == "cell" and cell.get("data-label") for cell in row[1:])
    lines = [(line.get("class"), line.get("stroke-dasharray")) for line in tree.iter("polyline")]
    assert len({dash for _, dash in lines}) == len(lines) == 3  # told apart without colour


def queries_of(cast, plan):
    """Return how many queries the section makes beside those for what the page shows anyway."""
    summary = summarise(cast.access("principal"), plan.period, TODAY)
    assert summary.counts.total
    assert summary.by_goal
    with CaptureQueriesContext(connection) as found:
        render_to_string("dashboard/time/section.html", {"time": InTime(summary)})
    return len(found)


def test_as_many_queries_for_ten_half_years_as_for_two(plan, cast, walk):
    Period.objects.create(year=2026, half=1, state="closed")
    few = queries_of(cast, plan)
    for year in range(2021, 2026):
        for half in (1, 2):
            period = Period.objects.create(year=year, half=half, state="closed")
            Task.objects.bulk_create(
                Task(period=period, department=cast.kfb, goal=goal, title="任务", start=period.starts_on, due=period.ends_on) for goal in plan.goals
            )
    assert queries_of(cast, plan) == few == 6


def test_a_half_year_ends_the_day_before_it_is_closed(plan, cast):
    earlier = Period.objects.create(year=2026, half=1, state="closed")  # closed long after its last day: now
    with time_machine.travel("2026-12-29T10:00:00+08:00", tick=False):
        plan.period.state = "closed"
        plan.period.save()
    assert last_days([plan.period, earlier]) == {plan.period.pk: dt.date(2026, 12, 28), earlier.pk: dt.date(2026, 6, 30)}


# --- Each situation in its own words ---------------------------------------------------------------------------------


def curve(day, recorded, half=2, today=None, end=None):
    """Return a curve with these records and no database: mean progress of ten tasks by day, or counts."""
    starts, ends = (dt.date(2026, 7, 1), dt.date(2026, 12, 31)) if half == 2 else (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    period = Period(pk=1, year=2026, half=half, starts_on=starts, ends_on=ends, state="open")
    found = {
        one: counts if isinstance(counts, Counts) else Counts(Counts().lights | {Light.GREEN: 10}, progress_sum=10 * counts) for one, counts in recorded.items()
    }
    made = Curve(period, day, today or day, now=found.get(day, Counts()), end=end or ends)
    made.__dict__["recorded"] = found
    return made


def on(month, day):
    return dt.date(2026, month, day)


ALL_DONE = Counts(Counts().lights | {Light.DONE: 3, Light.GREY: 1}, progress_sum=300)
SITUATIONS = {
    "not begun": (curve(on(6, 20), {}), "2026年下半年从7月1日开始，到6月20日还没有开始。", "", "本期还没有开始，不推算。"),
    "no tasks": (curve(on(8, 1), {}), "到8月1日没有要计算进度的任务。", "", "没有要计算进度的任务，不推算。"),
    "first day": (
        curve(on(7, 1), {on(7, 1): 0}), "到7月1日，时间已过 0%，任务平均完成 0%，与时间同步。", "", "数据不足，不推算：至少要有 7 天的记录。",
    ),
    "six days": (
        curve(on(9, 7), {on(9, 1): 0, on(9, 7): 6}),
        "到9月7日，时间已过 36%，任务平均完成 6%，落后 30 个百分点。",
        "曲线从9月1日开始：这以前没有任务，或者没有留下每日记录。",
        "数据不足，不推算：至少要有 7 天的记录。",
    ),
    "a week": (
        curve(on(9, 8), {on(9, 1): 0, on(9, 8): 7}),
        "到9月8日，时间已过 37%，任务平均完成 7%，落后 30 个百分点，比上周缩小 3 个。",
        "曲线从9月1日开始：这以前没有任务，或者没有留下每日记录。",
        "按最近7天平均每天推进 1 个百分点推算，到12月31日约 100%，能完成。还有 10 项没有办结，要在本期内全部办结，每周要办结 1 项。",
    ),
    "no pace": (
        curve(on(12, 26), {on(12, 1): 70, on(12, 26): 60}),
        "到12月26日，时间已过 96%，任务平均完成 60%，落后 36 个百分点。",
        "曲线从12月1日开始：这以前没有任务，或者没有留下每日记录。",
        "最近25天平均进度没有提高，按此推算，到12月31日约 60%，难完成。还有 10 项没有办结，只剩 5 天。",
    ),
    "first half": (
        curve(on(3, 29), {on(1, 1): 0, on(3, 1): 20, on(3, 29): 48}, half=1),
        "到3月29日，时间已过 48%，任务平均完成 48%，与时间同步。",
        "",
        "按最近28天平均每天推进 1 个百分点推算，到6月30日约 100%，能完成。"
        "还有 10 项没有办结，要在本期内全部办结，每周要办结 1 项。本期是上半年，只推算到6月30日，不推算到年底。",
    ),
    "all done": (
        curve(on(8, 10), {on(7, 1): 0, on(8, 10): ALL_DONE}),
        "到8月10日，时间已过 21%，任务平均完成 100%，领先 79 个百分点。",
        "",
        "3 项任务已全部办结，不用推算。",
    ),
    "last day": (
        curve(on(12, 31), {on(7, 1): 0, on(12, 31): 90}), "到12月31日，时间已过 99%，任务平均完成 90%，落后 9 个百分点。", "", "本期时间已过完，不再推算。",
    ),
    "over": (
        curve(dt.date(2027, 1, 9), {on(7, 1): 0, on(12, 31): 90}), "12月31日（本期最后一天）结束时，任务平均完成 90%。", "", "本期时间已过完，不再推算。",
    ),
    "closed early": (
        curve(on(12, 30), {on(7, 1): 0, on(12, 28): 88}, end=on(12, 28)),
        "12月28日（本期关闭前一天）结束时，任务平均完成 88%。", "", "本期时间已过完，不再推算。",
    ),
    "over and not recorded": (
        curve(dt.date(2027, 1, 9), {}), "2026年下半年的时间已过完，12月31日没有留下每日记录。", "", "本期时间已过完，不再推算。",
    ),
    "a day to come": (
        curve(on(11, 1), {on(7, 1): 0, on(9, 30): 20}, today=on(9, 30)),
        "到9月30日，时间已过 49%，任务平均完成 20%，落后 29 个百分点。", "", "数据不足，不推算：至少要有 7 天的记录。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_situation_has_its_words(name):
    made, finding, recording, prospect = SITUATIONS[name]
    assert (made.finding, made.recording, made.prospect) == (finding, recording, prospect)
    assert made.is_drawn == (len(made.recorded) > 1)
