"""The tables of the dashboard as workbooks have them: each whole, whatever a page shows of it, by one name in `TABLES`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from departments.models import Department, Leader
from federation_tasks.dashboard.exports.overdue import MOST, OVERDUE_COLUMNS, overdue_rows
from federation_tasks.dashboard.leaders import charges_on
from federation_tasks.dashboard.reporting import WORDS, Owed, Standing
from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.counts import Counts, total_of
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Goal
from federation_tasks.plan.tally import within
from federation_tasks.reports.gaps import GapsOf
from federation_tasks.sheets import Column

NOBODY = "未分管"
COUNTED = ("数的是", "各单位最近一次报送的汇报")
Row = Sequence[object]


@dataclass
class Table:
    """One table: what it is called, its headings, its rows one at a time, and what has to be said about them."""

    title: str
    columns: list[Column]
    rows: Iterable[Row]
    notes: Sequence[tuple[str, object]] = ()


# --- The matrix --------------------------------------------------------------------------------------------------------


def matrix(summary: Summary) -> Table:
    """Return all departments, not those of one page only: five queries. The sums stand in the notes, where no filter or sorting moves them."""
    cells: dict[int, dict[int, Counts]] = {}
    for (department, goal), counts in summary.tally.by("department_id", "goal_id", newly=True).items():
        cells.setdefault(department, {})[goal] = counts
    goals = summary.goals
    names = _light_names(summary)
    heads = [Column("部室单位", 24), Column("代码", 12), Column("类别", 12), Column("地区", 12), Column("分管领导", 16)]
    heads += [Column(name, 10) for name in ("任务", *names, "其中新增", "待核", "平均完成%")]
    heads += [Column(f"{goal} {name}", 12) for goal in goals for name in names]
    whole = total_of(counts for row in cells.values() for counts in row.values())
    return Table("亮灯矩阵", heads, _matrix_rows(summary, cells, goals), [("合计", _said(names, whole))])


def _matrix_rows(summary: Summary, cells: Mapping[int, Mapping[int, Counts]], goals: Sequence[Goal]) -> Iterable[Row]:
    charges = leaders_by_department(summary)
    for department in _departments(summary):
        row = cells.get(department.pk, {})
        parts = [row.get(goal.pk, EMPTY) for goal in goals]
        leader = charges.get(department.pk, NOBODY)
        whose = [department.name, department.code, department.get_kind_display(), department.region, leader]
        yield [*whose, *_numbers(total_of(parts)), *(n for counts in parts for n in counts.lights.values())]


EMPTY = Counts()


def _departments(summary: Summary) -> Iterable[Department]:
    """Return the departments that have tasks, or owe a report in the period, in their order: as on the page."""
    return summary.places.concerned.only("name", "code", "kind", "region").iterator(chunk_size=1000)


# --- The leaders -------------------------------------------------------------------------------------------------------


def leaders(summary: Summary) -> Table | None:
    """Return the numbers by leader, those under nobody last; None for whoever does not see the whole federation."""
    if not summary.is_whole:
        return None
    heads = [Column("会领导", 16), Column("职务", 24), Column("单位", 10)]
    heads += [Column(name, 10) for name in ("任务", *_light_names(summary), "其中新增", "待核", "平均完成%")]
    return Table("分管领导", heads, _leader_rows(summary))


def _leader_rows(summary: Summary) -> Iterable[Row]:
    by_department = {department: counts for (department,), counts in summary.tally.by("department_id", newly=True).items()}
    in_charge = dict(_portfolios(summary).values_list("department_id", "leader_id"))
    found: dict[int | None, list[Counts]] = {}
    for department in _departments(summary):
        found.setdefault(in_charge.get(department.pk), []).append(by_department.get(department.pk, EMPTY))
    for leader in Leader.objects.filter(pk__in=[pk for pk in found if pk]).order_by("order", "pk"):
        yield [leader.name, leader.federation_post, len(found[leader.pk]), *_numbers(total_of(found[leader.pk]))]
    if None in found:
        yield [NOBODY, None, len(found[None]), *_numbers(total_of(found[None]))]


# --- Overdue tasks, reports, gaps --------------------------------------------------------------------------------------


def overdue(summary: Summary) -> Table:
    """Return the overdue tasks, the longest overdue first, up to MOST; where there are more, the notes say so."""
    number = summary.tally.whole.overdue
    cut = f"，这里是逾期最久的 {MOST:,} 项" if number > MOST else ""
    said = [("共", f"{number} 项{summary.lamps.names[Light.RED]}{cut}"), ("新增", f"{summary.since:%Y-%m-%d} 以后新逾期的")]
    return Table("逾期清单", OVERDUE_COLUMNS, overdue_rows(summary, leaders_by_department(summary)), said)


def reporting(summary: Summary) -> Table:
    """Return who owes a report and where each one stands, in the order of speaking, written reports last."""
    charges = leaders_by_department(summary)
    heads = [Column("单位", 24), Column("代码", 12), Column("分管领导", 16), Column("方式", 12), Column("会议发言次序", 14), Column("截止时间", 20)]
    heads += [Column("报送情况", 12), Column("首次报送时间", 20), Column("迟报天数", 10), Column("汇报状态", 12)]
    return Table("汇报报送", heads, (_duty(row, charges) for row in summary.reporting.rows))


def _duty(row: Owed, charges: Mapping[int, str]) -> Row:
    duty, department = row.duty, row.duty.department
    whose = [department.name, department.code, charges.get(department.pk, NOBODY), duty.get_mode_display(), duty.order or None]
    return [*whose, duty.deadline, WORDS[row.standing], duty.submitted_at, _days(row), row.state.label if row.state else None]


def _days(row: Owed) -> int | None:
    return row.days_late if row.standing is Standing.LATE else None


def gaps(summary: Summary) -> Table:
    """Return the five gaps, the one with most problems first."""
    heads = [Column("差距", 24), *(Column(name, 14) for name in ("目标编号", "问题数", "单位数", "没有措施的", "上一个半年也提过的单位"))]
    rows = ([f"{row.goal.gap_name}上有差距", row.goal.number, row.problems, row.departments, row.without_measure, row.came_back] for row in summary.gaps)
    return Table("五个差距", heads, rows, [COUNTED])


def gaps_by_department(summary: Summary) -> Table:
    """Return the departments that name problems, those with most first: for each gap how many, how many without a measure, and whether it came back."""
    found = summary.problems.gaps
    heads = [Column("单位", 24), Column("代码", 12), Column("问题数", 10), Column("没有措施的", 12)]
    heads += [Column(f"{goal.gap_name} {what}", 16) for goal in found.goals for what in ("问题数", "没有措施的", "上期也提过")]
    rows, _ = found.worst(MOST)
    return Table("各单位差距", heads, (_gaps_of(row, found.goals) for row in rows), [COUNTED])


def _gaps_of(row: GapsOf, goals: Iterable[Goal]) -> Row:
    numbers = [goal.number for goal in goals]
    of_goals = [(row.problems.get(n, 0), row.without_measure.get(n, 0), "是" if n in row.came_back else None) for n in numbers]
    return [row.department, row.code, row.total, sum(row.without_measure.values()), *(value for three in of_goals for value in three)]


def supervising(summary: Summary) -> Table:
    """Return what of the supervision loop stands open, and what of it is late."""
    heads = [Column("事项", 24), Column("挂着的", 10), Column("其中超期", 10), Column("超期指", 24), Column("还有", 40)]
    rows = ([line.name, line.open, line.late, line.late_words, line.note] for line in summary.supervising.lines)
    return Table("督查督办", heads, rows)


TABLES: dict[str, tuple[str, Callable[[Summary], Table | None]]] = {
    "matrix": ("亮灯矩阵", matrix),
    "overdue": ("逾期清单", overdue),
    "leaders": ("分管领导", leaders),
    "reporting": ("汇报报送", reporting),
    "gaps": ("五个差距", gaps),
    "department-gaps": ("各单位差距", gaps_by_department),
    "supervising": ("督查督办", supervising),
}


# --- What they share ---------------------------------------------------------------------------------------------------


def leaders_by_department(summary: Summary) -> dict[int, str]:
    """Return the name of the leader in charge on the day, by the id of the department: one query."""
    return dict(_portfolios(summary).values_list("department_id", "leader__name"))


def _portfolios(summary: Summary) -> Any:
    return charges_on(summary.day).filter(within(summary.scope))


def _light_names(summary: Summary) -> list[str]:
    return [summary.lamps.counted(light).words for light in Light]


def _numbers(counts: Counts) -> list[int | None]:
    judged = counts.total - counts.lights[Light.GREY]
    return [counts.total, *counts.lights.values(), counts.newly_overdue, counts.claims, counts.progress if judged else None]


def _said(names: Sequence[str], counts: Counts) -> str:
    lights = "，".join(f"{name} {n}" for name, n in zip(names, counts.lights.values(), strict=True))
    return f"任务 {counts.total}：{lights}；其中新增 {counts.newly_overdue}，待核 {counts.claims}，平均完成 {counts.progress}%"
