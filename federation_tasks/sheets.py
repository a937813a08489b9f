"""Write a workbook: bold headings that stay in sight, a filter row, real dates, and nothing that a program would compute.

Beside the sheet of the rows there is one of notes, where there are any.

What is done to a value:

* A text is written as a string cell, whatever it begins with. Spreadsheet programs compute a text that begins with = + - @, a tab or a line
  break when it is typed anew, and the one in a string cell never. Where a text begins so, the cell is also marked as quoted, so that it
  stays a text when somebody opens the cell and presses Enter. The text itself is not changed: what is exported can be compared.
* Control characters that a workbook cannot hold, half characters and non-characters become U+FFFD.
* A text longer than a cell holds (32,767 characters) is cut and ends with ……
* A moment is written as a date in the site's time zone, which workbooks do not know: the heading should say it (`zone()`).
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767
CUT = "……"
COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # beginnings of what would be taken for a formula
NOT_HELD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
BOLD = Font(bold=True)
NOTES = "说明"


@dataclass(frozen=True)
class Column:
    """A column's heading, and how wide it is, in characters."""

    heading: str
    width: int = 16


def write(file: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], notes: Iterable[tuple[str, object]] = ()) -> int:
    """Write the rows below their headings, one at a time, and return how many there were.

    `notes` say what the rows are about, one line each, on a sheet behind: the headings stand in the first row, where a filter needs them.
    They are asked for after the rows were written.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.language = title, "zh-CN"
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_heading(sheet, column) for column in columns])
    written = 0
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        written += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{written + 1}"
    _note(book, list(notes))
    book.save(file)
    return written


def _note(book: Workbook, notes: Sequence[tuple[str, object]]) -> None:
    if not notes:
        return
    sheet: Any = book.create_sheet(NOTES)
    for number, width in ((1, 16), (2, 80)):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for name, value in notes:
        sheet.append([_heading(sheet, Column(name)), _cell(sheet, value)])


def zone() -> str:
    """Return the site's time zone, for a heading: Asia/Shanghai，+08:00."""
    now = timezone.localtime()
    return f"{timezone.get_current_timezone_name()}，{now.isoformat()[-6:]}"


def _heading(sheet: Any, column: Column) -> Any:
    cell = _text(sheet, column.heading)
    cell.font = BOLD
    return cell


def _cell(sheet: Any, value: object) -> Any:
    """Return what is handed to the sheet: a plain number or nothing, else a cell."""
    if value in (None, ""):
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, dt.date):
        return _date(sheet, value)
    return _text(sheet, str(value))


def _date(sheet: Any, value: dt.date) -> Any:
    moment = isinstance(value, dt.datetime)
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value).replace(tzinfo=None)
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = MOMENT if moment else DAY
    return cell


def _text(sheet: Any, text: str) -> Any:
    """Return a string cell, which no program computes."""
    held = NOT_HELD.sub("\N{REPLACEMENT CHARACTER}", text)
    cell = WriteOnlyCell(sheet, held if len(held) <= LONGEST_TEXT else held[: LONGEST_TEXT - len(CUT)] + CUT)
    cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula, and one such as #N/A for an error
    if held.startswith(COMPUTED):
        cell.quotePrefix = True
    return cell
