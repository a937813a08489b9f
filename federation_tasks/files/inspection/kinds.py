"""The kinds of files that this office needs. What is not here is not taken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from federation_tasks.files.inspection.images import check_image
from federation_tasks.files.inspection.old_office import check_old_office
from federation_tasks.files.inspection.packages import check_ofd, check_ooxml, check_opendocument
from federation_tasks.files.inspection.pdf import check_pdf
from federation_tasks.files.inspection.texts import check_text

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Kind:
    """One kind of file: its extension, what people call it, its type for browsers, and what its content must be (raises Refused)."""

    extension: str
    words: str
    mime: str
    check: Callable[[BinaryIO], None]


KINDS = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", check_pdf),
        Kind("docx", "Word 文档", f"{OOXML}wordprocessingml.document", check_ooxml("wordprocessingml.document")),
        Kind("xlsx", "Excel 表格", f"{OOXML}spreadsheetml.sheet", check_ooxml("spreadsheetml.sheet")),
        Kind("pptx", "PowerPoint 演示", f"{OOXML}presentationml.presentation", check_ooxml("presentationml.presentation")),
        Kind("doc", "旧版 Word 文档", "application/msword", check_old_office("WordDocument")),
        Kind("xls", "旧版 Excel 表格", "application/vnd.ms-excel", check_old_office("Workbook", "Book")),
        Kind("ppt", "旧版 PowerPoint 演示", "application/vnd.ms-powerpoint", check_old_office("PowerPoint Document")),
        Kind("wps", "WPS 文字", "application/vnd.ms-works", check_old_office("WordDocument")),
        Kind("et", "WPS 表格", "application/octet-stream", check_old_office("Workbook", "Book")),
        Kind("dps", "WPS 演示", "application/octet-stream", check_old_office("PowerPoint Document")),
        Kind("ofd", "OFD 版式文件", "application/ofd", check_ofd),
        Kind("odt", "OpenDocument 文字", f"{ODF}text", check_opendocument(f"{ODF}text")),
        Kind("ods", "OpenDocument 表格", f"{ODF}spreadsheet", check_opendocument(f"{ODF}spreadsheet")),
        Kind("jpg", "JPEG 图片", "image/jpeg", check_image("JPEG")),
        Kind("jpeg", "JPEG 图片", "image/jpeg", check_image("JPEG")),
        Kind("png", "PNG 图片", "image/png", check_image("PNG")),
        Kind("txt", "文本", "text/plain", check_text),
        Kind("csv", "CSV 表格", "text/csv", check_text),
    )
}
