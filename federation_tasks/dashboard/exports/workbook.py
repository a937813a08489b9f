"""A table leaves the site as a workbook, and not without a row that says so."""

import tempfile
from typing import IO

from django.db import transaction
from django.utils import timezone

from federation_tasks import sheets
from federation_tasks.audit import trail
from federation_tasks.dashboard.exports.link import address_of
from federation_tasks.dashboard.exports.tables import Table
from federation_tasks.dashboard.summary import Summary
from federation_tasks.dashboard.words import scope
from federation_tasks.plan.models import Task

IN_MEMORY = 8 * 1024 * 1024  # bytes; what is larger waits on the disk


def export(summary: Summary, table: Table) -> IO[bytes]:
    """Return a workbook of a table. The export's own row is written before the file is handed out."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed out
    try:
        number = sheets.write(file, table.title, table.columns, table.rows, [*_about(summary, table), *table.notes])
        _note(summary, table, number)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def file_name(summary: Summary, table: Table) -> str:
    """Return what the file is called: which table, of which half-year, on which day."""
    return f"{table.title}-{summary.period.code}-{summary.day:%Y%m%d}.xlsx"


def _about(summary: Summary, table: Table) -> list[tuple[str, object]]:
    """Return whose numbers these are, and when they were so."""
    user = summary.access.user
    return [
        ("表", table.title),
        ("范围", scope(summary)),
        ("周期", f"{summary.period}（{summary.period.get_state_display()}）"),
        ("看哪一天", summary.day),
        ("依据", facts(summary)),
        ("导出时间", timezone.localtime()),
        ("导出人", str(getattr(user, "name", user))),
        ("网址", address_of(summary)),
    ]


def facts(summary: Summary) -> str:
    """Return which facts the day is judged by."""
    if summary.tally.is_past:
        return "那天结束时登记着的进度、状态和到期日"
    return "导出时登记着的进度、状态和到期日" + ("，推算到这一天" if summary.day > summary.access.on else "")


def _note(summary: Summary, table: Table, number: int) -> None:
    figures = {"rows": number, "period": summary.period.code, "on": summary.day.isoformat(), "scope": scope(summary)}
    with transaction.atomic():
        trail.record(trail.Action.EXPORT, kind=trail.kind_of(Task), name=f"{table.title} {number} 行", after=figures)
