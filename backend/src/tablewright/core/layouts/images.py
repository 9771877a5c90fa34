"""Pictures that people put on dashboards: looked at before they are decoded, then drawn anew as PNG.

What is kept is never what was sent: the pixels are drawn once by Typst in a child process, so nothing that a file
carries beside its pixels (places, scripts, a second file) is kept or given to anybody.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst

from tablewright.core.errors import Invalid, TooLarge

MOST_BYTES = 3 << 20
MOST_PIXELS = 40_000_000
MOST_WIDE = 1600
_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"


class PictureUnreadable(Invalid):
    title = "This picture cannot be read"

    def __init__(self) -> None:
        super().__init__("It is no PNG or JPEG, or it is damaged. Save it as PNG and send it again.")


class PictureTooLarge(TooLarge):
    def __init__(self) -> None:
        super().__init__(
            f"A picture may have {MOST_BYTES >> 20} MiB and {MOST_PIXELS // 1_000_000} million pixels at most. "
            "Make it smaller and send it again."
        )


@dataclass(frozen=True)
class Seen:
    kind: str
    width: int
    height: int


def look(content: bytes) -> Seen:
    """What a file says it is, without decoding it. Raises PictureUnreadable, PictureTooLarge."""
    if len(content) > MOST_BYTES:
        raise PictureTooLarge
    seen = (
        _png(content) if content.startswith(_PNG) else _jpeg(content) if content.startswith(b"\xff\xd8\xff") else None
    )
    if seen is None or seen.width < 1 or seen.height < 1:
        raise PictureUnreadable
    if seen.width * seen.height > MOST_PIXELS:
        raise PictureTooLarge
    return seen


def _png(content: bytes) -> Seen | None:
    if len(content) < 33 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return Seen("png", width, height)


def _jpeg(content: bytes) -> Seen | None:
    """The size from the frame's header: the first segment of kind SOF."""
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return None
        mark = content[at + 1]
        if mark in (0xFF, 0x01) or 0xD0 <= mark <= 0xD7:
            at += 1 if mark == 0xFF else 2
            continue
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Seen("jpg", width, height)
        at += 2 + length
    return None


def run(params: dict[str, Any], context: Any) -> dict[str, int]:
    """The task `picture.clean`: `{in_path, out_path}` becomes a PNG and `{width, height, byte_count}`."""
    content = Path(params["in_path"]).read_bytes()
    seen = look(content)
    width = min(MOST_WIDE, seen.width)
    height = max(1, round(seen.height * width / seen.width))
    # Typst reads nothing outside its root, so the root is a folder with this picture alone.
    folder: Path = context.scratch
    name = f"picture.{seen.kind}"
    (folder / name).write_bytes(content)
    (folder / "page.typ").write_text(
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)\n"
        f'#image("{name}", width: 100%, height: 100%, fit: "stretch")\n'
    )
    try:
        drawn = typst.Compiler(
            str(folder / "page.typ"),
            root=str(folder),
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[]),
        ).compile(format="png", ppi=72)
    except typst.TypstError as error:
        raise PictureUnreadable from error
    assert isinstance(drawn, bytes)  # one page
    Path(params["out_path"]).write_bytes(drawn)
    return {"width": width, "height": height, "byte_count": len(drawn)}


def wrapped(png: str, width: int, height: int) -> str:
    """A cleaned picture (in base64) as an SVG of ours: the one way in which a document takes pixels as text."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"><image width="{width}" height="{height}"'
        f' preserveAspectRatio="none" xlink:href="data:image/png;base64,{png}"/></svg>'
    )
