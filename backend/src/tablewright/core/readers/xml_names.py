"""Names with letters that expat does not know: the fifth edition of XML allows more of them than the fourth.

Every letter outside of ASCII is written as `一<hexadecimal>丁`, in names and everywhere else; both signs are letters
in every edition. As they are letters themselves they are written so too, so reading back is exact.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from tablewright.core.readers.encoding import BLOCK, Encoding
from tablewright.core.readers.errors import FileDamaged

_LETTER = re.compile(
    "[\xb7\xc0-\xd6\xd8-\xf6\xf8-\u037d\u037f-\u1fff\u200c-\u200d\u203f-\u2040\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"
)
_NOT_FIRST = re.compile("[\xb7\u0300-\u036f\u203f-\u2040]")
_WRITTEN = re.compile("一([0-9a-f]{2,5})丁")


class NotAName(FileDamaged):
    def __init__(self, name: str) -> None:
        super().__init__(f'The XML text is not well-formed: "{name[:50]}" begins with a sign that no name begins with.')


def write_escaped(path: Path, encoding: Encoding, target: Path) -> None:
    """A UTF-8 copy in constant memory."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    with path.open("rb") as source, target.open("wb") as out:
        source.seek(encoding.mark_bytes)
        while True:
            block = source.read(BLOCK)
            text = decoder.decode(block, final=not block)
            out.write(_LETTER.sub(lambda found: f"一{ord(found[0]):x}丁", text).encode())
            if not block:
                return


def unescaped(text: str) -> str:
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), text) if "一" in text else text


def unescaped_name(name: str) -> str:
    """Raises NotAName."""
    result = unescaped(name)
    if _NOT_FIRST.match(result):
        raise NotAName(result)
    return result


def not_utf8(path: Path) -> int | None:
    """The first byte that is not valid UTF-8; None when all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    with path.open("rb") as source:
        while True:
            block = source.read(BLOCK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return position - held + error.start
            if not block:
                return None
            position += len(block)
