"""Conditional formats on paper and in workbooks are those of the browser: `charts/src/formats.ts` decides."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from tablewright.core.charts import painting
from tablewright.core.charts.formats import Painted, TableFormat
from tablewright.core.exports import xlsx
from tablewright.core.layouts import pdf
from tablewright.core.layouts.document import Document

GOLDEN = Path(__file__).parents[3] / "charts" / "tests" / "formats.golden.json"
"""What the browser's tests hold the same function to."""

COLUMNS = [
    {"key": "d0", "label": "Region", "type": "text", "role": "dimension"},
    {"key": "m0", "label": "Sales", "type": "integer", "role": "measure"},
    {"key": "m1", "label": "Share", "type": "float", "role": "measure"},
]
DATA = {"d0": ["North", "South", "East", None], "m0": [10, 200, -40, None], "m1": [0.1, 0.5, 0.25, 0.75]}
FORMAT = {
    "rules": [
        {"kind": "highlight", "columns": ["d0", "m0"], "by": "m0", "test": "below", "values": [0], "tint": "red",
         "icon": "warning"},
        {"kind": "highlight", "columns": ["m0"], "test": "empty", "tint": "grey"},
        {"kind": "scale", "columns": ["m1"],
         "stops": [{"kind": "min", "tint": "none"}, {"kind": "max", "tint": "blue"}]},
        {"kind": "bar", "columns": ["m0"], "tint": "teal"},
    ]
}  # fmt: skip


class Quiet:
    def progress(self, **fields):
        pass


def painted(tmp_path, columns=COLUMNS, data=DATA, format=FORMAT):
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table(data), file)
    return painting.run({"format": format, "columns": columns, "parquet": str(file)}), file


def test_the_function_decides_in_v8_as_in_the_browser():
    for case in json.loads(GOLDEN.read_text()):
        format = TableFormat.model_validate(case["format"])
        found = painting.paint(format, case["answer"], case["theme"])
        rows = case["answer"]["row_count"]
        for key, expected in case["cells"].items():
            shown = [found.style(key, row) for row in range(rows)]
            assert [style and style.says for style in shown] == [cell and cell["says"] for cell in expected]
            assert [style and style.fill for style in shown] == [cell and cell.get("fill") for cell in expected]


def test_a_file_is_painted_as_an_answer_is(tmp_path):
    answer = {"columns": COLUMNS, "data": DATA, "row_count": 4}
    from_answer = painting.run({"format": FORMAT, "answer": answer})
    assert painted(tmp_path)[0] == from_answer
    assert Painted.model_validate(from_answer).style("m0", 2).says == "warning; bar of 17 % below zero"


def test_a_workbook_shows_the_same_cells(tmp_path):
    decided, file = painted(tmp_path)
    out = tmp_path / "out.xlsx"
    xlsx.run(
        {"sheets": [{"name": "Sales", "columns": COLUMNS, "parquet": str(file), "painted": decided}],
         "out_path": str(out), "max_rows": 3},
        Quiet(),
    )  # fmt: skip
    book = load_workbook(out)
    page, rest = book["Sales"], book["Sales (2)"]
    looks = Painted.model_validate(decided)
    for row in range(4):
        sheet, at = (page, row + 2) if row < 3 else (rest, 2)
        for index, key in enumerate(("d0", "m0", "m1"), start=1):
            cell, look = sheet.cell(at, index), looks.style(key, row)
            fill = cell.fill.fgColor.rgb[2:].upper() if cell.fill.fill_type else None
            assert fill == (look.fill[1:].upper() if look and look.fill else None)
            assert bool(cell.font.b) == bool(look and look.bold)
            assert (look.icon in cell.number_format) if look and look.icon else "⚠" not in cell.number_format
    # Values stay values: the icon is part of how they are shown.
    assert [page.cell(row, 2).value for row in (2, 3, 4)] == [10, 200, -40]
    assert page["A4"].value == "East"
    (bars,) = page.conditional_formatting
    assert str(bars.sqref) == "B2:B4"
    low, high = (each.val for each in bars.rules[0].dataBar.cfvo)
    assert (float(low), float(high)) == (-40, 200)


