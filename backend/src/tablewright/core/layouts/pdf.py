"""Documents as PDF: real pages, selectable text, tagged (PDF/UA-1) and archivable (PDF/A-2a), set by Typst.

The template is constant. Everything of a user's reaches it as one JSON value and is shown as text, so no text
can be markup. Nothing is fetched, no package is imported, no system font is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import typst
from pydantic import ValidationError

from tablewright.core.charts.formats import CellStyle, Painted
from tablewright.core.errors import Invalid
from tablewright.core.exports.context import Reporter
from tablewright.core.layouts import glyphs
from tablewright.core.layouts.cells import PrintedColumn, print_column, write_number
from tablewright.core.layouts.document import Chart, Document, Picture, Table, Text
from tablewright.core.layouts.fitting import GUTTER, Group, breakable, fit, wish_of
from tablewright.core.layouts.images import wrapped
from tablewright.core.layouts.rows import MOST_COLUMNS, most_rows, rows_of
from tablewright.core.layouts.wording import Wording, wording_of

TEMPLATE = Path(__file__).parent / "report.typ"
BLANK = TEMPLATE.with_name("blank.typ")
LONGEST_LABEL = 200
_MOST_ATTEMPTS = 8
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_PAPER = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
_MARGIN = 51.03
_HIGHEST_CHART = 400.0
_TEXT_SIZE = 10.0
_MOST_INTRODUCING = 4
_FOREIGN_SVG = re.compile(r"<!(DOCTYPE|ENTITY)|<(image|script|foreignObject|iframe|style|use)\b|@import", re.IGNORECASE)
_ENTITY = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")

Item = dict[str, Any]


class DocumentNotPrintable(Invalid):
    """The document does not hold what a document must."""

    title = "This document cannot be printed"


@dataclass(frozen=True)
class Paper:
    name: str
    language: str
    words: Wording
    upright: float
    turned: float


def run(params: dict[str, Any], context: Reporter) -> dict[str, Any]:
    """The task `report.pdf`: `{document, out_path}` becomes the file and `{pages, byte_count}`."""
    try:
        document = Document.model_validate(params["document"])
    except ValidationError as error:
        raise DocumentNotPrintable(
            f"The document does not fit its own description: {error.errors()[0]['msg']}."
        ) from error
    content, pages = render(document, context)
    Path(params["out_path"]).write_bytes(content)
    return {"pages": pages, "byte_count": len(content)}


def render(document: Document, context: Reporter) -> tuple[bytes, int]:
    """The document as PDF, and its number of pages. Equal documents give equal bytes."""
    total = len(document.sections)
    page = prepare(document, context)
    context.progress(stage="pages", done=0, total=total, unit="sections")
    _forget_earlier()
    content, compiler = compiled(
        TEMPLATE,
        page,
        format="pdf",
        pdf_standards=["ua-1", "a-2a"],
        timestamp=int(document.created_at.timestamp()),
    )
    pages = json.loads(compiler.query("<pages>", field="value", one=True))
    context.progress(stage="pages", done=total, total=total, unit="sections")
    return content, int(pages)


def compiled(template: Path, page: dict[str, Any], **how: Any) -> tuple[bytes, typst.Compiler]:
    """One file set from a constant template and what it shows; `how` as typst.Compiler.compile takes it."""
    for attempt in range(_MOST_ATTEMPTS):
        compiler = compiler_of(template, {"document": json.dumps(page, ensure_ascii=False)})
        try:
            content = compiler.compile(**how)
            assert isinstance(content, bytes)  # one file, since one is asked for
            return content, compiler
        except typst.TypstError as error:
            without = _NO_GLYPH.search(error.message)
            if without is None or attempt == _MOST_ATTEMPTS - 1:
                raise DocumentNotPrintable(f"The document could not be set: {error.message[:500]}") from error
            # Shaping joins letters of some scripts into forms that depend on their neighbours and that a font may
            # lack although it has the letters: such text is spelled out, and after a few of them their whole script.
            lacking = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), without[1])
            page = _spelled_out(page, lacking, whole_script=attempt >= _MOST_ATTEMPTS // 2)
    raise AssertionError("the last attempt returns or raises")


def _spelled_out(page: Any, text: str, *, whole_script: bool) -> Any:
    """The page with a text, or every letter of its scripts, shown as code points."""
    spelled = {character: f"‹U+{ord(character):04X}›" for character in text if not character.isspace()}
    blocks = {ord(character) >> 8 for character in spelled}

    def character_of(character: str) -> str:
        if whole_script and ord(character) > 0x7F and ord(character) >> 8 in blocks:
            return f"‹U+{ord(character):04X}›"
        return spelled.get(character, character) if ord(character) > 0x7F else character

    def of(value: Any) -> Any:
        match value:
            case str() if not value.isascii():
                return "".join(map(character_of, value))
            case dict():
                return {key: of(item) for key, item in value.items()}
            case list() | tuple():
                return [of(item) for item in value]
            case _:
                return value

    return of(page)


def compiler_of(file: Path, inputs: dict[str, str]) -> typst.Compiler:
    """Typst with the shipped fonts and nothing else."""
    folders = [str(folder) for folder in glyphs.FOLDERS]
    return typst.Compiler(
        str(file),
        root=str(file.parent),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders),
        sys_inputs=inputs,
    )


_earlier: list[int] = []


def _forget_earlier() -> None:
    """Keep a process that sets many documents at the memory of one: Typst holds on to each for ten compilations."""
    if _earlier:
        blank = compiler_of(BLANK, {})
        for _ in range(12):
            blank.compile(format="pdf")
    _earlier[:] = [1]


def prepare(document: Document, context: Reporter) -> dict[str, Any]:
    """Everything the template shows, as texts and sizes: the whole layout that is not typesetting."""
    words = wording_of(document.language)
    short, long = _PAPER[document.page]
    paper = Paper(document.page, document.language, words, short - 2 * _MARGIN, long - 2 * _MARGIN)
    rows = most_rows([section for section in document.sections if isinstance(section, Table)])
    placed: list[tuple[bool, Item]] = []
    level = 0
    for number, section in enumerate(document.sections):
        context.progress(stage="sections", done=number, total=len(document.sections), unit="sections")
        match section:
            case Text():
                for item in text_items(section, paper):
                    if item["kind"] == "heading":
                        # A level may not be skipped, or readers of the tagged file lose their way.
                        item["level"] = level = min(item["level"], level + 1)
                    placed.append((False, item))
            case Chart():
                placed.append((False, chart_item(section, paper, level + 1)))
            case Picture():
                placed.append((False, picture_item(section, paper)))
            case Table():
                placed.append(table_item(section, paper, level + 1, rows))
    if not placed:
        placed.append((False, {"kind": "paragraph", "text": words.no_sections}))
    headings = sum(1 for _, item in placed if item["kind"] == "heading" or item.get("heading"))
    language, _, region = document.language.partition("-")
    title = _printed(document.title, 20.0) or "–"
    blocks: list[dict[str, Any]] = [
        {"turned": turned, "items": [item for _, item in run]}
        for turned, run in groupby(_turned_together(placed), key=lambda pair: pair[0])
    ]
    page = {
        "title": title,
        "running-title": _shortened(title, 90),
        "workspace": _printed(document.workspace, 30.0),
        "generated": _printed(document.generated_at, 30.0),
        "created": _date(document),
        "language": language,
        "region": region.lower() if re.fullmatch(r"[A-Za-z]{2}", region) else None,
        "fonts": list(glyphs.FAMILIES),
        "paper": {"a4": "a4", "letter": "us-letter"}[document.page],
        "page-words": re.split(r"\{\w+\}", words.page),
        "contents": words.contents if headings > 3 else None,
        "blocks": blocks,
    }
    if "‹U+" in json.dumps(page, ensure_ascii=False):
        blocks[-1]["items"].append({"kind": "note", "text": words.spelled_out})
    return page


def _turned_together(placed: Sequence[tuple[bool, Item]]) -> list[tuple[bool, Item]]:
    """Turn with a turned table what introduces it, and the tables that follow it, to spare half-empty pages."""
    together = list(placed)
    for index, (turned, item) in enumerate(placed):
        if turned:
            before = index
            while before and placed[before - 1][1]["kind"] in ("heading", "paragraph", "bullets"):
                before -= 1
            headings = [at for at in range(before, index) if placed[at][1]["kind"] == "heading"]
            if headings and index - headings[0] <= _MOST_INTRODUCING:
                before = headings[0]
            elif index - before > _MOST_INTRODUCING:
                before = index
            together[before:index] = [(True, other) for _, other in placed[before:index]]
        elif index and together[index - 1][0] and item["kind"] == "table" and together[index - 1][1]["kind"] == "table":
            together[index] = (True, item)
    return together


def _date(document: Document) -> dict[str, int]:
    moment = document.created_at.astimezone(UTC)
    return {name: getattr(moment, name) for name in ("year", "month", "day", "hour", "minute", "second")}


def _printed(text: str, room: float) -> str:
    return breakable(glyphs.printable(text).strip(), room)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def text_items(section: Text, paper: Paper) -> list[Item]:
    """Headings, bullets and paragraphs in their order."""
    room = paper.upright / _TEXT_SIZE * 0.95
    items: list[Item] = []
    lines: list[str] = []

    def close() -> None:
        if lines:
            items.append({"kind": "paragraph", "text": _printed("\n".join(lines), room)})
            lines.clear()

    for raw in section.text.splitlines():
        text = raw.strip()
        mark, _, rest = text.partition(" ")
        if mark in ("#", "##") and rest.strip():
            close()
            items.append({"kind": "heading", "level": len(mark), "text": _printed(rest, room / 1.6)})
        elif mark == "-" and rest.strip():
            close()
            bullet = _printed(rest, room - 2)
            if items and items[-1]["kind"] == "bullets":
                items[-1]["items"].append(bullet)
            else:
                items.append({"kind": "bullets", "items": [bullet]})
        elif text:
            lines.append(text)
        else:
            close()
            if items and items[-1]["kind"] == "bullets":
                items.append({"kind": "paragraph", "text": ""})
    close()
    return [item for item in items if item.get("text") != ""]


def _heading(title: str | None, level: int, paper: Paper) -> Item | None:
    text = _printed(title or "", paper.upright / 15 * 0.9)
    return {"level": min(level, 3), "text": text} if text else None


def _notes(*notes: str | None) -> list[str]:
    return [_printed(note, 55.0) for note in notes if note and note.strip()]


def chart_item(section: Chart, paper: Paper, level: int) -> Item:
    return {
        "kind": "chart",
        "heading": _heading(section.title, level, paper),
        "svg": safe_svg(section.svg),
        "alt": glyphs.printable(section.alt),
        "height": _height(section.svg, paper.upright),
        "notes": _notes(section.caption, section.source_note),
    }


def picture_item(section: Picture, paper: Paper) -> Item:
    """A picture no larger than it is, and no wider than the page."""
    width = min(paper.upright, float(section.width))
    return {
        "kind": "chart",
        "heading": None,
        "svg": wrapped(section.png, section.width, section.height),
        "alt": glyphs.printable(section.alt) or "–",
        "height": min(_HIGHEST_CHART, width * section.height / section.width),
        "notes": [],
    }


def safe_svg(svg: str) -> str:
    """The picture, if it is one that refers to nothing outside itself, with printable texts only."""
    if found := _FOREIGN_SVG.search(svg):
        raise DocumentNotPrintable(f"A chart's picture holds {found.group()!r}, which no chart of ours does.")
    svg = _ENTITY.sub(_character, svg)
    return "\n".join(glyphs.printable(line, picture=True) for line in svg.split("\n"))


def _character(entity: re.Match[str]) -> str:
    code = int(entity[1], 16) if entity[1] else int(entity[2])
    return chr(code) if 160 <= code <= 0x10FFFF else entity[0]


def _height(svg: str, width: float) -> float:
    """The height in points at which the picture fills the width, within a limit."""
    head = svg[: svg.find(">", svg.find("<svg")) + 1]
    box = re.search(r'viewBox\s*=\s*["\']([^"\']*)', head)
    sizes = (
        re.split(r"[\s,]+", box[1].strip())[2:] if box else re.findall(r'\s(?:width|height)\s*=\s*["\']([\d.]+)', head)
    )
    try:
        across, down = (float(size) for size in sizes[:2])
        return min(_HIGHEST_CHART, max(40.0, width * down / across))
    except (ValueError, ZeroDivisionError):
        return 260.0


def table_item(section: Table, paper: Paper, level: int, row_limit: int) -> tuple[bool, Item]:
    """The table's parts with their widths and texts, and whether its page is turned."""
    words = paper.words
    columns = section.columns[:MOST_COLUMNS]
    values, given = rows_of(section, columns, row_limit)
    shown = len(values[0])
    printed = [
        _marked(
            _readable(print_column(column, found, words, section.bin_width.get(column.key))),
            _looks(section.painted, column.key, len(found)),
        )
        for column, found in zip(columns, values, strict=True)
    ]
    total = max(section.total_count or 0, given)
    notes = [
        words.empty_table if total == 0 else None,
        _count(words.rows_shown, shown, total, words) if shown < total else None,
        _count(words.columns_shown, len(columns), len(section.columns), words)
        if len(columns) < len(section.columns)
        else None,
        words.rounded if any(column.rounded for column in printed) else None,
        words.shortened if any(column.shortened for column in printed) else None,
        words.utc if any(column.in_utc for column in printed) else None,
        words.formats_left_out if section.painted and section.painted.left_out else None,
        section.note,
        section.source_note,
    ]
    placed = fit([wish_of(column) for column in printed], paper.upright, paper.turned)
    return placed.turned, {
        "kind": "table",
        "heading": _heading(section.title, level, paper),
        "size": placed.size,
        "groups": [_group(group, printed, placed.size, len(placed.groups), words) for group in placed.groups],
        "notes": _notes(*notes),
    }


