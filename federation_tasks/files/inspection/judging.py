"""One question: is this file what its name says?"""

import logging
from typing import BinaryIO

import puremagic

from federation_tasks.files.inspection.kinds import KINDS, Kind
from federation_tasks.files.names import extension
from federation_tasks.files.refusals import Refused

log = logging.getLogger(__name__)
HEAD = 4096  # bytes at the beginning, by which content is named
ALLOWED = "PDF、Word、Excel、PowerPoint、WPS、OFD、OpenDocument、图片（jpg、png）、文本（txt、csv）"
# What else people have, in their words: the first of these that puremagic finds in the content.
OTHERWISE = {
    "docx": "新版 Office 文档或压缩包", "zip": "压缩包", "exe": "程序", "dll": "程序", "elf": "程序", "apk": "安卓程序", "sh": "脚本", "bat": "脚本",
    "py": "脚本", "js": "脚本", "html": "网页", "svg": "SVG 图形", "rtf": "RTF 文档", "rar": "压缩包", "7z": "压缩包", "gz": "压缩包", "mp4": "视频",
    "mp3": "录音", "gif": "GIF 图片", "webp": "WebP 图片", "bmp": "BMP 图片", "tif": "TIFF 图片", "pdf": "PDF", "jpg": "JPEG 图片", "png": "PNG 图片",
    "doc": "旧版 Office 或者加了密码的文件", "xml": "XML 数据",
}  # fmt: skip


def inspect(file: BinaryIO, name: str) -> Kind:
    """Return the kind of a file; raise Refused where it is none that is taken, or where name and content disagree.

    Nothing that is read out of the file is trusted; each check is bounded in time and memory by itself.
    """
    kind = KINDS.get(extension(name))
    if kind is None:
        raise Refused(f"不收 .{extension(name)[:12]} 这种文件。可以收的有：{ALLOWED}。请另存为其中一种，再选一次。")
    file.seek(0)
    if not (head := file.read(HEAD)):
        raise Refused("这是一个空文件。请打开看看内容还在不在，再选一次。")
    try:
        kind.check(file)
    except Refused as refused:
        if not str(refused):
            raise Refused(other_content(kind, head)) from None
        raise
    except Exception as error:  # whatever a parser makes of a broken or hostile file
        log.info("a %s could not be read: %s: %.200s", kind.extension, type(error).__name__, error)
        raise Refused(f"这个{kind.words}文件打不开，可能损坏或没有传完整。请自己打开看看，另存一份，再选一次。") from None
    return kind


def other_content(kind: Kind, head: bytes) -> str:
    """Return the sentence for content that is not what the name says."""
    found = named(head)
    was = f"内容其实是{found}" if found else "内容却不是"
    return f"名字是 .{kind.extension}，{was}。请用原来的软件另存为真正的{kind.words}，再选一次。"


def named(head: bytes) -> str:
    """Return in Chinese what content is; empty where nobody knows."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    seen = {match.extension.strip(".").lower() for match in matches} | {"elf" for match in matches if match.name.startswith("ELF")}
    return next((words for known, words in OTHERWISE.items() if known in seen), "")
