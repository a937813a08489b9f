"""The log leaves the site as a workbook: what fits the filter, no more than can be read, and not without a row that says so."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from django.db import transaction

from federation_tasks import sheets
from federation_tasks.audit import naming, trail
from federation_tasks.audit.filtering import LogFilter
from federation_tasks.audit.models import Entry
from federation_tasks.audit.showing import as_text
from federation_tasks.masking import masked_in

MOST = 50_000  # rows of one export
AT_A_TIME = 1000  # rows read at a time
IN_MEMORY = 8 * 1024 * 1024  # bytes; what is larger waits on the disk
TITLE = "审计记录"
TOO_MANY = f"符合条件的记录超过 {MOST:,} 条，一次导不出来。请把起止日期改近一些，或再加一个条件，然后重新导出。"


class TooMany(Exception):  # noqa: N818 - no fault
    """More rows fit the filter than one export holds."""


def export(form: LogFilter) -> IO[bytes]:
    """Return a workbook of the rows that fit a filter, the newest first. The export's own row is written before the file is handed out.

    Raises TooMany.
    """
    rows = form.rows
    if rows.order_by()[: MOST + 1].count() > MOST:
        raise TooMany
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed out
    try:
        number = sheets.write(file, TITLE, columns(), _cells(rows[: MOST + 1].select_related("seal").iterator(chunk_size=AT_A_TIME)))
        with transaction.atomic():
            trail.record(trail.Action.EXPORT, kind=trail.kind_of(Entry), name=f"{TITLE} {number} 条", after={"rows": number, "filter": form.as_figures()})
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def columns() -> list[sheets.Column]:
    """Return the headings, each of which says what is below; the time's names the zone."""
    at = f"（{sheets.zone()}）"
    wide = {"身份": 28, "对象": 40, "之前": 40, "之后": 40, "理由": 32, "网址或命令": 32, "请求编号": 20, "校验值": 20}
    names = ["记录编号", "姓名", "用户名", "账号编号", "身份", "网络地址", "动作", "办理事项", "结果", "对象种类", "对象", "对象编号", "单位代码"]
    names += ["之前", "之后", "理由", "方式", "网址或命令", "请求编号", "封存顺序号", "校验值"]
    moments = sheets.Column(f"时间{at}", 22)
    named = [sheets.Column(name, wide.get(name, 14)) for name in names]
    return [named[0], moments, *named[1:], sheets.Column(f"封存时间{at}", 22)]


def _cells(rows: Iterable[Entry]) -> Iterator[list[object]]:
    """Yield the cells of each row. Raises TooMany where rows were added meanwhile."""
    for number, row in enumerate(rows, 1):
        if number > MOST:
            raise TooMany
        yield _cells_of(row)


def _cells_of(row: Entry) -> list[object]:
    who = [row.actor, row.username, row.actor_id, row.role, row.address]
    what = [row.get_action_display(), row.verb, row.get_result_display(), naming.name_of_kind(row.kind), masked_in(row.thing), row.key, row.department]
    figures = [as_text(row.before, row.kind), as_text(row.after, row.kind), masked_in(row.reason)]
    seal = getattr(row, "seal", None)
    sealed = [seal.number, seal.hash, seal.at] if seal else [None, None, None]
    return [row.pk, row.at, *who, *what, *figures, row.method, masked_in(row.path), row.request, *sealed]