def _readable(column: PrintedColumn) -> PrintedColumn:
    """The column with a printable heading and cells."""
    label = glyphs.printable(column.label).replace("\n", " ").strip()
    return replace(
        column,
        label=_shortened(label, LONGEST_LABEL),
        cells=[glyphs.printable(cell) for cell in column.cells],
        shortened=column.shortened or len(label) > LONGEST_LABEL,
    )


def _looks(painted: Painted | None, key: str, rows: int) -> tuple[CellStyle | None, ...]:
    """How the cells of a column stand out; nothing when none does."""
    if painted is None or key not in painted.cells:
        return ()
    return tuple(painted.style(key, row) for row in range(rows))


def _marked(column: PrintedColumn, looks: tuple[CellStyle | None, ...]) -> PrintedColumn:
    """The column with icons in front of its cells, which take part in its width."""
    if not looks:
        return column
    cells = [
        f"{look.icon}\N{NO-BREAK SPACE}{cell}" if look and look.icon else cell
        for look, cell in zip(looks, column.cells, strict=True)
    ]
    return replace(column, cells=cells, looks=looks)


def _look(look: CellStyle | None) -> dict[str, Any] | None:
    """What the template draws under and with a cell."""
    if look is None:
        return None
    bar = look.bar
    drawn = {"fill": bar.fill, "from": bar.start * 100, "to": bar.to * 100} if bar and bar.to > bar.start else None
    return {"fill": look.fill, "ink": look.ink, "bold": look.bold, "bar": drawn}


