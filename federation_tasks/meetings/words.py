"""A circular's figures in words: who stands out, and how the whole stands."""

from collections.abc import Callable
from typing import Any

NAMED = 5  # departments; of more only the number is said
Row = dict[str, Any]


def standing_out(rows: list[Row]) -> str:
    """Return one sentence on who stands out: most overdue, without a report, and everything done in time. By the original due dates."""
    overdue = _most(rows)
    parts = [
        f"按原定日期，逾期未办最多的是{overdue}" if overdue else "按原定日期，没有逾期未办的任务",
        _those(rows, lambda row: row["figures"]["missing"] > 0, "没有报送汇报的是"),
        _those(rows, _all_in_time, "任务全部按期办结的是"),
    ]
    return "；".join(part for part in parts if part) + "。" if rows else "还没有单位承担任务，也没有单位要报送汇报。"


def whole(rows: list[Row], total: dict[str, int]) -> str:
    """Return one sentence on the whole."""
    words = f"{len(rows)} 个单位共 {total['total']} 项任务，办结 {total['done']} 项，其中按原定日期逾期办结 {total['late_by_original']} 项"
    words += f"（按延期以后的日期 {total['late']} 项）；按原定日期逾期未办 {total['overdue_by_original']} 项"
    for name, label in (("suspended", "中止"), ("carried", "结转下期")):
        words += f"，{label} {total[name]} 项" if total[name] else ""
    return f"{words}；汇报未报 {total['missing']} 个单位，迟报 {total['late_reports']} 个单位。"


def _all_in_time(row: Row) -> bool:
    figures = row["figures"]
    return bool(figures["total"] and figures["done"] == figures["total"] and not figures["late_by_original"])


def _most(rows: list[Row]) -> str:
    """Return the department, or the departments, with most overdue tasks, and how many they have; empty where nobody has any."""
    most = max((row["figures"]["overdue_by_original"] for row in rows), default=0)
    leading = [row["name"] for row in rows if row["figures"]["overdue_by_original"] == most]
    return f"{_names(leading)}（{'各 ' if len(leading) > 1 else ''}{most} 项）" if most else ""


def _those(rows: list[Row], condition: Callable[[Row], bool], words: str) -> str:
    found = [row["name"] for row in rows if condition(row)]
    return f"{words}{_names(found)}" if found else ""


def _names(names: list[str]) -> str:
    listed = "、".join(names[:NAMED])
    return listed if len(names) <= NAMED else f"{listed}等 {len(names)} 个单位"