def test_paper_shows_the_same_cells(tmp_path):
    decided = painting.run({"format": FORMAT, "answer": {"columns": COLUMNS, "data": DATA, "row_count": 4}})
    table = {"kind": "table", "title": "Sales", "columns": COLUMNS, "data": DATA, "painted": decided}
    document = Document.model_validate(
        {"title": "T", "created_at": datetime(2026, 1, 1, tzinfo=UTC), "sections": [table]}
    )
    (item,) = pdf.prepare(document, Quiet())["blocks"][0]["items"]
    (group,) = item["groups"]
    assert group["cells"][6:8] == ["⚠\N{NO-BREAK SPACE}East", "⚠\N{NO-BREAK SPACE}−40"]
    bar = {"fill": "#A4DDD7", "from": 0.0, "to": 16.7}
    assert group["looks"][7] == {"fill": "#F5B5AD", "ink": "#1B2430", "bold": False, "bar": bar}
    assert group["looks"][4]["bar"] == {"fill": "#A4DDD7", "from": 16.7, "to": 100.0}
    assert group["looks"][0] is None
    content, pages = pdf.render(document, Quiet())
    assert pages == 1
    assert content == pdf.render(document, Quiet())[0]


def test_a_table_that_is_too_large_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(painting, "MOST_CELLS", 10)
    decided, file = painted(tmp_path)
    assert decided["left_out"]
    out = tmp_path / "out.xlsx"
    sheet = {"name": "Sales", "columns": COLUMNS, "parquet": str(file), "painted": decided}
    xlsx.run({"sheets": [sheet], "out_path": str(out)}, Quiet())
    told = [str(cell.value) for row in load_workbook(out)["Contents"] for cell in row]
    assert any("too large for its conditional formats" in text for text in told)


def test_many_colours_fit_into_a_workbook(tmp_path):
    data = {"m0": list(range(70_000))}
    columns = [{"key": "m0", "label": "N", "type": "integer", "role": "measure"}]
    stops = [{"kind": "min", "tint": "red"}, {"kind": "percentile", "value": 50, "tint": "none"},
             {"kind": "max", "tint": "green"}]  # fmt: skip
    format = {"rules": [{"kind": "scale", "columns": ["m0"], "stops": stops}]}
    decided, _ = painted(tmp_path, columns, data, format)
    # A workbook holds 65,490 styles.
    assert len({style["fill"] for style in decided["styles"]}) <= 201


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "script", "columns": ["m0"]},
        {"kind": "highlight", "columns": ["m0"], "test": "above", "tint": "url(javascript:1)"},
        {"kind": "highlight", "columns": ["__proto__"], "test": "above"},
        {"kind": "highlight", "columns": [], "test": "above"},
        {"kind": "highlight", "columns": ["m0"], "test": "above", "icon": "<img>"},
        {"kind": "scale", "columns": ["m0"], "stops": [{"kind": "min", "tint": "red"}]},
        {"kind": "scale", "columns": ["m0"], "stops": [{"kind": "number", "tint": "red"},
                                                       {"kind": "max", "tint": "blue"}]},
        {"kind": "scale", "columns": ["m0"], "stops": [{"kind": "percentile", "value": 101, "tint": "red"},
                                                       {"kind": "max", "tint": "blue"}]},
        {"kind": "icons", "columns": ["m0"], "set": "levels", "limits": [{"kind": "number", "value": 1}] * 2},
        {"kind": "bar", "columns": ["m0"], "min": {"kind": "number", "value": float("inf")}},
        {"kind": "bar", "columns": ["m0"], "formatter": "function(){}"},
    ],
)  # fmt: skip
def test_what_is_no_format_is_refused(rule):
    with pytest.raises(ValidationError):
        TableFormat.model_validate({"rules": [rule]})
