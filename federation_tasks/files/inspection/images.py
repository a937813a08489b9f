"""Pictures, read by Pillow; never decoded in full, so that a small file cannot fill the memory."""

import warnings
from collections.abc import Callable
from typing import BinaryIO

from PIL import Image

from federation_tasks.files.inspection.old_office import TWO_FACES
from federation_tasks.files.inspection.zips import has_archive_behind
from federation_tasks.files.refusals import Refused

MOST_PIXELS = 120_000_000  # telephones take 108 million
MOST_SIDE = 30_000
EIGHTH = 8  # a JPEG can be decoded at an eighth of its size: all of its bytes are read, a 64th of the memory is needed
MAGIC = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n"}
OTHER_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")


def check_image(shape: str) -> Callable[[BinaryIO], None]:
    """Return the check for pictures of this format."""

    def check(file: BinaryIO) -> None:
        file.seek(0)
        if not file.read(8).startswith(MAGIC[shape]):
            raise Refused("")
        if has_archive_behind(file) or _holds_other_archive(file):
            raise Refused(TWO_FACES)
        file.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # bounded here, by our own number
            with Image.open(file, formats=[shape]) as image:
                _check(image, shape)

    return check


def _check(image: Image.Image, shape: str) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise Refused(f"图片有 {width}×{height} 点，太大。请缩小到每边 {MOST_SIDE} 点、总共 1.2 亿点以内，再选一次。")
    if shape == "JPEG":
        image.draft("L", (max(1, width // EIGHTH), max(1, height // EIGHTH)))
        image.load()
    else:
        image.verify()  # reads every chunk with its checksum


def _holds_other_archive(file: BinaryIO) -> bool:
    file.seek(0)
    content = file.read()  # bounded by the limit for one file
    return any(magic in content for magic in OTHER_ARCHIVES)
