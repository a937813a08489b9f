"""A circular leaves the site as a workbook, and not without a row that says so."""

import tempfile
from typing import IO

from django.db import transaction

from federation_tasks import sheets
from federation_tasks.audit import trail
from federation_tasks.meetings.models import Circular
from federation_tasks.meetings.page import CircularPage

WIDE = 24  # characters


def export(page: CircularPage) -> IO[bytes]:
    """Return a workbook of a circular's table. The export's own row is written before the file is handed out."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed out
    try:
        columns = [sheets.Column("类别"), sheets.Column("部室或单位", WIDE), *(sheets.Column(column.label, WIDE) for column in page.columns)]
        number = sheets.write(file, f"{page.period}通报", columns, page.rows)
        _note(page, number)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _note(page: CircularPage, number: int) -> None:
    figures = {"rows": number, "period": page.period.code, "issued": page.circular is not None}
    with transaction.atomic():
        trail.record(trail.Action.EXPORT, kind=trail.kind_of(Circular), name=f"{page.period}通报 {number} 行", after=figures)