def _count(pattern: str, shown: int, total: int, words: Wording) -> str:
    return pattern.format(shown=write_number(Decimal(shown), 0, words), total=write_number(Decimal(total), 0, words))


def _group(group: Group, columns: Sequence[PrintedColumn], size: float, parts: int, words: Wording) -> Item:
    rooms = [(points - GUTTER) / size for points in group.widths]
    cells = [
        [breakable(cell, room * 0.98) for cell in columns[index].cells]
        for index, room in zip(group.columns, rooms, strict=True)
    ]
    first = group.columns[1] if len(group.columns) > 1 else group.columns[0]
    caption = words.columns_part.format(first=first + 1, last=group.columns[-1] + 1, total=len(columns))
    return {
        "rows": len(cells[0]),
        "caption": caption if parts > 1 else None,
        "widths": group.widths,
        "numeric": [columns[index].is_number for index in group.columns],
        "head": [
            breakable(columns[index].label, room / 1.08) for index, room in zip(group.columns, rooms, strict=True)
        ],
        "cells": list(chain.from_iterable(zip(*cells, strict=True))),
        "looks": _looks_of(columns, group.columns, len(cells[0])),
    }


def _looks_of(columns: Sequence[PrintedColumn], shown: Sequence[int], rows: int) -> list[dict[str, Any] | None] | None:
    """The looks of the cells of a group, in their order; None when all are plain."""
    if not any(columns[index].looks for index in shown):
        return None
    return [
        _look(columns[index].looks[row]) if columns[index].looks else None for row in range(rows) for index in shown
    ]
