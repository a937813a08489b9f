"""The name that a file is sent under: shown and given back, never used as a path."""

import re
import unicodedata
from urllib.parse import unquote

from federation_tasks.files.refusals import Refused

LONGEST = 200  # characters: as many as Windows lets a name have beside a folder's
SHOWN = 60  # characters of a name that is too long to be repeated
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)  # Windows opens a device, whatever stands after the dot
ESCAPED = re.compile(r"%(22|0D|0A)", re.IGNORECASE)  # what browsers escape in a form's file name, and nothing else


def as_sent(raw: str) -> str:
    """Return the name as the person has it: browsers escape quotes and line ends in a form."""
    return unicodedata.normalize("NFC", ESCAPED.sub(lambda found: unquote(found[0]), raw)).strip().rstrip(". ")


def shown(name: str) -> str:
    """Return a name that can stand in a sentence, whatever was sent: one line, no invisible characters, not too long."""
    plain = "".join(character for character in name if character.isprintable()) or "没有名字的文件"
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}…"


def check(name: str) -> None:
    """Raise Refused for a name that could not be shown and given back as it is."""
    if "/" in name or "\\" in name:
        raise Refused("文件名里有路径符号（/ 或 \\）。请改一个只有文字、数字的名字，再选一次。")
    if not all(character.isprintable() for character in name):
        raise Refused("文件名里有看不见的控制字符，看到的名字可能不是真的。请重新起一个名字，再选一次。")
    if len(name) > LONGEST:
        raise Refused(f"文件名有 {len(name)} 个字，太长。请改到 {LONGEST} 个字以内，再选一次。")
    stem, dot, _ = name.rpartition(".")
    if not dot or not stem.strip(". "):
        raise Refused("文件名不完整，看不出是什么文件。请写全名字和扩展名，例如“总结.docx”，再选一次。")
    if DEVICES.fullmatch(name.partition(".")[0].strip()):
        raise Refused("这个名字在 Windows 上打不开。请改一个名字，再选一次。")


def extension(name: str) -> str:
    """Return what stands after the last dot, in small letters."""
    return name.rpartition(".")[2].lower()
