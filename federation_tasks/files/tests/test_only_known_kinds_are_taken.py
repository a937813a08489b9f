"""Kinds by content (control 31): what the office uses passes, and everything else is refused in a sentence, in bounded time and memory."""

import io
import tracemalloc
import zipfile

import pytest

from federation_tasks.files.inspection import KINDS, inspect
from federation_tasks.files.inspection.packages import walk
from federation_tasks.files.inspection.zips import MOST_UNPACKED, Budget, Package
from federation_tasks.files.names import as_sent, check
from federation_tasks.files.refusals import Refused
from federation_tasks.files.testing import EICAR, EXE, PDF, bomb, compound, ofd, office, opendocument, picture, zipped

TEXT = "2026年下半年,康复部\n完成,200 张\n"
GOOD = {
    "总结.pdf": PDF,
    "总结.docx": office("docx", {"word/embeddings/table.xlsx": office("xlsx")}),
    "总结.xlsx": office("xlsx"),
    "总结.pptx": office("pptx"),
    "总结.doc": compound("WordDocument", "1Table"),
    "总结.xls": compound("Workbook"),
    "总结.ppt": compound("PowerPoint Document", "Current User"),
    "总结.wps": compound("WordDocument"),
    "总结.et": compound("Workbook"),
    "总结.dps": compound("PowerPoint Document"),
    "总结.ofd": ofd(),
    "总结.odt": opendocument("text"),
    "总结.ods": opendocument("spreadsheet"),
    "现场.jpg": picture("JPEG"),
    "现场.JPEG": picture("JPEG"),
    "现场.png": picture("PNG"),
    "名单.txt": TEXT.encode(),
    "名单.csv": TEXT.encode("gb18030"),
}


def judged(name, content):
    return inspect(io.BytesIO(content), name)


def sentence(name, content):
    with pytest.raises(Refused) as refused:
        judged(name, content)
    assert str(refused.value).endswith(("。", "分别选。"))
    return str(refused.value)


def test_each_kind_is_taken_as_what_it_is():
    assert {judged(name, content).extension for name, content in GOOD.items()} == set(KINDS)


@pytest.mark.parametrize("name", GOOD)
def test_no_kind_is_taken_under_the_name_of_another_family(name):
    families = [{"pdf"}, {"docx"}, {"xlsx"}, {"pptx"}, {"doc", "wps"}, {"xls", "et"}, {"ppt", "dps"}, {"ofd"}, {"odt"}, {"ods"}, {"jpg", "jpeg"}, {"png"}]
    own = next((family for family in families if name.rpartition(".")[2].lower() in family), {"txt", "csv"})
    for other in set(KINDS) - own:
        with pytest.raises(Refused):
            judged(f"总结.{other}", GOOD[name])


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("总结.pdf", EXE, "内容其实是程序"),
        ("总结.docx", EXE, "内容其实是程序"),
        ("总结.pdf", b"\x7fELF\x02\x01\x01" + b"\0" * 60, "内容其实是程序"),
        ("总结.txt", EXE, "内容其实是程序"),
        ("总结.exe", EXE, "不收 .exe 这种文件"),
        ("总结.pdf.exe", PDF, "不收 .exe 这种文件"),
        ("页面.html", b"<!DOCTYPE html><script>alert(1)</script>", "不收 .html"),
        ("图形.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "不收 .svg"),
        ("图形.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "内容其实是SVG 图形"),
        ("页面.txt", b"\xef\xbb\xbf  <!DOCTYPE html><script>alert(1)</script>", ".txt"),
        ("页面.csv", b"<script>alert(1)</script>", ".csv"),
        ("脚本.txt", b"#!/bin/sh\nrm -rf /\n", "内容却不是"),
        ("压缩.zip", zipped({"a.txt": b"a"}), "不收 .zip"),
        ("总结.docx", zipped({"a.txt": b"a"}), "内容其实是新版 Office 文档或压缩包"),
        ("总结.xlsx", office("docx"), "另存为真正的Excel 表格"),
        ("总结.docx", compound("EncryptedPackage"), "旧版 Office 或者加了密码"),
        ("总结.doc", compound("EncryptedPackage"), "去掉密码"),
        ("总结.doc", "{\\rtf1 中文}".encode(), "RTF"),
        ("名单.txt", "名单".encode("utf-16"), "UTF-8"),
        ("名单.txt", b"abc\x00def", ".txt"),
        ("名单.txt", "名单".encode() + b"\xff\xfe\xff", ".txt"),
        ("总结.pdf", b"", "空文件"),
        ("没有类型", PDF, "不收"),
    ],
)
def test_content_that_is_not_what_the_name_says(name, content, says):
    assert says in sentence(name, content)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("总结.docx", office(extra={"word/vbaProject.bin": b"x"}), "宏"),
        ("总结.docx", office(types="application/vnd.ms-word.document.macroEnabled.main+xml"), "宏"),
        ("总结.doc", compound("WordDocument", "Macros/"), "宏"),
        ("总结.xls", compound("Workbook", "_VBA_PROJECT_CUR/"), "宏"),
        ("总结.odt", opendocument("text", {"Basic/Standard/Module1.xml": b"<x/>"}), "宏"),
        ("总结.docx", office(extra={"word/media/a.bin": EXE}), "夹着程序"),
        ("总结.docx", office(extra={"word/media/a.bin": zipped({"a": b"a"})}), "套着压缩包"),
        ("总结.docx", office(extra={"word/embeddings/a.xlsx": office("xlsx", {"xl/embeddings/b.docx": office()})}), "套着压缩包"),
        ("总结.docx", office(extra={"word/embeddings/a.xlsm": office("xlsx", {"xl/vbaProject.bin": b"x"})}), "宏"),
        ("总结.docx", office(extra={"word/a.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}), "外部实体"),
        ("总结.ofd", ofd(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><OFD>&b;</OFD>'), "外部实体"),
        ("总结.ofd", ofd(b"<Other/>"), ".ofd"),
        ("总结.docx", office(extra={"../../etc/cron.d/x": b"x"}), "结构不正常"),
        ("总结.docx", office(extra={"/etc/passwd": b"x"}), "结构不正常"),
        ("总结.docx", office(extra={"C:\\x": b"x"}), "结构不正常"),
    ],
)
def test_documents_that_carry_more_than_a_document(name, content, says):
    assert says in sentence(name, content)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("现场.png", picture("PNG") + zipped({"a": b"a"}), "接着一个压缩包"),
        ("现场.jpg", picture("JPEG") + zipped({"a": b"a"}), "接着一个压缩包"),
        ("现场.jpg", picture("JPEG") + b"Rar!\x1a\x07\x00" + b"\0" * 20, "接着一个压缩包"),
        ("总结.pdf", PDF + zipped({"a": b"a"}) + PDF, "接着一个压缩包"),
        ("总结.doc", compound("WordDocument") + zipped({"a": b"a"}), "接着一个压缩包"),
        ("总结.pdf", b"MZ" + PDF, ".pdf"),
        ("总结.pdf", b"\n" + PDF, ".pdf"),
        ("总结.docx", b"#!/bin/sh\n" + office(), ".docx"),
        ("总结.docx", office() + PDF, "结构不正常"),
        ("总结.docx", office() + b"\0", "结构不正常"),
        ("现场.png", b"GIF89a" + picture("PNG"), "GIF"),
    ],
)
def test_files_with_two_faces(name, content, says):
    assert says in sentence(name, content)


@pytest.mark.parametrize("name", [name for name in GOOD if not name.endswith(("txt", "csv"))])
def test_half_a_file_is_refused(name):
    assert sentence(name, GOOD[name][: len(GOOD[name]) // 2])


def locked():
    """A zip whose entries say that they are encrypted."""
    content = bytearray(office())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        content[place + at] |= 1
    return bytes(content)


def overlapping():
    """Two names for the same packed bytes: what is counted once comes out twice."""
    out = io.BytesIO(office(extra={"word/a.bmp": b"\0" * 10**6}))
    with zipfile.ZipFile(out, "a") as found:
        twin = zipfile.ZipInfo("word/b.bmp")
        for field in ("compress_type", "compress_size", "file_size", "CRC", "header_offset"):
            setattr(twin, field, getattr(found.getinfo("word/a.bmp"), field))
        found.filelist.append(twin)
        found._didModify = True
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda: bomb(10), "压缩炸弹"),
        (lambda: bomb(10, claims=10), "压缩炸弹"),
        (lambda: bomb(1, entries=1), "压缩炸弹"),
        (lambda: bomb(0.02, entries=1, claims=1), "结构不正常"),
        (lambda: office(extra={"word/embeddings/a.xlsx": bomb(1)}), "压缩炸弹"),
        (lambda: office(extra={f"word/{n}.xml": b"" for n in range(6000)}), "压缩炸弹"),
        (overlapping, "结构不正常"),
        (locked, "去掉密码"),
    ],
    ids=["ten gigabytes", "ten gigabytes, named ten bytes", "one entry", "a small lie", "nested", "six thousand entries", "overlapping", "locked"],
)
def test_archive_bombs_take_bounded_memory_and_never_come_out(content, says):
    packed = content()
    tracemalloc.start()
    assert says in sentence("总结.docx", packed)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 16 * 1024 * 1024


