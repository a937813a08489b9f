"""A picture to look at: its dots drawn anew, smaller; nothing else of what was uploaded goes on, no place, no hidden second file."""

import io
import logging
import warnings
from typing import BinaryIO

from PIL import Image, ImageOps

log = logging.getLogger(__name__)
LONGEST_SIDE = 1200  # dots: as wide as a page
MOST_PIXELS = 24_000_000  # dots decoded at once, 100 MB; a JPEG is decoded smaller to begin with
FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG"}


def redraw(file: BinaryIO, kind: str) -> bytes | None:
    """Return a picture in its own format, at most 1,200 dots on a side, upright; None where it is too large or cannot be drawn."""
    shape, out = FORMATS[kind], io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # bounded here, by our own number
            with Image.open(file, formats=[shape]) as image:
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                if image.width * image.height > MOST_PIXELS:
                    return None
                ImageOps.exif_transpose(image, in_place=True)
                drawn = image.convert("RGBA" if shape == "PNG" and image.has_transparency_data else "RGB")
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        drawn.info.clear()
        drawn.save(out, shape)
    except Exception as error:  # whatever a parser makes of a broken or hostile file
        log.info("a %s could not be drawn: %s: %.200s", kind, type(error).__name__, error)
        return None
    return out.getvalue()
