"""Workbooks made by hand: formats that no library at hand writes, and parts as other programs write them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ODS_MIME = "application/vnd.oasis.opendocument.spreadsheet"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def _relations(kinds: Sequence[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(kinds, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'


def xlsx(
    *sheets: str,
    kinds: Sequence[str] = (),
    states: Sequence[str] = (),
    strings: Sequence[str] = (),
    formats: Sequence[str] = (),
    properties: str = "",
) -> bytes:
    """A workbook of sheets given as the XML inside `sheetData`, or whole when they begin with `<`+`?xml`.

    Style 0 is General, style n the nth of `formats`; `strings` is the XML inside each `si`.
    """
    kinds = [*kinds, *["worksheet"] * (len(sheets) - len(kinds))]
    states = [*states, *["visible"] * (len(sheets) - len(states))]
    listed = "".join(
        f'<sheet name="S{i}" sheetId="{i}" state="{state}" r:id="rId{i}"/>' for i, state in enumerate(states, start=1)
    )
    codes = "".join(f'<numFmt numFmtId="{164 + i}" formatCode="{code}"/>' for i, code in enumerate(formats))
    styles = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(formats)))
    related = [(kind, f"worksheets/sheet{i}.xml") for i, kind in enumerate(kinds, start=1)]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><workbookPr {properties}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*related, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs>'
        "</styleSheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">' + "".join(f"<si>{one}</si>" for one in strings) + "</sst>",
    }
    for i, sheet in enumerate(sheets, start=1):
        whole = (
            sheet
            if sheet.startswith("<?xml")
            else f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
        )
        parts[f"xl/worksheets/sheet{i}.xml"] = whole
    return zipped(parts)


def ods(*tables: str, styles: str = "", parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """An OpenDocument spreadsheet of tables given as XML."""
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODS_MIME, "content.xml": content, **(parts or {})})


def fods(*tables: str, mime: str = ODS_MIME) -> bytes:
    """An OpenDocument file of one XML text, with tables given as XML."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
    if mime != ODS_MIME:
        body = f"<office:body><office:text>{''.join(tables)}</office:text></office:body>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {names} office:mimetype="{mime}">{body}'
        "</office:document>"
    ).encode()


def _record(number: int, content: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size = len(content)
    length = b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(
    rows: Sequence[Sequence[Any]], *, formats: Sequence[str] = (), state: int = 0, from_1904: bool = False
) -> bytes:
    """A binary workbook of one sheet. A cell may be None, text, bool, int, float, or (float, style)."""
    texts: list[str] = []
    sheet = [_record(129), _record(145)]
    for line, row in enumerate(rows):
        sheet.append(_record(0, struct.pack("<II", line, 0) + bytes(9)))
        for column, value in enumerate(row):
            value, style = value if isinstance(value, tuple) else (value, 0)
            head = struct.pack("<II", column, style)
            match value:
                case None:
                    sheet.append(_record(1, head))
                case bool():
                    sheet.append(_record(4, head + bytes([value])))
                case int():
                    sheet.append(_record(2, head + struct.pack("<I", (value << 2 | 2) & 0xFFFFFFFF)))
                case float():
                    sheet.append(_record(5, head + struct.pack("<d", value)))
                case str() if value.startswith("#"):
                    sheet.append(_record(3, head + b"\x2a"))
                case str():
                    texts.append(value)
                    sheet.append(_record(7, head + struct.pack("<I", len(texts) - 1)))
    sheet += [_record(146), _record(130)]
    book = _record(131) + _record(153, bytes([from_1904, 0, 0, 0]) + bytes(8))
    book += _record(156, struct.pack("<II", state, 1) + _wide("rId1") + _wide("Binary")) + _record(132)
    codes = b"".join(_record(44, struct.pack("<H", 164 + i) + _wide(code)) for i, code in enumerate(formats))
    styles = _record(47, struct.pack("<HH", 0, 0) + bytes(12)) + b"".join(
        _record(47, struct.pack("<HH", 0, 164 + i) + bytes(12)) for i in range(len(formats))
    )
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _relations([("officeDocument", "xl/workbook.bin")]),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": _relations(
                [
                    ("worksheet", "worksheets/sheet1.bin"),
                    ("styles", "styles.bin"),
                    ("sharedStrings", "sharedStrings.bin"),
                ]
            ),
            "xl/styles.bin": codes + _record(617, bytes(4)) + styles + _record(618),
            "xl/sharedStrings.bin": b"".join(_record(19, b"\0" + _wide(text)) for text in texts),
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        }
    )