def test_no_more_is_unpacked_than_the_budget_whatever_the_headers_say():
    packed = bomb(10, claims=10)
    budget = Budget.of(len(packed))
    assert budget.left == MOST_UNPACKED
    package = Package(io.BytesIO(packed), budget)
    with pytest.raises(Refused, match="压缩炸弹"):
        walk(package)
    assert -64 * 1024 <= budget.left < 0


def test_a_picture_of_too_many_points_is_refused_before_it_is_decoded():
    tiny = bytearray(picture("PNG"))
    tiny[16:24] = (60_000).to_bytes(4, "big") + (60_000).to_bytes(4, "big")
    assert sentence("现场.png", bytes(tiny))  # its checksum is wrong, or it is too large: either way it is not decoded


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../../etc/passwd.pdf", "路径符号"),
        ("..\\..\\windows\\x.pdf", "路径符号"),
        ("甲" * 300 + ".pdf", "304 个字，太长"),
        ("a\0.pdf", "控制字符"),
        ("总结\u202efdp.exe", "控制字符"),
        ("总结\u200b.pdf", "控制字符"),
        ("a\nb.pdf", "控制字符"),
        ("CON.pdf", "Windows"),
        ("com1.docx", "Windows"),
        ("nul.tar.pdf", "Windows"),
        (".pdf", "不完整"),
        ("总结", "不完整"),
        ("", "不完整"),
    ],
)
def test_names_that_could_not_be_given_back(name, says):
    with pytest.raises(Refused, match=says):
        check(as_sent(name))


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("关于“十五五”规划的通知（2026年）.docx", "关于“十五五”规划的通知（2026年）.docx"),
        ("a%22b.pdf", 'a"b.pdf'),
        ("50%.pdf", "50%.pdf"),
        (" a.pdf. ", "a.pdf"),
        ("甲" * 196 + ".pdf", "甲" * 196 + ".pdf"),
        ("console.pdf", "console.pdf"),
    ],
)
def test_names_as_people_have_them(sent, name):
    check(as_sent(sent))
    assert as_sent(sent) == name


def test_eicar_is_text_to_whoever_does_not_scan():
    assert judged("eicar.txt", EICAR).extension == "txt"
