"""Text of pictures: a page's picture in, its paragraphs out, by Tesseract where it and its Vietnamese are installed.

Needs the extra `ocr` (pytesseract, Pillow) and the programs: on Debian, `apt-get install tesseract-ocr-vie`.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGE = "vie"
# Dots an inch that Tesseract reads best at. Source: https://tesseract-ocr.github.io/tessdoc/ImproveQuality.html
RESOLUTION = 300


@cache
def missing() -> str | None:
    """Say what is missing to read pictures, or None."""
    try:
        import pytesseract
    except ImportError:
        return "pip install 'khcn-ner[ocr]'"
    if shutil.which("tesseract") is None:
        return "install Tesseract with Vietnamese (tesseract-ocr, tesseract-ocr-vie)"
    if LANGUAGE not in pytesseract.get_languages(config=""):
        return "install Tesseract's Vietnamese (tesseract-ocr-vie)"
    return None


def read_picture(picture: Image) -> list[str]:
    """Read a picture's text, a paragraph an entry.

    Raises:
        RuntimeError: Tesseract fails.
    """
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"  # threads of its own slow Tesseract down
    text = pytesseract.image_to_string(picture, lang=LANGUAGE, config="--psm 3")
    paragraphs = ("\n".join(line for line in part.splitlines() if line.strip()) for part in str(text).split("\n\n"))
    return [paragraph for paragraph in paragraphs if paragraph.strip()]
