"""Text as an Excel cell can hold it."""

from __future__ import annotations

import re

LONGEST = 32_767
"""UTF-16 units of one cell."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def utf16_length(text: str) -> int:
    return len(text) + sum(1 for character in text if character > "\uffff")


def fits(text: str) -> bool:
    return len(text) <= LONGEST // 2 or utf16_length(text) <= LONGEST


def clean(text: str) -> tuple[str, int]:
    """The text with Excel's line ends, and how many characters XML cannot carry were replaced by �."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_XML.subn("\ufffd", text)


def pieces(text: str, length: int = 32_000) -> list[str]:
    """The text in parts of at most this many UTF-16 units."""
    parts: list[str] = []
    start = used = 0
    for index, character in enumerate(text):
        wide = 2 if character > "\uffff" else 1
        if used + wide > length:
            parts.append(text[start:index])
            start, used = index, 0
        used += wide
    return [*parts, text[start:]]
